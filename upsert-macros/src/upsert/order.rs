//! The order of assignments, for backends that evaluate them one after another (MySQL): whatever reads a
//! column comes before what writes it.

use super::model::{Assignment, Change, Order, Reads};
use crate::tokens::plain;

/// The order of `list`, as indices into it, given what the `where =` section reads, and what is known of it.
pub(crate) fn sort(list: &[Assignment], guard: Option<&Reads>) -> (Vec<usize>, Order) {
    let none = Reads::default();
    let reads: Vec<_> = list
        .iter()
        .map(|assignment| [assignment.reads().unwrap_or(&none), guard.unwrap_or(&none)])
        .collect();
    let certain = |reader: usize, column: &str| {
        reads[reader]
            .iter()
            .any(|reads| reads.certain.iter().any(|c| c == column))
    };
    let possible = |reader: usize, column: &str| {
        reads[reader]
            .iter()
            .any(|reads| reads.possible.iter().any(|c| c == column))
    };
    let columns: Vec<_> = list
        .iter()
        .map(|assignment| plain(&assignment.column))
        .collect();
    let unseen = list.len() > 1 && reads.iter().flatten().any(|reads| reads.unseen);

    // A bare name that happens to be a column's is honoured if that leaves any order at all.
    let order = topological(&columns, |r, c| certain(r, c) || possible(r, c))
        .or_else(|| topological(&columns, certain));
    match order {
        None => ((0..list.len()).collect(), Order::Cyclic),
        Some(order) => (order, if unseen { Order::Unseen } else { Order::Known }),
    }
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
