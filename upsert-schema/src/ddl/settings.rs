//! Statements that change what others mean.

use crate::Dialect;
use crate::change::{Change, Name};
use crate::complaint::Complaint;
use crate::ddl::cursor::Cursor;
use crate::sql::elements;
use crate::sql::lexer::{Shape, Token};

/// What names without a schema mean from here on.
pub(crate) fn path(mut cursor: Cursor<'_, '_>) -> Option<Change> {
    let set = |path, local| Some(Change::SetPath { path, local });
    if cursor.accept("use") {
        return set(vec![cursor.name()?], false);
    }
    if cursor.accept("reset search_path")
        || cursor.accept("reset all")
        || cursor.accept("discard all")
    {
        return set(vec!["public".to_owned()], false);
    }
    if cursor.accept("select") {
        // As `pg_dump` writes it.
        if cursor.accept("pg_catalog") {
            cursor.skip(1);
        }
        if !cursor.accept("set_config") {
            return None;
        }
        let arguments = elements::split(cursor.group()?);
        let [[setting], [path], [local]] = arguments.as_slice() else {
            return None;
        };
        let local = match (cursor.is_empty(), local.is("true"), local.is("false")) {
            (true, true, _) => true,
            (true, _, true) => false,
            _ => return None,
        };
        if !is_search_path(plain(setting)?) {
            return None;
        }
        let path = plain(path)?;
        return set(
            path.split(',')
                .map(|name| name.trim().trim_matches('"').to_owned())
                .collect(),
            local,
        );
    }
    if !cursor.accept("set") {
        return None;
    }
    let local = cursor.accept("local");
    cursor.accept("session");
    if cursor.accept("schema") {
        let path = cursor.rest().first()?.text.trim_matches('\'').to_owned();
        return set(vec![path], local);
    }
    if !cursor.accept("search_path") || !(cursor.accept("to") || cursor.accept_mark("=")) {
        return None;
    }
    if cursor.sees("default") {
        return set(vec!["public".to_owned()], local);
    }
    let mut path = Vec::new();
    while let Some(token) = cursor.rest().first() {
        if token.shape == Shape::Text {
            path.push(token.text.trim_matches('\'').to_owned());
        } else {
            path.extend(token.name(Dialect::Postgres));
        }
        cursor.skip(1);
    }
    set(path, local)
}

/// What is in a string without escapes.
fn plain<'a>(token: &Token<'a>) -> Option<&'a str> {
    let inside = token.text.strip_prefix('\'')?.strip_suffix('\'')?;
    (token.shape == Shape::Text && !inside.contains('\'')).then_some(inside)
}

fn is_search_path(setting: &str) -> bool {
    setting.eq_ignore_ascii_case("search_path")
}

/// Whether a call may set where names without a schema are looked for, in a way that [`path`] does
/// not read.
pub(crate) fn loses_path(tokens: &[Token<'_>]) -> bool {
    let calls = tokens.iter().enumerate().filter(|(_, token)| {
        token
            .name(Dialect::Postgres)
            .is_some_and(|name| name == "set_config")
    });
    calls.into_iter().any(|(at, _)| {
        let behind = tokens.get(at + 1..).unwrap_or_default();
        let Some(arguments) = Cursor::new(behind, Dialect::Postgres).group() else {
            return false;
        };
        let another = match elements::split(arguments).as_slice() {
            [[setting], ..] => plain(setting).is_some_and(|setting| !is_search_path(setting)),
            _ => false,
        };
        !another
    })
}

/// PostgreSQL's catalogue is tables, of which some can be written to:
/// <https://www.postgresql.org/docs/current/catalogs.html>.
pub(crate) fn writes_catalogue(tokens: &[Token<'_>]) -> Result<(), Complaint> {
    const WRITES: [&str; 4] = ["update", "insert into", "delete from", "merge into"];
    let written = (0..tokens.len()).find_map(|at| {
        let rest = tokens.get(at..).unwrap_or_default();
        let mut cursor = Cursor::new(rest, Dialect::Postgres);
        if !cursor.accept_one(&WRITES) {
            return None;
        }
        cursor.accept("only");
        let of_catalogue = |name: &Name| {
            let schema = name.schema.as_deref();
            name.name.starts_with("pg_") && schema.is_none_or(|schema| schema == "pg_catalog")
        };
        cursor.qualified().filter(of_catalogue)
    });
    match written {
        None => Ok(()),
        Some(name) => Err(Complaint::new(format!(
            "this writes to PostgreSQL's catalogue, `{name}`, and what it changes cannot be told\n\
             help: write the statement that is for it: ALTER TABLE, SET .."
        ))),
    }
}

/// Settings that change what quotes and backslashes mean, or what a definition does not say.
pub(crate) fn other_meaning(tokens: &[Token<'_>]) -> Result<(), Complaint> {
    let [set, rest @ ..] = tokens else {
        return Ok(());
    };
    let said = |word: &str| {
        rest.iter()
            .any(|token| token.text.to_ascii_lowercase().contains(word))
    };
    let off = rest.last().is_some_and(|last| {
        ["off", "0", "false"].contains(&last.text.trim_matches('\'').to_ascii_lowercase().as_str())
    });
    if set.is("set")
        && (said("ansi")
            || said("no_backslash_escapes")
            || said("standard_conforming_strings") && off)
    {
        return Err(Complaint::new(
            "this changes what quotes mean, and what follows cannot be read\n\
             help: write the quotes that the backend understands by itself"
                .to_owned(),
        ));
    }
    if set.is("set") && said("explicit_defaults_for_timestamp") && off {
        return Err(Complaint::new(
            "this gives the TIMESTAMP columns that follow a DEFAULT, an ON UPDATE and NOT NULL that nobody reads in them\n\
             help: leave it on, and write what is meant in each definition"
                .to_owned(),
        ));
    }
    Ok(())
}

/// SQLite's schema is a table that can be written to.
pub(crate) fn writes_schema(tokens: &[Token<'_>]) -> Result<(), Complaint> {
    let [first, ..] = tokens else {
        return Ok(());
    };
    let pragma = first.is("pragma")
        && tokens.iter().any(|token| token.is("writable_schema"))
        && tokens.last().is_some_and(|last| {
            ["1", "on", "true", "yes"]
                .iter()
                .any(|on| last.text.trim_matches('\'').eq_ignore_ascii_case(on))
                || last.is_mark(")")
        });
    let writes = ["update", "delete", "insert", "replace"]
        .iter()
        .any(|word| first.is(word))
        && tokens.iter().take(6).any(|token| {
            ["sqlite_master", "sqlite_schema"].iter().any(|name| {
                token
                    .text
                    .trim_matches(['"', '`', '[', ']'])
                    .eq_ignore_ascii_case(name)
            })
        });
    if pragma || writes {
        return Err(Complaint::new(
            "this writes to SQLite's schema directly, and what it changes cannot be told\n\
             help: make a new table, copy the rows, drop the old one and rename the new one"
                .to_owned(),
        ));
    }
    Ok(())
}

/// MySQL's engines that hold a unique key to its word. MERGE does not, CSV and ARCHIVE have none,
/// BLACKHOLE keeps no row.
const ENGINES: &str = "innodb myisam aria memory heap ndb ndbcluster rocksdb";

/// An error where `tokens`, the options of a table, name another engine.
pub(crate) fn engine(tokens: &[Token<'_>]) -> Result<(), Complaint> {
    let mut rest = tokens
        .iter()
        .skip_while(|token| !token.is("engine"))
        .skip(1);
    let named = rest.find(|token| !token.is_mark("="));
    let Some(named) = named else {
        return Ok(());
    };
    let name = named
        .text
        .trim_matches(['\'', '"', '`'])
        .to_ascii_lowercase();
    if ENGINES.split(' ').any(|known| known == name) {
        return Ok(());
    }
    let mut complaint = Complaint::new(format!(
        "whether rows are unique in the engine `{}` is not known\n\
         help: InnoDB, or leave the table out with `except` and declare its keys by hand",
        named.text
    ));
    complaint.start = Some(named.start);
    Err(complaint)
}
