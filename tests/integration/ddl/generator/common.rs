//! Statements that all three have, if not all of their options.

use upsert_schema::Dialect;

use super::{Generator, TABLES};

pub(super) fn create_table(g: &mut Generator<'_>) -> Option<String> {
    let mut exists = "";
    let name = if g.random.percent(8) {
        exists = "if not exists ";
        let any = g.random.one(&TABLES);
        g.quoted(any)
    } else {
        g.free_table()?
    };
    let columns = g.new_columns();
    let items = g.body(&columns);
    if items.len() < 2 {
        return None;
    }
    let mut text = format!("create table {exists}{name} ({})", items.join(", "));
    if g.dialect == Dialect::Sqlite && text.contains("primary key") {
        text += g.maybe(10, " without rowid");
    }
    Some(text)
}

/// Something else that has a table's name.
pub(super) fn view(g: &mut Generator<'_>) -> Option<String> {
    let (name, other) = (g.free_table()?, g.free_table()?);
    let mysql = g.dialect == Dialect::Mysql;
    let or_replace = match g.dialect {
        Dialect::Sqlite => "",
        Dialect::Postgres | Dialect::Mysql => g.maybe(30, "or replace "),
    };
    let options = if mysql {
        g.maybe(30, "sql security invoker ")
    } else {
        ""
    };
    Some(match (g.random.below(5), g.dialect) {
        (0 | 1, _) => format!("create {or_replace}{options}view {name} as select 1 as a"),
        (2, Dialect::Postgres) => format!("alter view if exists {name} rename to {other}"),
        (2, Dialect::Mysql) => format!("rename table {name} to {other}"),
        (3, Dialect::Postgres) => format!("alter table if exists {name} rename to {other}"),
        _ => format!("drop view if exists {name}"),
    })
}

/// A table that is skipped where there is anything of its name.
pub(super) fn skipped(g: &mut Generator<'_>) -> Option<String> {
    let any = g.random.one(&TABLES);
    let name = g.quoted(any);
    let kind = ["text", "varchar(9)"][usize::from(g.dialect == Dialect::Mysql)];
    Some(format!(
        "create table if not exists {name} (a {kind} unique, b {kind}, unique (b, a))"
    ))
}

/// A trigger that may fill in what a row leaves out, or none.
pub(super) fn trigger(g: &mut Generator<'_>) -> Option<String> {
    let table = g.table()?;
    let name = g.random.one(&["tr", "tr_2", "\"order\""]);
    let name = match g.dialect {
        Dialect::Mysql => name.replace('"', "`"),
        _ => name.to_owned(),
    };
    let on = g.table_name(&table);
    if let Some(trigger) = g
        .random
        .pick(&table.triggers)
        .cloned()
        .filter(|_| g.random.percent(60))
    {
        let trigger = g.quoted(&trigger);
        let of = [format!(" on {on}"), String::new()][usize::from(g.dialect != Dialect::Postgres)]
            .clone();
        return Some(format!(
            "drop trigger {}{trigger}{of}",
            g.maybe(40, "if exists ")
        ));
    }
    let on = on.strip_prefix("main.").unwrap_or(&on).to_owned();
    let when = g.random.one(&[
        "before insert",
        "before insert",
        "after insert",
        "before update",
    ]);
    Some(match g.dialect {
        Dialect::Postgres => format!(
            "create or replace function fill() returns trigger language plpgsql as $$ begin return new; end $$;\n\
             create trigger {name} {when} on {on} for each row execute function fill()"
        ),
        Dialect::Sqlite => {
            format!("create trigger {name} {when} on {on} begin select case when 1 then 2 end; end")
        }
        Dialect::Mysql => {
            format!("create trigger {name} {when} on {on} for each row begin set @x = 1; end")
        }
    })
}

pub(super) fn create_index(g: &mut Generator<'_>) -> Option<String> {
    let table = g.table()?;
    let name = g.free_name();
    let mut text = format!(
        "create {}index ",
        g.random.one(&["unique ", "unique ", "unique ", ""])
    );
    if g.dialect == Dialect::Mysql && g.random.percent(20) {
        // Not every server runs what is in the comment.
        let unique = g.random.one(&[
            "/*! unique */",
            "/*!50100 unique*/",
            "/*!50700 unique */",
            "/*!80000 unique */",
            "/*M! unique */",
            "/*M!100100 unique*/",
            "/*!100100 unique /* x */ */",
            "/*!999999 unique */",
        ]);
        text = format!("create {unique} index ");
    }
    if g.dialect == Dialect::Postgres {
        text += g.maybe(3, "concurrently ");
    }
    let exists = g.maybe(10, "if not exists ");
    if g.dialect != Dialect::Postgres || !exists.is_empty() || g.random.percent(75) {
        text = format!("{text}{exists}{name} ");
    }
    let on = g.table_name(&table);
    // SQLite has the schema before the name of the index.
    let on = on.strip_prefix("main.").unwrap_or(&on).to_owned();
    let using = match g.dialect {
        Dialect::Postgres => g.maybe(10, "using btree "),
        Dialect::Sqlite | Dialect::Mysql => "",
    };
    let elements = g.elements(&table.columns, true);
    let only = if g.dialect == Dialect::Postgres {
        g.maybe(10, "only ")
    } else {
        ""
    };
    text = format!("{text}on {only}{on} {using}({elements})");
    if g.dialect == Dialect::Postgres {
        if g.random.percent(10) {
            text = format!("{text} include ({})", g.column(&table)?);
        }
        text += g.maybe(10, " nulls not distinct");
    }
    Some(text + &g.predicate(&table))
}

pub(super) fn drop_index(g: &mut Generator<'_>) -> Option<String> {
    let (table, index) = g.index()?;
    let exists = g.maybe(15, "if exists ");
    Some(match (g.dialect, &table.schema) {
        (Dialect::Mysql, _) => {
            format!("drop index {exists}{index} on {}", g.table_name(&table))
        }
        (_, Some(schema)) => format!("drop index {exists}{schema}.{index}"),
        (Dialect::Postgres, None) => {
            let constraint = table
                .constraints
                .iter()
                .any(|name| index.trim_matches('"') == name);
            if constraint && !g.random.percent(5) {
                return None;
            }
            format!("drop index {exists}{index}{}", g.maybe(10, " cascade"))
        }
        _ => format!("drop index {exists}{index}"),
    })
}

pub(super) fn drop_missing(g: &mut Generator<'_>) -> Option<String> {
    let name = g.random.one(&TABLES);
    let name = g.quoted(name);
    Some(format!("drop table if exists {name}"))
}

pub(super) fn drop_table(g: &mut Generator<'_>) -> Option<String> {
    let table = g.table()?;
    let name = g.table_name(&table);
    let cascade = match g.dialect {
        Dialect::Postgres => g.maybe(50, " cascade"),
        Dialect::Sqlite | Dialect::Mysql => "",
    };
    Some(format!("drop table {name}{cascade}"))
}

pub(super) fn rename_table(g: &mut Generator<'_>) -> Option<String> {
    let table = g.table()?;
    let new = g.free_table()?;
    Some(format!(
        "alter table {} rename to {new}",
        g.table_name(&table)
    ))
}

pub(super) fn rename_column(g: &mut Generator<'_>) -> Option<String> {
    let table = g.table()?;
    let (old, new) = (g.column(&table)?, g.free_column(&table)?);
    let column = match g.dialect {
        Dialect::Mysql => "column ",
        Dialect::Postgres | Dialect::Sqlite => g.maybe(70, "column "),
    };
    let name = g.table_name(&table);
    Some(format!("alter table {name} rename {column}{old} to {new}"))
}

pub(super) fn add_column(g: &mut Generator<'_>) -> Option<String> {
    let table = g.table()?;
    let column = g.free_column(&table)?;
    let mut definition = g.definition(&column);
    if g.dialect == Dialect::Sqlite {
        // SQLite adds no column with a key.
        definition = format!("{column} text{}", g.maybe(40, " default 'x'"));
    } else if !table.constraints.is_empty() && definition.contains("primary key") {
        definition = format!(
            "{column} {}",
            ["text unique", "varchar(20) unique"][usize::from(g.dialect == Dialect::Mysql)]
        );
    }
    let word = g.maybe(70, "column ");
    let exists = match g.dialect {
        Dialect::Sqlite => "",
        Dialect::Postgres | Dialect::Mysql if word.is_empty() => "",
        Dialect::Postgres | Dialect::Mysql => g.maybe(10, "if not exists "),
    };
    let name = g.table_name(&table);
    Some(format!("alter table {name} add {word}{exists}{definition}"))
}

pub(super) fn drop_column(g: &mut Generator<'_>) -> Option<String> {
    let table = g.table()?;
    let column = g.column(&table)?;
    if table.columns.len() < 3 {
        return None;
    }
    let word = g.maybe(70, "column ");
    let cascade = match g.dialect {
        Dialect::Postgres => g.maybe(20, " cascade"),
        Dialect::Sqlite | Dialect::Mysql => "",
    };
    let name = g.table_name(&table);
    Some(format!("alter table {name} drop {word}{column}{cascade}"))
}

pub(super) fn add_constraint(g: &mut Generator<'_>) -> Option<String> {
    let table = g.table()?;
    let has_primary = table.constraints.iter().any(|name| name.ends_with("pkey"))
        || table.indexes.iter().any(|name| name == "PRIMARY");
    let constraint = g.constraint(&table.columns, if has_primary { 2 } else { 30 });
    let name = g.table_name(&table);
    let only = if g.dialect == Dialect::Postgres {
        g.maybe(15, "only ")
    } else {
        ""
    };
    Some(format!("alter table {only}{name} add {constraint}"))
}

/// A statement that changes no key, with a text in it that looks as if it did.
pub(super) fn harmless(g: &mut Generator<'_>) -> Option<String> {
    let table = g.table()?;
    let name = g.table_name(&table);
    let column = g.column(&table)?;
    Some(match g.random.below(5) {
        3 if g.dialect == Dialect::Postgres => {
            format!("/* a /* b */ ' drop table {name}; */ -- ' {name}\rselect 1")
        }
        4 if g.dialect == Dialect::Postgres => {
            "do $x$ begin if false then create table nowhere (nothing int); end if; perform 1 /* ' */; end $x$"
                .to_owned()
        }
        0 => format!("-- drop table {name};\nselect 1"),
        1 => {
            format!("update {name} set {column} = 'drop table t; create unique index' where 1 = 0")
        }
        _ => format!("delete from {name} /* ; drop index i */ where {column} = ';'"),
    })
}
