//! Which form a moment is said in: the time, "yesterday", a weekday, or a date.

/// A moment as the person's calendar has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    /// Days since some fixed day, in local time.
    pub day: i64,
    /// The calendar year, in local time.
    pub year: i32,
}

/// The form in which a moment is said in a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// Today: the time says it.
    Today,
    /// The day before today.
    Yesterday,
    /// Within the last week: the weekday says it.
    Weekday,
    /// This year: day and month say it.
    Date,
    /// Any other time: the year is needed.
    DateWithYear,
}

/// The shortest form that does not mislead. A moment in the future (a wrong clock) is given by its date.
pub fn when(then: Moment, now: Moment) -> When {
    match now.day - then.day {
        0 => When::Today,
        1 => When::Yesterday,
        2..=6 => When::Weekday,
        _ if then.year == now.year => When::Date,
        _ => When::DateWithYear,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment { day: 20_000, year: 2026 };

    fn days_ago(days: i64, year: i32) -> When {
        when(Moment { day: NOW.day - days, year }, NOW)
    }

    #[test]
    fn the_shortest_form_that_does_not_mislead() {
        assert_eq!(days_ago(0, 2026), When::Today);
        assert_eq!(days_ago(1, 2025), When::Yesterday, "even across a new year");
        assert_eq!(days_ago(6, 2026), When::Weekday);
        assert_eq!(days_ago(7, 2026), When::Date, "a week ago has the same weekday as today");
        assert_eq!(days_ago(40, 2025), When::DateWithYear);
    }

    #[test]
    fn a_moment_in_the_future_is_a_date() {
        assert_eq!(days_ago(-1, 2026), When::Date);
        assert_eq!(days_ago(-300, 2027), When::DateWithYear);
    }
}
