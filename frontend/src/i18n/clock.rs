//! Times and dates in the person's language and time zone, by the browser's own `Intl.DateTimeFormat`.

use common::model::Language;
use js_sys::{Array, Date, Intl, Object, Reflect};
use leptos::prelude::StoredValue;
use leptos::prelude::WithValue;
use leptos::reactive::owner::LocalStorage;
use wasm_bindgen::JsValue;

use crate::i18n::{Moment, Texts, When, when};

/// Seconds in a minute.
const MINUTE_S: i64 = 60;
/// Milliseconds in a day.
const DAY_MS: f64 = 86_400_000.0;

/// Says times. Making a format costs a browser more than using it a hundred times, so each is made once.
#[derive(Clone, Copy)]
pub struct Clock {
    formats: StoredValue<Formats, LocalStorage>,
    texts: Texts,
}

struct Formats {
    time: Intl::DateTimeFormat,
    weekday: Intl::DateTimeFormat,
    date: Intl::DateTimeFormat,
    date_with_year: Intl::DateTimeFormat,
    day: Intl::DateTimeFormat,
    day_with_year: Intl::DateTimeFormat,
    exact: Intl::DateTimeFormat,
    ahead: Intl::DateTimeFormat,
}

impl Clock {
    /// The clock of a language.
    pub fn new(language: Language) -> Self {
        let make = |options: &[(&str, &str)]| format(language, options);
        let formats = Formats {
            time: make(&[("hour", "numeric"), ("minute", "2-digit")]),
            weekday: make(&[("weekday", "short")]),
            date: make(&[("day", "numeric"), ("month", "short")]),
            date_with_year: make(&[("day", "numeric"), ("month", "numeric"), ("year", "numeric")]),
            day: make(&[("weekday", "long"), ("day", "numeric"), ("month", "long")]),
            day_with_year: make(&[("day", "numeric"), ("month", "long"), ("year", "numeric")]),
            exact: make(&[("dateStyle", "full"), ("timeStyle", "medium")]),
            ahead: make(&[
                ("weekday", "short"),
                ("day", "numeric"),
                ("month", "short"),
                ("hour", "numeric"),
                ("minute", "2-digit"),
            ]),
        };
        Self { formats: StoredValue::new_local(formats), texts: Texts::new(language) }
    }

    /// The time of day: "9:41 AM", 「上午 9:41」. `seconds` since 1970, as in all of these.
    pub fn time(self, seconds: i64) -> String {
        self.say(seconds, |formats| &formats.time)
    }

    /// The shortest form for a list: a time, "Yesterday", a weekday or a date.
    pub fn short(self, seconds: i64, now: i64) -> String {
        match when(moment(seconds), moment(now)) {
            When::Today => self.time(seconds),
            When::Yesterday => self.texts.timeline_yesterday().to_owned(),
            When::Weekday => self.say(seconds, |formats| &formats.weekday),
            When::Date => self.say(seconds, |formats| &formats.date),
            When::DateWithYear => self.say(seconds, |formats| &formats.date_with_year),
        }
    }

    /// A day between messages: "Today", "Yesterday", or the date in words.
    pub fn day(self, seconds: i64, now: i64) -> String {
        match when(moment(seconds), moment(now)) {
            When::Today => self.texts.timeline_today().to_owned(),
            When::Yesterday => self.texts.timeline_yesterday().to_owned(),
            When::Weekday | When::Date => self.say(seconds, |formats| &formats.day),
            When::DateWithYear => self.say(seconds, |formats| &formats.day_with_year),
        }
    }

    /// Date and time to the second.
    pub fn exact(self, seconds: i64) -> String {
        self.say(seconds, |formats| &formats.exact)
    }

    /// A time that is still to come: with its day, unless that is today.
    pub fn ahead(self, seconds: i64, now: i64) -> String {
        match when(moment(seconds), moment(now)) {
            When::Today => self.time(seconds),
            _ => self.say(seconds, |formats| &formats.ahead),
        }
    }

    /// When a person was last here, in a sentence's form.
    pub fn last_seen(self, seconds: i64, now: i64) -> String {
        let minutes = (now - seconds) / MINUTE_S;
        match when(moment(seconds), moment(now)) {
            _ if minutes < 2 => self.texts.presence_seen_moment().to_owned(),
            _ if minutes < 60 => self.texts.presence_seen_minutes(minutes.unsigned_abs()),
            When::Today => self.texts.presence_seen_today(&self.time(seconds)),
            When::Yesterday => self.texts.presence_seen_yesterday(&self.time(seconds)),
            _ => self.texts.presence_seen_on(&self.say(seconds, |formats| &formats.date_with_year)),
        }
    }

    fn say(self, seconds: i64, choose: fn(&Formats) -> &Intl::DateTimeFormat) -> String {
        let date = date(seconds);
        let text = self
            .formats
            .try_with_value(|formats| choose(formats).format().call1(&JsValue::UNDEFINED, &date))
            .and_then(Result::ok)
            .and_then(|text| text.as_string())
            .unwrap_or_default();
        air_before_digits(&text)
    }
}

fn format(language: Language, options: &[(&str, &str)]) -> Intl::DateTimeFormat {
    let bag = Object::new();
    for (name, value) in options {
        Reflect::set(&bag, &JsValue::from(*name), &JsValue::from(*value)).expect("a fresh object takes all");
    }
    Intl::DateTimeFormat::new(&Array::of1(&JsValue::from(language.tag())), &bag)
}

fn date(seconds: i64) -> Date {
    Date::new(&JsValue::from_f64(seconds as f64 * 1000.0))
}

fn moment(seconds: i64) -> Moment {
    let date = date(seconds);
    let local_ms = date.get_time() - date.get_timezone_offset() * 60_000.0;
    Moment { day: (local_ms / DAY_MS).floor() as i64, year: date.get_full_year().cast_signed() }
}

/// Puts the space of good typesetting between 「上午」 and a time's first digit, which browsers leave out.
fn air_before_digits(text: &str) -> String {
    let mut aired = String::with_capacity(text.len() + 1);
    let mut before = None;
    for c in text.chars() {
        if c.is_ascii_digit() && matches!(before, Some('午' | '晨' | '晚' | '夜')) {
            aired.push(' ');
        }
        aired.push(c);
        before = Some(c);
    }
    aired
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chinese_time_has_its_space_and_a_date_none() {
        assert_eq!(air_before_digits("上午9:41"), "上午 9:41");
        assert_eq!(air_before_digits("2026年11月23日 下午2:05:09"), "2026年11月23日 下午 2:05:09");
        assert_eq!(air_before_digits("9:41 AM"), "9:41 AM");
    }
}
