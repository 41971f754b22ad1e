//! Which parts of a message are links.

use linkify::{LinkFinder, LinkKind};

/// A part of a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece {
    /// Plain text.
    Text(String),
    /// Something to follow.
    Link {
        /// What is shown: as it was written.
        text: String,
        /// Where it leads: `http`, `https` or `mailto`, nothing else.
        href: String,
    },
}

/// Cuts a message into text and links. The pieces put together again are the message.
pub fn split_links(message: &str) -> Vec<Piece> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url, LinkKind::Email]).url_must_have_scheme(true);
    let mut pieces = Vec::new();
    let mut done = 0;
    for link in finder.links(message) {
        let end = link.start() + until_full_width(link.as_str());
        let text = &message[link.start()..end];
        let href = match link.kind() {
            LinkKind::Email => format!("mailto:{text}"),
            _ if is_web_address(text) => text.to_owned(),
            _ => continue,
        };
        push_text(&mut pieces, &message[done..link.start()]);
        pieces.push(Piece::Link { text: text.to_owned(), href });
        done = end;
    }
    push_text(&mut pieces, &message[done..]);
    pieces
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    if !text.is_empty() {
        pieces.push(Piece::Text(text.to_owned()));
    }
}

/// `javascript:` and the like are text for us.
fn is_web_address(url: &str) -> bool {
    let scheme = url.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let rest = url.get(scheme.len()..).unwrap_or_default();
    matches!(scheme.as_str(), "http" | "https") && rest.starts_with("://") && rest.len() > 3
}

/// Chinese follows a link without a space: its punctuation ends the link.
fn until_full_width(link: &str) -> usize {
    let ends = |c: char| matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff65}' | '“' | '”' | '‘' | '’' | '…' | '—');
    link.find(ends).unwrap_or(link.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hrefs(message: &str) -> Vec<String> {
        let pieces = split_links(message);
        let whole: String = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) | Piece::Link { text, .. } => text.as_str(),
            })
            .collect();
        assert_eq!(whole, message, "nothing is lost or doubled");
        pieces
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Link { href, .. } => Some(href),
                Piece::Text(_) => None,
            })
            .collect()
    }

    #[test]
    fn the_full_stop_is_not_part_of_the_link() {
        assert_eq!(hrefs("See https://example.com/a?b=c."), ["https://example.com/a?b=c"]);
        assert_eq!(hrefs("(http://example.com)"), ["http://example.com"]);
    }

    #[test]
    fn chinese_punctuation_ends_a_link() {
        assert_eq!(hrefs("看https://example.com/，好"), ["https://example.com/"]);
        assert_eq!(hrefs("「https://example.com/a」。"), ["https://example.com/a"]);
        assert_eq!(hrefs("https://zh.wikipedia.org/wiki/鴻雁"), ["https://zh.wikipedia.org/wiki/鴻雁"]);
    }

    #[test]
    fn only_the_web_and_mail_are_followed() {
        assert_eq!(hrefs("javascript://alert(1) file:///etc/passwd data:text/html,x ftp://a.b"), [""; 0]);
        assert_eq!(hrefs("write to anna@example.com"), ["mailto:anna@example.com"]);
        assert_eq!(hrefs("HTTPS://EXAMPLE.COM"), ["HTTPS://EXAMPLE.COM"]);
        assert_eq!(hrefs("example.com is not marked"), [""; 0]);
    }
}
