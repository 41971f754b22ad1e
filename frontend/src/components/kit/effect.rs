//! Doing something whenever what it reads changes.

use leptos::prelude::*;

/// As `Effect::new` for what needs nothing of the time before, but compiled once for all: 2 kB less to download.
pub fn effect(run: impl FnMut() + 'static) {
    let run: Box<dyn FnMut()> = Box::new(run);
    Effect::new(run);
}
