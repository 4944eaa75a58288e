//! The constraints of a table.

use crate::change::{Made, NewKey};
use crate::ddl::cursor::{Cursor, Source};
use crate::sql::elements;
use crate::sql::lexer::Token;
use crate::{Dialect, Element, Kind, Sql};

/// Whether `tokens` are a constraint and not a column.
pub(crate) fn is_constraint(cursor: &Cursor<'_, '_>, dialect: Dialect) -> bool {
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
    !exclude && cursor.sees_one(words)
}

/// A constraint of a table: a key, or something else that has a name; `None` where it cannot be
/// read.
pub(crate) fn constraint(source: &Source<'_>, tokens: &[Token<'_>]) -> Option<Vec<NewKey>> {
    let dialect = source.dialect;
    let start = tokens.first()?.start;
    let mut cursor = Cursor::new(tokens, dialect);
    let mut name = None;
    if cursor.accept("constraint") && !is_constraint(&cursor, dialect) {
        name = Some(cursor.name()?);
    }
    if cursor.sees("period") {
        return Some(Vec::new());
    }
    let kind = if cursor.accept("primary key") {
        Kind::PrimaryKey
    } else if cursor.accept("unique") {
        Kind::Constraint
    } else {
        return other(source, &mut cursor, name, start);
    };
    let mysql = dialect == Dialect::Mysql;
    let mut nulls_not_distinct = false;
    if mysql {
        cursor.accept_one(&["key", "index"]);
        // It calls the index by its own name before that of the constraint.
        if !cursor.sees_mark("(") && !cursor.sees("using") {
            let index = Some(cursor.name()?);
            if kind == Kind::Constraint {
                name = index;
            }
        }
        if cursor.accept("using") {
            cursor.skip(1);
        }
    } else if cursor.accept("nulls not distinct") {
        nulls_not_distinct = true;
    } else {
        cursor.accept("nulls distinct");
    }
    let list = cursor.group()?;
    let overlaps = list.last().is_some_and(|last| last.is("overlaps"));
    // `(id, p WITHOUT OVERLAPS)`: on MariaDB it fires, for rows that are the same in the other
    // columns or not; PostgreSQL 18 has it as no arbiter of DO UPDATE.
    let columns = match overlaps {
        true => list.get(..list.len().checked_sub(2)?)?,
        false => list,
    };
    // SQLite's `PRIMARY KEY (id AUTOINCREMENT)`.
    let columns = match columns {
        [before @ .., last]
            if dialect == Dialect::Sqlite
                && kind == Kind::PrimaryKey
                && !before.is_empty()
                && last.is("autoincrement") =>
        {
            before
        }
        columns => columns,
    };
    let mut elements = elements::elements(source.text, columns, dialect)?;
    if overlaps && mysql {
        elements.pop();
        elements.push(Element::Expression(Sql("'without overlaps'".to_owned())));
    }
    let mut key = NewKey {
        name,
        unique: !overlaps || mysql,
        nulls_not_distinct,
        ..NewKey::new(kind, elements, start)
    };
    // On MySQL nothing that matters comes after the list.
    if !mysql {
        options(&mut cursor, &mut key, dialect)?;
    }
    Some(vec![key])
}

/// What stands behind the list of a key.
fn options(cursor: &mut Cursor<'_, '_>, key: &mut NewKey, dialect: Dialect) -> Option<()> {
    while !cursor.is_empty() {
        if dialect == Dialect::Sqlite {
            cursor.accept("on conflict").then_some(())?;
            cursor.skip(1);
        } else if cursor.accept("include") {
            let columns = Cursor::new(cursor.group()?, dialect).list()?;
            key.include = columns.into_iter().map(|name| name.name).collect();
        } else if cursor.accept("with") {
            cursor.group()?;
        } else if cursor.accept("using index tablespace") {
            cursor.skip(1);
        } else if cursor.accept_one(&["deferrable", "initially deferred"]) {
            // One that is checked at the end only is no conflict target.
            key.unique = false;
        } else {
            cursor
                .accept_one(&["not deferrable", "initially immediate"])
                .then_some(())?;
        }
    }
    Some(())
}

/// A constraint that is no key: of interest is its name only, and for MySQL, where names are
/// numbered, its columns.
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
        let orders = !cursor.accept_one(&["fulltext", "spatial", "vector"]);
        cursor.accept_one(&["key", "index"]);
        cursor.accept("if not exists");
        if !cursor.sees_mark("(") && !cursor.sees("using") {
            name = Some(cursor.name()?);
        }
        if cursor.accept("using") {
            cursor.skip(1);
        }
        elements = elements::elements(source.text, cursor.group()?, dialect)?;
        if !orders {
            elements = elements.into_iter().map(in_part).collect();
        }
    } else if dialect == Dialect::Mysql && cursor.accept("foreign key") {
        return foreign_key(source, cursor, name, start);
    }
    let kind = if index { Kind::Index } else { Kind::Constraint };
    // An exclusion has an index, whose name it is.
    let index = index || cursor.sees("exclude");
    Some(vec![NewKey {
        name,
        unique: false,
        index,
        not_null,
        ..NewKey::new(kind, elements, start)
    }])
}

/// A column in an index that has not its values in order: for a foreign key it is none.
fn in_part(element: Element) -> Element {
    match element {
        Element::Column(name) => Element::Prefix(name, 0),
        element => element,
    }
}

/// A foreign key of MySQL's, and its index: that has the name of the constraint, or else the one
/// behind `FOREIGN KEY`, which was for it once.
fn foreign_key(
    source: &Source<'_>,
    cursor: &mut Cursor<'_, '_>,
    name: Option<String>,
    start: usize,
) -> Option<Vec<NewKey>> {
    cursor.accept("if not exists");
    let own = match cursor.sees_mark("(") {
        true => None,
        false => Some(cursor.name()?),
    };
    let name = name.or(own);
    let elements = elements::elements(source.text, cursor.group()?, source.dialect)?;
    let constraint = NewKey {
        name: name.clone(),
        unique: false,
        index: false,
        ..NewKey::new(Kind::Constraint, Vec::new(), start)
    };
    Some(vec![
        constraint,
        index_of_foreign_key(name, elements, Made::ForForeignKey, start),
    ])
}

pub(crate) fn index_of_foreign_key(
    name: Option<String>,
    elements: Vec<Element>,
    made: Made,
    start: usize,
) -> NewKey {
    NewKey {
        name,
        unique: false,
        made,
        ..NewKey::new(Kind::Index, elements, start)
    }
}
