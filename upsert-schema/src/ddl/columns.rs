//! The columns of a table.

use crate::change::{Column, Made, NewKey};
use crate::ddl::constraints::index_of_foreign_key;
use crate::ddl::cursor::{Cursor, Parentheses, Source, find};
use crate::ddl::{defaults, mysql, nullable, sqlite};
use crate::sql::lexer::{Shape, Token, words};
use crate::{Dialect, Element, Kind, Type};

/// A column with its keys; `None` where it cannot be read.
pub(crate) fn column(source: &Source<'_>, tokens: &[Token<'_>]) -> Option<(Column, Vec<NewKey>)> {
    let dialect = source.dialect;
    let (first, definition) = tokens.split_first()?;
    let name = first.name(dialect)?;
    let mut keys = keys(&name, tokens, source);
    keys.extend(others(&name, tokens, dialect));
    keys.extend(index_of_reference(&name, tokens, dialect));
    let default = defaults::of_column(tokens, dialect);
    let column = Column {
        name,
        kind: Type::of(definition, dialect),
        default,
        computed: defaults::computed(tokens, dialect),
        nullable: nullable::of_column(tokens, dialect),
        words: words(definition),
        sqlite: sqlite::of(tokens, dialect),
        mysql: mysql::of(tokens, dialect, default),
    };
    Some((column, keys))
}

/// The keys of a column, whose name is the first of `tokens`. `UNIQUE` and `PRIMARY` are reserved
/// on every backend, so that outside of parentheses they are nothing else.
fn keys(column: &str, tokens: &[Token<'_>], source: &Source<'_>) -> Vec<NewKey> {
    let dialect = source.dialect;
    let start = tokens.first().map_or(0, |token| token.start);
    let element = || vec![Element::Column(column.to_owned())];
    let mut keys = Vec::new();
    let mut name = None;
    // The key that `DEFERRABLE` would be about.
    let mut last: Option<NewKey> = None;
    let mut parentheses = Parentheses::default();
    let mut cursor = Cursor::new(tokens.get(1..).unwrap_or_default(), dialect);
    while let Some(token) = cursor.rest().first() {
        if !parentheses.are_closed_at(token) || token.shape != Shape::Word {
            cursor.skip(1);
            continue;
        }
        if cursor.accept("constraint") {
            name = cursor.name();
        } else if cursor.accept("primary key") || dialect == Dialect::Mysql && cursor.accept("key")
        {
            keys.extend(last.replace(NewKey {
                name: name.take(),
                ..NewKey::new(Kind::PrimaryKey, element(), start)
            }));
        } else if cursor.accept("unique") {
            cursor.accept("key");
            let mut key = NewKey {
                name: name.take(),
                ..NewKey::new(Kind::Constraint, element(), start)
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

/// The constraints of a column that have a name and are no keys, by which PostgreSQL and SQLite can
/// drop them: <https://sqlite.org/lang_altertable.html>.
fn others(column: &str, tokens: &[Token<'_>], dialect: Dialect) -> Vec<NewKey> {
    let mut found = Vec::new();
    let mut rest = tokens;
    while let Some(at) = find(rest, "constraint", dialect).filter(|_| dialect != Dialect::Mysql) {
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
                ..NewKey::new(Kind::Constraint, element, start)
            });
        }
    }
    found
}

/// The index for the foreign key that a `REFERENCES` of MySQL's is:
/// <https://mariadb.com/kb/en/foreign-keys/>.
fn index_of_reference(column: &str, tokens: &[Token<'_>], dialect: Dialect) -> Option<NewKey> {
    let at = find(tokens, "references", dialect).filter(|_| dialect == Dialect::Mysql)?;
    let name = match tokens.get(..at)? {
        [.., constraint, name] if constraint.is("constraint") => name.name(dialect),
        _ => None,
    };
    let start = tokens.first()?.start;
    let element = vec![Element::Column(column.to_owned())];
    Some(index_of_foreign_key(name, element, Made::Perhaps, start))
}

/// A column has a primary key and a unique one at most; MariaDB makes one of both.
fn without_doubles(mut keys: Vec<NewKey>, source: &Source<'_>) -> Vec<NewKey> {
    if source.dialect == Dialect::Mysql {
        keys.sort_by_key(|key| key.kind != Kind::PrimaryKey);
        keys.dedup_by_key(|key| key.kind);
        if source.server.maria {
            keys.truncate(1);
        }
    }
    keys
}

/// MySQL's `SERIAL` is `BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE`, and `SERIAL DEFAULT VALUE`
/// behind another type is all of that but the type:
/// <https://dev.mysql.com/doc/refman/9.7/en/numeric-type-syntax.html>.
fn serial(column: &str, tokens: &[Token<'_>], dialect: Dialect) -> Option<NewKey> {
    let [first, serial, ..] = tokens else {
        return None;
    };
    let behind = find(tokens, "serial default value", dialect).is_some();
    let element = vec![Element::Column(column.to_owned())];
    (dialect == Dialect::Mysql && (serial.is("serial") || behind))
        .then(|| NewKey::new(Kind::Constraint, element, first.start))
}

#[cfg(test)]
mod tests {
    use crate::Dialect;
    use crate::Dialect::{Mysql, Postgres, Sqlite};
    use crate::ddl::columns::{Kind, column};
    use crate::ddl::cursor::Source;
    use crate::server::Server;
    use crate::sql::lexer::tokens;

    /// `P` is a primary key, `U` a unique one, with its name; `-` is behind one that is no conflict
    /// target.
    fn keys(text: &str, dialect: Dialect) -> String {
        let tokens = tokens(text, dialect).unwrap();
        let server = Server::MYSQL;
        let source = Source {
            text,
            dialect,
            server,
        };
        let (_, keys) = column(&source, &tokens).unwrap();
        let shown = keys.iter().map(|key| {
            let kind = match key.kind {
                Kind::PrimaryKey => "P",
                _ => "U",
            };
            let name = key.name.as_deref().unwrap_or_default();
            let nulls = if key.nulls_not_distinct { "=" } else { "" };
            let unique = if key.unique { "" } else { "-" };
            format!("{kind}{name}{nulls}{unique}")
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_keys_of_a_column_are_outside_of_parentheses() {
        for (text, dialect, expected) in [
            ("a int", Postgres, ""),
            ("a int constraint n primary key", Postgres, "Pn"),
            (
                "a int not null default 'unique' check (a > 0) constraint n unique",
                Postgres,
                "Un",
            ),
            ("a int unique deferrable initially deferred", Postgres, "U-"),
            ("a int unique nulls not distinct", Postgres, "U="),
            ("a int unique nulls distinct", Postgres, "U"),
            (
                "a int unique not deferrable references t (primary) deferrable",
                Postgres,
                "U",
            ),
            ("a int unique initially immediate", Postgres, "U"),
            (
                "a int primary key using index tablespace unique_ones",
                Postgres,
                "P",
            ),
            ("a int check (a in (select 1 primary key))", Postgres, ""),
            (
                "a integer primary key autoincrement not null unique",
                Sqlite,
                "P U",
            ),
            (
                "a text unique on conflict replace collate nocase",
                Sqlite,
                "U",
            ),
            ("a int unique key comment 'primary key'", Mysql, "U"),
            ("a int auto_increment primary key", Mysql, "P"),
            ("a int auto_increment key", Mysql, "P"),
            ("a serial", Mysql, "U"),
            ("a int unique primary key", Mysql, "P U"),
            ("a bigint serial default value", Mysql, "U"),
        ] {
            assert_eq!(keys(text, dialect), expected, "{text}");
        }
    }
}
