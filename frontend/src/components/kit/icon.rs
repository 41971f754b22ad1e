//! The small drawings, stroked in the colour of the text around them.

use leptos::prelude::*;

/// A small drawing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Icon {
    /// A step back.
    Back,
    /// Away with it.
    Close,
    /// Further choices.
    More,
    /// Look for something.
    Search,
    /// Write to someone new.
    Write,
    /// Settings.
    Sliders,
    /// Off it goes.
    Send,
    /// Facts about it.
    Info,
    /// Several people.
    People,
    /// One person.
    Person,
    /// One more.
    Plus,
    /// Done, or chosen.
    Check,
    /// Show what is hidden.
    Eye,
    /// Hide it again.
    EyeOff,
    /// A device.
    Device,
    /// Languages.
    Globe,
    /// What is stored.
    Drawer,
    /// Refused people.
    Ban,
    /// Deleted for good.
    Trash,
    /// Keys.
    Keyboard,
    /// A password.
    Key,
    /// The way out.
    Door,
    /// Further down.
    Down,
    /// Further in.
    Forward,
    /// A note to oneself.
    Note,
    /// Needs attention.
    Notice,
    /// A letter.
    Letter,
    /// Being told of something.
    Bell,
    /// Not being told of it.
    BellOff,
}

impl Icon {
    /// Its strokes on a grid of 24.
    fn path(self) -> &'static str {
        match self {
            Self::Back => "M15 5l-7 7 7 7",
            Self::Close => "M6 6l12 12M18 6L6 18",
            Self::More => "M5.5 11.5v1M12 11.5v1M18.5 11.5v1M5 12h1M11.5 12h1M18 12h1",
            Self::Search => "M11 4.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM16 16l4 4",
            Self::Write => {
                "M12 5H6.5A2.5 2.5 0 0 0 4 7.5v10A2.5 2.5 0 0 0 6.5 20h10a2.5 2.5 0 0 0 2.5-2.5V12M10 14l.6-3L18 3.6a1.7 1.7 0 0 1 2.4 2.4L13 13.4z"
            }
            Self::Sliders => {
                "M4 7h9M19 7h1M4 17h2M12 17h8M16 4.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5zM9 14.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z"
            }
            Self::Send => "M12 19V5M6 11l6-6 6 6",
            Self::Info => "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM12 11v5M12 8h.01",
            Self::People => {
                "M9 5a3.2 3.2 0 1 1 0 6.4A3.2 3.2 0 0 1 9 5zM3.5 19c.4-3.2 2.5-5 5.5-5s5.1 1.8 5.5 5M15.5 5.2a3.2 3.2 0 0 1 0 6M17 14.3c2 .6 3.2 2.2 3.5 4.7"
            }
            Self::Person => {
                "M12 4.5a3.7 3.7 0 1 1 0 7.4 3.7 3.7 0 0 1 0-7.4zM5 19.5c.5-3.6 3.1-5.5 7-5.5s6.5 1.9 7 5.5"
            }
            Self::Plus => "M12 5v14M5 12h14",
            Self::Check => "M5 12.5l4.5 4.5L19 7.5",
            Self::Eye => {
                "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.3a2.7 2.7 0 1 1 0 5.4 2.7 2.7 0 0 1 0-5.4z"
            }
            Self::EyeOff => {
                "M4 4l16 16M9.5 5.9A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a17 17 0 0 1-2.7 3.5M6.2 7.6A16 16 0 0 0 2.5 12S6 18.5 12 18.5a9 9 0 0 0 4.4-1.2"
            }
            Self::Device => "M5.5 5h13A1.5 1.5 0 0 1 20 6.5v9H4v-9A1.5 1.5 0 0 1 5.5 5zM2.5 19h19",
            Self::Globe => {
                "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM3.5 12h17M12 3.5c5 5 5 12 0 17M12 3.5c-5 5-5 12 0 17"
            }
            Self::Drawer => "M4.5 5h15v14h-15zM4.5 12h15M10 8.5h4M10 15.5h4",
            Self::Ban => "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM6 6l12 12",
            Self::Trash => "M4.5 6.5h15M9.5 6.5V4h5v2.5M6.5 6.5l.8 13.5h9.4l.8-13.5M10 10.5v6M14 10.5v6",
            Self::Keyboard => "M3 6.5h18v11H3zM6.5 10h.01M10 10h.01M13.5 10h.01M17 10h.01M8 14h8",
            Self::Key => "M8 11.5a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM11 12.7l8-8M16 7.5l2.5 2.5",
            Self::Door => "M10 4H5.5v16H10M14.5 8l4 4-4 4M18 12H9.5",
            Self::Down => "M6 9.5l6 6 6-6",
            Self::Forward => "M9 5l7 7-7 7",
            Self::Note => "M5.5 4h13v11l-5 5h-8zM13.5 20v-5h5M8.5 8.5h7M8.5 12h4",
            Self::Notice => "M12 4l9 15.5H3zM12 10v4.5M12 17h.01",
            Self::Bell => {
                "M12 4a5.5 5.5 0 0 1 5.5 5.5c0 5 2 6.5 2 6.5h-15s2-1.5 2-6.5A5.5 5.5 0 0 1 12 4zM10 19.5h4"
            }
            Self::BellOff => {
                "M9.3 4.7A5.5 5.5 0 0 1 17.5 9.5c0 1.6.2 2.9.5 3.9M16 16H4.5s2-1.5 2-6.5V8.8M10 19.5h4M4 4l16 16"
            }
            Self::Letter => "M3.5 6h17v12.5h-17zM3.5 7l8.5 6.5L20.5 7",
        }
    }
}

/// Draws one. Decoration for the eye: the words beside it, or the label of its button, say it to everyone.
#[component]
pub fn Glyph(
    /// Which.
    icon: Icon,
) -> impl IntoView {
    view! {
        <svg class="glyph" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=icon.path()></path>
        </svg>
    }
}
