//! What the program calls the functions of its glue by. wasm-bindgen puts sixteen digits of a hash into each of these
//! three hundred names, in the program and in the glue, and those cannot be compressed: short names save every visitor
//! 7 kB.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};

use crate::tree::Tree;

const MAGIC: &[u8] = b"\0asm\x01\0\0\0";
const IMPORT_SECTION: u8 = 2;
const FUNCTION: u8 = 0;

/// The name that stands for another.
type Names = BTreeMap<String, String>;

/// Gives the imports of each program that has a glue beside it short names, in both.
///
/// # Errors
/// When a program cannot be read, or imports anything but functions.
pub fn shorten(files: &mut Tree) -> Result<()> {
    let programs = files.iter().filter_map(|(path, _)| path.strip_suffix("_bg.wasm")).map(str::to_owned);
    for program in programs.collect::<Vec<_>>() {
        let (wasm_path, glue_path) = (format!("{program}_bg.wasm"), format!("{program}.js"));
        let wasm = files.find(&wasm_path).context("it was listed")?;
        let (wasm, names) = shorten_in_program(wasm).with_context(|| wasm_path.clone())?;
        let glue = shorten_in_glue(files.load_text(&glue_path)?, &names);
        files.insert(&wasm_path, wasm);
        files.insert(&glue_path, glue);
    }
    Ok(())
}

/// The program with short names, and what they stand for.
fn shorten_in_program(wasm: &[u8]) -> Result<(Vec<u8>, Names)> {
    let mut rest = wasm.strip_prefix(MAGIC).context("no WebAssembly")?;
    let (mut out, mut names) = (MAGIC.to_vec(), Names::new());
    while let Some(kind) = take(&mut rest, 1)?.map(|kind| kind[0]) {
        let len = number(&mut rest)?;
        let section = take(&mut rest, len)?.context("a section without its length")?;
        let renamed = if kind == IMPORT_SECTION { Some(rename(section, &mut names)?) } else { None };
        out.push(kind);
        put_bytes(&mut out, renamed.as_deref().unwrap_or(section));
    }
    Ok((out, names))
}

fn rename(mut section: &[u8], names: &mut Names) -> Result<Vec<u8>> {
    let count = number(&mut section)?;
    let mut out = Vec::new();
    put_number(&mut out, count);
    for _ in 0..count {
        let module = bytes(&mut section)?;
        let name = std::str::from_utf8(bytes(&mut section)?)?;
        let next = format!("i{}", names.len());
        let short = names.entry(name.to_owned()).or_insert(next);
        put_bytes(&mut out, module);
        put_bytes(&mut out, short.as_bytes());
        let kind = take(&mut section, 1)?.context("an import without its kind")?;
        ensure!(kind == [FUNCTION], "{name} is no function");
        out.push(FUNCTION);
        put_number(&mut out, number(&mut section)?);
    }
    Ok(out)
}

/// The glue with short names: words that stand for nothing else, since their hashes are in them.
fn shorten_in_glue(glue: &str, names: &Names) -> String {
    let in_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$');
    let mut out = String::with_capacity(glue.len());
    let mut rest = glue;
    while let Some(start) = rest.find(in_word) {
        let (between, from_word) = rest.split_at(start);
        let (word, after) = from_word.split_at(from_word.find(|c| !in_word(c)).unwrap_or(from_word.len()));
        out.push_str(between);
        out.push_str(names.get(word).map_or(word, String::as_str));
        rest = after;
    }
    out + rest
}

/// The next bytes; `None` at the end.
fn take<'a>(rest: &mut &'a [u8], len: usize) -> Result<Option<&'a [u8]>> {
    if rest.is_empty() && len > 0 {
        return Ok(None);
    }
    let (taken, after) = rest.split_at_checked(len).context("it ends too early")?;
    *rest = after;
    Ok(Some(taken))
}

fn bytes<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8]> {
    let len = number(rest)?;
    take(rest, len)?.context("it ends too early")
}

/// An unsigned number in LEB128.
fn number(rest: &mut &[u8]) -> Result<usize> {
    let mut number = 0;
    for shift in (0..32).step_by(7) {
        let byte = take(rest, 1)?.context("it ends in a number")?[0];
        number |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(number);
        }
    }
    bail!("a number is too long");
}

fn put_number(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_number(out, bytes.len());
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program with these imports, of type 0, and a section behind them.
    fn program(imports: &[&str]) -> Vec<u8> {
        let mut section = Vec::new();
        put_number(&mut section, imports.len());
        for name in imports {
            put_bytes(&mut section, b"./app_bg.js");
            put_bytes(&mut section, name.as_bytes());
            section.extend([FUNCTION, 0]);
        }
        let mut wasm = MAGIC.to_vec();
        wasm.push(IMPORT_SECTION);
        put_bytes(&mut wasm, &section);
        wasm.push(10);
        put_bytes(&mut wasm, &[7; 200]);
        wasm
    }

    #[test]
    fn program_and_glue_get_the_same_short_names() {
        let glue = "const i = {__wbg_a_0011223344556677: () => 1, __wbg_ab: 2};";
        let mut files: Tree = [
            ("app_bg.wasm".to_owned(), program(&["__wbg_a_0011223344556677", "__wbg_b_8899aabbccddeeff"])),
            ("app.js".to_owned(), glue.as_bytes().to_vec()),
        ]
        .into_iter()
        .collect();
        shorten(&mut files).unwrap();
        assert_eq!(files.find("app_bg.wasm").unwrap(), program(&["i0", "i1"]));
        assert_eq!(files.load_text("app.js").unwrap(), "const i = {i0: () => 1, __wbg_ab: 2};");
    }

    #[test]
    fn the_same_function_imported_twice_keeps_one_name() {
        let (wasm, names) = shorten_in_program(&program(&["a", "b", "a"])).unwrap();
        assert_eq!(wasm, program(&["i0", "i1", "i0"]));
        assert_eq!(names.len(), 2);
    }

    #[test]
    fn what_is_no_program_is_refused() {
        let whole = program(&["a"]);
        for broken in [&b"wasm"[..], &whole[..whole.len() - 1], &whole[..12]] {
            shorten_in_program(broken).unwrap_err();
        }
        let mut memory = whole.clone();
        let kind = memory.windows(2).position(|pair| pair == [b'a', FUNCTION]).unwrap() + 1;
        memory[kind] = 2;
        shorten_in_program(&memory).unwrap_err();
    }
}
