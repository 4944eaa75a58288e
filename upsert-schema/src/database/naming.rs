//! The names that a database gives to keys without one.

use crate::change::NewKey;
use crate::sql::elements::group;
use crate::sql::lexer::{Token, tokens};
use crate::{Dialect, Element, Kind, Sql};

/// What PostgreSQL keeps of a name, in bytes.
const LENGTH: usize = 63;

/// The name of a key on PostgreSQL; `None` where it cannot be foretold. See `ChooseIndexName` in
/// its `indexcmds.c`.
pub(crate) fn postgres(table: &str, key: &NewKey, taken: impl Fn(&str) -> bool) -> Option<String> {
    let columns = match key.kind {
        Kind::PrimaryKey => None,
        _ => Some(joined(&match &key.called {
            Some(names) => names.clone(),
            None => column_names(key)?,
        })),
    };
    let label = match key.kind {
        Kind::PrimaryKey => "pkey",
        Kind::Constraint => "key",
        Kind::Index => "idx",
    };
    let mut name = object_name(table, columns.as_deref(), label);
    let mut number = 0;
    while taken(&name) {
        number += 1;
        name = object_name(table, columns.as_deref(), &format!("{label}{number}"));
    }
    Some(name)
}

/// Whether PostgreSQL may have given either name to the same index: they differ in the number alone
/// that tells it from names that are taken.
pub(crate) fn differ_in_number(a: &str, b: &str) -> bool {
    let stem = |name: &str| {
        let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let chosen = ["_pkey", "_key", "_idx", "_excl"];
        let chosen = chosen.iter().any(|end| stem.ends_with(end));
        chosen.then(|| stem.to_owned())
    };
    stem(a).is_some_and(|stem_of_a| stem(b) == Some(stem_of_a))
}

/// The columns of an index on PostgreSQL. See `ChooseIndexColumnNames` there.
pub(crate) fn column_names(key: &NewKey) -> Option<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    let elements = key.elements.iter().map(|element| match element {
        Element::Column(name) | Element::Prefix(name, _) => Some(name.clone()),
        Element::Expression(sql) => expression_name(sql),
    });
    for name in elements.chain(key.include.iter().cloned().map(Some)) {
        let name = name?;
        let mut numbered = name.clone();
        let mut number = 0;
        while names.contains(&numbered) {
            number += 1;
            let number = number.to_string();
            numbered = clipped(&name, LENGTH - number.len()).to_owned() + &number;
        }
        names.push(numbered);
    }
    Some(names)
}

/// The name of an expression, where that is certain: a call has its function's, an operator none.
fn expression_name(sql: &Sql) -> Option<String> {
    let tokens = tokens(&sql.0, Dialect::Postgres).ok()?;
    let mut start = 0;
    while tokens
        .get(start + 1)
        .is_some_and(|token| token.is_mark("."))
    {
        start += 2;
    }
    let call = tokens
        .get(start + 1..)
        .is_some_and(|rest| !rest.is_empty() && group(rest) == rest.len());
    let function = tokens.get(start)?;
    if call {
        let special = ["cast", "extract", "case", "array", "row", "exists", "not"]
            .iter()
            .any(|word| function.is(word));
        return if special {
            None
        } else {
            function.name(Dialect::Postgres)
        };
    }
    let mut depth = 0_usize;
    let operator = tokens.iter().any(|token| {
        if token.is_mark("(") || token.is_mark("[") || token.is("case") {
            depth += 1;
        } else if token.is_mark(")") || token.is_mark("]") || token.is("end") {
            depth = depth.saturating_sub(1);
        }
        depth == 0 && is_operator(token)
    });
    operator.then(|| "expr".to_owned())
}

fn is_operator(token: &Token<'_>) -> bool {
    const OPERATORS: [&str; 15] = [
        "||", "+", "-", "*", "/", "%", "=", "<", ">", "<=", ">=", "<>", "->", "->>", "#>>",
    ];
    OPERATORS.iter().any(|mark| token.is_mark(mark))
        || ["and", "or", "is"].iter().any(|word| token.is(word))
}

/// As `ChooseIndexNameAddition`: no more than a name can take.
fn joined(names: &[String]) -> String {
    let mut text = String::new();
    for name in names {
        if !text.is_empty() {
            text.push('_');
        }
        text += name;
        if text.len() > LENGTH {
            break;
        }
    }
    text
}

/// As `makeObjectName`: the longer of the two names is shortened until all fits.
fn object_name(table: &str, columns: Option<&str>, label: &str) -> String {
    let overhead = 1 + label.len() + usize::from(columns.is_some());
    let room = LENGTH - overhead.min(LENGTH);
    let (mut first, mut second) = (table.len(), columns.map_or(0, str::len));
    while first + second > room {
        if first > second {
            first -= 1;
        } else {
            second -= 1;
        }
    }
    let table = clipped(table, first);
    match columns {
        Some(columns) => format!("{table}_{}_{label}", clipped(columns, second)),
        None => format!("{table}_{label}"),
    }
}

fn clipped(text: &str, mut length: usize) -> &str {
    length = length.min(text.len());
    while !text.is_char_boundary(length) {
        length -= 1;
    }
    text.get(..length).unwrap_or(text)
}

/// The name of a key on MySQL: that of its first column, and a number from 2 on.
pub(crate) fn mysql(key: &NewKey, taken: impl Fn(&str) -> bool) -> Option<String> {
    if key.kind == Kind::PrimaryKey {
        return Some("PRIMARY".to_owned());
    }
    let first = match key.elements.first()? {
        Element::Column(name) | Element::Prefix(name, _) => name.as_str(),
        Element::Expression(_) => "functional_index",
    };
    let free = |name: &str| !taken(name) && !name.eq_ignore_ascii_case("PRIMARY");
    if free(first) {
        return Some(first.to_owned());
    }
    (2..100)
        .map(|number| format!("{first}_{number}"))
        .find(|name| free(name))
}
