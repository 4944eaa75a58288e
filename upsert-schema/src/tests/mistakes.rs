use crate::Dialect::{Mysql, Postgres, Sqlite};
use crate::tests::{error, replayed, shown};

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
fn all_tables_that_a_statement_may_change_are_named_at_once_and_those_of_its_comments_are_not() {
    const TABLES: &str = "create table a (x int unique); create table b (x int unique); create table c (x int unique);";
    const FUNCTION: &str = "create function f() returns void language plpgsql as $$ begin
        -- c is another matter, /* and
        alter table a drop x; /* not c */ alter table b drop x;
        end $$;";
    for run in ["select f()", "do $$ begin perform f(); /* c */ end $$"] {
        let error = error(&format!("{TABLES}{FUNCTION}{run}"), Postgres);
        let expected = if run.starts_with("do") {
            // It does not say by itself what goes.
            "of `a`, `b`:"
        } else {
            "of `a`, `b`, `c`:"
        };
        assert!(error.contains(expected), "{error}");
        assert!(
            error.contains("leave the tables out, `except = (a, b"),
            "{error}"
        );
    }
}

#[test]
fn a_table_whose_name_is_none_in_rust_is_left_out_as_a_string() {
    let error = error(
        "create table \"odd name\" (a int unique); alter table \"odd name\" frobnicate a",
        Postgres,
    );
    assert!(
        error.ends_with(
            "leave the table out, `except = (\"odd name\")`, and declare its keys by hand: `unique_keys! { schema::odd_name: (column); }`"
        ),
        "{error}"
    );
}

#[test]
fn what_runs_a_statement_that_is_put_together_is_refused_whatever_it_names() {
    let table = "create table t (a int unique); ";
    for (sql, dialect) in [
        ("do $$ begin execute 'drop table ' || x; end $$", Postgres),
        (
            "do $$ declare r record; begin for r in select * from pg_indexes loop execute format('drop index %I', r.indexname); end loop; end $$",
            Postgres,
        ),
        ("do $$ begin drop type m cascade; end $$", Postgres),
        (
            "create function f() returns void language sql as $$ select g() $$; create function g() returns void as $$ drop table t $$ language sql; select f()",
            Postgres,
        ),
        ("call frobnicate()", Postgres),
        ("set @x = concat('drop index ', @y)", Mysql),
        ("select concat('drop index ', i) into @x from s", Mysql),
        ("call frobnicate()", Mysql),
        ("prepare s from 'create unique index i on t (b)'", Mysql),
        ("create unique index i on t frobnicate", Mysql),
        (
            "create event e on schedule every 1 day do drop table t",
            Mysql,
        ),
        ("create frobnicator x", Postgres),
        ("alter frobnicator x", Postgres),
        ("drop frobnicator x", Postgres),
        ("alter table t alter a frobnicate", Postgres),
        ("alter index t_a_key frobnicate", Postgres),
    ] {
        let errors = replayed(&format!("{table}{sql}"), dialect, &[]);
        assert!(errors.is_err(), "{sql}");
    }
}

#[test]
fn what_is_put_together_and_changes_no_key_is_passed_over() {
    let table = "create table t (a int unique); ";
    for (sql, dialect) in [
        (
            "do $$ begin create type mood as enum ('a'); exception when duplicate_object then null; end $$",
            Postgres,
        ),
        (
            "do $$ begin execute format('alter database %I set timezone to utc', current_database()); end $$",
            Postgres,
        ),
        (
            "do $do$ begin execute $x$alter role me nologin$x$; end $do$",
            Postgres,
        ),
        (
            "create function m(_tbl regclass) returns void as $$ begin execute format('create trigger s before update on %s for each row execute procedure f()', _tbl); end $$ language plpgsql; select m('t')",
            Postgres,
        ),
        (
            "do $$ begin if true then drop trigger if exists r on u; create trigger r before update on u for each row execute function f(); end if; end $$",
            Postgres,
        ),
        ("create procedure p() begin select 1; end; call p()", Mysql),
        (
            "set @x = 'select 1'; prepare s from @x; execute s; deallocate prepare s",
            Mysql,
        ),
        ("select 1 into @x", Mysql),
        (
            "create event e on schedule every 1 day do delete from t",
            Mysql,
        ),
        (
            "create definer=`a`@`b` sql security invoker view v as select 1",
            Mysql,
        ),
        (
            "create default conversion c for 'a' to 'b' from f; create trusted language l",
            Postgres,
        ),
    ] {
        let tables = replayed(&format!("{table}{sql}"), dialect, &[]);
        assert!(tables.is_ok(), "{sql}\n{tables:?}");
    }
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
fn a_table_is_excepted_in_its_schema_alone() {
    let sql = "create table t (a int unique); create table zz.t (b int unique); create unique index i on zz.t (c)";
    let kept = |except: &str| replayed(sql, Postgres, &[except]).map(|tables| shown(&tables));
    let errors = kept("t").unwrap_err();
    assert_eq!(
        errors[0].message.lines().next(),
        Some("the table `t` has no column `c` for a key")
    );
    assert_eq!(kept("zz.t").unwrap(), ["t.t_a_key(a)"]);
    // What a session has set is where the name is looked for.
    let sql = "set local search_path = zz; create table t (a int unique); alter table t frobnicate";
    assert!(replayed(sql, Postgres, &["zz.t"]).unwrap().is_empty());
    let error = &replayed(sql, Postgres, &["t"]).unwrap_err()[0].message;
    assert!(
        error.contains("`except = (zz::t)`") && error.contains("schema::zz::t:"),
        "{error}"
    );
    // The database of a MySQL connection is not known.
    let sql = "create table t (a int unique); alter table db.t frobnicate";
    assert!(replayed(sql, Mysql, &["t"]).unwrap().is_empty());
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
            replayed(sql, Postgres, &[])
                .is_ok_and(|tables| tables.iter().all(|table| table.absent)),
            "{sql}"
        );
    }
}

#[test]
fn what_is_no_table_is_known_for_that() {
    for (sql, absent) in [
        ("create table t (a int); create view v as select 1", "v"),
        ("create materialized view m as select 1 as a", "m"),
        ("create table t (a int); drop table t", "t"),
        (
            "create table t (a int); drop table t; create table t (a int)",
            "",
        ),
        (
            "create table t (a int); drop table t; create view t as select 1",
            "t",
        ),
        (
            "create table s.t (a int); drop schema s cascade; create table t (a int)",
            "s.t",
        ),
        ("create temporary table t (a int); drop table t", ""),
        ("create view v as select 1; drop view v", ""),
    ] {
        let tables = replayed(sql, Postgres, &[]).unwrap_or_default();
        let absent_tables = tables.iter().filter(|table| table.absent);
        let names: Vec<_> = absent_tables
            .map(|table| {
                let schema = table.schema.iter().map(|schema| format!("{schema}."));
                schema.chain([table.name.clone()]).collect::<String>()
            })
            .collect();
        assert_eq!(names.join(" "), absent, "{sql}");
    }
}

#[test]
fn a_table_that_a_select_or_a_schema_makes_is_not_read() {
    for sql in [
        "select id, a into t from t0",
        "SELECT id INTO TABLE t FROM t0",
        "select id into temp t from t0",
        "with a as (select 1 as id) select id into unlogged table t from a",
        "create schema s create table t (id int)",
        "create schema if not exists s authorization me create table t (id int primary key)",
    ] {
        let message = error(sql, Postgres);
        let expected = "1: cannot tell what this does to the unique keys of `t`";
        assert!(message.starts_with(expected), "{sql}: {message}");
    }
    for sql in [
        "insert into t select id from t0",
        "with a as (select 1 as id) insert into t select id from a",
        "select 1",
        "create schema s",
    ] {
        assert!(replayed(sql, Postgres, &[]).is_ok(), "{sql}");
    }
}

#[test]
fn a_routine_that_has_another_name_is_the_same() {
    let text = "create table t (a int unique);
        create function f() returns int language plpgsql as $$ begin alter table t drop constraint t_a_key; end $$;
        alter function f() rename to g; select g()";
    assert!(error(text, Postgres).starts_with("3: cannot tell"));
}

#[test]
fn what_is_no_sql_is_refused() {
    for dialect in [Postgres, Sqlite, Mysql] {
        assert!(
            error("fn main() {}", dialect)
                .starts_with("1: this SQL statement is not recognised: `fn main() {}`")
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
    assert!(error("delimiter //", Mysql).starts_with("1: this SQL statement is not recognised"));
}
