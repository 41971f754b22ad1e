//! Sorting. A map is filled one by one (`extend`) rather than by `collect`, which sorts too.

/// Sorts by a number; those with the same number stay as they were. One sort is compiled for all kinds of items: each
/// more would be 1 kB of the download.
pub fn by_number<T>(items: Vec<T>, number: impl Fn(&T) -> u64) -> Vec<T> {
    let mut places: Vec<(u64, usize)> = items.iter().map(number).zip(0..).collect();
    places.sort_unstable();
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    places.into_iter().filter_map(|(_, at)| items[at].take()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_number_changes_no_order() {
        let items = vec![(3, 'a'), (1, 'b'), (3, 'c'), (u64::MAX, 'd'), (1, 'e')];
        let expected = [(1, 'b'), (1, 'e'), (3, 'a'), (3, 'c'), (u64::MAX, 'd')];
        assert_eq!(by_number(items, |(number, _)| *number), expected);
        assert!(by_number(Vec::new(), |number: &u64| *number).is_empty());
    }
}
