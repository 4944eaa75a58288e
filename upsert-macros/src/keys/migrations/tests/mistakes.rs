use super::super::super::Dialect::{Mysql, Postgres, Sqlite};
use super::{error, replayed, shown};

#[test]
fn what_may_take_a_key_away_and_cannot_be_read_is_refused_with_a_way_out() {
    assert_eq!(
        error(
            "create table users (a int unique);\n\ndo $$ begin\n alter table users drop constraint users_a_key; end $$",
            Postgres
        ),
        "3: cannot tell what this does to the unique keys of `users`: `do $$ begin alter table users drop constraint users_a_key; end $$`\n\
         help: leave the table out, `except = (users)`, and declare its keys by hand: `unique_keys! { schema::users: (column); }`"
    );
    for sql in [
        "do $$ begin execute 'drop index t_a_key'; end $$",
        "create function f() returns void as $$ drop table t $$; select f()",
        "alter table t frobnicate a",
        "alter table t add constraint frobnicate unique x",
        "drop owned by me; alter table t drop",
        "create table u (primary key a)",
    ] {
        let errors = replayed(
            &format!("create table t (a int unique); {sql}"),
            Postgres,
            &[],
        );
        assert!(errors.is_err(), "{sql}");
    }
    assert!(
        replayed(
            "create table t (a int unique); call p(); set @x = 'drop table t'",
            Mysql,
            &[]
        )
        .is_err()
    );
}

#[test]
fn the_line_is_that_of_the_mistake_and_not_of_the_statement() {
    assert!(
        error("create table u (\n a int,\n unique b\n)", Postgres).starts_with("3: cannot tell")
    );
}

#[test]
fn what_is_said_of_an_excepted_table_is_passed_over() {
    let sql = "create table t (a int unique, unique b); alter table t frobnicate; do $$ begin drop table t; end $$; \
               create unique index i on t (a); drop index i; create table u (a int unique); alter table u rename to t; \
               create table v (a int unique); drop table t";
    let tables = replayed(sql, Postgres, &["t"]).unwrap();
    assert_eq!(shown(&tables), ["v.v_a_key(a)"]);
}

#[test]
fn what_the_database_refuses_is_refused() {
    for (sql, expected) in [
        (
            "create table t (a int);\ncreate table t (b int)",
            "2: there is a table `t` already, created at 1_a/up.sql:1",
        ),
        ("drop table t", "1: there is no table `t`"),
        ("alter table t add a int", "1: there is no table `t`"),
        ("create unique index i on t (a)", "1: there is no table `t`"),
        ("drop index i", "1: there is no index `i`"),
        (
            "create table t (a int, unique (b))",
            "1: the table `t` has no column `b`",
        ),
        (
            "create table t (a int); create unique index i on t (a); create unique index i on t (a)",
            "1: there is an index `i` already",
        ),
        (
            "create table t (a int primary key); alter table t add primary key (a)",
            "1: the table `t` has a primary key already",
        ),
        (
            "create table t (a int); alter table t drop constraint k",
            "1: the table `t` has no constraint `k`",
        ),
        (
            "create table t (a int); alter table t drop b",
            "1: the table `t` has no column `b`",
        ),
        (
            "create table t (a int); alter table t add a int",
            "1: the table `t` has a column `a` already",
        ),
        (
            "create table t (a int); create table u (a int); alter table t rename to u",
            "1: there is a table `u` already",
        ),
        (
            "begin; create table t (a int); rollback",
            "1: a ROLLBACK undoes",
        ),
    ] {
        let error = error(sql, Postgres);
        assert!(error.starts_with(expected), "{sql}\n{error}");
        assert!(error.contains("\nhelp: "), "{sql}\n{error}");
    }
}

#[test]
fn a_name_that_something_unread_may_have_made_is_no_mistake() {
    for sql in [
        "do $$ begin create table t (a int); end $$; alter table t add b int unique",
        "create extension postgis; alter table spatial_ref_sys add x int",
        "create view t as select 1; alter table t rename to u",
        "alter table s.t add unique (a)",
        "alter table if exists t add unique (a)",
        "drop table if exists t; drop index if exists i",
    ] {
        assert!(
            replayed(sql, Postgres, &[]).is_ok_and(|tables| tables.is_empty()),
            "{sql}"
        );
    }
}

#[test]
fn what_is_no_sql_is_refused() {
    for dialect in [Postgres, Sqlite, Mysql] {
        assert!(
            error("fn main() {}", dialect)
                .starts_with("1: this is no SQL statement that is known: `fn main() {}`")
        );
        assert!(
            error("select 1;\nselect 'x", dialect)
                .starts_with("2: a quote or a comment begins here")
        );
    }
    assert!(
        error("set sql_mode = 'ANSI_QUOTES'", Mysql)
            .starts_with("1: this changes what quotes mean")
    );
    assert!(replayed("set standard_conforming_strings = on", Postgres, &[]).is_ok());
    assert!(error("delimiter //", Mysql).starts_with("1: this is no SQL statement"));
}
