//! One statement: what kind it is, and what it changes.

mod alter;
mod columns;
mod constraints;
mod create;
pub(crate) mod cursor;
mod defaults;
mod drop;
mod mysql;
mod nullable;
mod rename;
mod routines;
mod select;
mod settings;
pub(crate) mod split;
mod sqlite;
mod triggers;
pub(crate) mod words;

pub(crate) use self::create::created_table;
use self::cursor::{Cursor, Source, find};
use self::select::{into_variable, selects_into};
use self::settings::{loses_path, other_meaning, path, writes_catalogue, writes_schema};
use crate::Dialect;
use crate::change::Change;
use crate::complaint::Complaint;
use crate::sql::lexer::{Token, words};

/// What begins a statement that changes no key by itself.
const HARMLESS: &str = "abort analyze attach begin cache check checkpoint checksum close cluster comment commit \
    copy deallocate declare delete detach discard end explain fetch flush get grant handler \
    import insert install kill listen load lock merge move notify optimize pragma reassign \
    refresh reindex release repair replace reset revoke savepoint security select set show \
    start table truncate unlisten unlock update";

/// What runs other SQL.
const RUNS: [&str; 5] = ["do", "call", "exec", "execute", "prepare"];

/// What a statement changes. What it does depends on nothing but its text.
pub(crate) fn changes(source: &Source<'_>, tokens: &[Token<'_>]) -> Result<Vec<Change>, Complaint> {
    let mut cursor = Cursor::new(tokens, source.dialect);
    let unread = || Complaint::unread(None);
    if let Some(name) = tokens.iter().find(|token| token.is_escaped_name()) {
        let mut complaint = Complaint::new(format!(
            "the name `{}` has Unicode escapes, which are not read\n\
             help: write the characters themselves, in quotes",
            name.text
        ));
        complaint.start = Some(name.start);
        return Err(complaint);
    }
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
        return create::changes(source, cursor, tokens);
    }
    if cursor.accept("alter") {
        return alter::changes(source, cursor, tokens);
    }
    if cursor.accept("drop") {
        return drop::changes(source, cursor, tokens);
    }
    if cursor.sees("rename") && source.dialect == Dialect::Mysql {
        return rename::changes(cursor).ok_or_else(unread);
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
    match source.dialect {
        Dialect::Postgres => writes_catalogue(tokens)?,
        Dialect::Sqlite => writes_schema(tokens)?,
        Dialect::Mysql => {}
    }
    if source.dialect == Dialect::Postgres && loses_path(tokens) {
        return Ok(vec![Change::Run(words(tokens)), Change::LosePath]);
    }
    other_meaning(tokens)?;
    if cursor.sees_one(&RUNS)
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
        return Err(source.unknown(tokens));
    }
    Ok(vec![Change::Run(words(tokens))])
}
