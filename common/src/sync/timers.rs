//! Everything that waits for a time, in one place: when the engine wants to be called, and what it does then.

use crate::sync::Engine;
use crate::sync::requests::ANSWER_MS;

impl Engine {
    /// When [`Engine::handle_timeout`] wants to be called, milliseconds since 1970; `None` when only something else can
    /// change anything.
    pub fn poll_timeout(&self) -> Option<u64> {
        let mut times = vec![self.link.due_at(), self.company.due_at()];
        if self.link.is_up() {
            let unanswered = [self.requests.unanswered_since(), self.outbox.unanswered_since()];
            times.extend(unanswered.map(|since| since.map(|since_ms| since_ms.saturating_add(ANSWER_MS))));
            times.push(self.outbox.due_at(self.now_ms));
            times.push(self.catch_up.due_at());
            times.push(self.progress.due_at());
            times.push(self.fetching.due_at(self.now_ms));
        }
        times.into_iter().flatten().min()
    }

    /// Does what is due, the link's own business aside.
    pub(super) fn run_timers(&mut self) {
        self.expire_typing();
        // a wait that is over shows in the state of what waited
        self.outbox.changed = true;
        if !self.link.is_up() {
            return;
        }
        let unanswered = [self.requests.unanswered_since(), self.outbox.unanswered_since()];
        if unanswered.into_iter().flatten().any(|since_ms| since_ms.saturating_add(ANSWER_MS) <= self.now_ms)
        {
            return self.fail_link();
        }
        self.retry_resume();
        self.tell_progress();
        self.fill_a_hole();
    }
}
