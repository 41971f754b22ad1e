//! Binds the rules of `anchor` to the page: measures, remembers, and puts back.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DomRect, Element, HtmlElement};

use crate::components::timeline::anchor::{Anchor, Measures, first_row_below};
use crate::services::Chat;
use crate::stores::TimelineStore;
use crate::stores::timeline::{Edge, Landing, Row, RowKey, RowSlot};

/// Where in the window (part of its height) a row is put on which one lands.
const LANDING_PART: f64 = 0.2;

/// Keeps the scroll position of the timeline.
#[derive(Clone, Copy)]
pub struct Keeper {
    /// What scrolls.
    pub scroller: NodeRef<html::Div>,
    /// What holds one element for each row.
    pub list: NodeRef<html::Ol>,
    /// The rows on screen.
    pub shown: RwSignal<Vec<RowSlot>>,
    /// Whether the end is on screen.
    pub at_end: RwSignal<bool>,
    anchor: StoredValue<Anchor>,
    /// How far it was scrolled when the anchor was taken or put back, CSS pixels.
    settled_at: StoredValue<f64>,
    /// Rows have changed, and the page has not yet been put back.
    settling: StoredValue<bool>,
    /// The message to point out once the page was put back.
    pointed: StoredValue<Option<RowKey>>,
    store: TimelineStore,
    chat: Chat,
}

impl Keeper {
    /// A keeper that starts at the end.
    pub fn new(store: TimelineStore, chat: Chat) -> Self {
        Self {
            scroller: NodeRef::new(),
            list: NodeRef::new(),
            shown: RwSignal::new(Vec::new()),
            at_end: RwSignal::new(true),
            anchor: StoredValue::new(Anchor::End),
            settled_at: StoredValue::new(0.0),
            settling: StoredValue::new(false),
            pointed: StoredValue::new(None),
            store,
            chat,
        }
    }

    /// Shows other rows without moving what is read.
    pub fn show(self, rows: Vec<RowSlot>) {
        self.remember();
        self.shown.set(rows);
        self.settle_soon();
    }

    /// Goes where the store says.
    pub fn land(self, landing: &Landing) {
        let offset = LANDING_PART * self.measures().map_or(0.0, |m| m.height);
        let anchor = match landing {
            Landing::End => Anchor::End,
            Landing::Row(key) => Anchor::Landing(*key, offset),
            Landing::Message(id) => {
                let key = RowKey::Message(*id);
                self.pointed.set_value(Some(key));
                Anchor::Landing(key, offset)
            }
        };
        self.anchor.set_value(anchor);
        self.settle_soon();
    }

    /// The person has scrolled.
    pub fn scrolled(self) {
        if !self.settling.get_value() {
            self.remember();
            self.report();
        }
    }

    /// Something else may be asked for by now.
    pub fn look_again(self) {
        self.settle_soon();
    }

    /// The window or a row has another size.
    pub fn resized(self) {
        if !self.settling.get_value() {
            self.settle();
        }
    }

    /// Puts everything back once the rows are in the page, and before it is painted.
    fn settle_soon(self) {
        self.settling.set_value(true);
        request_animation_frame(move || {
            if self.settling.try_get_value() == Some(true) {
                self.settling.set_value(false);
                self.settle();
                self.point_out();
                self.report();
            }
        });
    }

    /// Lights the message up on which one has landed, and gives it the focus, unless somebody is about to write.
    fn point_out(self) {
        let Some(key) = self.pointed.try_update_value(Option::take).flatten() else { return };
        let bubble = self.row_of(key).and_then(|row| row.query_selector(".bubble").ok().flatten());
        let Some(bubble) = bubble.and_then(|bubble| bubble.dyn_into::<HtmlElement>().ok()) else { return };
        let writes = document().active_element().is_some_and(|focused| focused.tag_name() == "TEXTAREA");
        if !writes {
            let _ = bubble.focus();
        }
        self.point_at_none();
        // measured without it, it begins anew
        bubble.get_bounding_client_rect();
        let _ = bubble.set_attribute("data-pointed", "");
    }

    /// The focus has gone somewhere else. With the whole window it is only away: what was pointed out stays.
    pub fn focus_left(self) {
        if document().has_focus().unwrap_or(true) {
            self.point_at_none();
        }
    }

    fn point_at_none(self) {
        if let Ok(Some(pointed)) = document().query_selector("[data-pointed]") {
            // fails for no attribute that has a name
            let _ = pointed.remove_attribute("data-pointed");
        }
    }

    fn settle(self) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        match self.anchor.get_value() {
            Anchor::End => scroller.set_scroll_top(scroller.scroll_height()),
            Anchor::Landing(key, offset) => self.shift(&scroller, key, offset, |row| row.top()),
            Anchor::Message(key, offset) => self.shift(&scroller, key, offset, |row| row.bottom()),
        }
        self.settled_at.set_value(f64::from(scroller.scroll_top()));
    }

    /// Scrolls until this edge of a row is `offset` below the top of the window.
    fn shift(self, scroller: &HtmlElement, key: RowKey, offset: f64, edge: fn(&DomRect) -> f64) {
        let (Some(row), Some(top)) = (self.box_of(key), self.window_top()) else { return };
        let moved = (edge(&row) - top - offset).round() as i32;
        if moved != 0 {
            scroller.set_scroll_top(scroller.scroll_top() + moved);
        }
    }

    /// Takes what is on screen for what must stay, if the person has scrolled since. Else it is not measured anew: rows
    /// may have changed since what is seen was painted.
    fn remember(self) {
        if self.settling.get_value() {
            return;
        }
        let Some(measures) = self.measures() else { return };
        let scrolled = measures.scroll_top - self.settled_at.get_value();
        if measures.at_end() && self.store.newer.get_untracked() == Edge::End {
            self.anchor.set_value(Anchor::End);
        } else if scrolled.abs() >= 1.0
            && let Some((key, bottom)) = self.topmost()
        {
            self.anchor.set_value(Anchor::Message(key, bottom));
            self.settled_at.set_value(measures.scroll_top);
        }
    }

    /// Asks for more rows where the edge is near, and tells what is seen.
    fn report(self) {
        let Some(measures) = self.measures() else { return };
        let at_end = measures.at_end() && self.store.newer.get_untracked() == Edge::End;
        if self.at_end.get_untracked() != at_end {
            self.at_end.set(at_end);
        }
        if measures.near_top() && self.store.older.get_untracked() == Edge::More {
            self.chat.older();
        }
        if measures.near_bottom() && self.store.newer.get_untracked() == Edge::More {
            self.chat.newer();
        }
        self.chat.seen(self.newest_seen(measures.height), at_end);
    }

    fn measures(self) -> Option<Measures> {
        let scroller = self.scroller.get_untracked()?;
        Some(Measures {
            scroll_top: f64::from(scroller.scroll_top()),
            height: f64::from(scroller.client_height()),
            content: f64::from(scroller.scroll_height()),
        })
    }

    /// The first message or event on screen, and how far its bottom is below the window's top.
    fn topmost(self) -> Option<(RowKey, f64)> {
        let (list, top) = (self.list.get_untracked()?, self.window_top()?);
        let first = self.first_below(&list, top);
        let (at, key) = self.shown.with_untracked(|rows| {
            let keys = rows.iter().map(|slot| slot.key).enumerate();
            keys.skip(first).find(|(_, key)| matches!(key, RowKey::Message(_)))
        })?;
        Some((key, element(&list, at)?.get_bounding_client_rect().bottom() - top))
    }

    /// The newest message whose end is on screen.
    fn newest_seen(self, height: f64) -> Option<u64> {
        let (list, top) = (self.list.get_untracked()?, self.window_top()?);
        let beyond = self.first_below(&list, top + height + 1.0);
        self.shown.with_untracked(|rows| {
            rows.get(..beyond)?.iter().rev().find_map(|slot| slot.row.with_untracked(row_seq))
        })
    }

    fn first_below(self, list: &Element, y: f64) -> usize {
        let count = self.shown.with_untracked(Vec::len).min(list.child_element_count() as usize);
        let bottom = |at| element(list, at).map_or(f64::MAX, |row| row.get_bounding_client_rect().bottom());
        first_row_below(count, bottom, y)
    }

    fn box_of(self, key: RowKey) -> Option<DomRect> {
        Some(self.row_of(key)?.get_bounding_client_rect())
    }

    fn row_of(self, key: RowKey) -> Option<HtmlElement> {
        let at = self.shown.with_untracked(|rows| rows.iter().position(|slot| slot.key == key))?;
        element(&*self.list.get_untracked()?, at)
    }

    fn window_top(self) -> Option<f64> {
        Some(self.scroller.get_untracked()?.get_bounding_client_rect().top())
    }
}

fn element(list: &Element, at: usize) -> Option<HtmlElement> {
    list.children().item(u32::try_from(at).ok()?)?.dyn_into().ok()
}

fn row_seq(row: &Row) -> Option<u64> {
    match row {
        Row::Message(bubble) => bubble.seq(),
        Row::System(system) => Some(system.entry.seq),
        Row::Day(_) | Row::Unread | Row::Gap(_) => None,
    }
}
