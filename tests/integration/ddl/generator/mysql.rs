//! MySQL's and MariaDB's statements.

use super::{Generator, Kind, common};

pub(super) const KINDS: &[(usize, Kind)] = &[
    (5, common::create_table),
    (8, common::create_index),
    (3, common::drop_index),
    (1, common::drop_table),
    (1, common::drop_missing),
    (2, common::rename_table),
    (3, common::rename_column),
    (4, common::add_column),
    (3, common::drop_column),
    (8, common::add_constraint),
    (1, common::harmless),
    (2, drop_key),
    (2, rename_index),
    (4, change),
    (2, change_default),
    (4, several),
    (2, create_like),
    (1, rename_tables),
    (1, or_replace),
    (1, numbered),
    (1, add_if_not_exists),
    (2, swap),
    (2, common::view),
    (2, common::skipped),
    (2, common::trigger),
];

fn drop_key(g: &mut Generator<'_>) -> Option<String> {
    let (table, index) = g.index()?;
    let what = if index.trim_matches('`') == "PRIMARY" {
        "primary key".to_owned()
    } else {
        let kind = g.random.one(&["index", "key", "constraint"]);
        let exists = g.maybe(15, "if exists ");
        format!("{kind} {exists}{index}")
    };
    let name = g.table_name(&table);
    Some(format!("alter table {name} drop {what}"))
}

fn rename_index(g: &mut Generator<'_>) -> Option<String> {
    let (table, index) = g.index()?;
    if index.trim_matches('`') == "PRIMARY" {
        return None;
    }
    let new = g.free_name();
    let kind = g.random.one(&["index", "key"]);
    let name = g.table_name(&table);
    Some(format!("alter table {name} rename {kind} {index} to {new}"))
}

fn change(g: &mut Generator<'_>) -> Option<String> {
    let table = g.table()?;
    let (old, new) = (g.column(&table)?, g.free_column(&table)?);
    let to = if g.random.percent(50) {
        new
    } else {
        old.clone()
    };
    let definition = g.definition(&to).replace("primary key", "unique");
    let place = g.random.one(&["", "", " first"]);
    let name = g.table_name(&table);
    Some(if to == old && g.random.percent(70) {
        format!("alter table {name} modify {definition}{place}")
    } else {
        format!("alter table {name} change column {old} {definition}{place}")
    })
}

fn change_default(g: &mut Generator<'_>) -> Option<String> {
    let table = g.table()?;
    let column = g.column(&table)?;
    let change = g
        .random
        .one(&["set default 'x'", "drop default", "set default ('y')"]);
    let name = g.table_name(&table);
    Some(format!("alter table {name} alter column {column} {change}"))
}

fn several(g: &mut Generator<'_>) -> Option<String> {
    let table = g.table()?;
    let (old, other, new) = (g.column(&table)?, g.column(&table)?, g.free_column(&table)?);
    let key = g.constraint(&table.columns, 0);
    let actions = match g.random.below(6) {
        0 => format!("drop column {old}, add column {new} varchar(9) unique"),
        1 => format!("add {key}, add {new} varchar(20) default 'x'"),
        2 => format!("add index ({old}), add unique ({old}), add unique ({old}, {other})"),
        3 => format!("add column {new} varchar(20) after {old}, add unique ({new}, {old})"),
        4 => format!("rename column {old} to {new}, add unique ({new})"),
        _ => format!("drop column {old}, add {key}"),
    };
    let name = g.table_name(&table);
    Some(format!("alter table {name} {actions}"))
}

fn create_like(g: &mut Generator<'_>) -> Option<String> {
    let (table, new) = (g.table()?, g.free_table()?);
    let name = g.table_name(&table);
    Some(match g.random.percent(70) {
        true => format!("create table {new} like {name}"),
        false => format!("create table {new} (like {name})"),
    })
}

fn rename_tables(g: &mut Generator<'_>) -> Option<String> {
    let (one, other) = (g.table()?, g.table()?);
    let (from, to) = (g.table_name(&one), g.table_name(&other));
    if one.name == other.name {
        let new = g.free_table()?;
        return Some(format!("rename table {from} to {new}"));
    }
    Some(format!(
        "rename table {from} to between_them, {to} to {from}, between_them to {to}"
    ))
}

fn or_replace(g: &mut Generator<'_>) -> Option<String> {
    let table = g.table()?;
    let columns = g.new_columns();
    let items = g.body(&columns).join(", ");
    let name = g.table_name(&table);
    // When it is refused, the old table is gone all the same.
    Some(format!(
        "create table trial ({items});\ndrop table trial;\ncreate or replace table {name} ({items})"
    ))
}

fn numbered(g: &mut Generator<'_>) -> Option<String> {
    let name = g.free_table()?;
    let id = g.random.one(&[
        "a int auto_increment primary key",
        "a bigint unsigned not null auto_increment unique",
        "a serial",
        "a serial primary key",
        "a bigint serial default value",
        "a int serial default value comment 'x'",
        "a int auto_increment, key (a)",
        "a int primary key auto_increment comment 'unique'",
    ]);
    let rest = g.random.one(&[
        "b varchar(20) unique",
        "b text, unique (b(5))",
        "b varchar(9), index (b), unique (b)",
    ]);
    Some(format!(
        "create table {name} ({id}, {rest}) engine = InnoDB"
    ))
}

fn add_if_not_exists(g: &mut Generator<'_>) -> Option<String> {
    let table = g.table()?;
    let elements = g.elements(&table.columns, false);
    let index = g.free_name();
    let kind = g.random.one(&["index", "key"]);
    let name = g.table_name(&table);
    let (old, new) = (g.column(&table)?, g.free_column(&table)?);
    Some(match g.random.below(4) {
        0 => format!("alter table {name} add column if not exists {old} varchar(20) unique"),
        1 => format!(
            "alter table {name} add column if not exists ({old} varchar(20) unique, {new} varchar(20) unique)"
        ),
        2 => format!("alter table {name} add unique if not exists ({elements})"),
        _ => format!("alter table {name} add unique {kind} if not exists {index} ({elements})"),
    })
}

/// Columns that change their names with each other, and what else there is in the same statement.
fn swap(g: &mut Generator<'_>) -> Option<String> {
    let table = g.table()?;
    let (one, other, new) = (g.column(&table)?, g.column(&table)?, g.free_column(&table)?);
    let plain = |name: &str| name.trim_matches('`').to_lowercase();
    if plain(&one) == plain(&other) {
        return None;
    }
    let actions = match g.random.below(4) {
        0 => format!("rename column {one} to {other}, rename column {other} to {one}"),
        1 => format!(
            "change {one} {other} varchar(20), change {other} {one} varchar(20) default 'x'"
        ),
        2 => format!(
            "rename column {one} to {other}, rename column {other} to {new}, add unique ({new}, {other})"
        ),
        _ => format!(
            "rename column {one} to {other}, rename column {other} to {one}, add unique ({one})"
        ),
    };
    let name = g.table_name(&table);
    Some(format!("alter table {name} {actions}"))
}
