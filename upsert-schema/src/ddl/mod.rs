//! One statement: what kind it is, and what it changes.

mod alter;
mod columns;
mod constraints;
mod create;
pub(crate) mod cursor;
mod defaults;
mod mysql;
mod nullable;
mod routines;
mod settings;
pub(crate) mod split;
mod sqlite;
mod triggers;
pub(crate) mod words;

use self::cursor::{Cursor, Source, find};
use self::settings::{other_meaning, path, writes_schema};
use crate::Dialect;
use crate::change::{Change, Goes, Name};
use crate::complaint::Complaint;
use crate::sql::lexer::{Token, words};

/// What begins a statement that changes no key by itself.
const HARMLESS: &str = "abort analyze attach begin cache check checkpoint checksum close cluster comment commit \
    copy deallocate declare delete detach discard end explain fetch flush get grant handler \
    import insert install kill listen load lock merge move notify optimize pragma reassign \
    refresh reindex release repair replace reset revoke savepoint security select set show \
    start table truncate unlisten unlock update";

/// What is created that has no keys, and changes none.
const CREATED: &str = "access aggregate cast catalog collation conversion database default domain extension function \
    group language library logfile operator package policy procedural procedure publication resource role routine rule schema server \
    spatial statistics subscription tablespace text transform trusted type undo user";

/// What is altered so that no key is another one.
const ALTERED: &str = "conversion database default extension function group instance language large library logfile \
    operator package policy procedure publication resource role routine rule server statistics subscription system \
    tablespace text trigger undo user";

/// What is dropped without a key, unless it is with CASCADE.
const DROPPED: &str = "access aggregate cast catalog collation conversion domain event extension function group language \
    library logfile operator package policy prepare procedure publication resource role routine rule server spatial \
    statistics subscription tablespace text transform type undo user";

/// What is dropped with CASCADE, and no table or index needs.
const UNNEEDED: &str =
    "event group policy publication role rule server statistics subscription tablespace user";

/// What runs other SQL.
const RUNS: [&str; 5] = ["do", "call", "exec", "execute", "prepare"];

/// Extensions that bring no tables along.
const TABLELESS: &str = "btree_gin btree_gist citext cube earthdistance fuzzystrmatch hstore intarray isn ltree \
    pg_trgm pgcrypto pgstattuple plpgsql tablefunc unaccent uuid-ossp vector";

/// What a statement changes. What it does depends on nothing but its text.
pub(crate) fn changes(source: &Source<'_>, tokens: &[Token<'_>]) -> Result<Vec<Change>, Complaint> {
    let mut cursor = Cursor::new(tokens, source.dialect);
    let unread = || Complaint::unread(None);
    if source.dialect == Dialect::Mysql {
        // MariaDB: `SET STATEMENT max_statement_time = 9 FOR ALTER TABLE ..`
        if cursor.sees("set statement") {
            let at = find(tokens, "for", source.dialect).ok_or_else(unread)?;
            return changes(source, tokens.get(at + 1..).unwrap_or_default());
        }
        if cursor.sees("begin not atomic") {
            return Err(unread());
        }
    }
    if cursor.accept("create") {
        return created(source, cursor, tokens);
    }
    if cursor.accept("alter") {
        return altered(source, cursor, tokens);
    }
    if cursor.accept("drop") {
        return dropped(source, cursor, tokens);
    }
    if cursor.sees("rename") && source.dialect == Dialect::Mysql {
        return renamed(cursor).ok_or_else(unread);
    }
    if cursor.sees("rollback")
        && source.dialect != Dialect::Mysql
        && !tokens.iter().any(|token| token.is("prepared"))
    {
        return Err(Complaint::new(
            "a ROLLBACK undoes statements that were already read\n\
             help: leave out what it undoes"
                .to_owned(),
        ));
    }
    if selects_into(tokens, source.dialect) {
        return Err(unread());
    }
    if let Some(change) = path(cursor) {
        return Ok(vec![change]);
    }
    if source.dialect == Dialect::Sqlite {
        writes_schema(tokens)?;
    }
    other_meaning(tokens)?;
    if RUNS.iter().any(|word| cursor.sees(word))
        || cursor.sees("set") && cursor.rest().get(1).is_some_and(|at| at.is_mark("@"))
        || source.dialect == Dialect::Mysql && into_variable(tokens)
    {
        return Err(unread());
    }
    let begin = cursor.rest().first();
    let known = begin.is_some_and(|first| {
        first.is_mark("(")
            || ["with", "values", "rollback", "vacuum", "xa"]
                .iter()
                .any(|word| first.is(word))
            || HARMLESS.split(' ').any(|word| first.is(word))
    });
    if !known {
        return Err(unknown(source, tokens));
    }
    Ok(vec![Change::Run(words(tokens))])
}

fn created(
    source: &Source<'_>,
    mut cursor: Cursor<'_, '_>,
    tokens: &[Token<'_>],
) -> Result<Vec<Change>, Complaint> {
    let unread = || Complaint::unread(None);
    let or_replace = cursor.accept("or replace");
    let mut temporary = false;
    let mut unique = false;
    let mut keyless = false;
    loop {
        if cursor.accept_one(&["temp", "temporary"]) {
            temporary = true;
        } else if cursor.accept("unique") {
            unique = true;
        } else if cursor.accept_one(&[
            "foreign",
            "virtual",
            "fulltext",
            "spatial",
            "materialized",
            "recursive",
        ]) {
            keyless = true;
        } else if !cursor.accept_one(&["global", "local", "unlogged", "online", "offline"]) {
            break;
        }
    }
    if cursor.accept("table") {
        if !keyless {
            return create::table(source, cursor, temporary, or_replace);
        }
        return other(cursor, temporary).ok_or_else(unread);
    }
    if cursor.accept("index") {
        let start = tokens.first().map_or(0, |token| token.start);
        let mut changes =
            create::index(source, cursor, unique && !keyless, start).ok_or_else(unread)?;
        if let (true, Some(Change::CreateIndex { table, key, .. })) = (or_replace, changes.first())
        {
            let old = Change::DropIndexes {
                names: vec![Name {
                    schema: None,
                    name: key.name.clone().unwrap_or_default(),
                }],
                table: Some(table.clone()),
                if_exists: true,
            };
            changes.insert(0, old);
        }
        return Ok(changes);
    }
    if cursor.accept_one(&["view", "sequence"]) {
        return other(cursor, temporary).ok_or_else(unread);
    }
    // MySQL's `CREATE ALGORITHM = MERGE SQL SECURITY INVOKER VIEW v` and
    // `CREATE JSON RELATIONAL DUALITY VIEW v`
    let options = ["algorithm", "definer", "sql", "json", "constraint"];
    let has_options = options.iter().any(|word| cursor.sees(word));
    if has_options {
        const MOST: usize = 24;
        let kinds = [
            "view",
            "function",
            "procedure",
            "event",
            "trigger",
            "package",
        ];
        let kind = cursor
            .rest()
            .iter()
            .take(MOST)
            .position(|token| kinds.iter().any(|kind| token.is(kind)));
        cursor.skip(kind.ok_or_else(unread)?);
        if cursor.accept("view") {
            return other(cursor, temporary).ok_or_else(unread);
        }
    }
    // `CREATE SCHEMA a CREATE TABLE b ..`
    if cursor.sees("schema") && tokens.iter().skip(1).any(|token| token.is("create")) {
        return Err(unread());
    }
    if cursor.sees("event") {
        return Err(unread());
    }
    if cursor.accept("trigger") {
        return Ok(vec![triggers::created(cursor, source.dialect, or_replace)]);
    }
    if cursor.sees("extension") {
        let known = |token: &Token<'_>| {
            TABLELESS
                .split(' ')
                .any(|name| name == token.text.trim_matches(['"', '\'']))
        };
        return Ok(match tokens.iter().any(known) {
            true => Vec::new(),
            false => vec![Change::CreateExtension],
        });
    }
    let is = |list: &str| list.split(' ').any(|word| cursor.sees(word));
    if !is(CREATED) {
        return Err(unknown(source, tokens));
    }
    let mut changes = routines::created(tokens, source.dialect);
    let mut composite = cursor;
    if composite.accept("type") {
        let name = composite.qualified().ok_or_else(unread)?;
        if composite.accept("as") && composite.sees_mark("(") {
            changes.push(Change::CreateOther(name));
        }
    }
    Ok(changes)
}

/// `SELECT .. INTO @a`, which may be run as a statement later on.
fn into_variable(tokens: &[Token<'_>]) -> bool {
    tokens
        .windows(2)
        .any(|pair| matches!(pair, [into, at] if into.is("into") && at.is_mark("@")))
}

fn unknown(source: &Source<'_>, tokens: &[Token<'_>]) -> Complaint {
    Complaint::new(format!(
        "this SQL statement is not recognised: `{}`\n\
         help: a migration is the SQL that the backend understands",
        source.first_words(tokens)
    ))
}

/// A view, a sequence or a table without keys of its own. Indexes on it are of no interest.
fn other(mut cursor: Cursor<'_, '_>, temporary: bool) -> Option<Vec<Change>> {
    cursor.accept("if not exists");
    let name = cursor.qualified()?;
    // A temporary one is in no schema.
    Some(match temporary {
        true => Vec::new(),
        false => vec![Change::CreateOther(name)],
    })
}

fn altered(
    source: &Source<'_>,
    mut cursor: Cursor<'_, '_>,
    tokens: &[Token<'_>],
) -> Result<Vec<Change>, Complaint> {
    let unread = || Complaint::unread(None);
    while cursor.accept_one(&["online", "offline", "ignore"])
        || cursor.sees("foreign table") && cursor.accept("foreign")
    {}
    if cursor.accept("table") {
        if cursor.sees("all in tablespace") {
            return Ok(Vec::new());
        }
        return alter::table(source, cursor);
    }
    if cursor.accept("index") {
        cursor.accept("if exists");
        if cursor.sees("all in tablespace") {
            return Ok(Vec::new());
        }
        let index = cursor.qualified().ok_or_else(unread)?;
        if cursor.accept("rename to") {
            let name = cursor.name().ok_or_else(unread)?;
            return Ok(vec![Change::RenameIndex { index, name }]);
        }
        let harmless = [
            "set",
            "reset",
            "attach partition",
            "alter",
            "depends",
            "no depends",
        ];
        return match harmless.iter().any(|word| cursor.sees(word)) {
            true => Ok(Vec::new()),
            false => Err(unread()),
        };
    }
    if cursor.accept("schema") {
        let old = cursor.name().ok_or_else(unread)?;
        if cursor.accept("rename to") {
            let new = cursor.name().ok_or_else(unread)?;
            return Ok(vec![Change::RenameSchema { old, new }]);
        }
        return Ok(Vec::new());
    }
    if cursor.accept("materialized view") || cursor.accept_one(&["view", "sequence"]) {
        cursor.accept("if exists");
        let old = cursor.qualified().ok_or_else(unread)?;
        return Ok(other_name(old, cursor).into_iter().collect());
    }
    // MySQL's view with options, as it was created.
    if ["algorithm", "definer", "sql"]
        .iter()
        .any(|word| cursor.sees(word))
    {
        let event = tokens.iter().take(24).any(|token| token.is("event"));
        return if event { Err(unread()) } else { Ok(Vec::new()) };
    }
    if cursor.sees("event") && source.dialect == Dialect::Mysql {
        return Err(unread());
    }
    let named = [
        "type",
        "domain",
        "collation",
        "function",
        "procedure",
        "routine",
        "aggregate",
    ];
    let postgres = source.dialect == Dialect::Postgres;
    if postgres && named.iter().any(|word| cursor.sees(word)) {
        cursor.skip(1);
        let old = cursor.qualified().ok_or_else(unread)?;
        if tokens.iter().any(|token| token.is("attribute")) {
            return Ok(vec![Change::AlterType(old.name)]);
        }
        if cursor.sees_mark("(") {
            cursor.group();
        }
        return Ok(match other_name(old.clone(), cursor) {
            Some(Change::RenameOther { new, .. }) => vec![
                Change::RenameOther {
                    old: old.clone(),
                    new: new.clone(),
                },
                Change::RenameDefinition {
                    old: old.name,
                    new: new.name,
                },
            ],
            _ => Vec::new(),
        });
    }
    // It holds in the sessions that come.
    if (cursor.sees("database") || cursor.sees("role") || cursor.sees("user"))
        && tokens.iter().any(|token| token.is("search_path"))
    {
        return Ok(vec![Change::LeavePath]);
    }
    let harmless = ALTERED.split(' ').any(|word| cursor.sees(word))
        || ["event trigger", "foreign data wrapper", "materialized view"]
            .iter()
            .any(|words| cursor.sees(words));
    match harmless {
        true => Ok(Vec::new()),
        false => Err(unknown(source, tokens)),
    }
}

/// What is called `old`, under its new name or in another schema.
fn other_name(old: Name, mut cursor: Cursor<'_, '_>) -> Option<Change> {
    let mut new = old.clone();
    if cursor.accept("rename to") {
        new.name = cursor.name()?;
    } else if cursor.accept("set schema") {
        new.schema = Some(cursor.name()?);
    } else {
        return None;
    }
    Some(Change::RenameOther { old, new })
}

fn dropped(
    source: &Source<'_>,
    mut cursor: Cursor<'_, '_>,
    tokens: &[Token<'_>],
) -> Result<Vec<Change>, Complaint> {
    let unread = || Complaint::unread(None);
    let dialect = source.dialect;
    let cascade =
        dialect == Dialect::Postgres && tokens.last().is_some_and(|last| last.is("cascade"));
    cursor.accept("temporary");
    if cursor.sees("foreign table") {
        cursor.skip(1);
    }
    let exists = |cursor: &mut Cursor<'_, '_>| cursor.accept("if exists");
    // With it go the columns that are of its type, and the functions on its rows.
    let of_its_type = |names: &[Name]| Change::DropCascade {
        names: names.iter().map(|name| name.name.clone()).collect(),
        goes: Goes::Type,
    };
    if cursor.accept_one(&["table", "tables"]) {
        let if_exists = exists(&mut cursor);
        let names = cursor.list().ok_or_else(unread)?;
        let more = cascade.then(|| of_its_type(&names));
        let tables = Change::DropTables { names, if_exists };
        return Ok(std::iter::once(tables).chain(more).collect());
    }
    if cursor.accept("index") {
        cursor.accept("concurrently");
        let if_exists = exists(&mut cursor);
        let names = cursor.list().ok_or_else(unread)?;
        let table = if dialect == Dialect::Mysql {
            if !cursor.accept("on") {
                return Err(unread());
            }
            Some(cursor.qualified().ok_or_else(unread)?)
        } else {
            None
        };
        return Ok(vec![Change::DropIndexes {
            names,
            table,
            if_exists,
        }]);
    }
    if cursor.accept("materialized view") || cursor.accept_one(&["view", "sequence"]) {
        exists(&mut cursor);
        let names = cursor.list().ok_or_else(unread)?;
        let more = cascade.then(|| of_its_type(&names));
        return Ok(std::iter::once(Change::DropOthers(names))
            .chain(more)
            .collect());
    }
    if cursor.accept_one(&["schema", "database"]) {
        exists(&mut cursor);
        let names = cursor.list().ok_or_else(unread)?;
        let schemas = Change::DropSchemas(names.into_iter().map(|name| name.name).collect());
        let more = cascade.then(|| Change::DropCascade {
            names: Vec::new(),
            goes: Goes::Anything,
        });
        return Ok(std::iter::once(schemas).chain(more).collect());
    }
    if cursor.accept("trigger") {
        return Ok(vec![triggers::dropped(cursor).ok_or_else(unread)?]);
    }
    if cursor.sees("owned") {
        return Ok(vec![Change::DropOwned]);
    }
    let is = |list: &str| list.split(' ').any(|word| cursor.sees(word));
    let foreign = ["foreign data wrapper", "event trigger", "user mapping"]
        .iter()
        .any(|words| cursor.sees(words));
    if !is(DROPPED) && !foreign {
        return Err(unknown(source, tokens));
    }
    let kind = cursor;
    let one_of = |kinds: &[&str]| kinds.iter().any(|word| kind.sees(word));
    cursor.skip(1);
    exists(&mut cursor);
    let mut names = Vec::new();
    let mut depth = 0_usize;
    for token in cursor.rest() {
        match token.text {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            // Parameters are no names of what is dropped.
            _ if depth == 0 && !token.is("cascade") => names.extend(words(&[*token])),
            _ => {}
        }
    }
    let mut changes = Vec::new();
    if kind.sees("type") {
        // One of several columns has a table's name.
        let types = names.iter().map(|name| Name {
            schema: None,
            name: name.clone(),
        });
        changes.push(Change::DropOthers(types.collect()));
    }
    if cascade && !is_one_of(UNNEEDED, kind) && !foreign {
        let goes = if one_of(&["function", "procedure", "routine", "aggregate"]) {
            Goes::Function
        } else if one_of(&["type", "domain", "collation"]) {
            Goes::Type
        } else {
            Goes::Anything
        };
        changes.push(Change::DropCascade { names, goes });
    }
    Ok(changes)
}

fn is_one_of(list: &str, cursor: Cursor<'_, '_>) -> bool {
    list.split(' ').any(|word| cursor.sees(word))
}

/// `RENAME TABLE a TO b, c TO d`
fn renamed(mut cursor: Cursor<'_, '_>) -> Option<Vec<Change>> {
    cursor.skip(1);
    if !cursor.accept_one(&["table", "tables"]) {
        return Some(Vec::new());
    }
    cursor.accept("if exists");
    let mut changes = Vec::new();
    loop {
        let table = cursor.qualified()?;
        if cursor.accept("wait") {
            cursor.skip(1);
        }
        cursor.accept("nowait");
        if !cursor.accept("to") {
            return None;
        }
        changes.push(Change::RenameTable {
            table,
            name: cursor.qualified()?,
        });
        if !cursor.accept_mark(",") {
            return cursor.is_empty().then_some(changes);
        }
    }
}

/// Whether it is a SELECT that makes a table (PostgreSQL).
fn selects_into(tokens: &[Token<'_>], dialect: Dialect) -> bool {
    let first = tokens.first();
    let selects = first.is_some_and(|first| first.is("select") || first.is("with"));
    let inserts = find(tokens, "insert into", dialect).is_some();
    dialect == Dialect::Postgres && selects && !inserts && find(tokens, "into", dialect).is_some()
}

/// The name of the table that a statement creates, where it can be told.
pub(crate) fn created_table(tokens: &[Token<'_>], dialect: Dialect) -> Option<Name> {
    let mut cursor = Cursor::new(tokens, dialect);
    // `SELECT .. INTO TABLE a FROM ..`
    if selects_into(tokens, dialect) {
        cursor.skip(find(tokens, "into", dialect)? + 1);
        while cursor.accept_one(&["temp", "temporary", "unlogged", "table"]) {}
        return cursor.qualified();
    }
    if !cursor.accept("create") {
        return None;
    }
    // `CREATE SCHEMA a CREATE TABLE b (..)`
    if cursor.sees("schema") {
        let rest = cursor.rest();
        let at = find(rest, "create table", dialect)?;
        cursor.skip(at + 1);
    }
    cursor.accept("or replace");
    while cursor.accept_one(&["temp", "temporary", "global", "local", "unlogged"]) {}
    if !cursor.accept("table") {
        return None;
    }
    cursor.accept("if not exists");
    cursor.qualified()
}
