//! Sizes of storage, as people say them.

use crate::i18n::Texts;

/// A number of bytes in its nearest unit (decimal, as operating systems show them), with one digit after the point
/// below ten.
pub fn size_text(texts: Texts, bytes: u64) -> String {
    let (value, unit): (f64, fn(Texts, &str) -> String) = match bytes {
        0..1_000 => (bytes as f64, Texts::size_bytes),
        1_000..1_000_000 => (bytes as f64 / 1e3, Texts::size_kb),
        1_000_000..1_000_000_000 => (bytes as f64 / 1e6, Texts::size_mb),
        _ => (bytes as f64 / 1e9, Texts::size_gb),
    };
    let digits = usize::from(value < 10.0 && bytes >= 1_000);
    unit(texts, &format!("{value:.digits$}"))
}

#[cfg(test)]
mod tests {
    use common::model::Language;

    use super::*;

    #[test]
    fn a_size_is_said_in_its_nearest_unit() {
        let en = Texts::new(Language::English);
        assert_eq!(size_text(en, 0), "0 bytes");
        assert_eq!(size_text(en, 999), "999 bytes");
        assert_eq!(size_text(en, 4_200), "4.2 kB");
        assert_eq!(size_text(en, 12_345_678), "12 MB");
        assert_eq!(size_text(en, 3_000_000_000), "3.0 GB");
    }
}
