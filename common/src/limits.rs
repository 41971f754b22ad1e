//! Every bound that both sides share. A bound with a name can be found, tested and changed.

/// Longest content of one message, in bytes of UTF-8.
pub const CONTENT_BYTES: usize = 16 * 1024;
/// Longest frame a client may send, in bytes: a full message with every character escaped, and its envelope.
pub const CLIENT_FRAME_BYTES: usize = 128 * 1024;
/// Longest body of an HTTP request, in bytes.
pub const HTTP_BODY_BYTES: usize = 128 * 1024;

/// Longest user name, in characters (which are all ASCII).
pub const USERNAME_CHARS: usize = 64;
/// Longest display name, in characters.
pub const DISPLAY_NAME_CHARS: usize = 64;
/// Longest title of a group, in characters.
pub const TITLE_CHARS: usize = 100;
/// Longest name of a device, in characters.
pub const DEVICE_NAME_CHARS: usize = 64;
/// Shortest password, in characters.
pub const PASSWORD_MIN_CHARS: usize = 8;
/// Longest password, in bytes; beyond this hashing would be a way to spend our time.
pub const PASSWORD_MAX_BYTES: usize = 256;

/// Members of one group.
pub const GROUP_MEMBERS: usize = 1_000;
/// Groups above this size get their receipts coalesced (docs/protocol.md, "Catching up").
pub const LIVE_RECEIPT_MEMBERS: usize = 32;

/// Entries in one page of history, at most.
pub const PAGE_ENTRIES: usize = 100;
/// Entries in the newest page that a resume attaches to one conversation.
pub const RESUME_PAGE_ENTRIES: usize = 50;
/// Conversations in one answer to a resume; more come as slices.
pub const RESUME_CONVERSATIONS: usize = 100;
/// Bytes, roughly, after which an answer to a resume takes up no further conversation; more come as slices.
pub const RESUME_BYTES: usize = 1024 * 1024;
/// Conversations in one `compare` frame.
pub const COMPARE_CONVERSATIONS: usize = 50;
/// Points for one conversation in a `compare` frame.
pub const COMPARE_POINTS: usize = 64;
/// People that one `watch` frame may name.
pub const WATCHED_PEOPLE: usize = 200;
/// Shortest text a name is looked up by, in characters.
pub const LOOKUP_MIN_CHARS: usize = 2;
/// Most names one look-up answers.
pub const LOOKUP_RESULTS: usize = 20;

/// Browsers that one device may have notified; a browser has one, until it is told another.
pub const SUBSCRIPTIONS_PER_DEVICE: usize = 4;

/// Browsers of one account that are notified.
pub const SUBSCRIPTIONS_PER_ACCOUNT: usize = 20;

/// A conversation that is muted for good, or for longer, is muted until then, Unix seconds: the end of the year 9999.
pub const MUTED_FOR_EVER: i64 = 253_402_300_799;

/// Messages of one conversation that may be on their way at once from one device.
pub const SEND_WINDOW: usize = 16;

/// A client that hears nothing sends a `ping` after this time.
pub const PING_AFTER_MS: u64 = 25_000;
/// Either side gives a silent connection up after this time.
pub const SILENCE_MS: u64 = 60_000;
/// How long a `typing` hint stays true without being repeated.
pub const TYPING_MS: u64 = 6_000;
