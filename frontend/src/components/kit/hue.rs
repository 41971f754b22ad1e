//! The muted hue by which a person is recognised.

/// How many hues `style/tokens.css` has.
const HUES: u32 = 12;

/// The class of the hue that belongs to a name; the same on every device, without regard to case.
pub fn hue_class(name: &str) -> String {
    // FNV-1a: spreads short names well and needs no library.
    let hash = name
        .bytes()
        .map(|byte| byte.to_ascii_lowercase())
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("hue-{}", (hash ^ (hash >> 16)) % HUES)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_name_has_one_hue_in_any_case() {
        assert_eq!(hue_class("Anna"), hue_class("anna"));
    }

    #[test]
    fn names_spread_over_all_hues() {
        let hues: HashSet<String> = (0..200).map(|n| hue_class(&format!("user{n}"))).collect();
        assert_eq!(hues.len(), HUES as usize);
    }
}
