//! Messages that are nothing but a few emoji are shown large.

/// Most emoji that are shown large.
const MOST_LARGE: usize = 3;

/// Whether a message is one to three emoji and nothing else.
pub fn is_large_emoji(message: &str) -> bool {
    let message = message.trim();
    // A family with skin tones is some 40 bytes; longer text need not be looked at.
    if message.is_empty() || message.len() > 160 {
        return false;
    }
    let mut clusters = 0;
    let mut joined = false;
    let mut half_flag = false;
    let mut chars = message.chars().peekable();
    while let Some(c) = chars.next() {
        let keycap = c.is_ascii_digit() || matches!(c, '#' | '*');
        match c {
            ' ' => {}
            ZWJ => joined = true,
            _ if is_modifier(c) => {}
            _ if keycap && is_keycap(&mut chars) => clusters += 1,
            '\u{1f1e6}'..='\u{1f1ff}' => {
                half_flag = !half_flag;
                clusters += usize::from(half_flag);
            }
            _ if is_emoji(c, chars.peek() == Some(&VARIATION)) => {
                clusters += usize::from(!joined);
                joined = false;
            }
            _ => return false,
        }
    }
    (1..=MOST_LARGE).contains(&clusters) && !half_flag
}

/// Joins emoji into one.
const ZWJ: char = '\u{200d}';
/// Asks for the colourful form of a character that is text by itself.
const VARIATION: char = '\u{fe0f}';

fn is_modifier(c: char) -> bool {
    matches!(c, VARIATION | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}')
}

fn is_keycap(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> bool {
    chars.next_if_eq(&VARIATION).is_some() && chars.next_if_eq(&'\u{20e3}').is_some()
}

fn is_emoji(c: char, asked_for: bool) -> bool {
    match c {
        '\u{1f300}'..='\u{1f64f}'
        | '\u{1f680}'..='\u{1f6ff}'
        | '\u{1f7e0}'..='\u{1f7eb}'
        | '\u{1f900}'..='\u{1faff}' => true,
        '\u{231a}'
        | '\u{231b}'
        | '\u{23e9}'..='\u{23f3}'
        | '\u{25fd}'
        | '\u{25fe}'
        | '\u{2614}'
        | '\u{2615}' => true,
        '\u{2648}'..='\u{2653}'
        | '\u{267f}'
        | '\u{2693}'
        | '\u{26a1}'
        | '\u{26bd}'
        | '\u{26be}'
        | '\u{26c4}' => true,
        '\u{26d4}' | '\u{26ea}' | '\u{2705}' | '\u{270a}' | '\u{270b}' | '\u{2728}' | '\u{274c}'
        | '\u{2753}' => true,
        '\u{2757}'
        | '\u{2b1b}'
        | '\u{2b1c}'
        | '\u{2b50}'
        | '\u{2b55}'
        | '\u{1f004}'
        | '\u{1f0cf}'
        | '\u{1f18e}'
        | '\u{1f191}'..='\u{1f19a}' => true,
        '\u{00a9}' | '\u{00ae}' | '\u{203c}'..='\u{3299}' | '\u{1f170}'..='\u{1f251}' => asked_for,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_to_three_emoji_are_large() {
        for large in ["🎉", "👍🏽", "👨‍👩‍👧‍👦", "❤️", "🇹🇼", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "1️⃣", "☀️🌧️⭐", " 😀 😀 ", "👩🏽‍🚀🐈‍⬛"]
        {
            assert!(is_large_emoji(large), "{large}");
        }
    }

    #[test]
    fn anything_else_is_text() {
        for text in ["", " ", "a", "1", "123", "😀!", "😀😀😀😀", "雁", "©", "→", "🇹", "#", "\u{200d}"]
        {
            assert!(!is_large_emoji(text), "{text}");
        }
    }
}
