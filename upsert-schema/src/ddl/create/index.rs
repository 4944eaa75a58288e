//! `CREATE INDEX`

use crate::change::{Change, NewKey};
use crate::ddl::cursor::{Cursor, Source};
use crate::sql::elements;
use crate::sql::lexer::{self, Token, tokens, verbatim};
use crate::{Dialect, Element, Kind, Sql};

/// `CREATE INDEX`, from behind that word on.
pub(super) fn index(
    source: &Source<'_>,
    mut cursor: Cursor<'_, '_>,
    unique: bool,
    start: usize,
) -> Option<Vec<Change>> {
    let dialect = source.dialect;
    cursor.accept("concurrently");
    let if_not_exists = cursor.accept("if not exists");
    let name = if cursor.sees("on") {
        None
    } else {
        Some(cursor.qualified()?)
    };
    if dialect == Dialect::Mysql {
        cursor.accept_wait();
    }
    if cursor.accept("using") {
        cursor.skip(1);
    }
    if !cursor.accept("on") {
        return None;
    }
    let only = cursor.accept("only");
    let mut table = cursor.qualified()?;
    // SQLite has the schema before the name of the index.
    if let (Dialect::Sqlite, Some(name)) = (dialect, &name) {
        table.schema.clone_from(&name.schema);
    }
    if cursor.accept("using") {
        cursor.skip(1);
    }
    let inside = cursor.group()?;
    let mut list = elements::elements(source.text, inside, dialect)?;
    for element in &mut list {
        if let Element::Expression(sql) = element {
            *sql = unqualified(sql, &table.name, dialect);
        }
    }
    let mut key = NewKey {
        name: name.map(|name| name.name),
        unique,
        only,
        words: options(inside),
        ..NewKey::new(Kind::Index, list, start)
    };
    while !cursor.is_empty() {
        if cursor.accept("include") {
            key.include = Cursor::new(cursor.group()?, dialect)
                .list()?
                .into_iter()
                .map(|name| name.name)
                .collect();
        } else if cursor.accept("nulls not distinct") {
            key.nulls_not_distinct = true;
        } else if cursor.accept("nulls distinct") {
        } else if cursor.accept("with") {
            cursor.group()?;
        } else if cursor.accept("tablespace") {
            cursor.skip(1);
        } else if cursor.accept("where") {
            let predicate = elements::without_parentheses(cursor.rest());
            if predicate.is_empty() {
                return None;
            }
            let predicate = Sql(verbatim(source.text, predicate).to_owned());
            key.predicate = Some(unqualified(&predicate, &table.name, dialect));
            break;
        } else if dialect == Dialect::Mysql {
            // Options of the index, and how to build it.
            break;
        } else {
            return None;
        }
    }
    Some(vec![Change::CreateIndex {
        table,
        key,
        if_not_exists,
    }])
}

/// Without the name of the table before its columns, which may be another one later on.
fn unqualified(sql: &Sql, table: &str, dialect: Dialect) -> Sql {
    let tokens = tokens(&sql.0, dialect).unwrap_or_default();
    let is_dot = |at: usize| tokens.get(at).is_some_and(|token| token.is_mark("."));
    let mut text = String::with_capacity(sql.0.len());
    let mut done = 0;
    for (at, token) in tokens.iter().enumerate() {
        let named = token.name(dialect).is_some_and(|name| name == table) && is_dot(at + 1);
        let call = tokens.get(at + 3).is_some_and(|next| next.is_mark("("));
        if !named || call || token.start < done {
            continue;
        }
        // `schema.table.column`
        let first = match at.checked_sub(2).filter(|_| is_dot(at - 1)) {
            Some(schema) => schema,
            None => at,
        };
        let start = tokens.get(first).map_or(token.start, |token| token.start);
        text += sql.0.get(done..start).unwrap_or_default();
        done = tokens
            .get(at + 2)
            .map_or(token.end(), |column| column.start);
    }
    text += sql.0.get(done..).unwrap_or_default();
    Sql(text)
}

/// The words of collations and operator classes in the list of an index.
fn options(list: &[Token<'_>]) -> Vec<String> {
    let mut words = Vec::new();
    for element in elements::split(list) {
        let mut end = elements::group(element);
        if end == 0 {
            end = 1;
            while element.get(end).is_some_and(|token| token.is_mark(".")) {
                end += 2;
            }
            end += element.get(end..).map_or(0, elements::group);
        }
        let order = ["asc", "desc", "nulls", "first", "last", "collate"];
        let rest = element.get(end..).unwrap_or_default().iter();
        let rest: Vec<_> = rest
            .filter(|token| !order.iter().any(|word| token.is(word)))
            .copied()
            .collect();
        words.extend(lexer::words(&rest));
    }
    words
}
