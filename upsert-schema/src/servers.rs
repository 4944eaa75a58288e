//! One folder for MySQL and MariaDB, and for any version of them: what they make of it differently
//! is refused, unless it makes no difference to a statement.

use std::path::Path;

use crate::database::Database;
use crate::database::refusal::ORDER;
use crate::replay::replay;
use crate::sql::lexer::scan;
use crate::{Dialect, Element, Error, Found, Key, Server, Table, names};

type Texts<'t> = [(&'t Path, String)];

/// What the files leave behind on one server. With `incomplete` there are files that could not be
/// read.
pub(crate) fn on(
    server: Server,
    dialect: Dialect,
    except: &[String],
    texts: &Texts<'_>,
    incomplete: bool,
) -> (Vec<Table>, Vec<Error>) {
    let mut errors = Vec::new();
    let mut database = Database::new(dialect, except);
    database.server = server;
    database.incomplete = incomplete;
    for (file, text) in texts {
        replay(&mut database, file, text, &mut errors);
    }
    errors.extend(database.wrong());
    (database.into_tables(), errors)
}

/// The same on all servers that the files may have been written for.
pub(crate) fn on_all(
    dialect: Dialect,
    except: &[String],
    texts: &Texts<'_>,
    incomplete: bool,
) -> (Vec<Table>, Vec<Error>) {
    let on = |server| on(server, dialect, except, texts, incomplete);
    if dialect != Dialect::Mysql {
        return on(Server::MYSQL);
    }
    let mut versions = Vec::new();
    for (_, text) in texts {
        let found = scan(text, dialect, Server::MYSQL).map(|(_, versions)| versions);
        versions.extend(found.unwrap_or_default());
    }
    let mut read: Vec<_> = Server::all(&versions).into_iter().map(on).collect();
    // Where a server refuses the files, it is another one that they are for.
    let refused =
        |(_, errors): &(_, Vec<Error>)| errors.iter().all(|error| error.message.contains(ORDER));
    if let Some(at) = read.iter().position(|read| !refused(read)) {
        return read.swap_remove(at);
    }
    if read.iter().any(|(_, errors)| errors.is_empty()) {
        read.retain(|(_, errors)| errors.is_empty());
    }
    let mut read = read.into_iter();
    let (mut tables, mut errors) = read.next().unwrap_or_default();
    if errors.is_empty() {
        for (other, _) in read {
            merge(&mut tables, other, &mut errors);
        }
    }
    (tables, errors)
}

/// Adds what another server makes of the same files to `tables`.
fn merge(tables: &mut [Table], others: Vec<Table>, errors: &mut Vec<Error>) {
    let is = |a: &Table, b: &Table| a.schema == b.schema && a.name == b.name;
    for table in tables.iter() {
        if !table.absent && !others.iter().any(|other| is(table, other)) {
            differs(table, table.at.clone(), errors);
        }
    }
    for other in others {
        let Some(table) = tables.iter_mut().find(|table| is(table, &other)) else {
            if other.absent {
                continue;
            }
            differs(&other, other.at.clone(), errors);
            continue;
        };
        if let Some(at) =
            unlike(&table.keys, &other.keys).or_else(|| unlike(&other.keys, &table.keys))
        {
            differs(table, at.at.clone(), errors);
            continue;
        }
        add(&mut table.keys, other.keys);
    }
}

/// The first of `keys` of which there is nothing like it among `others`. A second one on the same
/// columns, such as MySQL's for `UNIQUE` on the primary key's own column, meets no other rows.
fn unlike<'k>(keys: &'k [Found], others: &[Found]) -> Option<&'k Found> {
    keys.iter()
        .find(|key| !others.iter().any(|other| is_alike(&key.key, &other.key)))
}

fn is_alike(a: &Key, b: &Key) -> bool {
    same_elements(a, b)
        && a.predicate == b.predicate
        && a.defaults == b.defaults
        && a.increments == b.increments
        && a.new == b.new
        && a.set_at_update == b.set_at_update
        && a.nullable == b.nullable
        && a.computed == b.computed
        && a.run_out == b.run_out
}

fn same_elements(a: &Key, b: &Key) -> bool {
    let within = |a: &Key, b: &Key| {
        a.elements.iter().all(|one| {
            b.elements.iter().any(|other| match (one, other) {
                (Element::Column(one), Element::Column(other)) => Dialect::Mysql.same(one, other),
                (one, other) => one == other,
            })
        })
    };
    within(a, b) && within(b, a)
}

/// Those of `others` that are not there, and no name that is not the same on both.
fn add(keys: &mut Vec<Found>, others: Vec<Found>) {
    for other in others {
        let alike =
            |key: &&mut Found| is_alike(&key.key, &other.key) && key.key.kind == other.key.kind;
        let same_name = keys.iter().any(|key| {
            key.key.name == other.key.name
                && key.key.kind == other.key.kind
                && is_alike(&key.key, &other.key)
        });
        if same_name {
            continue;
        }
        match keys.iter_mut().find(alike) {
            Some(known) => known.key.name = None,
            None => keys.push(other),
        }
    }
}

fn differs(table: &Table, at: crate::Position, errors: &mut Vec<Error>) {
    errors.push(Error {
        at: Some(at),
        message: format!(
            "MySQL and MariaDB, or versions of them, do not have the same unique keys of `{}` after this\n\
             help: say it without a comment that only some of them run (`/*!80000 .. */`, `/*M! .. */`), or {}",
            table.shown(),
            names::by_hand(&[table.shown()])
        ),
    });
}
