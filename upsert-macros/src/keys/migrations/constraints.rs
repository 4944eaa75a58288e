//! The constraints of a table. `sqlparser` reads what is around their lists of columns.

use sqlparser::ast::{NullsDistinctOption, TableConstraint};

use super::super::tokens::Token;
use super::super::{Dialect, Element, Kind, Sql, elements};
use super::change::NewKey;
use super::columns::{LONGEST, deferrable, named, new, parse, text, without_options};
use super::cursor::{Cursor, Source};

/// Whether `tokens` are a constraint and not a column.
pub(super) fn is_constraint(cursor: &Cursor<'_, '_>, dialect: Dialect) -> bool {
    let words: &[&str] = match dialect {
        Dialect::Mysql => &[
            "constraint",
            "primary",
            "unique",
            "foreign",
            "check",
            "key",
            "index",
            "fulltext",
            "spatial",
            "vector index",
            "vector key",
            "period for",
        ],
        _ => &[
            "constraint",
            "primary",
            "unique",
            "foreign",
            "check",
            "exclude using",
            "exclude",
            "not null",
        ],
    };
    let exclude = cursor.sees("exclude")
        && !cursor.sees("exclude using")
        && !cursor.rest().get(1).is_some_and(|next| next.is_mark("("));
    !exclude && words.iter().any(|word| cursor.sees(word))
}

/// A constraint of a table: a key, or something else that has a name; `None` where it cannot be read.
pub(super) fn constraint(source: &Source<'_>, tokens: &[Token<'_>]) -> Option<Vec<NewKey>> {
    let dialect = source.dialect;
    let start = tokens.first()?.start;
    if tokens.len() > LONGEST {
        return None;
    }
    let mut cursor = Cursor::new(tokens, dialect);
    let mut name = None;
    if cursor.accept("constraint") && !is_constraint(&cursor, dialect) {
        name = Some(cursor.name()?);
    }
    if cursor.sees("period") {
        return Some(Vec::new());
    }
    if !cursor.sees("primary") && !cursor.sees("unique") {
        return other(source, &mut cursor, name, start);
    }
    let primary = cursor.sees("primary");
    let list = cursor.rest().iter().position(|token| token.is_mark("("))?;
    let (before, from) = cursor.rest().split_at_checked(list)?;
    let length = elements::group(from);
    let list = from.get(1..length.checked_sub(1)?)?;
    let overlaps = list.last().is_some_and(|last| last.is("overlaps"));
    // `(id, p WITHOUT OVERLAPS)`: on MariaDB it fires, for rows that are the same in the other columns or not; PostgreSQL
    // 18 has it as no arbiter of DO UPDATE.
    let columns = match overlaps {
        true => list.get(..list.len().checked_sub(2)?)?,
        false => list,
    };
    let mut elements = elements::elements(source.text, columns, dialect)?;
    if overlaps && dialect == Dialect::Mysql {
        elements.pop();
        elements.push(Element::Expression(Sql("'without overlaps'".to_owned())));
    }

    // `sqlparser` knows fewer lists than the databases do, and needs none of it.
    // On MySQL nothing that matters comes after the list.
    let mysql = dialect == Dialect::Mysql;
    let after = if mysql { &[] } else { from.get(length..)? };
    let shadow = format!(
        "{} (x) {}",
        text(&without_using(before, dialect)),
        text(&without_options(after, dialect))
    );
    let parsed = parse(&shadow, dialect, |parser| {
        parser.parse_optional_table_constraint()
    })??;
    let (index_name, characteristics, nulls, include) = match parsed {
        TableConstraint::PrimaryKey(key) if primary => (
            None,
            key.characteristics,
            NullsDistinctOption::None,
            key.include,
        ),
        TableConstraint::Unique(key) => (
            key.index_name,
            key.characteristics,
            key.nulls_distinct,
            key.include,
        ),
        _ => return None,
    };
    let kind = if primary {
        Kind::PrimaryKey
    } else {
        Kind::Constraint
    };
    let mut key = new(kind, elements, start);
    // MySQL calls the index by its own name before that of the constraint.
    key.name = match (dialect, index_name) {
        (Dialect::Mysql, Some(name)) => Some(named(&name, dialect)),
        _ => name,
    };
    key.include = include.iter().map(|name| named(name, dialect)).collect();
    key.unique = (!overlaps || dialect == Dialect::Mysql) && !deferrable(characteristics.as_ref());
    key.nulls_not_distinct = nulls == NullsDistinctOption::NotDistinct;
    Some(vec![key])
}

/// Without the kind of an index, which `sqlparser` takes for its name.
fn without_using<'a>(tokens: &[Token<'a>], dialect: Dialect) -> Vec<Token<'a>> {
    let mysql = dialect == Dialect::Mysql;
    let kept = tokens
        .iter()
        .take_while(|token| !mysql || !token.is("using"));
    kept.copied().collect()
}

/// A constraint that is no key: of interest is its name only, and for MySQL, where names are numbered, its columns.
fn other(
    source: &Source<'_>,
    cursor: &mut Cursor<'_, '_>,
    name: Option<String>,
    start: usize,
) -> Option<Vec<NewKey>> {
    let dialect = source.dialect;
    let index = cursor.sees("key")
        || cursor.sees("index")
        || cursor.sees("fulltext")
        || cursor.sees("spatial")
        || cursor.sees("vector");
    let mut name = name;
    let mut elements = Vec::new();
    let not_null = cursor.accept("not null");
    if not_null {
        elements.push(Element::Column(cursor.name()?));
    } else if index {
        cursor.accept_one(&["fulltext", "spatial", "vector"]);
        cursor.accept_one(&["key", "index"]);
        cursor.accept("if not exists");
        if !cursor.sees_mark("(") && !cursor.sees("using") {
            name = Some(cursor.name()?);
        }
        if cursor.accept("using") {
            cursor.skip(1);
        }
        elements = elements::elements(source.text, cursor.group()?, dialect)?;
    } else if cursor.accept("foreign key")
        && dialect == Dialect::Mysql
        && name.is_none()
        && !cursor.sees_mark("(")
    {
        name = cursor.name();
    }
    let kind = if index { Kind::Index } else { Kind::Constraint };
    // An exclusion has an index, whose name it is.
    let index = index || cursor.sees("exclude");
    Some(vec![NewKey {
        name,
        unique: false,
        index,
        not_null,
        ..new(kind, elements, start)
    }])
}
