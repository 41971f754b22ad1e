//! A list whose rows stay in the page while others come and go around them.

use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;

/// As Leptos' own `For`, but compiled once for all lists: each more would be 2 kB of the download.
///
/// `For` takes all rows out of the page and puts them back when two or more come before them, and the browser then lays
/// out every one anew. So in a list that `grows_upwards` what comes before is a batch of its own: among batches, one has
/// come, which `For` does well. Rows must seldom change places there, since one that gets into another batch is drawn
/// anew.
#[component]
pub fn Rows<T, V>(
    /// What there is.
    each: impl Fn() -> Vec<T> + Send + Sync + 'static,
    /// What a row is known by among the others.
    key: fn(&T) -> String,
    /// Whether rows come before others, many at a time.
    #[prop(optional)]
    grows_upwards: bool,
    /// Draws a row.
    children: impl Fn(T) -> V + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    V: IntoAny,
{
    let children = Arc::new(children);
    let row = move |item: T| {
        let children = Arc::clone(&children);
        Row { key: key(&item).into(), draw: Arc::new(move || children(item.clone()).into_any()) }
    };
    let rows = Box::new(move || each().into_iter().map(&row).collect());
    if grows_upwards { keyed_in_batches(rows) } else { keyed(rows) }
}

/// A row that may have to be drawn.
#[derive(Clone)]
struct Row {
    key: Arc<str>,
    draw: Arc<dyn Fn() -> AnyView + Send + Sync>,
}

/// Rows that came together, in order, and those that came after or among them.
struct Batch<R> {
    number: u64,
    rows: Vec<R>,
}

fn keyed(rows: Box<dyn Fn() -> Vec<Row> + Send + Sync>) -> AnyView {
    view! { <For each=rows key=|row| row.key.clone() children=|row| (row.draw)()/> }.into_any()
}

fn keyed_in_batches(rows: Box<dyn Fn() -> Vec<Row> + Send + Sync>) -> AnyView {
    let batches = Memo::new_with_compare(
        move |before: Option<&Vec<Batch<Row>>>| {
            batched(before.map_or(&[], Vec::as_slice), rows(), |row| &row.key)
        },
        |_, _| true,
    );
    let numbers = move || batches.with(|all| all.iter().map(|batch| batch.number).collect::<Vec<_>>());
    let rows_of = move |number| {
        batches.with(|all| {
            let batch = all.iter().find(|batch| batch.number == number);
            batch.map(|batch| batch.rows.clone()).unwrap_or_default()
        })
    };
    let batch = move |number| keyed(Box::new(move || rows_of(number)));
    view! { <For each=numbers key=|number| *number children=batch/> }.into_any()
}

/// How many rows that were there may stand before new ones (the day's line, say) and join their batch.
const HEADS: usize = 2;

/// The rows in their order, in the batches that they were in. Those that came before are a new one.
fn batched<R>(before: &[Batch<R>], rows: Vec<R>, key: fn(&R) -> &Arc<str>) -> Vec<Batch<R>> {
    let place: HashMap<&str, usize> = before
        .iter()
        .enumerate()
        .flat_map(|(at, batch)| batch.rows.iter().map(move |row| (&**key(row), at)))
        .collect();
    let places: Vec<Option<usize>> = rows.iter().map(|row| place.get(&**key(row)).copied()).collect();
    let came_before = came_before(&places);
    let fresh = before.iter().map(|batch| batch.number + 1).max().unwrap_or(0);
    let mut first = Batch { number: fresh, rows: Vec::new() };
    let mut others: Vec<Batch<R>> =
        before.iter().map(|batch| Batch { number: batch.number, rows: Vec::new() }).collect();
    let mut current = None;
    for (at, (row, place)) in rows.into_iter().zip(places).enumerate() {
        if at >= came_before {
            // order is what counts: a row that moved down ahead of a later batch's joins that one
            current = current.max(place);
        }
        match current {
            Some(at) => others[at].rows.push(row),
            None => first.rows.push(row),
        }
    }
    others.insert(0, first);
    others.retain(|batch| !batch.rows.is_empty());
    others
}

/// How many rows at the start are new ones that came before others, with the few that stay at their head. One new row
/// alone needs no batch.
fn came_before(places: &[Option<usize>]) -> usize {
    let (mut known, mut new, mut end) = (0, 0, 0);
    for (at, place) in places.iter().enumerate() {
        match place {
            Some(_) if known == HEADS => break,
            Some(_) => known += 1,
            None => (new, end) = (new + 1, at + 1),
        }
    }
    let nothing_follows = end == places.len() && known > 0;
    if new < 2 || nothing_follows { 0 } else { end }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(before: &[Batch<Arc<str>>], keys: &str) -> Vec<Batch<Arc<str>>> {
        let rows = keys.chars().map(|key| key.to_string().into()).collect();
        let batches = batched(before, rows, |row| row);
        assert_eq!(batches.iter().flat_map(|batch| &batch.rows).map(|row| &**row).collect::<String>(), keys);
        batches
    }

    fn shape(batches: &[Batch<Arc<str>>]) -> Vec<(u64, String)> {
        batches.iter().map(|batch| (batch.number, batch.rows.concat())).collect()
    }

    fn expected(parts: &[(u64, &str)]) -> Vec<(u64, String)> {
        parts.iter().map(|(number, rows)| (*number, (*rows).to_owned())).collect()
    }

    #[test]
    fn what_comes_before_the_others_is_a_batch_of_its_own() {
        let first = next(&[], "klm");
        let second = next(&first, "fghijklm");
        let third = next(&second, "abcdefghijklm");
        assert_eq!(shape(&third), expected(&[(2, "abcde"), (1, "fghij"), (0, "klm")]));
    }

    #[test]
    fn what_stays_at_the_head_joins_those_that_came_before_the_others() {
        let first = next(&[], "Dklmn");
        assert_eq!(shape(&next(&first, "Dfghklmn")), expected(&[(1, "Dfgh"), (0, "klmn")]));
    }

    #[test]
    fn what_comes_after_or_among_the_others_joins_them() {
        let first = next(&[], "bd");
        let second = next(&first, "abdef");
        assert_eq!(shape(&next(&second, "abcdefg")), expected(&[(1, "a"), (0, "bcdefg")]));
    }

    #[test]
    fn a_batch_without_rows_is_gone() {
        let all = next(&next(&[], "cd"), "abcd");
        assert_eq!(shape(&next(&all, "cdef")), expected(&[(0, "cdef")]));
        assert_eq!(shape(&next(&all, "ab")), expected(&[(1, "ab")]));
        assert_eq!(shape(&next(&all, "")), expected(&[]));
        assert_eq!(shape(&next(&all, "xyz")), expected(&[(2, "xyz")]));
    }

    #[test]
    fn a_row_that_moved_is_where_it_should_be() {
        let all = next(&next(&[], "cd"), "abcd");
        assert_eq!(shape(&next(&all, "bcda")), expected(&[(1, "b"), (0, "cda")]));
        assert_eq!(shape(&next(&all, "dabc")), expected(&[(0, "dabc")]));
    }
}
