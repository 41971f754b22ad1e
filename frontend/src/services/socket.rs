//! The WebSocket: opening it, what comes out of it, and why there is none.

use std::cell::Cell;
use std::rc::Rc;

use common::json;
use common::sync::LinkDown;
use common::wire::{ClientFrame, CloseCode, ServerFrame};
use gloo_timers::callback::Timeout;
use serde::Deserialize;
use wasm_bindgen::prelude::*;
use web_sys::{CloseEvent, MessageEvent, WebSocket};

/// A socket that is not open after this time is given up, milliseconds. Browsers would wait for minutes.
const OPEN_WITHIN_MS: u32 = 15_000;

/// What comes out of a socket.
#[derive(Debug)]
pub(super) enum SocketEvent {
    /// It is open.
    Open,
    /// The server said something.
    Frame(Box<ServerFrame>),
    /// It is closed for good.
    Closed {
        /// Whether it ever was open; if not, the reason is hidden from us.
        was_open: bool,
        /// Why.
        why: LinkDown,
    },
}

/// A socket. Dropping it closes it, and nothing comes out of it any more.
pub(super) struct Socket {
    inner: WebSocket,
    _handlers: Handlers,
    _patience: Timeout,
}

struct Handlers {
    _open: Closure<dyn FnMut()>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _close: Closure<dyn FnMut(CloseEvent)>,
}

impl Socket {
    /// Begins to open a socket to the server that this page came from.
    pub(super) fn open(on_event: impl Fn(SocketEvent) + Clone + 'static) -> Result<Self, JsValue> {
        let inner = WebSocket::new(&address()?)?;
        let was_open = Rc::new(Cell::new(false));
        let open = Closure::new({
            let (on_event, was_open) = (on_event.clone(), Rc::clone(&was_open));
            move || {
                was_open.set(true);
                on_event(SocketEvent::Open);
            }
        });
        let message = Closure::new({
            let on_event = on_event.clone();
            move |event: MessageEvent| {
                // what is no frame that this build knows is passed over
                if let Some(frame) = event.data().as_string().and_then(|text| ServerFrame::parse(&text)) {
                    on_event(SocketEvent::Frame(Box::new(frame)));
                }
            }
        });
        let close = Closure::new(move |event: CloseEvent| {
            let why = link_down(event.code(), &event.reason());
            on_event(SocketEvent::Closed { was_open: was_open.get(), why });
        });
        inner.set_onopen(Some(open.as_ref().unchecked_ref()));
        inner.set_onmessage(Some(message.as_ref().unchecked_ref()));
        inner.set_onclose(Some(close.as_ref().unchecked_ref()));
        let patience = Timeout::new(OPEN_WITHIN_MS, {
            let inner = inner.clone();
            move || {
                if inner.ready_state() == WebSocket::CONNECTING {
                    let _ = inner.close();
                }
            }
        });
        let handlers = Handlers { _open: open, _message: message, _close: close };
        Ok(Self { inner, _handlers: handlers, _patience: patience })
    }

    /// Hands a frame over, if the socket is open.
    pub(super) fn transmit(&self, frame: &ClientFrame) {
        let text = json::write(frame);
        // a socket that is closing says so by its close event
        let _ = self.inner.send_with_str(&text);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.inner.set_onopen(None);
        self.inner.set_onmessage(None);
        self.inner.set_onclose(None);
        let _ = self.inner.close();
    }
}

fn address() -> Result<String, JsValue> {
    let location = web_sys::window().ok_or(JsValue::NULL)?.location();
    let scheme = if location.protocol()? == "https:" { "wss" } else { "ws" };
    Ok(format!("{scheme}://{}/ws", location.host()?))
}

/// What a close code and its reason mean for the engine.
fn link_down(code: u16, reason: &str) -> LinkDown {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Reason {
        retry_after: u64,
    }
    let Some(code) = CloseCode::from_code(code) else {
        return LinkDown::Closed { code: None, retry_after_s: None };
    };
    let retry_after_s = json::read(reason).ok().map(|reason: Reason| reason.retry_after);
    LinkDown::Closed { code: Some(code), retry_after_s }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_codes_say_what_to_do() {
        let closed = |code, retry_after_s| LinkDown::Closed { code, retry_after_s };
        assert_eq!(link_down(1006, ""), closed(None, None));
        assert_eq!(link_down(1012, r#"{"retryAfter":7}"#), closed(Some(CloseCode::ComeBack), Some(7)));
        assert_eq!(link_down(1012, "soon"), closed(Some(CloseCode::ComeBack), None));
        assert_eq!(link_down(4002, ""), closed(Some(CloseCode::Revoked), None));
    }
}
