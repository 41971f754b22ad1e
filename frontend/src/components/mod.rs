//! What pages are put together from. A component is a function of its props and the stores.

pub mod accounts;
pub mod composer;
pub mod conversation_list;
pub mod kit;
pub mod people;
pub mod settings;
pub mod timeline;

mod conversation_foot;
mod conversation_head;
mod errand;
mod install;
mod leave;
mod link_banner;
mod notices;
mod now;
mod offers;
mod party;
mod pointer;
mod presence_line;
mod request_bar;
mod resize_handle;
mod size_watch;
mod state_mark;
mod toasts;
mod verb;
mod viewport;

pub use conversation_foot::ConversationFoot;
pub use conversation_head::ConversationHead;
pub use install::InstallWay;
pub use leave::SignOut;
pub use link_banner::LinkBanner;
pub use notices::Notices;
pub use now::Now;
pub use offers::Offers;
pub use party::{Party, use_parties};
pub use resize_handle::ResizeHandle;
pub use toasts::Toasts;
pub use verb::{Verb, use_verb};
pub use viewport::follow_viewport;
