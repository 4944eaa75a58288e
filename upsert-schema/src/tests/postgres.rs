use crate::Dialect::Postgres;
use crate::tests::{check, keys, replayed, shown};

#[test]
fn keys_without_a_name_have_the_one_that_the_database_gives() {
    check(
        Postgres,
        &[
            (
                "create table T (id serial primary key, a int unique, \"B\" int, unique (a, \"B\"))",
                "t.t_pkey(id); t.t_a_key(a); t.t_a_B_key(a, B)",
            ),
            (
                "create table t (a int, primary key (a), constraint n unique (a) include (a), unique (a) include (a))",
                "t.t_pkey(a); t.n(a)",
            ),
            (
                "create table t (a int); create unique index on t (a); create unique index on t (a); create unique index on t (lower(a), (a + 1)) include (a)",
                "t.t_a_idx(a); t.t_a_idx1(a); t.t_lower_expr_a_idx(<lower(a)>, <a + 1>)",
            ),
            (
                "create sequence t_a_key; create table t (a int unique)",
                "t.t_a_key1(a)",
            ),
            (
                "create table averyveryveryveryverylongtablename (averyveryverylongcolumnname int unique)",
                "averyveryveryveryverylongtablename.averyveryveryveryverylongtablen_averyveryverylongcolumnname_key(averyveryverylongcolumnname)",
            ),
        ],
    );
}

#[test]
fn two_constraints_that_are_alike_are_one_in_a_new_table_and_two_later() {
    check(
        Postgres,
        &[
            (
                "create table t (a int primary key unique, b int unique, constraint n unique (b))",
                "t.t_pkey(a); t.n(b)",
            ),
            (
                "create table t (a int unique); alter table t add unique (a)",
                "t.t_a_key(a); t.t_a_key1(a)",
            ),
        ],
    );
}

#[test]
fn indexes_keep_their_predicate_and_the_text_of_their_expressions() {
    check(
        Postgres,
        &[
            (
                "create table t (a text, b int); create unique index concurrently if not exists i on only t using btree (LOWER( a ) text_pattern_ops desc nulls last, b) include (a) with (fillfactor = 70) tablespace x where ( b IS NOT NULL )",
                "t.i(<LOWER( a )>, b) where b IS NOT NULL",
            ),
            (
                "create table t (a text, b int); create unique index concurrently if not exists i on t using btree (LOWER( a ) text_pattern_ops desc nulls last, b) nulls not distinct with (fillfactor = 70) tablespace x where ( b IS NOT NULL )",
                "t.i(<LOWER( a )>, b) where b IS NOT NULL nulls not distinct",
            ),
            (
                "create table t (a int, unique nulls not distinct (a))",
                "t.t_a_key(a) nulls not distinct",
            ),
            (
                "create table t (a int unique nulls not distinct)",
                "t.t_a_key(a) nulls not distinct",
            ),
            (
                "create table t (a int); create index on t (a); create unique index i on t (a); create unique index if not exists i on t (b)",
                "t.i(a)",
            ),
        ],
    );
}

#[test]
fn what_is_no_conflict_target_is_no_key() {
    check(
        Postgres,
        &[
            (
                "create table t (a int unique deferrable, b int, unique (b) initially deferred, exclude using gist (a with =), check (a > 0))",
                "",
            ),
            (
                "create table t (a int, b tstzrange, primary key (a, b without overlaps))",
                "",
            ),
            ("create temp table t (a int primary key)", ""),
            ("create foreign table t (a int) server s", ""),
            (
                "create materialized view v as select 1 as a; create unique index on v (a)",
                "",
            ),
            (
                "create table t (exclude int, key int unique, index int)",
                "t.t_key_key(key)",
            ),
        ],
    );
}

#[test]
fn alterations_are_followed() {
    let table = "create table t (a int primary key, b int unique, c text);";
    for (sql, expected) in [
        (
            "alter table if exists only t drop constraint t_b_key, add constraint n unique (c)",
            "t.t_pkey(a); t.n(c)",
        ),
        (
            "alter table t drop constraint t_pkey cascade",
            "t.t_b_key(b)",
        ),
        (
            "alter table t rename to u; alter table u rename b to d; alter table u rename constraint t_b_key to k",
            "u.t_pkey(a); u.k(d)",
        ),
        ("alter table t drop column b", "t.t_pkey(a)"),
        (
            "create unique index i on t (c) where b > 0; create unique index j on t (c) include (b); alter table t drop b",
            "t.t_pkey(a)",
        ),
        (
            "create unique index i on t (lower(c)) where c <> 'c'; alter table t rename c to \"C\"",
            "t.t_pkey(a); t.t_b_key(b); t.i(<lower(\"C\")>) where \"C\" <> 'c'",
        ),
        (
            "alter table t add column d int unique, add column if not exists b int unique, alter b type bigint, alter column b set not null, owner to me",
            "t.t_pkey(a); t.t_b_key(b); t.t_d_key(d)",
        ),
        (
            "create unique index i on t (c); alter table t add constraint n unique using index i; alter index n rename to m",
            "t.t_pkey(a); t.t_b_key(b); t.m(c)",
        ),
        (
            "create unique index i on t (c); drop index concurrently if exists i, nothing",
            "t.t_pkey(a); t.t_b_key(b)",
        ),
        (
            "alter table t add unique (d), add d int",
            "t.t_pkey(a); t.t_b_key(b); t.t_d_key(d)",
        ),
        ("drop table if exists t, u cascade", ""),
        (
            "alter table t add foreign key (b) references t, add constraint f check (a > 0); alter table t drop constraint f, drop constraint t_b_fkey, drop constraint if exists x",
            "t.t_pkey(a); t.t_b_key(b)",
        ),
    ] {
        assert_eq!(
            keys(&format!("{table} {sql}"), Postgres).join("; "),
            expected,
            "{sql}"
        );
    }
}

#[test]
fn names_are_found_where_the_database_finds_them() {
    check(
        Postgres,
        &[
            (
                "create table public.t (a int unique); create table s.t (a int unique); drop table t",
                "s.t.t_a_key(a)",
            ),
            (
                "create schema s; set search_path to s, public; create table t (a int unique); reset search_path; create table t (b int unique)",
                "s.t.t_a_key(a); t.t_b_key(b)",
            ),
            (
                "select pg_catalog.set_config('search_path', '', false); create table public.t (a int); alter table only public.t add constraint k primary key (a)",
                "t.k(a)",
            ),
            (
                "create table s.t (a int unique); alter table s.t set schema public",
                "t.t_a_key(a)",
            ),
            (
                "create table s.t (a int unique); alter schema s rename to r; create table q.t (a int unique); drop schema if exists q cascade",
                "r.t.t_a_key(a)",
            ),
            (
                "create table t (a int unique); create table s.u (a int); create unique index i on s.u (a); drop index s.i",
                "t.t_a_key(a)",
            ),
            (
                "create table \"T\" (a int unique); create table t (b int unique); drop table \"T\"",
                "t.t_b_key(b)",
            ),
        ],
    );
}

#[test]
fn copies_and_partitions_have_keys_of_their_own() {
    check(
        Postgres,
        &[
            (
                "create table t (a int primary key); create unique index i on t (lower(a)); create table u (like t including all); create table v (like t including defaults)",
                "t.t_pkey(a); t.i(<lower(a)>); u.u_pkey(a); u.u_lower_idx(<lower(a)>)",
            ),
            (
                "create table t (a int primary key); create table u (b int unique) inherits (t)",
                "t.t_pkey(a); u.u_b_key(b)",
            ),
            (
                "create table t (a int primary key) partition by range (a); create table u partition of t default; create unique index i on t (a)",
                "t.t_pkey(a); t.i(a); u.u_pkey(a); u.u_a_idx(a)",
            ),
            (
                "create table t (a int primary key) partition by range (a); create table u partition of t default; alter table t drop constraint t_pkey",
                "",
            ),
            (
                "create table t (a int primary key) partition by range (a); create table u (a int primary key, b int unique); alter table t attach partition u default; alter table t detach partition u; drop table t",
                "u.u_pkey(a); u.u_b_key(b)",
            ),
            (
                "create table t (a int primary key) partition by range (a); create table u partition of t default; alter table t rename a to b; drop table t",
                "",
            ),
            (
                "create table t as select 1 as a; alter table t add primary key (a)",
                "t.t_pkey(a)",
            ),
        ],
    );
}

#[test]
fn a_default_that_may_be_the_same_twice_is_noted() {
    check(
        Postgres,
        &[
            (
                "create table t (a int default 1, b serial, c int default null, d uuid default gen_random_uuid(), e int default nextval('s'), f bigint generated always as identity, g int generated always as (1) stored, unique (a, b, c, d, e, f, g))",
                "t.t_a_b_c_d_e_f_g_key(a, b, c, d, e, f, g) default a, d, e, g",
            ),
            (
                "create table t (a int default 1, b text unique); alter table t alter a drop default, alter column b set default 'x'::text",
                "t.t_b_key(b) default b",
            ),
            (
                "create table t (a text default 'x'); create unique index i on t (lower(a))",
                "t.i(<lower(a)>) default a",
            ),
        ],
    );
}

#[test]
fn what_goes_with_a_type_or_a_function_takes_its_keys_along() {
    check(
        Postgres,
        &[
            (
                "create type m as enum ('a'); create table t (a m unique, b text unique); drop type m cascade",
                "t.t_b_key(b)",
            ),
            (
                "create table t (b text unique); create unique index i on t (f(b)); drop function f(text) cascade",
                "t.t_b_key(b)",
            ),
            (
                "create table t (b text unique); create unique index i on t (f(b)); drop function if exists g(f) cascade; drop function f",
                "t.t_b_key(b); t.i(<f(b)>)",
            ),
        ],
    );
}

#[test]
fn what_may_go_with_something_that_is_not_known_takes_its_keys_along() {
    let tables = "create table t (a citext unique, b text unique, c text collate x unique, d text, e int, f int generated always as (e + 1) stored unique, unique (d, e)); \
                  create unique index g on t (lower(b)) where e is not null; create unique index h on t (b text_pattern_ops); \
                  create unique index i on t (b collate x); create unique index j on t (s.f(b)); create unique index k on t ((e === 1))";
    for drop in [
        "drop extension citext cascade",
        "drop operator class o using btree cascade",
        "drop operator === (int, int) cascade",
        "drop language l cascade",
        "drop schema s cascade",
        "drop access method m cascade",
    ] {
        assert_eq!(
            keys(&format!("{tables}; {drop}"), Postgres),
            [
                "t.t_b_key(b)",
                "t.t_d_e_key(d, e)",
                "t.g(<lower(b)>) where e is not null"
            ],
            "{drop}"
        );
    }
    check(
        Postgres,
        &[
            (
                "create type m as enum ('a'); create domain d as m; create domain e d; create table t (a e unique, b int unique); drop type m cascade",
                "t.t_b_key(b)",
            ),
            (
                "create function f(a int) returns int return a; create function g(a int) returns int return f(a); create table t (a int unique); create unique index i on t (g(a)); drop function f cascade",
                "t.t_a_key(a)",
            ),
            (
                "create table t (a text unique, b text collate cc unique); create unique index i on t (a collate cc); drop collation cc cascade",
                "t.t_a_key(a)",
            ),
            (
                "create table v (a int); create table t (a v unique, b int unique); drop table v cascade",
                "t.t_b_key(b)",
            ),
            (
                "create table t (a m unique, b int unique); alter type m rename to n; drop type n cascade",
                "t.t_b_key(b)",
            ),
            (
                "create table t (b int unique); create unique index i on t (f(b)); alter function f(int) rename to g",
                "t.t_b_key(b)",
            ),
            (
                "create table t (a text); create unique index i on t (a collate x); drop schema s cascade; drop index i; drop table t",
                "",
            ),
            (
                "create table t (a citext unique); drop policy p on t; drop role r; drop extension citext; drop publication p cascade",
                "t.t_a_key(a)",
            ),
        ],
    );
    let error = crate::tests::error("create table t (a int unique);\ndrop owned by me", Postgres);
    assert!(
        error.starts_with("2: cannot tell what belongs to whom"),
        "{error}"
    );
}

#[test]
fn other_statements_are_passed_over() {
    let sql = "
        create extension if not exists \"uuid-ossp\";
        create function f() returns trigger language plpgsql as $body$ begin execute 'drop table t'; return new; end; $body$;
        create table t (a int primary key);
        create trigger g before insert on t for each row execute function f();
        insert into t values (1) on conflict (a) do nothing;
        with x as (select 1) select * from x;
        comment on table t is 'alter; drop';
        do $$ begin raise notice 'x'; end $$;
        create policy p on t using (true); grant select on t to public; begin; commit; analyze t;
        create or replace procedure q() begin atomic insert into t values (1); select case when true then 1 end; end;
        alter type m add value 'x'; create domain d as text check (value <> '');";
    assert_eq!(keys(sql, Postgres), ["t.t_pkey(a) default a"]);
}

#[test]
fn what_is_inherited_goes_and_is_renamed_with_the_original() {
    check(
        Postgres,
        &[
            (
                "create table t (a int, b int); create table u (unique (a), unique (b)) inherits (t); alter table t drop a; alter table t rename b to c; alter table t add d int; create unique index i on u (d)",
                "u.u_b_key(c); u.i(d)",
            ),
            // Its own column stays.
            (
                "create table t (a int, b int); create table u (a int unique) inherits (t); alter table t drop a",
                "u.u_a_key(a)",
            ),
            (
                "create table t (a int); create table u (a int unique) inherits (t); drop table t cascade",
                "",
            ),
        ],
    );
}

#[test]
fn a_copy_is_called_by_what_the_columns_of_the_index_are_called() {
    check(
        Postgres,
        &[
            (
                "create table t (a text unique); alter table t rename a to b; create table u (like t including all)",
                "t.t_a_key(b); u.u_a_key(b)",
            ),
            (
                "create table t (a text unique); alter table t rename a to b; alter table t alter b type varchar; create table u (like t including all)",
                "t.t_a_key(b); u.u_b_key(b)",
            ),
        ],
    );
}

#[test]
fn a_copy_has_the_defaults_that_it_asks_for() {
    check(
        Postgres,
        &[(
            "create table t (a int default 1, b int generated always as (a) stored, unique (a, b)); \
             create table u (like t including all excluding defaults); \
             create table v (like t including defaults including indexes)",
            "t.t_a_b_key(a, b) default a, b; u.u_a_b_key(a, b) default b; v.v_a_b_key(a, b) default a",
        )],
    );
}

#[test]
fn the_index_of_a_partition_may_be_that_of_a_constraint() {
    check(
        Postgres,
        &[
            (
                "create table t (a int) partition by list (a); create table u partition of t (constraint n unique (a)) for values in (1); create unique index on t (a)",
                "t.t_a_idx(a); u.n(a)",
            ),
            (
                "create table t (a int) partition by list (a); create table u partition of t for values in (1); create unique index i on u (a); alter table t add unique (a)",
                "t.t_a_key(a); u.i(a); u.u_a_key(a)",
            ),
        ],
    );
}

#[test]
fn a_default_of_a_partition_is_its_own() {
    check(
        Postgres,
        &[(
            "create table t (a int, b int, unique (a, b)) partition by list (a); create table u partition of t (b default 1) for values in (1)",
            "t.t_a_b_key(a, b); u.u_a_b_key(a, b) default b",
        )],
    );
}

#[test]
fn two_keys_of_a_new_column_that_are_alike_are_one() {
    check(
        Postgres,
        &[(
            "create table t (a int); alter table t add b int unique constraint n primary key",
            "t.n(b)",
        )],
    );
}

#[test]
fn a_unique_constraint_of_a_partition_does_for_the_primary_key_of_its_table() {
    check(
        Postgres,
        &[(
            "create table p (a int) partition by list (a); create table c partition of p for values in (1); alter table c add unique (a); alter table p add primary key (a)",
            "p.p_pkey(a); c.c_a_key(a)",
        )],
    );
}

#[test]
fn a_key_of_the_table_only_is_none_before_those_of_its_partitions_are_attached() {
    check(
        Postgres,
        &[
            // As `pg_dump` writes it.
            (
                "create table p (a int) partition by list (a); create table c partition of p for values in (1); alter table only p add constraint k primary key (a); alter table only c add constraint j primary key (a); alter index k attach partition j; create unique index i on only p (a)",
                "c.j(a)",
            ),
            (
                "create table p (a int) partition by list (a); create table c partition of p for values in (1); create unique index i on only p (a); create table d partition of p for values in (2)",
                "d.d_a_idx(a)",
            ),
            (
                "create table p (a int) partition by list (a); alter table only p add primary key (a); create table c partition of p for values in (1); create table t (a int); create unique index i on only t (a)",
                "p.p_pkey(a); c.c_pkey(a); t.i(a)",
            ),
        ],
    );
}

#[test]
fn if_not_exists_is_skipped_where_anything_has_the_name() {
    check(
        Postgres,
        &[
            (
                "create view v as select 1; create table if not exists v (a int unique); create sequence s; create table if not exists s (a int unique)",
                "",
            ),
            (
                "create table t (a int unique); create table if not exists t_a_key (a int unique); create unique index if not exists t on t (a)",
                "t.t_a_key(a)",
            ),
            (
                "create view v as select 1; alter view v rename to w; create table if not exists v (a int unique); alter table w rename to x; create table if not exists w (a int unique); drop view x; create table if not exists x (a int unique)",
                "v.v_a_key(a); w.w_a_key(a); x.x_a_key(a)",
            ),
            (
                "create type ty as (a int); create table if not exists ty (a int unique); drop type ty; create table if not exists ty (b int unique)",
                "ty.ty_b_key(b)",
            ),
            (
                "create view s.v as select 1; create table if not exists v (a int unique)",
                "v.v_a_key(a)",
            ),
            (
                "create temp view v as select 1; create table if not exists v (a int unique)",
                "v.v_a_key(a)",
            ),
            (
                "create table t (a serial); create unique index if not exists t_a_seq on t (a)",
                "",
            ),
        ],
    );
    for sql in [
        "create table t (a serial); create table if not exists t_a_seq (a int unique)",
        "do $$ begin create view v as select 1; end $$; create table if not exists v (a int unique)",
    ] {
        let error = crate::tests::error(sql, Postgres);
        assert!(
            error.starts_with("1: cannot tell whether there is something called"),
            "{error}"
        );
    }
}

#[test]
fn an_index_and_a_table_have_new_names_by_the_statements_for_each_other() {
    check(
        Postgres,
        &[(
            "create table t (a int unique); alter index t rename to u; alter table t_a_key rename to k",
            "u.k(a)",
        )],
    );
}

#[test]
fn the_text_of_an_index_does_not_have_the_name_of_its_table() {
    check(
        Postgres,
        &[(
            "create table t (a text, b text); create unique index i on t ((t.a || 'x')) where public.t.b is not null and t.b > 't.b'; alter table t rename to u; alter table u rename b to c",
            "u.i(<a || 'x'>) where \"c\" is not null and \"c\" > 't.b'",
        )],
    );
}

#[test]
fn what_inherits_later_has_its_names_from_there_too_and_keeps_its_columns() {
    check(
        Postgres,
        &[
            (
                "create table p (a int, b int); create table c (a int, b int unique); alter table c inherit p; alter table p rename b to z; alter table p drop z",
                "c.c_b_key(z)",
            ),
            (
                "create table p (b int); create table c (b int unique); alter table c inherit p; alter table c no inherit p; alter table p rename b to z",
                "c.c_b_key(b)",
            ),
        ],
    );
}

#[test]
fn a_table_of_a_type_is_not_followed_further_than_that() {
    check(
        Postgres,
        &[(
            "create type ty as (a int, b int); create table t of ty (a primary key); create table u (a int unique); alter table u of ty; drop type ty cascade",
            "",
        )],
    );
    let error = crate::tests::error(
        "create type ty as (a int, b int); create table t of ty (primary key (a));\nalter type ty rename attribute a to q cascade",
        Postgres,
    );
    assert!(
        error.starts_with("2: cannot tell what this does to the unique keys of `t`"),
        "{error}"
    );
}

#[test]
fn a_schema_that_is_left_set_says_nothing_about_the_next_migration() {
    let after = |first: &str, second: &str| {
        let mut database = crate::tests::Database::new(Postgres, &[]);
        let mut errors = Vec::new();
        for sql in [first, second] {
            crate::tests::replay(
                &mut database,
                std::path::Path::new("up.sql"),
                sql,
                &mut errors,
            );
        }
        let messages: Vec<_> = errors.into_iter().map(|error| error.message).collect();
        match messages.as_slice() {
            [] => shown(&database.into_tables()).join("; "),
            [message, ..] => message.clone(),
        }
    };
    let table = "create table t (a int unique)";
    for left in [
        "set search_path to s",
        "set schema 's'",
        "alter role me set search_path = s",
    ] {
        let message = after(left, table);
        assert!(
            message.starts_with("which schema is `t` in?"),
            "{left}\n{message}"
        );
        assert!(message.contains("SET LOCAL search_path"), "{message}");
        assert_eq!(
            after(left, "create table r.t (a int unique)"),
            "r.t.t_a_key(a)"
        );
        assert_eq!(
            after(
                left,
                "set local search_path = r; create table t (a int unique)"
            ),
            "r.t.t_a_key(a)"
        );
    }
    for kept in [
        "set local search_path to s",
        "set search_path to public",
        "set search_path to \"$user\", public",
        "set search_path to s; reset search_path",
        "select pg_catalog.set_config('search_path', '', false)",
    ] {
        assert_eq!(after(kept, table), "t.t_a_key(a)", "{kept}");
    }
}

#[test]
fn an_exception_is_of_the_table_that_has_its_case() {
    let sql = "create table \"T\" (a int unique); create table t (b int unique)";
    for (except, expected) in [("T", "t.t_b_key(b)"), ("t", "T.T_a_key(a)")] {
        let tables = replayed(sql, Postgres, &[except]).map(|tables| shown(&tables).join("; "));
        assert_eq!(tables.ok().as_deref(), Some(expected), "{except}");
    }
}

#[test]
fn a_name_with_unicode_escapes_is_refused_wherever_it_stands() {
    for sql in [
        "create table t (a int, unique (U&\"\\0061\"))",
        "create unique index x on t (u&\"\\0061\")",
        "drop table U&\"\\0074\"",
        "alter table U&\"\\0074\" drop constraint k",
    ] {
        let error = crate::tests::error(sql, Postgres);
        assert!(error.contains("has Unicode escapes"), "{error}");
    }
}

#[test]
fn what_is_written_to_the_catalogue_is_refused() {
    for sql in [
        "update pg_index set indisunique = false",
        "UPDATE ONLY pg_catalog.pg_attribute SET attnotnull = false",
        "with x as (delete from pg_constraint returning 1) select * from x",
        "update pg_settings set setting = 'o' where name = 'search_path'",
    ] {
        let error = crate::tests::error(sql, Postgres);
        assert!(
            error.contains("writes to PostgreSQL's catalogue"),
            "{error}"
        );
    }
    check(
        Postgres,
        &[(
            "create table t (a int unique); update t set a = (select 1 from pg_index); insert into audit.pg_log values (1)",
            "t.t_a_key(a)",
        )],
    );
}

#[test]
fn a_path_that_is_set_in_another_form_is_not_known() {
    let then = "create table t (a int unique)";
    for sql in [
        "select set_config(name, 'o', true) from (values ('search_path')) v (name)",
        "select set_config('sea' || 'rch_path', 'o', true)",
        "select set_config('search_path', current_setting('x') || ',o', true)",
        "select 1, set_config('search_path', 'o', true)",
        "select set_config('search_path', 'o', a.b) from a",
        "insert into a select set_config(E'search_path', 'o', true)",
    ] {
        let error = crate::tests::error(&format!("{sql}; {then}"), Postgres);
        assert!(error.starts_with("1: which schema is `t` in?"), "{error}");
    }
    for sql in [
        "select set_config('app.user', current_user, true)",
        "select set_config('SEARCH_PATH', 'public', true)",
    ] {
        assert_eq!(keys(&format!("{sql}; {then}"), Postgres), ["t.t_a_key(a)"]);
    }
}

#[test]
fn the_number_in_the_name_of_an_index_is_not_known_beside_a_table_that_is_left_out_or_temporary() {
    let sql = "create table t (a int unique, b int); create table q (b int); create index t_b_idx on q (b); create unique index on t (b)";
    for end in [
        "drop index t_b_idx1",
        "drop index if exists t_b_idx1",
        "alter index t_b_idx1 rename to z; drop index z",
        "alter table t drop constraint t_a_key1",
        "alter table t rename constraint t_a_key1 to z",
    ] {
        let errors = replayed(&format!("{sql}; {end}"), Postgres, &["q"]);
        let errors = errors.err().unwrap_or_default();
        let message = errors.first().map(|error| error.message.as_str());
        assert!(
            message.is_some_and(|message| message.starts_with("cannot tell which index")),
            "{end}: {message:?}"
        );
    }
    let error = crate::tests::error(
        "create temp table t_b_idx (x int); create table t (b int); create unique index on t (b); drop index t_b_idx",
        Postgres,
    );
    assert!(error.starts_with("1: cannot tell which index"), "{error}");
    let skipped = "create table q (b int); create table t (b int); create unique index if not exists q on t (b)";
    let kept = replayed(skipped, Postgres, &["q"]).map(|tables| shown(&tables).join("; "));
    assert_eq!(kept.ok().as_deref(), Some(""));
    let other = format!("{sql}; drop index q_b_idx");
    let kept = replayed(&other, Postgres, &["q"]).map(|tables| shown(&tables).join("; "));
    assert_eq!(kept.ok().as_deref(), Some("t.t_a_key(a); t.t_b_idx(b)"));
}
