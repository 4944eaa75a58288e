//! What is executed: functions, operators and casts, with the types of their arguments.

use diesel::prelude::*;
use diesel::sql_types::Text;
use upsert_schema::sql::Strict;

use super::super::random::Random;
use super::super::reader::Dialect;
use super::{Columns, columns, name, postgres};

/// What is on a list.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Subject<T = String> {
    Function(T),
    Operator(T),
    /// To this type.
    Cast(T),
}

impl Subject {
    /// How often it is executed in a round.
    pub(super) fn times(&self, forms: usize) -> usize {
        match self {
            Self::Function(_) => (forms * 3).max(24),
            Self::Operator(_) | Self::Cast(_) => 16,
        }
    }
}

/// It takes any value.
const ANY: &str = "\"any\"";

/// One way to write it.
#[derive(Clone, Debug)]
pub(super) struct Form {
    pub(super) subject: Subject,
    /// Types as PostgreSQL says them, and constants.
    pub(super) arguments: Vec<String>,
}

/// A function or an operator of PostgreSQL's catalogue.
#[derive(QueryableByName, Debug)]
pub(super) struct Overload {
    #[diesel(sql_type = Text)]
    pub(super) name: String,
    #[diesel(sql_type = Text)]
    pub(super) kind: String,
    /// Between bars.
    #[diesel(sql_type = Text)]
    pub(super) arguments: String,
}

/// All forms of what is on the lists.
pub(super) fn of_all(dialect: Dialect, strict: &Strict, overloads: &[Overload]) -> Vec<Form> {
    let functions = strict.functions.iter().copied().map(Subject::Function);
    let operators = strict.operators.iter().copied().map(Subject::Operator);
    let casts = strict.casts.iter().copied().map(Subject::Cast);
    functions
        .chain(operators)
        .chain(casts)
        .flat_map(|subject| of(dialect, &subject, overloads))
        .collect()
}

/// All forms of one.
pub(super) fn of(dialect: Dialect, subject: &Subject<&str>, overloads: &[Overload]) -> Vec<Form> {
    if dialect == Dialect::Postgres {
        return postgres::forms(subject, overloads);
    }
    match subject {
        // Of MySQL's it is certain where it makes nothing longer.
        Subject::Function(function @ "replace") => {
            let subject = Subject::Function((*function).to_owned());
            let shorter = [[ANY, "'x'", "''"], [ANY, "'ab'", "'-'"]];
            let shorter = shorter.map(|kinds| Form::new(subject.clone(), &kinds));
            let mut forms = by_number(function, columns(dialect));
            forms.extend(shorter);
            forms
        }
        Subject::Function(function) => by_number(function, columns(dialect)),
        Subject::Operator(operator) => {
            vec![Form::new(
                Subject::Operator((*operator).to_owned()),
                &[ANY; 2],
            )]
        }
        Subject::Cast(kind) => vec![Form::new(Subject::Cast((*kind).to_owned()), &[ANY])],
    }
}

/// A function with as many arguments as it may have; with one, of each type.
pub(super) fn by_number(function: &str, columns: Columns) -> Vec<Form> {
    let subject = Subject::Function(function.to_owned());
    let one = columns
        .iter()
        .map(|(kind, _)| Form::new(subject.clone(), &[kind]));
    let more = (2..=4).map(|number| Form::new(subject.clone(), &[ANY; 4][..number]));
    one.chain(more).collect()
}

impl Form {
    pub(super) fn new(subject: Subject, arguments: &[&str]) -> Self {
        Self {
            subject,
            arguments: arguments.iter().map(|&kind| kind.to_owned()).collect(),
        }
    }

    /// It, of columns and constants.
    pub(super) fn sql(&self, random: &mut Random, columns: Columns) -> String {
        let mut values = Vec::new();
        for kind in &self.arguments {
            values.push(value(kind, random, columns));
        }
        match (&self.subject, &values[..]) {
            (Subject::Function(name), values) => format!("{name}({})", values.join(", ")),
            (Subject::Operator(mark), [one, other]) => format!("{one} {mark} {other}"),
            (Subject::Operator(mark), values) => format!("{mark} {}", values.join(" ")),
            (Subject::Cast(kind), values) => format!("cast({} as {kind})", values.join(" ")),
        }
    }
}

fn value(kind: &str, random: &mut Random, columns: Columns) -> String {
    if kind.starts_with('\'') {
        return kind.to_owned();
    }
    let fitting: Vec<_> = columns
        .iter()
        .filter(|(column, _)| kind == ANY || postgres::fits(column, kind))
        .collect();
    let Some((kind, values)) = random.pick(&fitting) else {
        panic!("the table has no column of the type {kind}");
    };
    if random.percent(60) {
        return name(kind);
    }
    let value = random.one(values);
    if postgres::COLUMNS.as_ptr() == columns.as_ptr() && !postgres::IS_CONSTANT.contains(kind) {
        format!("cast({value} as {kind})")
    } else {
        value.to_owned()
    }
}
