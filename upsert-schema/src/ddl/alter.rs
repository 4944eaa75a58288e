//! `ALTER TABLE`

use crate::change::{Alteration, Change, Column, Name, NewKey};
use crate::complaint::Complaint;
use crate::ddl::columns::column;
use crate::ddl::constraints::{constraint, is_constraint};
use crate::ddl::cursor::{Cursor, Source};
use crate::ddl::defaults;
use crate::ddl::settings::engine;
use crate::sql::elements;
use crate::sql::lexer::{self, Token};
use crate::{Dialect, Kind, Type};

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
pub(crate) fn table(
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
    if source.dialect == Dialect::Mysql {
        actions = renamed_at_once(with_replaced_columns(actions));
    }
    for action in &mut actions {
        match action {
            Alteration::AddKey { key, .. } | Alteration::UseIndex { key, .. } => key.only = only,
            Alteration::SetNullable { only: of_one, .. } => *of_one = only,
            _ => {}
        }
    }
    actions.sort_by_key(pass);
    let change = |alteration| Change::Alter {
        table: name.clone(),
        if_exists,
        alteration,
    };
    Ok(actions.into_iter().map(change).collect())
}

/// When an action is done: the databases do not go by the order in which they are written.
fn pass(alteration: &Alteration) -> u8 {
    match alteration {
        Alteration::DropColumn { .. }
        | Alteration::DropConstraint { .. }
        | Alteration::DropPrimaryKey
        | Alteration::DropIndex { .. } => 0,
        Alteration::RenameColumn { .. }
        | Alteration::ReplaceColumn { .. }
        | Alteration::RenameKey { .. } => 1,
        Alteration::AddColumn { .. } => 2,
        Alteration::RenameTo(_) | Alteration::SetSchema(_) => 4,
        _ => 3,
    }
}

/// MySQL gives all new names at once: `RENAME COLUMN a TO b, RENAME COLUMN b TO a` is a swap.
fn renamed_at_once(actions: Vec<Alteration>) -> Vec<Alteration> {
    // No name of a column: between the old and the new.
    let between = |at: usize| format!("\0{at}");
    let mut first = Vec::new();
    let mut then = Vec::new();
    for (at, mut action) in actions.into_iter().enumerate() {
        if let Alteration::RenameColumn { old, .. }
        | Alteration::ReplaceColumn {
            old,
            dropped: false,
            ..
        } = &mut action
        {
            first.push(Alteration::RenameColumn {
                old: std::mem::replace(old, between(at)),
                new: between(at),
            });
        }
        then.push(action);
    }
    first.extend(then);
    first
}

/// MySQL finds the columns of its keys by name when it is done: one that is dropped and added stays
/// in them.
fn with_replaced_columns(actions: Vec<Alteration>) -> Vec<Alteration> {
    let added = |name: &str| {
        actions.iter().find_map(|action| match action {
            Alteration::AddColumn { column, .. } if Dialect::Mysql.same(&column.name, name) => {
                Some(column.clone())
            }
            _ => None,
        })
    };
    let dropped: Vec<String> = actions
        .iter()
        .filter_map(|action| match action {
            Alteration::DropColumn { name, .. } if added(name).is_some() => Some(name.clone()),
            _ => None,
        })
        .collect();
    let replaced = dropped.iter().filter_map(|old| {
        Some(Alteration::ReplaceColumn {
            old: old.clone(),
            column: added(old)?,
            keys: Vec::new(),
            dropped: true,
        })
    });
    let replaced: Vec<_> = replaced.collect();
    let is_replaced = |name: &str| dropped.iter().any(|old| Dialect::Mysql.same(old, name));
    let rest = actions.into_iter().filter(|action| match action {
        Alteration::DropColumn { name, .. } => !is_replaced(name),
        Alteration::AddColumn { column, .. } => !is_replaced(&column.name),
        _ => true,
    });
    rest.chain(replaced).collect()
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
    partitions
        .iter()
        .any(|words| cursor.sees(words))
        .then(Vec::new)
}

fn add(source: &Source<'_>, mut cursor: Cursor<'_, '_>) -> Option<Vec<Alteration>> {
    let dialect = source.dialect;
    if is_constraint(&cursor, dialect) {
        let start = cursor.rest().first()?.start;
        if let Some(alteration) = use_index(cursor, start) {
            return Some(vec![alteration]);
        }
        let (tokens, if_not_exists) = without_if_not_exists(cursor.rest());
        let tokens = tokens.as_slice();
        let tokens = tokens.strip_suffix_words(&["not", "valid"]);
        let keys = constraint(source, tokens)?;
        return Some(
            keys.into_iter()
                .map(|key| Alteration::AddKey { key, if_not_exists })
                .collect(),
        );
    }
    cursor.accept("column");
    let if_not_exists = cursor.accept("if not exists");
    let mut alterations = Vec::new();
    let many = cursor;
    if let Some(inside) = cursor.group() {
        for item in elements::split(inside) {
            if is_constraint(&Cursor::new(item, dialect), dialect) {
                let keys = constraint(source, item)?;
                alterations.extend(keys.into_iter().map(|key| Alteration::AddKey {
                    key,
                    if_not_exists: false,
                }));
            } else {
                let (column, keys) = column(source, item)?;
                alterations.extend(new_column(
                    column,
                    NewKey::in_order(keys, dialect),
                    if_not_exists,
                ));
            }
        }
    } else {
        let (column, keys) = column(source, without_position(many.rest()))?;
        alterations.extend(new_column(
            column,
            NewKey::in_order(keys, dialect),
            if_not_exists,
        ));
    }
    Some(alterations)
}

/// Its keys come with the other ones, whose names depend on their order; unless they come only if
/// the column does.
fn new_column(column: Column, keys: Vec<NewKey>, if_not_exists: bool) -> Vec<Alteration> {
    if if_not_exists {
        return vec![Alteration::AddColumn {
            column,
            keys,
            if_not_exists,
        }];
    }
    let keys = keys.into_iter().map(|key| Alteration::AddKey {
        key,
        if_not_exists: false,
    });
    let column = Alteration::AddColumn {
        column,
        keys: Vec::new(),
        if_not_exists,
    };
    std::iter::once(column).chain(keys).collect()
}

trait StripWords {
    fn strip_suffix_words(&self, words: &[&str]) -> &Self;
}

impl StripWords for [Token<'_>] {
    fn strip_suffix_words(&self, words: &[&str]) -> &Self {
        let Some((before, last)) = self
            .len()
            .checked_sub(words.len())
            .and_then(|at| self.split_at_checked(at))
        else {
            return self;
        };
        if last.iter().zip(words).all(|(token, word)| token.is(word)) {
            before
        } else {
            self
        }
    }
}

/// MariaDB's `ADD UNIQUE INDEX IF NOT EXISTS`: without these words, and whether they were there.
fn without_if_not_exists<'a>(tokens: &[Token<'a>]) -> (Vec<Token<'a>>, bool) {
    let found = tokens.windows(3).take(6).position(
        |words| matches!(words, [a, b, c] if a.is("if") && b.is("not") && c.is("exists")),
    );
    let Some(at) = found else {
        return (tokens.to_vec(), false);
    };
    let kept = tokens
        .iter()
        .enumerate()
        .filter(|(index, _)| !(at..at + 3).contains(index));
    (kept.map(|(_, token)| *token).collect(), true)
}

/// MySQL's `FIRST` and `AFTER column`.
fn without_position<'t, 'a>(tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    match tokens {
        [before @ .., first] if first.is("first") => before,
        [before @ .., after, _] if after.is("after") => before,
        tokens => tokens,
    }
}

/// `[CONSTRAINT name] UNIQUE USING INDEX index`
fn use_index(mut cursor: Cursor<'_, '_>, start: usize) -> Option<Alteration> {
    let name = if cursor.accept("constraint") {
        Some(cursor.name()?)
    } else {
        None
    };
    let kind = if cursor.accept("unique using index") {
        Kind::Constraint
    } else if cursor.accept("primary key using index") {
        Kind::PrimaryKey
    } else {
        return None;
    };
    let index = cursor.name()?;
    let deferrable = cursor.sees("deferrable") || cursor.sees("initially");
    let key = NewKey {
        name,
        unique: !deferrable,
        ..NewKey::new(kind, Vec::new(), start)
    };
    Some(Alteration::UseIndex { index, key })
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

fn alter(mut cursor: Cursor<'_, '_>, dialect: Dialect) -> Option<Vec<Alteration>> {
    if cursor.sees("constraint") {
        // Whether it can be deferred: PostgreSQL knows that of foreign keys only.
        return Some(Vec::new());
    }
    if dialect == Dialect::Mysql && cursor.sees("index") || cursor.sees("check") {
        return Some(Vec::new());
    }
    cursor.accept("column");
    cursor.accept("if exists");
    let column = cursor.name()?;
    let mut computed = None;
    let default = if cursor.accept("set default") {
        defaults::may_repeat(cursor.rest(), None, dialect)
    } else if cursor.accept("drop default")
        || cursor.accept("add generated")
        || cursor.accept("drop expression")
    {
        false
    } else if cursor.accept("set expression") {
        computed = defaults::computed(cursor.rest(), dialect);
        true
    } else if cursor.sees("set not null") || cursor.sees("drop not null") {
        let nullable = cursor.sees("drop");
        return Some(vec![Alteration::SetNullable {
            column,
            nullable,
            only: false,
        }]);
    } else if cursor.accept_one(&["type", "set data type"]) {
        let words = lexer::words(cursor.rest());
        let kind = Type::of(cursor.rest(), dialect);
        return Some(vec![Alteration::SetType {
            column,
            kind,
            words,
        }]);
    } else {
        // MySQL's VISIBLE, and what PostgreSQL keeps of a column beside its values.
        let harmless = [
            "set generated",
            "set sequence",
            "set increment",
            "set minvalue",
            "set maxvalue",
            "set no",
            "set start",
            "set restart",
            "set cache",
            "set cycle",
            "restart",
            "drop identity",
            "set statistics",
            "set storage",
            "set compression",
            "set visible",
            "set invisible",
            "reset",
        ];
        let options =
            cursor.sees("set") && cursor.rest().get(1).is_some_and(|next| next.is_mark("("));
        return (options || harmless.iter().any(|words| cursor.sees(words))).then(Vec::new);
    };
    Some(vec![Alteration::SetDefault {
        column,
        default,
        computed,
    }])
}

/// MySQL's `CHANGE old new definition` and `MODIFY column definition`.
fn replace(source: &Source<'_>, mut cursor: Cursor<'_, '_>) -> Option<Vec<Alteration>> {
    let change = cursor.sees("change");
    cursor.skip(1);
    cursor.accept("column");
    cursor.accept("if exists");
    let old = if change {
        cursor.name()?
    } else {
        cursor.rest().first()?.name(source.dialect)?
    };
    let (column, keys) = column(source, without_position(cursor.rest()))?;
    Some(vec![Alteration::ReplaceColumn {
        old,
        column,
        keys,
        dropped: false,
    }])
}
