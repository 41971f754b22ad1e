//! Whether the colours of `style/tokens.css` can be read: WCAG 2.2, 1.4.3 (text 4.5 : 1) and 1.4.11 (controls 3 : 1),
//! in the light and in the dark.

use std::collections::HashMap;

/// A colour as oklch: lightness, chroma, hue in degrees.
type Oklch = [f64; 3];

const TOKENS: &str = include_str!("../style/tokens.css");

/// Text on a surface.
const TEXT: [(&str, &[&str]); 12] = [
    ("ink", &["desk", "paper", "sheet", "celadon", "hover", "chosen", "warn-wash", "seal-wash"]),
    ("ink-soft", &["desk", "paper", "sheet", "celadon", "hover", "chosen"]),
    ("seal-ink", &["desk", "paper", "sheet", "hover", "chosen", "seal-wash"]),
    ("on-seal", &["seal", "seal-strong", "ink-soft"]),
    ("warn-ink", &["desk", "paper", "celadon", "warn-wash"]),
    ("leaf-ink", &["desk", "hover", "chosen"]),
    ("link", &["desk", "paper", "sheet", "celadon"]),
    ("paper", &["ink"]),
    ("desk", &["ink-soft"]),
    ("avatar-ink", &["avatar-paper"]),
    ("name-ink", &["sheet", "paper"]),
    ("ink", &["avatar-note"]),
];

/// Borders, marks and dots that one must see to understand.
const CONTROLS: [(&str, &[&str]); 6] = [
    ("edge", &["desk", "paper", "sheet"]),
    ("seal", &["desk", "paper", "sheet", "celadon"]),
    ("leaf", &["desk", "paper", "hover", "chosen"]),
    ("warn-ink", &["celadon", "desk"]),
    ("ink-soft", &["celadon"]),
    ("sign-goose", &["sign-seal"]),
];

#[test]
fn text_can_be_read_in_the_light_and_in_the_dark() {
    let weak = too_weak(&TEXT, 4.5);
    assert!(weak.is_empty(), "{weak:#?}");
}

#[test]
fn controls_can_be_seen_in_the_light_and_in_the_dark() {
    let weak = too_weak(&CONTROLS, 3.0);
    assert!(weak.is_empty(), "{weak:#?}");
}

#[test]
fn the_measure_is_the_one_of_wcag() {
    assert!((contrast([1.0, 0.0, 0.0], [0.0, 0.0, 0.0]) - 21.0).abs() < 0.01);
    assert!((contrast([1.0, 0.0, 0.0], [1.0, 0.0, 0.0]) - 1.0).abs() < 0.01);
    // #777 on white, the example that just fails for text
    assert!((contrast([1.0, 0.0, 0.0], [0.5693, 0.0, 0.0]) - 4.48).abs() < 0.03);
}

fn too_weak(pairs: &[(&str, &[&str])], least: f64) -> Vec<String> {
    let mut weak = Vec::new();
    for theme in [0, 1] {
        for hue in hues() {
            let mut colours = colours(theme, hue);
            colours.insert("avatar-note".into(), colours["celadon"]);
            for (front, backs) in pairs {
                for back in *backs {
                    let found = contrast(colours[*front], colours[*back]);
                    if found < least {
                        weak.push(format!("{front} on {back}, theme {theme}, hue {hue}: {found:.2}"));
                    }
                }
            }
        }
    }
    weak
}

/// The hues of people.
fn hues() -> Vec<f64> {
    let hues: Vec<f64> = TOKENS
        .lines()
        .filter_map(|line| line.split("--hue: ").nth(1)?.split(';').next()?.parse().ok())
        .collect();
    assert_eq!(hues.len(), 12);
    hues
}

/// The colours of a theme: 0 is light, 1 is dark.
fn colours(theme: usize, hue: f64) -> HashMap<String, Oklch> {
    let mut colours = HashMap::new();
    for line in TOKENS.lines() {
        let Some((name, value)) = line.trim().strip_prefix("--").and_then(|line| line.split_once(": "))
        else {
            continue;
        };
        let found: Vec<Oklch> = value.split("oklch(").skip(1).filter_map(|part| parse(part, hue)).collect();
        if let Some(colour) = found.get(theme).or(found.first()) {
            colours.insert(name.to_owned(), *colour);
        }
    }
    colours
}

/// Reads `0.96 0.008 85)…`; a colour that lets others shine through is no surface and no ink.
fn parse(part: &str, hue: f64) -> Option<Oklch> {
    let inner = part.replace("var(--hue)", &hue.to_string());
    let inner = inner.split(')').next()?;
    if inner.contains('/') {
        return None;
    }
    let numbers: Vec<f64> = inner.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    numbers.try_into().ok()
}

/// The contrast ratio of two colours, 1 to 21.
fn contrast(one: Oklch, other: Oklch) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Relative luminance, by way of Oklab (Björn Ottosson's matrices) and linear sRGB, clipped to what screens show.
fn luminance([lightness, chroma, hue]: Oklch) -> f64 {
    let (a, b) = (chroma * hue.to_radians().cos(), chroma * hue.to_radians().sin());
    let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    let red = 4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s;
    let green = -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s;
    let blue = -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s;
    0.212_6 * red.clamp(0.0, 1.0) + 0.715_2 * green.clamp(0.0, 1.0) + 0.072_2 * blue.clamp(0.0, 1.0)
}
