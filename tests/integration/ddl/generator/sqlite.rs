//! SQLite's statements.

use super::{Generator, Kind, common};

pub(super) const KINDS: &[(usize, Kind)] = &[
    (5, common::create_table),
    (10, common::create_index),
    (3, common::drop_index),
    (1, common::drop_table),
    (1, common::drop_missing),
    (3, common::rename_table),
    (4, common::rename_column),
    (3, common::add_column),
    (2, common::drop_column),
    (1, common::harmless),
    (1, numbered),
    (5, rebuild),
    (1, exchange),
    (2, common::view),
    (2, common::skipped),
    (2, common::trigger),
];

/// A table whose key is the rowid.
fn numbered(g: &mut Generator<'_>) -> Option<String> {
    let name = g.free_table()?;
    let (kind, key) = g.random.one(&[
        ("integer", "primary key"),
        ("INTEGER", "primary key autoincrement"),
        ("int", "primary key"),
        ("integer", "primary key desc"),
        ("integer", "unique"),
    ]);
    let strict = g.maybe(20, " strict");
    Some(format!(
        "create table {name} (a {kind} {key}, b text unique default 'x'){strict}"
    ))
}

/// As <https://sqlite.org/lang_altertable.html#otheralter> has it.
fn rebuild(g: &mut Generator<'_>) -> Option<String> {
    let table = g.table()?;
    let items = g.body(&table.columns);
    if items.len() < 2 {
        return None;
    }
    let (old, name) = (g.table_name(&table), g.quoted(&table.name));
    let columns = table.columns.iter().map(|column| format!("[{column}]"));
    let columns = columns.collect::<Vec<_>>().join(", ");
    let mut statements = vec![
        format!("create table \"new table\" ({})", items.join(", ")),
        format!("insert into \"new table\" ({columns}) select {columns} from {old}"),
    ];
    let index = g.free_name();
    let elements = g.elements(&table.columns, true);
    if g.random.percent(30) {
        let at = g.random.one(&[1, 2]);
        statements.insert(
            at,
            format!("create unique index {index} on \"new table\" ({elements})"),
        );
    }
    statements.push(format!("drop table {old}"));
    statements.push(format!("alter table \"new table\" rename to {name}"));
    Some(statements.join(";\n"))
}

/// Two tables change their names.
fn exchange(g: &mut Generator<'_>) -> Option<String> {
    let (one, other) = (g.table()?, g.table()?);
    if one.name == other.name {
        return None;
    }
    let (one, other) = (g.quoted(&one.name), g.quoted(&other.name));
    Some(format!(
        "alter table {one} rename to exchanged;\nalter table {other} rename to {one};\n\
         alter table exchanged rename to {other}"
    ))
}
