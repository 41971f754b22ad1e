//! Turns `locales/*.json` into one typed function per text, so that a missing word is a compile error.
//!
//! A text is a string, or `{"one": …, "other": …}` where a `{count}` decides. Placeholders are `{names}`. All languages
//! must have the same texts with the same placeholders, which are the arguments in the order of the first language.
//! (`leptos_i18n` was measured: 21 kB of brotli for what is a match here, and its plurals need ICU data.)

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use serde_json::Value;

/// The languages: variant of `common::model::Language`, file, and whether its grammar tells one from many.
const LANGUAGES: [(&str, &str, bool); 2] = [("English", "en", true), ("Taiwanese", "zh-TW", false)];

/// One text in one language.
enum Text {
    Plain(String),
    Counted { one: Option<String>, other: String },
}

type Catalogue = BTreeMap<String, Text>;

fn main() {
    keep_relocations();
    let catalogues: Vec<Catalogue> =
        LANGUAGES.iter().map(|(_, file, has_one)| read_catalogue(file, *has_one)).collect();
    let mut code = String::from("impl Texts {\n");
    for name in catalogues[0].keys() {
        write_function(&mut code, name, &catalogues);
    }
    code.push_str("}\n");
    for (catalogue, (_, file, _)) in catalogues.iter().zip(LANGUAGES).skip(1) {
        let extra: Vec<_> = catalogue.keys().filter(|name| !catalogues[0].contains_key(*name)).collect();
        assert!(extra.is_empty(), "locales/{file}.json has texts that the first language has not: {extra:?}");
    }
    let out = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("texts.rs"), code).expect("OUT_DIR can be written");
}

/// A release is cut in two afterwards, which needs to know what refers to what.
fn keep_relocations() {
    let is = |name, value| env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_FAMILY", "wasm") && is("PROFILE", "release") {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}

fn read_catalogue(file: &str, has_one: bool) -> Catalogue {
    let path = format!("locales/{file}.json");
    println!("cargo::rerun-if-changed={path}");
    let json = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let areas: BTreeMap<String, BTreeMap<String, Value>> =
        serde_json::from_str(&json).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut catalogue = Catalogue::new();
    for (area, texts) in areas {
        for (name, value) in texts {
            let name = format!("{area}_{name}");
            let text = parse_text(&value, has_one).unwrap_or_else(|| panic!("{path}: {name} is no text"));
            catalogue.insert(name, text);
        }
    }
    catalogue
}

fn parse_text(value: &Value, has_one: bool) -> Option<Text> {
    match value {
        Value::String(text) => Some(Text::Plain(text.clone())),
        Value::Object(forms) => {
            let form = |name| forms.get(name).and_then(Value::as_str).map(str::to_owned);
            let one = form("one");
            (one.is_some() == has_one)
                .then(|| form("other").map(|other| Text::Counted { one, other }))
                .flatten()
        }
        _ => None,
    }
}

fn write_function(code: &mut String, name: &str, catalogues: &[Catalogue]) {
    let texts: Vec<&Text> = catalogues
        .iter()
        .zip(LANGUAGES)
        .map(|(catalogue, (_, file, _))| {
            catalogue.get(name).unwrap_or_else(|| panic!("locales/{file}.json lacks {name}"))
        })
        .collect();
    let names = placeholders(texts[0]);
    for (text, (_, file, _)) in texts.iter().zip(LANGUAGES) {
        let mut others = placeholders(text);
        others.sort_by_key(|name| names.iter().position(|known| known == name));
        assert!(others == names, "locales/{file}.json: {name} has other placeholders");
    }
    let counted = matches!(texts[0], Text::Counted { .. });
    let arguments: String = names
        .iter()
        .map(|name| format!(", {name}: {}", if counted && name == "count" { "u64" } else { "&str" }))
        .collect();
    let result = if names.is_empty() { "&'static str" } else { "String" };
    writeln!(
        code,
        "/// The text `{name}`.\npub fn {name}(self{arguments}) -> {result} {{ match self.language {{"
    )
    .expect("a string takes all");
    for (text, (variant, _, _)) in texts.iter().zip(LANGUAGES) {
        let body = match text {
            Text::Plain(text) | Text::Counted { one: None, other: text } => phrase(text, &names),
            Text::Counted { one: Some(one), other } => {
                format!("if count == 1 {{ {} }} else {{ {} }}", phrase(one, &names), phrase(other, &names))
            }
        };
        writeln!(code, "Language::{variant} => {body},").expect("a string takes all");
    }
    code.push_str("} }\n");
}

fn phrase(text: &str, names: &[String]) -> String {
    if names.is_empty() { format!("{text:?}") } else { format!("format!({text:?})") }
}

/// The names between braces, in the order in which they first appear: the order of the function's arguments.
fn placeholders(text: &Text) -> Vec<String> {
    let forms: Vec<&String> = match text {
        Text::Plain(text) => vec![text],
        Text::Counted { one, other } => one.iter().chain([other]).collect(),
    };
    let mut names: Vec<String> = Vec::new();
    for rest in forms.into_iter().flat_map(|form| form.split('{').skip(1)) {
        let name = rest.split('}').next().unwrap_or_default().to_owned();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
