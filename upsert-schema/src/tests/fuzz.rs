use fastrand::Rng;

use crate::Dialect;
use crate::Dialect::{Mysql, Postgres, Sqlite};
use crate::sql::lexer::tokens;
use crate::tests::replayed;

const STATEMENTS: [&str; 16] = [
    "create table if not exists s.\"t\" (a serial primary key, b varchar(10) not null default 'x' unique nulls not distinct, constraint c unique (a, b) include (b) deferrable, check (a > 0)) partition by range (a)",
    "create table u partition of s.t for values from (1) to (2)",
    "create table v (like s.t including all excluding indexes, foreign key (a) references u (a) on delete cascade) inherits (u)",
    "create unique index concurrently if not exists i on only s.t using btree (lower(b) collate \"C\" text_ops desc nulls last, (a || 'x')) include (a) where a is not null and b = 'x'",
    "alter table only s.t add column c int unique, drop constraint c cascade, rename b to d, add constraint k unique using index i, alter a set default nextval('x')",
    "alter table s.t rename column a to \"b c\"; alter index i rename to j; alter table s.t set schema public; alter table t attach partition u default",
    "drop table if exists s.t, u cascade; drop index i; drop schema s cascade; drop type m cascade; drop function f(a, b) cascade",
    "do $$ begin execute 'drop table t'; end $$; create function f() returns trigger as $x$ begin return new; end $x$ language plpgsql; select f()",
    "set search_path to s, 'public', \"$user\"; select set_config('search_path', 'a,b', true); use x; reset search_path",
    "create table `t` (`a` int unsigned not null auto_increment, b text unique key, primary key (`a`), unique key k (b(10), a desc), key (b)) engine=InnoDB comment='x'",
    "alter table t change column b c bigint unique first, modify a int, drop primary key, drop index k, add unique (c), rename to w, algorithm=inplace",
    "rename table t to u, v to w; create table x like u; /*!40101 drop table x */; create trigger r before insert on t for each row begin if 1 then select case 1 when 2 then 3 end; end if; end",
    "create table [t u] ('a' integer primary key autoincrement, b collate nocase unique on conflict replace, unique (a, b) on conflict ignore) strict, without rowid",
    "create temp table x as select 1; create virtual table f using fts5(a); pragma writable_schema = on; update sqlite_master set sql = 1",
    "alter table t detach partition u; alter table t drop column b; alter table t alter column a type bigint using a::bigint; rollback",
    "create view v as select 1; create materialized view m as select 1; create sequence q owned by t.a; comment on table t is 'x'; insert into t values (1, 'a''b')",
];

/// Whatever comes out, nothing panics, and every error has its help.
fn check(sql: &str, dialect: Dialect) {
    if let Err(errors) = replayed(sql, dialect, &["w"]) {
        for error in errors {
            assert!(
                error.message.contains("\nhelp: ") && error.at.is_some(),
                "{sql}\n{error:?}"
            );
        }
    }
}

fn words(sql: &str) -> Vec<&str> {
    tokens(sql, Postgres)
        .unwrap_or_default()
        .into_iter()
        .map(|token| token.text)
        .collect()
}

#[test]
fn no_statement_with_a_token_left_out_doubled_or_cut_off_panics() {
    for dialect in [Postgres, Sqlite, Mysql] {
        for statement in STATEMENTS {
            let words = words(statement);
            for at in 0..words.len() {
                let (before, from) = words.split_at(at);
                check(&before.join(" "), dialect);
                check(&[before, &from[1..]].concat().join(" "), dialect);
                check(&[before, &from[..1], from].concat().join(" "), dialect);
            }
        }
    }
}

#[test]
fn no_heap_of_statements_and_tokens_panics() {
    // The same in each run.
    let numbers = &mut Rng::with_seed(42);
    let all: Vec<&str> = STATEMENTS
        .iter()
        .flat_map(|statement| words(statement))
        .collect();
    for _ in 0..6_000 {
        let mut heap: Vec<&str> = Vec::new();
        for _ in 0..1 + numbers.usize(..5) {
            let mut statement = words(STATEMENTS[numbers.usize(..STATEMENTS.len())]);
            for _ in 0..numbers.usize(..4) {
                let at = numbers.usize(..statement.len());
                statement[at] = all[numbers.usize(..all.len())];
            }
            heap.append(&mut statement);
            heap.push(";");
        }
        check(
            &heap.join(" "),
            [Postgres, Sqlite, Mysql][numbers.usize(..3)],
        );
    }
}

#[test]
fn no_text_cut_anywhere_panics() {
    for dialect in [Postgres, Sqlite, Mysql] {
        for statement in STATEMENTS {
            for end in 0..statement.len() {
                check(&statement[..end], dialect);
                check(&statement[end..], dialect);
            }
        }
    }
}

#[test]
fn depth_and_length_do_not_overflow_the_stack() {
    let nested = |depth: usize| format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
    for dialect in [Postgres, Sqlite, Mysql] {
        for depth in [10, 50, 100, 1_000, 20_000] {
            check(
                &format!(
                    "create table t (a int default {} unique, b int)",
                    nested(depth)
                ),
                dialect,
            );
            check(
                &format!(
                    "create table t (a int, b int check {}, unique (a))",
                    nested(depth)
                ),
                dialect,
            );
            check(
                &format!(
                    "create table t (a int); create unique index i on t ({}) where {}",
                    nested(depth),
                    nested(depth)
                ),
                dialect,
            );
            check(
                &format!(
                    "create table t (a int default {} unique)",
                    "- ".repeat(depth)
                ),
                dialect,
            );
            check(
                &format!(
                    "create table t (a int default {}1 unique)",
                    "1 + ".repeat(depth)
                ),
                dialect,
            );
            check(
                &format!("create table t (a int{} unique)", "[]".repeat(depth)),
                dialect,
            );
            check(
                &format!(
                    "create table t (a int default {}1{} unique)",
                    "case when 1 then ".repeat(depth),
                    " end".repeat(depth)
                ),
                dialect,
            );
            check(
                &format!(
                    "create table t (a {}int{})",
                    "array<".repeat(depth),
                    ">".repeat(depth)
                ),
                dialect,
            );
            check(
                &format!(
                    "create table t (a int default {}1 unique)",
                    "not ".repeat(depth)
                ),
                dialect,
            );
        }
    }
}
