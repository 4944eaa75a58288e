//! `ALTER TABLE`

use super::add::add;
use super::column::{alter, replace};
use super::order::in_order;
use crate::Dialect;
use crate::change::{Alteration, Change, Name};
use crate::complaint::Complaint;
use crate::ddl::cursor::{Cursor, Source};
use crate::ddl::settings::engine;
use crate::sql::elements;
use crate::sql::lexer::Token;

/// What changes no key.
const HARMLESS: &str = "add check, add partition, add period, add system versioning, algorithm, auto_increment, \
    avg_row_length, character set, charset, checksum, cluster, collate, comment, \
    compression, connection, convert to, data directory, default character set, default \
    charset, default collate, delay_key_write, disable, discard tablespace, drop check, drop \
    foreign key, drop partition, drop period, enable, encryption, engine, force, import \
    tablespace, insert_method, key_block_size, lock, max_rows, min_rows, no force, \
    nowait, order by, owner, pack_keys, password, reorganize, replica identity, \
    reset, row_format, set, stats_auto_recalc, stats_persistent, stats_sample_pages, \
    tablespace, union, validate, wait, with validation";

/// `ALTER TABLE`, from its name on.
pub(super) fn table(
    source: &Source<'_>,
    mut cursor: Cursor<'_, '_>,
) -> Result<Vec<Change>, Complaint> {
    let if_exists = cursor.accept("if exists");
    let only = cursor.accept("only");
    let unread = || Complaint::unread(None);
    let name = cursor.qualified().ok_or_else(unread)?;
    cursor.accept_mark("*");
    if source.dialect == Dialect::Mysql {
        cursor.accept_wait();
    }
    let mut actions = Vec::new();
    for action in elements::split(cursor.rest()) {
        let start = action.first().map(|token| token.start);
        if action.first().is_some_and(|first| first.is("engine")) {
            engine(action)?;
        }
        let alterations =
            alteration(source, action, &name).ok_or_else(|| Complaint::unread(start))?;
        actions.extend(alterations);
    }
    let mut actions = in_order(actions, source.dialect);
    for action in &mut actions {
        match action {
            Alteration::AddKey { key, .. } | Alteration::UseIndex { key, .. } => key.only = only,
            Alteration::SetNullable { only: of_one, .. } => *of_one = only,
            _ => {}
        }
    }
    let change = |alteration| Change::Alter {
        table: name.clone(),
        if_exists,
        alteration,
    };
    Ok(actions.into_iter().map(change).collect())
}

/// One action; `None` where it cannot be read.
fn alteration(source: &Source<'_>, tokens: &[Token<'_>], table: &Name) -> Option<Vec<Alteration>> {
    let dialect = source.dialect;
    let mut cursor = Cursor::new(tokens, dialect);
    if cursor.is_empty() {
        return None;
    }
    if cursor.sees("set schema") {
        cursor.skip(2);
        return Some(vec![Alteration::SetSchema(cursor.name()?)]);
    }
    if HARMLESS.split(", ").any(|words| cursor.sees(words)) {
        return Some(Vec::new());
    }
    if cursor.accept("add") {
        return add(source, cursor);
    }
    if cursor.accept("drop") {
        return drop(cursor, dialect);
    }
    if cursor.accept("rename") {
        return rename(cursor, dialect, table).map(|alteration| vec![alteration]);
    }
    if cursor.accept("alter") {
        return alter(cursor, dialect);
    }
    if cursor.sees("change") || cursor.sees("modify") {
        return replace(source, cursor);
    }
    if cursor.accept("inherit") {
        return Some(vec![Alteration::Inherit(cursor.qualified()?)]);
    }
    if cursor.accept("no inherit") {
        return Some(vec![Alteration::NoInherit(cursor.qualified()?)]);
    }
    if cursor.accept("not of") {
        return Some(vec![Alteration::Of(None)]);
    }
    if dialect == Dialect::Postgres && cursor.accept("of") {
        return Some(vec![Alteration::Of(Some(cursor.qualified()?.name))]);
    }
    if cursor.accept("attach partition") {
        return Some(vec![Alteration::Attach(cursor.qualified()?)]);
    }
    if cursor.accept("detach partition") {
        return Some(vec![Alteration::Detach(cursor.qualified()?)]);
    }
    // MySQL's partitions have the keys of their table.
    let partitions = [
        "partition by",
        "remove partitioning",
        "truncate partition",
        "rebuild partition",
        "coalesce partition",
        "analyze partition",
        "check partition",
        "optimize partition",
        "repair partition",
    ];
    cursor.sees_one(&partitions).then(Vec::new)
}

fn drop(mut cursor: Cursor<'_, '_>, dialect: Dialect) -> Option<Vec<Alteration>> {
    if cursor.accept("primary key") {
        return Some(vec![Alteration::DropPrimaryKey]);
    }
    let constraint = cursor.accept("constraint");
    if constraint || dialect == Dialect::Mysql && cursor.accept_one(&["index", "key"]) {
        let if_exists = cursor.accept("if exists");
        let name = cursor.name()?;
        let alteration = if constraint {
            Alteration::DropConstraint { name, if_exists }
        } else {
            Alteration::DropIndex { name, if_exists }
        };
        return Some(vec![alteration]);
    }
    if cursor.accept("system versioning") {
        return Some(Vec::new());
    }
    cursor.accept("column");
    let if_exists = cursor.accept("if exists");
    let name = cursor.name()?;
    Some(vec![Alteration::DropColumn { name, if_exists }])
}

fn rename(mut cursor: Cursor<'_, '_>, dialect: Dialect, table: &Name) -> Option<Alteration> {
    let mysql = dialect == Dialect::Mysql;
    if cursor.accept("to") || mysql && cursor.accept("as") || mysql && cursor.rest().len() == 1 {
        let mut name = cursor.qualified()?;
        if !mysql {
            name.schema.clone_from(&table.schema);
        }
        return Some(Alteration::RenameTo(name));
    }
    let key = cursor.accept("constraint") || mysql && cursor.accept_one(&["index", "key"]);
    if !key {
        cursor.accept("column");
        cursor.accept("if exists");
    }
    let old = cursor.name()?;
    if !cursor.accept("to") {
        return None;
    }
    let new = cursor.name()?;
    Some(if key {
        Alteration::RenameKey { old, new }
    } else {
        Alteration::RenameColumn { old, new }
    })
}
