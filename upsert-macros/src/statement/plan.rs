//! What is sent, and in which order: what `..` stands for, and, for backends that evaluate
//! assignments one after another (MySQL), whatever reads a column before what writes it.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::Path;

use super::model::{
    Assignment, Assignments, Change, Section, Set, Statement, Target, Value, Values,
};
use super::rows::{self, Part};
use crate::tokens::{is_punct, plain, trees};

/// The assignments of a statement as they are sent.
#[derive(Default)]
pub(crate) struct Plan<'s> {
    /// All of them, as they are written; those of `..` come last.
    pub(crate) assignments: Vec<Planned<'s>>,
    /// The order in which to send them.
    pub(crate) sorted: Vec<usize>,
    /// What is known of that order.
    pub(crate) order: Order,
    /// Whether it is right only if the `where =` section is evaluated before the first.
    pub(crate) guard_once: bool,
}

/// An assignment.
pub(crate) enum Planned<'s> {
    /// One that is written.
    Written(&'s Assignment),
    /// One of `..`: the column.
    Rest(&'s Ident),
}

/// Whether the assignments can be evaluated one after another.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Order {
    #[default]
    Known,
    Unseen,
    Cyclic,
}

/// Which columns of the stored row an expression reads.
#[derive(Default)]
struct Reads {
    /// Those it reads: `table.column`.
    certain: Vec<String>,
    /// Bare names, which are columns where somebody has imported them.
    possible: Vec<String>,
    /// Whether there is anything in it that may read more.
    unseen: bool,
}

impl<'s> Planned<'s> {
    pub(crate) fn column(&self) -> &'s Ident {
        match self {
            Self::Written(assignment) => &assignment.column,
            Self::Rest(column) => column,
        }
    }
}

/// The plan of a statement of which there is no complaint.
pub(crate) fn plan(statement: &Statement) -> Plan<'_> {
    let Some(Set::Assignments(set)) = &statement.set else {
        return Plan::default();
    };
    let written = set.list.iter().map(Planned::Written);
    let rest = rest(statement).unwrap_or_default();
    let assignments: Vec<_> = written.chain(rest.into_iter().map(Planned::Rest)).collect();
    let read = |value: &Value| Reads::of(&statement.table, &value.0);
    let reads: Vec<_> = assignments
        .iter()
        .map(|planned| match planned {
            Planned::Written(Assignment {
                change: Change::To(value) | Change::By(_, value),
                ..
            }) => Some(read(value)),
            _ => None,
        })
        .collect();
    let columns: Vec<_> = assignments.iter().map(|a| plain(a.column())).collect();
    let guard = statement.guard.as_ref().map(read);
    let (sorted, order, guard_once) = sort(&columns, &reads, guard.as_ref());
    Plan {
        assignments,
        sorted,
        order,
        guard_once,
    }
}

/// The columns that `..` stands for; or what is wrong, at it.
pub(crate) fn rest(statement: &Statement) -> Result<Vec<&Ident>, (&TokenStream, &'static str)> {
    let Some(Set::Assignments(Assignments {
        list,
        rest: Some(dots),
    })) = &statement.set
    else {
        return Ok(Vec::new());
    };
    let Some(conflict) = &statement.conflict else {
        return Ok(Vec::new());
    };
    let key = match &conflict.target {
        Target::Columns(columns) => columns.iter().collect(),
        // What is inside of an expression becomes what is proposed, of which the expression is the
        // same.
        Target::Index { elements, .. } => elements
            .iter()
            .filter(|element| element.is_column)
            .flat_map(|element| &element.columns)
            .collect::<Vec<_>>(),
        // Its declaration names them.
        Target::Key(_) => Vec::new(),
        Target::Constraint(_) if !conflict.unchecked => Vec::new(),
        Target::Constraint(_) | Target::Any => {
            return Err((
                dots,
                "`..` leaves the key's columns as they are, and this conflict target does not name them\n\
                 help: `conflict = (a, b)`, or name the columns to set",
            ));
        }
    };
    let fields = match &statement.values {
        Some(Values::Literal(fields)) => fields,
        // Broken `values` have been reported.
        None if statement.broken.contains(&Section::Values) => return Ok(Vec::new()),
        _ => {
            return Err((
                dots,
                "`..` stands for the columns of a literal `values = { .. }`, and there is none\n\
                 help: name the columns: `a, b`",
            ));
        }
    };
    let named = |column: &Ident| {
        let is = |other: &Ident| plain(other) == plain(column);
        key.iter().any(|k| is(k)) || list.iter().any(|a| is(&a.column))
    };
    let columns = fields.iter().map(|field| &field.column);
    let rest: Vec<_> = columns.filter(|column| !named(column)).collect();
    if rest.is_empty() {
        return Err((
            dots,
            "`..` stands for no column: those of `values` are in the key or assigned already\nhelp: leave `..` out, or name more columns in `values`",
        ));
    }
    Ok(rest)
}

/// The order of assignments to `columns`, as indices into them, given what each of them and the
/// `where =` section `reads`; what is known of it; and whether it is right only if that section is
/// evaluated before the first assignment.
fn sort(
    columns: &[String],
    reads: &[Option<Reads>],
    guard: Option<&Reads>,
) -> (Vec<usize>, Order, bool) {
    // A bare name that happens to be a column's is honoured if that leaves any order at all.
    for possible in [true, false] {
        for guard_once in [false, true] {
            let guard = guard.filter(|_| !guard_once);
            let reads = |at: usize| reads[at].iter().chain(guard);
            let order = topological(columns, |reader, column| {
                reads(reader).any(|reads| reads.reads(column, possible))
            });
            if let Some(order) = order {
                let mut all = (0..columns.len()).flat_map(reads);
                let known = if columns.len() > 1 && all.any(|reads| reads.unseen) {
                    Order::Unseen
                } else {
                    Order::Known
                };
                return (order, known, guard_once);
            }
        }
    }
    ((0..columns.len()).collect(), Order::Cyclic, false)
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

/// Functions of `upsert_runtime::dsl` and methods of Diesel's: they read their arguments only.
const FUNCTIONS: [&str; 3] = ["greatest", "least", "coalesce"];
const METHODS: [&str; 12] = [
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "and",
    "or",
    "is_null",
    "is_not_null",
    "nullable",
    "assume_not_null",
];

impl Reads {
    fn of(table: &Path, tokens: &[TokenTree]) -> Self {
        let mut reads = Self::default();
        reads.add(table, tokens);
        reads
    }

    fn add(&mut self, table: &Path, tokens: &[TokenTree]) {
        for part in rows::parts(table, tokens) {
            match part {
                Part::Stored(_, column) => self.certain.push(plain(column)),
                Part::Proposed(..) => {}
                Part::Group(group) => self.add(table, &trees(group.stream())),
                Part::Other(at) => self.note(tokens, at),
            }
        }
    }

    /// Notes what an ordinary token may read.
    fn note(&mut self, tokens: &[TokenTree], at: usize) {
        let TokenTree::Ident(name) = &tokens[at] else {
            return;
        };
        let name = plain(name);
        let called = matches!(tokens.get(at + 1), Some(TokenTree::Group(_)));
        let method = at > 0 && is_punct(tokens.get(at - 1), '.');
        let known: &[&str] = if method { &METHODS } else { &FUNCTIONS };
        if name == "true" || name == "false" || called && known.contains(&name.as_str()) {
            return;
        }
        self.unseen = true;
        self.possible.push(name);
    }

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
