//! The order of assignments, for backends that evaluate them one after another (MySQL): whatever reads a
//! column comes before what writes it.

use super::model::{Assignment, Change, Order, Reads};
use crate::tokens::plain;

/// The order of `list`, as indices into it, given what the `where =` section reads; what is known of it; and whether it
/// is right only if that section is evaluated before the first assignment.
pub(crate) fn sort(list: &[Assignment], guard: Option<&Reads>) -> (Vec<usize>, Order, bool) {
    let columns: Vec<_> = list
        .iter()
        .map(|assignment| plain(&assignment.column))
        .collect();
    // A bare name that happens to be a column's is honoured if that leaves any order at all.
    for possible in [true, false] {
        for guard_once in [false, true] {
            let guard = guard.filter(|_| !guard_once);
            let reads = |at: usize| list[at].reads().into_iter().chain(guard);
            let order = topological(&columns, |reader, column| {
                reads(reader).any(|reads| reads.reads(column, possible))
            });
            if let Some(order) = order {
                let mut all = (0..list.len()).flat_map(reads);
                let known = if list.len() > 1 && all.any(|reads| reads.unseen) {
                    Order::Unseen
                } else {
                    Order::Known
                };
                return (order, known, guard_once);
            }
        }
    }
    ((0..list.len()).collect(), Order::Cyclic, false)
}

/// The earliest order in which no column is written before another assignment has read it.
fn topological(columns: &[String], reads: impl Fn(usize, &str) -> bool) -> Option<Vec<usize>> {
    let mut waiting: Vec<usize> = (0..columns.len()).collect();
    let mut order = Vec::new();
    while !waiting.is_empty() {
        let ready = waiting.iter().position(|&writer| {
            waiting
                .iter()
                .all(|&reader| reader == writer || !reads(reader, &columns[writer]))
        })?;
        order.push(waiting.remove(ready));
    }
    Some(order)
}

impl Assignment {
    fn reads(&self) -> Option<&Reads> {
        match &self.change {
            Change::Excluded | Change::Rest => None,
            Change::To(value) | Change::By(_, value) => Some(&value.reads),
        }
    }
}

impl Reads {
    fn reads(&self, column: &str, possible: bool) -> bool {
        let has = |list: &[String]| list.iter().any(|name| name == column);
        has(&self.certain) || possible && has(&self.possible)
    }
}

#[cfg(test)]
mod tests {
    use super::topological;

    fn order(columns: &[&str], reads: &[(usize, &str)]) -> Option<Vec<usize>> {
        let columns: Vec<_> = columns.iter().map(ToString::to_string).collect();
        topological(&columns, |reader, column| reads.contains(&(reader, column)))
    }

    #[test]
    fn what_reads_nothing_stays_in_order() {
        assert_eq!(order(&["a", "b", "c"], &[]), Some(vec![0, 1, 2]));
    }

    #[test]
    fn a_reader_goes_before_the_writer() {
        assert_eq!(
            order(&["a", "b", "c"], &[(1, "a"), (2, "b")]),
            Some(vec![2, 1, 0])
        );
    }

    #[test]
    fn reading_the_own_column_is_no_obstacle() {
        assert_eq!(order(&["a", "b"], &[(0, "a"), (1, "b")]), Some(vec![0, 1]));
    }

    #[test]
    fn a_cycle_has_no_order() {
        assert_eq!(order(&["a", "b"], &[(0, "b"), (1, "a")]), None);
    }
}
