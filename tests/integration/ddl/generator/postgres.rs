//! PostgreSQL's statements.

use super::{Generator, Kind, common};
use crate::ddl::live::OTHER;

pub(super) const KINDS: &[(usize, Kind)] = &[
    (5, common::create_table),
    (10, common::create_index),
    (3, common::drop_index),
    (1, common::drop_table),
    (1, common::drop_missing),
    (2, common::rename_table),
    (3, common::rename_column),
    (4, common::add_column),
    (3, common::drop_column),
    (7, common::add_constraint),
    (1, common::harmless),
    (3, drop_constraint),
    (2, drop_condition),
    (1, add_not_null),
    (3, rename_index),
    (3, use_index),
    (3, change_default),
    (2, several),
    (2, create_like),
    (2, partitioned),
    (3, partition),
    (1, attach),
    (1, detach),
    (1, inherits),
    (1, other_schema),
    (1, change_type),
    (2, common::view),
    (2, common::skipped),
    (2, common::trigger),
    (3, define),
    (4, use_defined),
    (1, drop_defined),
    (1, typed),
    (2, inherit_later),
    (1, other_statement_for_a_name),
    (1, path),
    (1, qualified),
];

fn drop_constraint(g: &mut Generator<'_>) -> Option<String> {
    let table = g.table()?;
    let constraint = g.random.pick(&table.constraints)?.clone();
    let constraint = g.quoted(&constraint);
    let (exists, cascade) = (g.maybe(20, "if exists "), g.maybe(10, " cascade"));
    let name = g.table_name(&table);
    Some(format!(
        "alter table {name} drop constraint {exists}{constraint}{cascade}"
    ))
}

/// PostgreSQL 18 has names for NOT NULL, and drops it by them.
fn drop_condition(g: &mut Generator<'_>) -> Option<String> {
    let table = g.table()?;
    let condition = g.random.pick(&table.conditions)?.clone();
    let condition = g.quoted(&condition);
    let name = g.table_name(&table);
    Some(format!("alter table {name} drop constraint {condition}"))
}

fn add_not_null(g: &mut Generator<'_>) -> Option<String> {
    let table = g.table()?;
    let column = g.column(&table)?;
    let named = match g.random.percent(50) {
        true => format!("constraint {} ", g.condition_name()),
        false => String::new(),
    };
    let name = g.table_name(&table);
    Some(format!("alter table {name} add {named}not null {column}"))
}

fn rename_index(g: &mut Generator<'_>) -> Option<String> {
    let (table, index) = g.index()?;
    let new = g.free_name();
    let is_constraint = table
        .constraints
        .iter()
        .any(|name| index.trim_matches('"') == name);
    Some(if is_constraint && g.random.percent(60) {
        let name = g.table_name(&table);
        format!("alter table {name} rename constraint {index} to {new}")
    } else {
        let schema = table.schema.iter().map(|schema| format!("{schema}."));
        format!(
            "alter index {}{index} rename to {new}",
            schema.collect::<String>()
        )
    })
}

fn use_index(g: &mut Generator<'_>) -> Option<String> {
    let table = g.table()?;
    let indexes: Vec<_> = table
        .indexes
        .iter()
        .filter(|index| !table.constraints.contains(index))
        .cloned()
        .collect();
    let index = g.random.pick(&indexes)?.clone();
    let index = g.quoted(&index);
    let new = g.free_name();
    let constraint = match g.random.below(3) {
        0 => format!("unique using index {index}"),
        1 => format!("constraint {new} unique using index {index}"),
        _ => format!("constraint {new} primary key using index {index}"),
    };
    let deferrable = g.maybe(5, " deferrable");
    let name = g.table_name(&table);
    Some(format!("alter table {name} add {constraint}{deferrable}"))
}

fn change_default(g: &mut Generator<'_>) -> Option<String> {
    let table = g.table()?;
    let column = g.column(&table)?;
    let change = g.random.one(&[
        "set default 'x'",
        "drop default",
        "set default null",
        "set not null",
        "drop not null",
    ]);
    let name = g.table_name(&table);
    Some(format!("alter table {name} alter {column} {change}"))
}

fn change_type(g: &mut Generator<'_>) -> Option<String> {
    let table = g.table()?;
    let column = g.column(&table)?;
    let name = g.table_name(&table);
    Some(format!(
        "alter table {name} alter column {column} type text using {column} || 'x'"
    ))
}

fn several(g: &mut Generator<'_>) -> Option<String> {
    let table = g.table()?;
    let (old, new) = (g.column(&table)?, g.free_column(&table)?);
    let definition = g.definition(&new);
    let key = g.constraint(&table.columns, 0);
    let actions = match g.random.below(3) {
        0 => format!("drop column {old}, add column {old} text unique"),
        1 => format!("add {key}, add {definition}"),
        _ => {
            format!("add column {new} text, add unique ({new}, {old}), alter {new} set default 'x'")
        }
    };
    let name = g.table_name(&table);
    Some(format!("alter table {name} {actions}"))
}

fn create_like(g: &mut Generator<'_>) -> Option<String> {
    let (table, new) = (g.table()?, g.free_table()?);
    let options = g.random.one(&[
        " including all",
        " including all",
        " including indexes",
        " including defaults including indexes",
        " including all excluding indexes",
        " including all excluding defaults",
        "",
    ]);
    let more = g.maybe(30, ", z text unique");
    let name = g.table_name(&table);
    Some(format!("create table {new} (like {name}{options}{more})"))
}

fn partitioned(g: &mut Generator<'_>) -> Option<String> {
    let new = g.free_table()?;
    let mut items = vec![
        "a text".to_owned(),
        "b text default 'x'".to_owned(),
        "c text".to_owned(),
    ];
    if g.random.percent(60) {
        items.push(
            g.random
                .one(&[
                    "primary key (a, b)",
                    "unique (a)",
                    "constraint k unique (c, a)",
                ])
                .to_owned(),
        );
    }
    Some(format!(
        "create table {new} ({}) partition by list (a)",
        items.join(", ")
    ))
}

fn partition(g: &mut Generator<'_>) -> Option<String> {
    let parents: Vec<_> = g.tables.iter().filter(|table| table.partitioned).collect();
    let parent = (*g.random.pick(&parents)?).clone();
    let new = g.free_table()?;
    let value = g.random.one(&["'p'", "'q'", "'r'", "'s'", "'t'"]);
    let more = g.random.one(&[
        "",
        "",
        " (unique (b))",
        " (constraint j unique (a, b))",
        " (b default 'z')",
    ]);
    let more = if parent.columns.iter().any(|column| column == "b") {
        more
    } else {
        ""
    };
    let below = g.maybe(15, " partition by list (a)");
    let name = g.table_name(&parent);
    Some(format!(
        "create table {new} partition of {name}{more} for values in ({value}){below}"
    ))
}

fn attach(g: &mut Generator<'_>) -> Option<String> {
    let parents: Vec<_> = g.tables.iter().filter(|table| table.partitioned).collect();
    let parent = (*g.random.pick(&parents)?).clone();
    let mut columns = parent.columns.clone();
    columns.sort();
    let alike = |table: &&crate::ddl::live::Table| {
        let mut own = table.columns.clone();
        own.sort();
        own == columns && table.parent.is_none() && table.name != parent.name
    };
    let alike: Vec<_> = g.tables.iter().filter(alike).collect();
    let child = (*g.random.pick(&alike)?).clone();
    let value = g.random.one(&["'u'", "'v'", "'w'"]);
    let (name, child) = (g.table_name(&parent), g.table_name(&child));
    Some(format!(
        "alter table {name} attach partition {child} for values in ({value})"
    ))
}

fn detach(g: &mut Generator<'_>) -> Option<String> {
    let children: Vec<_> = g
        .tables
        .iter()
        .filter(|table| table.parent.is_some())
        .collect();
    let child = (*g.random.pick(&children)?).clone();
    let parent = g
        .tables
        .iter()
        .find(|table| Some(&table.name) == child.parent.as_ref())?
        .clone();
    let (name, child) = (g.table_name(&parent), g.table_name(&child));
    Some(format!("alter table {name} detach partition {child}"))
}

fn inherits(g: &mut Generator<'_>) -> Option<String> {
    let (table, new) = (g.table()?, g.free_table()?);
    if table.partitioned || table.parent.is_some() {
        return None;
    }
    let own = g.random.one(&["", "z text unique"]);
    let name = g.table_name(&table);
    Some(format!("create table {new} ({own}) inherits ({name})"))
}

fn other_schema(g: &mut Generator<'_>) -> Option<String> {
    let table = g.table()?;
    let to = match table.schema {
        Some(_) => crate::ddl::live::MAIN,
        None => OTHER,
    };
    let name = g.table_name(&table);
    Some(format!("alter table {name} set schema {to}"))
}

/// What a column or an index can need.
fn define(g: &mut Generator<'_>) -> Option<String> {
    let defined = g.random.one(&[
        "create domain dom as text",
        "create domain dom_of_dom dom",
        "create collation coll (locale = 'C')",
        "create function twice(text) returns text immutable language sql as 'select $1 || $1'",
        "create function thrice(x text) returns text immutable language sql return twice(x)",
        "alter domain dom rename to dom_2",
        "alter function twice rename to thrice",
    ]);
    Some(defined.to_owned())
}

fn use_defined(g: &mut Generator<'_>) -> Option<String> {
    let table = g.table()?;
    let (old, new) = (g.column(&table)?, g.free_column(&table)?);
    let name = g.table_name(&table);
    Some(match g.random.below(6) {
        0 => format!("alter table {name} add {new} dom unique"),
        1 => format!("alter table {name} add {new} dom_of_dom unique"),
        2 => format!("alter table {name} add {new} text collate coll unique"),
        3 => format!("create unique index on {name} ({old} collate coll)"),
        4 => format!("create unique index on {name} ({old}) where twice({old}) <> 'x'"),
        _ => {
            let function = g.random.one(&["twice", "thrice"]);
            let index = g.free_name();
            format!("create unique index {index} on {name} ({function}({old}))")
        }
    })
}

fn drop_defined(g: &mut Generator<'_>) -> Option<String> {
    let dropped = g.random.one(&[
        "drop domain dom cascade",
        "drop domain if exists dom_2 cascade",
        "drop collation coll cascade",
        "drop function twice(text) cascade",
        "drop function thrice cascade",
        "drop schema other_schema cascade",
        "drop function if exists nothing() cascade",
    ]);
    // The next table has to go somewhere.
    Some(match dropped.contains("schema") {
        true => "create schema other_schema_2;\ndrop schema other_schema_2 cascade".to_owned(),
        false => dropped.to_owned(),
    })
}

fn typed(g: &mut Generator<'_>) -> Option<String> {
    if g.random.percent(30) {
        return Some("drop type row_type cascade".to_owned());
    }
    let new = g.free_table()?;
    let keys = g.random.one(&["(unique (a))", "(a primary key)", ""]);
    Some(format!(
        "create type row_type as (a text, b text);\ncreate table {new} of row_type {keys}"
    ))
}

fn inherit_later(g: &mut Generator<'_>) -> Option<String> {
    let (table, other) = (g.table()?, g.table()?);
    if table.partitioned || table.parent.is_some() {
        return None;
    }
    let name = g.table_name(&table);
    if g.random.percent(40) {
        let other = g.table_name(&other);
        let no = g.maybe(60, "no ");
        return Some(format!("alter table {other} {no}inherit {name}"));
    }
    let new = g.free_table()?;
    let options = g.random.one(&["", " including all", " including indexes"]);
    Some(format!(
        "create table {new} (like {name}{options});\nalter table {new} inherit {name}"
    ))
}

/// `ALTER INDEX` of a table, and `ALTER TABLE` of an index.
fn other_statement_for_a_name(g: &mut Generator<'_>) -> Option<String> {
    if g.random.percent(50) {
        let table = g.table()?;
        let (name, new) = (g.table_name(&table), g.free_table()?);
        return Some(format!("alter index {name} rename to {new}"));
    }
    let (table, index) = g.index()?;
    let new = g.free_name();
    let schema: String = table
        .schema
        .iter()
        .map(|schema| format!("{schema}."))
        .collect();
    Some(format!("alter table {schema}{index} rename to {new}"))
}

fn path(g: &mut Generator<'_>) -> Option<String> {
    let new = g.free_table()?;
    let main = crate::ddl::live::MAIN;
    Some(format!(
        "set search_path to {OTHER};\ncreate table {new} (a text unique);\nset search_path to {main}"
    ))
}

/// An index whose text has the name of the table in it.
fn qualified(g: &mut Generator<'_>) -> Option<String> {
    let table = g.table()?;
    let (column, other) = (g.column(&table)?, g.column(&table)?);
    let (name, index) = (g.table_name(&table), g.free_name());
    let bare = g.quoted(&table.name);
    Some(format!(
        "create unique index {index} on {name} ({bare}.{column}) where {bare}.{other} is not null"
    )
    .replace(&format!("({bare}.{column})"), &format!("(lower({bare}.{column}))")))
}
