//! The keys in a column that `sqlparser` cannot read: `UNIQUE` and `PRIMARY` are reserved on every backend, so that
//! outside of parentheses they are nothing else.

use super::super::tokens::{Shape, Token};
use super::super::{Dialect, Element, Kind};
use super::change::NewKey;
use super::columns::new;
use super::cursor::{Cursor, Source, find};

/// The keys of a column, whose name is the first of `tokens`.
pub(super) fn keys(column: &str, tokens: &[Token<'_>], source: &Source<'_>) -> Vec<NewKey> {
    let dialect = source.dialect;
    let start = tokens.first().map_or(0, |token| token.start);
    let element = || vec![Element::Column(column.to_owned())];
    let mut keys = Vec::new();
    let mut name = None;
    // The key that `DEFERRABLE` would be about.
    let mut last: Option<NewKey> = None;
    let mut depth = 0_usize;
    let mut cursor = Cursor::new(tokens.get(1..).unwrap_or_default(), dialect);
    while let Some(token) = cursor.rest().first() {
        if token.shape == Shape::Mark {
            match token.text {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        if depth > 0 || token.shape != Shape::Word {
            cursor.skip(1);
            continue;
        }
        if cursor.accept("constraint") {
            name = cursor.name();
        } else if cursor.accept("primary key") || dialect == Dialect::Mysql && cursor.accept("key")
        {
            keys.extend(last.replace(NewKey {
                name: name.take(),
                ..new(Kind::PrimaryKey, element(), start)
            }));
        } else if cursor.accept("unique") {
            cursor.accept("key");
            let mut key = NewKey {
                name: name.take(),
                ..new(Kind::Constraint, element(), start)
            };
            key.nulls_not_distinct = cursor.accept("nulls not distinct");
            keys.extend(last.replace(key));
        } else if cursor.accept("not deferrable") {
        } else if cursor.accept("deferrable") || cursor.accept("initially deferred") {
            if let Some(key) = &mut last {
                key.unique = false;
            }
        } else if cursor.accept_one(&[
            "references",
            "check",
            "default",
            "not null",
            "null",
            "generated",
            "collate",
        ]) {
            name = None;
            keys.extend(last.take());
        } else {
            cursor.skip(1);
        }
    }
    keys.extend(last);
    keys.extend(serial(column, tokens, dialect));
    without_doubles(keys, source)
}

/// The constraints of a column that have a name and are no keys, by which PostgreSQL can drop them.
pub(super) fn others(column: &str, tokens: &[Token<'_>], dialect: Dialect) -> Vec<NewKey> {
    let mut found = Vec::new();
    let mut rest = tokens;
    while let Some(at) = find(rest, "constraint", dialect).filter(|_| dialect == Dialect::Postgres)
    {
        rest = rest.get(at + 1..).unwrap_or_default();
        let mut cursor = Cursor::new(rest, dialect);
        let start = rest.first().map_or(0, |token| token.start);
        let name = cursor.name();
        if !cursor.sees("primary") && !cursor.sees("unique") {
            let element = vec![Element::Column(column.to_owned())];
            found.push(NewKey {
                name,
                unique: false,
                index: false,
                not_null: cursor.sees("not null"),
                ..new(Kind::Constraint, element, start)
            });
        }
    }
    found
}

/// A column has a primary key and a unique one at most; MariaDB makes one of both.
pub(super) fn without_doubles(mut keys: Vec<NewKey>, source: &Source<'_>) -> Vec<NewKey> {
    if source.dialect == Dialect::Mysql {
        keys.sort_by_key(|key| key.kind != Kind::PrimaryKey);
        keys.dedup_by_key(|key| key.kind);
        if source.server.maria {
            keys.truncate(1);
        }
    }
    keys
}

/// MySQL's `SERIAL` is `BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE`, and `SERIAL DEFAULT VALUE` behind another type
/// is all of that but the type: <https://dev.mysql.com/doc/refman/9.7/en/numeric-type-syntax.html>.
pub(super) fn serial(column: &str, tokens: &[Token<'_>], dialect: Dialect) -> Option<NewKey> {
    let [first, serial, ..] = tokens else {
        return None;
    };
    let behind = find(tokens, "serial default value", dialect).is_some();
    let element = vec![Element::Column(column.to_owned())];
    (dialect == Dialect::Mysql && (serial.is("serial") || behind))
        .then(|| new(Kind::Constraint, element, first.start))
}

#[cfg(test)]
mod tests {
    use super::super::super::Dialect::{self, Mysql, Postgres, Sqlite};
    use super::super::super::server::Server;
    use super::super::super::tokens::tokens;
    use super::super::columns::column;
    use super::super::cursor::Source;
    use super::keys;

    fn source(text: &str, dialect: Dialect) -> Source<'_> {
        Source {
            text,
            dialect,
            server: Server::MYSQL,
        }
    }

    fn scanned(text: &str, dialect: Dialect) -> String {
        let tokens = tokens(text, dialect).unwrap();
        format!("{:?}", keys("a", &tokens, &source(text, dialect)))
    }

    #[test]
    fn a_column_that_both_can_read_has_the_same_keys() {
        for (text, dialect) in [
            ("a int", Postgres),
            ("a int constraint n primary key", Postgres),
            (
                "a int not null default 'unique' check (a > 0) constraint n unique",
                Postgres,
            ),
            ("a int unique deferrable initially deferred", Postgres),
            (
                "a int unique not deferrable references t (primary) deferrable",
                Postgres,
            ),
            (
                "a integer primary key autoincrement not null unique",
                Sqlite,
            ),
            ("a text unique on conflict replace collate nocase", Sqlite),
            ("a int unique key comment 'primary key'", Mysql),
            ("a int auto_increment primary key", Mysql),
            ("a serial", Mysql),
            ("a int unique primary key", Mysql),
            ("a bigint serial default value", Mysql),
        ] {
            let list = tokens(text, dialect).unwrap();
            let (_, read) = column(&source(text, dialect), &list).unwrap();
            assert_eq!(scanned(text, dialect), format!("{read:?}"), "{text}");
        }
    }
}
