//! The life of a connection: what begins with it, what ends with it, and what the banner shows of it.

use crate::sync::link::{Due, LinkDown, Phase};
use crate::sync::outbox::Stage;
use crate::sync::requests::{Request, Why};
use crate::sync::{Change, Engine, LinkState, LostReason, Output, WaitCause};
use crate::wire::ClientWords;

impl Engine {
    /// Does what the link's time asks for.
    pub(super) fn run_link(&mut self) {
        match self.link.due(self.now_ms) {
            Due::Nothing => {}
            Due::Connect => {
                self.link.opening(self.now_ms);
                self.outputs.push_back(Output::Connect);
            }
            Due::Ping => self.transmit(ClientWords::Ping {}),
            Due::GiveUp => self.fail_link(),
        }
    }

    /// A socket is open: catch up, and say again what the server keeps per socket.
    pub(super) fn begin_connection(&mut self) {
        self.tell_company();
        self.begin_catching_up();
    }

    /// Gives the connection up from this side.
    pub(super) fn fail_link(&mut self) {
        self.outputs.push_back(Output::Disconnect);
        self.link_is_down(LinkDown::Failed);
    }

    /// The server says that there is no session.
    pub(super) fn lose(&mut self, reason: LostReason) {
        self.outputs.push_back(Output::Disconnect);
        self.link_is_down(LinkDown::Unauthorized { revoked: reason == LostReason::Revoked });
    }

    pub(super) fn link_is_down(&mut self, why: LinkDown) {
        match self.link.phase {
            // already known: the driver and the engine noticed the same end
            Phase::Waiting { .. } | Phase::Lost(_) if why == LinkDown::Failed => return,
            Phase::Lost(_) => return,
            _ => {}
        }
        self.link.down(why, self.now_ms);
        self.forget_connection();
        if let Phase::Lost(reason) = self.link.phase {
            self.tell(Change::Lost(reason));
        }
    }

    /// Forgets all that was true of one connection only.
    pub(super) fn forget_connection(&mut self) {
        for request in self.requests.give_up() {
            if let Request::History { key, why: Why::Asked { .. } } = request {
                self.tell(Change::HistoryFailed { key });
            }
        }
        for key in std::mem::take(&mut self.fetching.asked_early) {
            self.tell(Change::HistoryFailed { key: key.0 });
        }
        for conversation in self.conversations.iter_mut() {
            conversation.visit = Default::default();
        }
        self.end_catching_up();
        self.end_comparing();
        self.end_company();
        self.fetching.reset();
        let batch = self.journal.next_number();
        for item in self.outbox.items_mut() {
            match item.stage {
                Stage::InFlight { .. } => {
                    item.stage = Stage::Unknown;
                    item.in_doubt = true;
                }
                Stage::Handing { .. } => {
                    item.record.handed_over = false;
                    item.stage = Stage::Storing { batch };
                    self.journal.touch_row(item.record.message_id);
                }
                Stage::Sent { seq, .. } => item.stage = Stage::Sent { seq, asked: false },
                Stage::Storing { .. } | Stage::Queued | Stage::Unknown | Stage::Refused => {}
            }
        }
    }

    pub(super) fn link_state(&self) -> LinkState {
        match self.link.phase {
            Phase::Waiting { next_try_ms } => {
                LinkState::Offline { next_try_ms: self.link.is_online().then_some(next_try_ms) }
            }
            Phase::Opening { .. } => LinkState::Connecting,
            Phase::Up { .. } if self.catch_up.caught_up => LinkState::Live,
            Phase::Up { .. } => LinkState::CatchingUp,
            Phase::Lost(reason) => LinkState::Lost(reason),
        }
    }

    pub(super) fn tell_link(&mut self) {
        let state = self.link_state();
        if self.told_link.as_ref() != Some(&state) {
            self.told_link = Some(state.clone());
            self.outbox.changed = true;
            self.tell(Change::Link(state));
        }
    }

    /// What all waiting messages wait for, if it is the same for all.
    pub(super) fn wait_cause(&self) -> Option<WaitCause> {
        match self.link.phase {
            Phase::Lost(_) => Some(WaitCause::SignIn),
            Phase::Up { .. } if self.catch_up.confirmed => None,
            _ => Some(WaitCause::Link),
        }
    }
}
