//! Each file compressed once, as small as it gets, rather than at every request.

use std::io::Write;

use anyhow::Result;
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::tree::Tree;

/// Brotli's best, and the largest window that every browser takes.
const BROTLI_QUALITY: i32 = 11;
const BROTLI_WINDOW_BITS: i32 = 22;

type Compressor = fn(&[u8]) -> Result<Vec<u8>>;

/// Puts `<file>.br` and `<file>.gz` beside each file for which they are worth the choice. What `known` holds for
/// the same content is taken from there: the best compression is slow.
///
/// # Errors
/// When compressing fails, which memory alone can make it.
pub fn add_variants(files: &mut Tree, known: &Tree) -> Result<()> {
    let plain: Vec<(String, Vec<u8>)> =
        files.iter().map(|(path, content)| (path.to_owned(), content.to_vec())).collect();
    for (path, content) in plain {
        let is_known = known.find(&path) == Some(&content);
        for (ending, compress) in [("br", brotli as Compressor), ("gz", gzip)] {
            let variant_path = format!("{path}.{ending}");
            if is_known {
                if let Some(variant) = known.find(&variant_path) {
                    files.insert(&variant_path, variant);
                }
            } else {
                let variant = compress(&content)?;
                if is_worth_it(content.len(), variant.len()) {
                    files.insert(&variant_path, variant);
                }
            }
        }
    }
    Ok(())
}

/// Whether this path is one that [`add_variants`] made.
pub fn is_variant(path: &str) -> bool {
    path.ends_with(".br") || path.ends_with(".gz")
}

/// A tenth smaller, or it stays out: pictures are compressed in themselves.
fn is_worth_it(plain_len: usize, variant_len: usize) -> bool {
    variant_len < plain_len - plain_len / 10
}

fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let parameters = BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        lgwin: BROTLI_WINDOW_BITS,
        size_hint: content.len(),
        ..BrotliEncoderParams::default()
    };
    brotli::BrotliCompress(&mut &*content, &mut out, &parameters)?;
    Ok(out)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    writer.write_all(content)?;
    Ok(writer.finish()?)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn compressed(path: &str, content: &[u8], known: &Tree) -> Tree {
        let mut files: Tree = [(path.to_owned(), content.to_vec())].into_iter().collect();
        add_variants(&mut files, known).unwrap();
        files
    }

    #[test]
    fn what_is_compressed_can_be_read_again() {
        let content = "the same words again and again ".repeat(1000).into_bytes();
        let files = compressed("a.js", &content, &Tree::default());
        let mut brotli = Vec::new();
        brotli::Decompressor::new(files.find("a.js.br").unwrap(), 4096).read_to_end(&mut brotli).unwrap();
        assert_eq!(brotli, content);
        let mut gzip = Vec::new();
        flate2::read::GzDecoder::new(files.find("a.js.gz").unwrap()).read_to_end(&mut gzip).unwrap();
        assert_eq!(gzip, content);
    }

    #[test]
    fn what_does_not_shrink_stays_alone() {
        let noise: Vec<u8> = (0..500u32)
            .flat_map(|n| super::super::names::digits_of(&[&n.to_be_bytes()]).into_bytes())
            .collect();
        let dense = gzip(&noise).unwrap();
        let files = compressed("a.png", &dense, &Tree::default());
        assert_eq!(files.iter().count(), 1);
        assert_eq!(compressed("empty.txt", b"", &Tree::default()).iter().count(), 1);
    }

    #[test]
    fn the_same_content_is_not_compressed_again_and_other_content_is() {
        let content = b"text ".repeat(100);
        let known: Tree =
            [("a.js".to_owned(), content.clone()), ("a.js.br".to_owned(), b"from before".to_vec())]
                .into_iter()
                .collect();
        assert_eq!(compressed("a.js", &content, &known).find("a.js.br"), Some(&b"from before"[..]));
        let other = b"texts ".repeat(100);
        assert_ne!(compressed("a.js", &other, &known).find("a.js.br"), Some(&b"from before"[..]));
    }
}
