use crate::Dialect::{Mysql, Postgres, Sqlite};
use crate::tests::replayed;
use crate::{Dialect, Null};

/// What is known of the columns of the keys: `a` is NOT NULL, `a?` can be NULL, of `a??` nobody
/// knows.
fn nullable(sql: &str, dialect: Dialect) -> String {
    let tables = replayed(sql, dialect, &[]).unwrap_or_else(|errors| panic!("{sql}\n{errors:#?}"));
    let keys = tables.iter().flat_map(|table| &table.keys);
    let columns = keys.flat_map(|key| &key.key.nullable);
    let shown: Vec<_> = columns
        .map(|(name, nullable)| match nullable {
            Some(false) => name.clone(),
            Some(true) => format!("{name}?"),
            None => format!("{name}??"),
        })
        .collect();
    shown.join(" ")
}

#[test]
fn a_column_can_be_null_unless_something_forbids_it() {
    for (dialect, sql, expected) in [
        (Postgres, "a int unique, b int not null unique", "a? b"),
        (Postgres, "a int null unique check (a is not null)", "a?"),
        (
            Postgres,
            "a serial unique, b bigint generated always as identity unique",
            "a b",
        ),
        (Postgres, "a int, b int unique, primary key (a)", "a b?"),
        // It may be a domain.
        (
            Postgres,
            "a positive unique, b positive not null unique",
            "a?? b",
        ),
        (
            Postgres,
            "a int unique, b int unique, constraint n not null a, not null b",
            "a b",
        ),
        (
            Mysql,
            "a int unique, b int auto_increment unique, c serial",
            "a? b c",
        ),
        (
            Mysql,
            "a timestamp unique, b timestamp null unique, c datetime unique",
            "a?? b? c?",
        ),
        (Mysql, "a int, primary key (a)", "a"),
        (
            Sqlite,
            "a unique, b text not null on conflict abort unique",
            "a? b",
        ),
    ] {
        let sql = format!("create table t ({sql})");
        assert_eq!(nullable(&sql, dialect), expected, "{sql}");
    }
}

/// <https://sqlite.org/lang_createtable.html#the_primary_key>
#[test]
fn sqlite_keeps_null_out_of_few_primary_keys() {
    for (sql, expected) in [
        ("create table t (a integer primary key)", "a"),
        ("create table t (a integer, primary key (a))", "a"),
        ("create table t (a text primary key)", "a?"),
        ("create table t (a integer primary key desc)", "a?"),
        (
            "create table t (a integer, b integer, primary key (a, b))",
            "a? b?",
        ),
        ("create table t (a text primary key) without rowid", "a"),
        ("create table t (a text primary key) strict", "a"),
        ("create table t (a text primary key not null)", "a"),
    ] {
        assert_eq!(nullable(sql, Sqlite), expected, "{sql}");
    }
}

#[test]
fn alterations_of_it_are_followed() {
    const TABLE: &str = "create table t (a int not null unique, b int unique);";
    for (dialect, sql, expected) in [
        (
            Postgres,
            "alter table t alter a drop not null, alter column b set not null",
            "a? b",
        ),
        (
            Postgres,
            "alter table t add primary key (b); alter table t drop constraint t_pkey",
            "a b",
        ),
        (Postgres, "alter table t alter a type bigint", "a b?"),
        (
            Postgres,
            "create table u (like t including indexes); drop table t",
            "a b?",
        ),
        // PostgreSQL 18 has names for NOT NULL.
        (
            Postgres,
            "alter table t rename a to c; alter table t drop constraint t_a_not_null",
            "c? b?",
        ),
        (
            Postgres,
            "alter table t drop constraint t_a_not_null",
            "a? b?",
        ),
        (Postgres, "alter table t add constraint n not null b", "a b"),
        (Postgres, "alter table t add not null b no inherit", "a b"),
        (
            Postgres,
            "alter table t add constraint n not null b; alter table t drop constraint n",
            "a b?",
        ),
        (Mysql, "alter table t modify a bigint", "a? b?"),
        (
            Mysql,
            "alter table t add primary key (b), modify b bigint",
            "a b b",
        ),
        (Mysql, "alter table t change b c int not null", "a c"),
        (Sqlite, "alter table t rename b to c", "a c?"),
    ] {
        let sql = format!("{TABLE} {sql}");
        assert_eq!(nullable(&sql, dialect), expected, "{sql}");
    }
}

#[test]
fn a_computed_column_is_null_where_its_expression_is() {
    for (dialect, expression, expected) in [
        (Postgres, "lower(a)", "g"),
        (Postgres, "lower(b)", "g?"),
        (Postgres, "a || b", "g?"),
        (Postgres, "coalesce(b, 'x')", "g"),
        (Postgres, "nullif(a, 'x')", "g?"),
        (Mysql, "lower(a)", "g"),
        (Sqlite, "lower(a)", "g"),
    ] {
        let sql = format!(
            "create table t (a text not null, b text, g text generated always as ({expression}) stored unique)"
        );
        assert_eq!(nullable(&sql, dialect), expected, "{sql}");
    }
    let chain = "create table t (a int not null, b int as (a) unique, c int as (b) unique, d int as (d) unique)";
    assert_eq!(nullable(chain, Mysql), "b c d?");
}

/// A constraint of a column may have a name, and go by it.
#[test]
fn a_constraint_that_is_no_key_is_dropped_by_its_name() {
    for (column, expected) in [
        ("a int constraint c check (a > 0) unique", "a?"),
        ("a int constraint c references t (a) unique", "a?"),
        ("a int unique constraint c not null", "a?"),
        (
            "a int not null constraint c check (a > 0) constraint d unique",
            "a",
        ),
        (
            "a odd(1) constraint c check (a > 0) constraint d unique",
            "a??",
        ),
    ] {
        let sql = format!("create table t ({column}); alter table t drop constraint c");
        assert_eq!(nullable(&sql, Postgres), expected, "{sql}");
    }
}

/// `ON UPDATE CURRENT_TIMESTAMP`, and not that of a foreign key.
#[test]
fn a_column_that_each_update_changes_is_known() {
    for (sql, expected) in [
        (
            "a timestamp not null default now() on update current_timestamp unique",
            "a",
        ),
        ("a datetime(3) on update now(3) unique", "a"),
        ("a int references u (a) on update cascade unique", ""),
        (
            "a int unique, foreign key (a) references u (a) on update set null",
            "",
        ),
        (
            "a timestamp not null unique); alter table t modify a timestamp not null on update now()",
            "a",
        ),
    ] {
        let end = if sql.ends_with("now()") { "" } else { ")" };
        let sql = format!("create table t ({sql}{end}");
        let tables =
            replayed(&sql, Mysql, &[]).unwrap_or_else(|errors| panic!("{sql}\n{errors:#?}"));
        let keys = tables.iter().flat_map(|table| &table.keys);
        let names: Vec<_> = keys.flat_map(|key| key.key.set_at_update.clone()).collect();
        assert_eq!(names.join(" "), expected, "{sql}");
    }
}

/// An exclusion is an index, and takes its name.
#[test]
fn an_exclusion_takes_the_name_of_an_index() {
    let sql = "create table t (k int not null, constraint x exclude using btree (k with =)); \
               create unique index if not exists x on t (k)";
    assert_eq!(nullable(sql, Postgres), "");
}

/// Overloads are chosen by the types, which are not known here.
#[test]
fn what_somebody_has_made_is_not_the_database_own() {
    let table = "create table t (a int not null, b text not null);";
    for (made, expression, expected) in [
        ("", "lower(b)", false),
        ("create function lower(int) returns text", "lower(b)", true),
        (
            "create or replace function public.\"lower\"(int) returns text",
            "lower(b)",
            true,
        ),
        ("create function upper(int) returns text", "lower(b)", false),
        (
            "create function ifnull(int, int) returns int",
            "ifnull(a, 1)",
            true,
        ),
        ("", "a + 1", false),
        ("create operator + (leftarg = text)", "a + 1", true),
        ("create operator public.- (leftarg = text)", "a - 1", true),
        ("create operator public.- (leftarg = text)", "a + 1", false),
        ("create operator < (leftarg = text)", "(a < 1)", true),
        ("create operator - (rightarg = int)", "- a", true),
        ("create operator <> (leftarg = text)", "(b != 'x')", true),
        (
            "create cast (int as text) with function f(int) as implicit",
            "length(b)",
            true,
        ),
        (
            "create function \"coalesce\"(int, int) returns int",
            "\"coalesce\"(a, 1)",
            true,
        ),
        (
            "create function \"UPPER\"(text) returns text",
            "\"UPPER\"(b)",
            true,
        ),
        ("", "\"upper\"(b)", false),
        ("", "b::int", false),
        (
            "create cast (text as int) with function f(text)",
            "b::int",
            true,
        ),
        (
            "create cast (text as int) with function f(text)",
            "cast(b as int)",
            true,
        ),
    ] {
        let sql = format!("{table} {made}; create unique index i on t (({expression}))");
        let tables =
            replayed(&sql, Postgres, &[]).unwrap_or_else(|errors| panic!("{sql}\n{errors:#?}"));
        let mut keys = tables.iter().flat_map(|table| &table.keys);
        let is_unknown = keys.any(|key| {
            key.key
                .reads
                .elements
                .iter()
                .any(|(_, null)| *null == Null::Unknown)
        });
        assert_eq!(is_unknown, expected, "{sql}");
        let sql = format!(
            "{made}; create table t (a int not null, b text not null, c text generated always as ({expression}) stored unique)"
        );
        let expected = if expected { "c?" } else { "c" };
        assert_eq!(nullable(&sql, Postgres), expected, "{sql}");
    }
}
