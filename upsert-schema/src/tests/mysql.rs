use std::path::Path;

use crate::Dialect::Mysql;
use crate::tests::{check, keys, replayed, shown};
use crate::{Key, servers};

/// The keys on all servers, or what is wrong, its line in front.
fn on_all(sql: &str) -> String {
    let texts = [(Path::new("1_a/up.sql"), sql.to_owned())];
    let (tables, errors) = servers::on_all(Mysql, &[], &texts, false);
    let errors: Vec<_> = errors
        .iter()
        .map(|error| {
            let line = error.at.as_ref().map_or(0, |at| at.line);
            let message = error.message.lines().next().unwrap_or_default();
            format!("{line}: {message}")
        })
        .collect();
    if errors.is_empty() {
        shown(&tables).join("; ")
    } else {
        errors.join("; ")
    }
}

#[test]
fn a_key_that_only_some_servers_have_is_refused_where_it_stands() {
    let differ = "MySQL and MariaDB, or versions of them, do not have the same unique keys of `t` after this";
    for (sql, line) in [
        ("create table t (a int,\n b int /*!80000 unique */)", 2),
        (
            "create table t (a int,\n b int,\n unique (b /*M!100500 , a */))",
            3,
        ),
        (
            "create table t (a int unique);\n/*!50700 drop index a on t */",
            1,
        ),
        ("\n/*M! create table t (a int unique) */", 2),
        // MySQL's second key is left there, and nothing on MariaDB.
        (
            "create table t (a int unique primary key); alter table t drop primary key",
            1,
        ),
        ("create table t (a int unique /*!80000 default 1 */)", 1),
    ] {
        assert_eq!(on_all(sql), format!("{line}: {differ}"), "{sql}");
    }
}

#[test]
fn a_comment_that_runs_and_makes_no_difference_is_accepted() {
    for (sql, expected) in [
        (
            "/*!40101 SET NAMES utf8 */;\n/*!50503 SET character_set_client = utf8mb4 */;\n/*M!999999\\- enable the sandbox mode */ \n
             create table t (a int not null auto_increment, b int /*!80023 INVISIBLE */, c int /*M!100303 INVISIBLE */, primary key (a), \
             unique key i (b) /*!80000 INVISIBLE */) /*!50100 PARTITION BY KEY (a) */ /*!80016 DEFAULT ENCRYPTION='N' */",
            "t.PRIMARY(a); t.i(b)",
        ),
        ("create table t (a int /*! unique */, b int /*!50699 unique */)", "t.a(a); t.b(b)"),
        // It is MySQL's second key that has the name `a` there, and the third that has it on
        // MariaDB.
        (
            "create table t (a int unique primary key, b int, unique (a, b))",
            "t.PRIMARY(a); t.a(a); t.?(a, b)",
        ),
        // MySQL refuses it: it is MariaDB that this is for.
        (
            "create table t (a int unique primary key, b int); alter table t add unique a (b)",
            "t.PRIMARY(a); t.a(b)",
        ),
    ] {
        assert_eq!(on_all(sql), expected, "{sql}");
    }
}

#[test]
fn keys_without_a_name_have_that_of_their_first_column() {
    check(
        Mysql,
        &[
            (
                "create table t (id int unsigned not null auto_increment, x int unique, y int unique key, primary key (`id`), unique (x, y), key (x), unique (x))",
                "t.x(x); t.y(y); t.PRIMARY(id); t.x_2(x, y); t.x_4(x)",
            ),
            (
                "create table t (`primary` int unique, a int key)",
                "t.primary_2(primary); t.PRIMARY(a)",
            ),
            (
                "create table t (a int, constraint c unique (a), constraint d unique key e using btree (a) comment 'x;y')",
                "t.c(a); t.e(a)",
            ),
            (
                "create table t (a text, unique ((lower(a))))",
                "t.functional_index(<lower(a)>)",
            ),
        ],
    );
}

#[test]
fn the_first_characters_of_a_column_are_no_column() {
    check(
        Mysql,
        &[
            (
                "create table t (a text, b int, unique k (a(10), b desc)) engine=InnoDB default charset=utf8mb4",
                "t.k(a[10], b)",
            ),
            (
                "create table t (a text); create unique index i using btree on t (a(5)) comment 'x' algorithm=inplace",
                "t.i(a[5])",
            ),
        ],
    );
}

#[test]
fn alterations_are_followed() {
    check(
        Mysql,
        &[
            (
                "create table t (a int, b int, unique (a, b)); alter table t drop column a",
                "t.a(b)",
            ),
            (
                "create table t (a int unique, b int); alter table t drop column a, add unique index if not exists b (b)",
                "t.b(b)",
            ),
            (
                "create table t (a int key, b int); alter table t add primary key (a, b), drop primary key",
                "t.PRIMARY(a, b)",
            ),
            (
                "create table t (a int unique, b int unique); alter table t drop index a, rename key b to c, rename column b to d",
                "t.c(d)",
            ),
            (
                "create table t (a int unique); alter table t change column a b bigint not null default 5 first; alter table t modify b int unique, alter b set default (uuid())",
                "t.a(b) default b; t.b(b) default b",
            ),
            (
                "create table t (a int unique, b int); alter table t change b c int default 1 after a, add unique (c)",
                "t.a(a); t.c(c) default c",
            ),
            (
                "create table t (a int); alter table t rename to u, add unique (a), algorithm=inplace, lock=none",
                "u.a(a)",
            ),
            (
                "create table a (x int key); create table b (y int key); rename table a to c, b to a",
                "c.PRIMARY(x); a.PRIMARY(y)",
            ),
            (
                "create table t (a int, b int, unique (a, b)); alter table t drop column a, add a int default 1",
                "t.a(a, b) default a",
            ),
            (
                "create table t (a int unique, b int); drop index `a` on `t`; alter table t add column (c int unique, d int)",
                "t.c(c)",
            ),
            (
                "create table t (a int unique); alter table t drop constraint a",
                "",
            ),
            (
                "create table t (a int unique, b int); alter table t rename column a to b, rename column b to a",
                "t.a(b)",
            ),
            (
                "create table t (a int unique, b int, c int default 1); alter table t change a b int, change b c int, change c a int default 1, add unique (a)",
                "t.a(b); t.a_2(a) default a",
            ),
            (
                "create table t (a int, s date, e date, period for p (s, e), unique (a, p without overlaps))",
                "t.a(a, <'without overlaps'>)",
            ),
        ],
    );
}

#[test]
fn a_copy_has_the_keys_of_the_original() {
    check(
        Mysql,
        &[
            (
                "create table t (a int default 1 unique, key (a)); create table u like t",
                "t.a(a) default a; u.a(a) default a",
            ),
            (
                "create or replace table t (a int unique); create or replace table t (b int unique) select 1 as c",
                "t.b(b)",
            ),
        ],
    );
}

#[test]
fn what_mysql_executes_in_a_comment_counts() {
    check(
        Mysql,
        &[(
            "/*!40101 create table t (a int unique) */; # drop table t\n-- drop table t\nset names utf8; /* drop table t */ lock tables t write; unlock tables",
            "t.a(a)",
        )],
    );
}

#[test]
fn bodies_of_routines_are_no_statements() {
    check(
        Mysql,
        &[(
            "create table t (a int unique);
             create procedure p() begin if 1 then begin select case 1 when 1 then 2 end; end; end if; while 0 do select 1; end while; end;
             create trigger r before insert on t for each row begin set new.a = 1; end;
             create trigger q before insert on t for each row set new.a = 1;
             create table u (a int unique)",
            "t.a(a) default a; u.a(a)",
        )],
    );
}

#[test]
fn a_column_that_is_left_out_is_new_where_that_is_known_and_may_repeat_otherwise() {
    let new = [
        "varchar(2)",
        "int default null",
        "int default (null)",
        "char(36) default (uuid())",
        "varchar(40) not null default uuid() comment 'x'",
        "binary(16) default (uuid_to_bin(uuid(), 1))",
        "int auto_increment",
        "serial",
        "bigint serial default value",
        "frobnicate default null",
    ];
    for column in new {
        let keys = keys(&format!("create table t (a {column}, unique k (a))"), Mysql);
        assert_eq!(keys.last().map(String::as_str), Some("t.k(a)"), "{column}");
    }
    let old = [
        "varchar(2) default (left(uuid(), 2))",
        "varchar(10) default (uuid())",
        "text default (uuid())",
        "char(36) default (upper(uuid()))",
        "char(36) default 'uuid()'",
        "int default (1)",
        "int default nextval(s)",
        "int default (next value for s)",
        "int as (b + 1) stored",
        "int generated always as (1)",
        "timestamp",
        "timestamp not null default current_timestamp",
        "frobnicate default 'null'",
        "binary(15) default (uuid_to_bin(uuid()))",
    ];
    for column in old {
        let keys = keys(&format!("create table t (a {column}, unique k (a))"), Mysql);
        assert_eq!(keys, ["t.k(a) default a"], "{column}");
    }
}

#[test]
fn a_default_is_found_in_whatever_case_the_key_has_the_column() {
    check(
        Mysql,
        &[
            (
                "create table t (A int default 1, b int, unique (a), unique k (B))",
                "t.a(a) default a; t.k(B)",
            ),
            (
                "create table t (b int unique) select 1 as a; create unique index i on t (a)",
                "t.b(b); t.i(a) default a",
            ),
        ],
    );
}

#[test]
fn a_trigger_before_an_insert_fills_in_what_is_left_out() {
    check(
        Mysql,
        &[
            (
                "create table t (a int unique, b int auto_increment key); create definer=`x`@`%` trigger if not exists r before insert on t for each row begin set new.a = 1; end; rename table t to u",
                "u.a(a) default a; u.PRIMARY(b) default b",
            ),
            (
                "create table t (a int unique); create trigger r before insert on t for each row set new.a = 1; drop trigger if exists r",
                "t.a(a)",
            ),
            (
                "create table t (a int unique); create trigger r before insert on t for each row set new.a = 1; drop trigger R",
                "t.a(a) default a",
            ),
            (
                "create table t (a int unique); create trigger r before insert on t for each row set new.a = 1; drop table t; create table t (a int unique)",
                "t.a(a)",
            ),
            (
                "create table t (a int unique); create trigger r after insert on t for each row set @a = 1; create trigger q before update on t for each row set new.a = 1",
                "t.a(a)",
            ),
            (
                "create table t (a int unique); create trigger r before insert on t for each row set new.a = 1; create or replace trigger r after insert on t for each row set @a = 1",
                "t.a(a)",
            ),
            (
                "create table t (a int unique); prepare s from 'create trigger r before insert on t for each row set new.a = 1'",
                "t.a(a) default a",
            ),
            (
                "create table t (a int unique); create trigger frobnicate",
                "t.a(a) default a",
            ),
        ],
    );
}

#[test]
fn a_statement_in_a_string_that_changes_no_key_is_passed_over() {
    check(
        Mysql,
        &[(
            "create table t (a int unique); set @x = if(1, 'ALTER TABLE t DROP FOREIGN KEY f', 'SELECT 1'); prepare s from @x; execute s",
            "t.a(a)",
        )],
    );
}

#[test]
fn a_key_on_a_column_that_is_made_anew_may_be_on_its_first_characters() {
    check(
        Mysql,
        &[
            (
                "create table t (a varchar(9) unique); alter table t drop a, add a varchar(20)",
                "t.a(a[0])",
            ),
            (
                "create table t (a bigint unique); alter table t drop a, add a varchar(9)",
                "t.a(a[0])",
            ),
        ],
    );
}

#[test]
fn a_column_has_one_key_of_each_kind() {
    check(
        Mysql,
        &[
            // Two where it is MySQL, and one where it is MariaDB.
            (
                "create table t (a int unique primary key)",
                "t.PRIMARY(a); t.a(a)",
            ),
            (
                "create table t (b bigint serial default value, a int)",
                "t.b(b)",
            ),
            (
                "create table t (a int primary key); alter table t add column if not exists b int primary key",
                "t.PRIMARY(a)",
            ),
            (
                "create table t (a int, b int unique); alter table t add column if not exists a int unique, add column if not exists b int unique",
                "t.b(b); t.a(a)",
            ),
            (
                "create table t (a int, key b (a)); alter table t add column if not exists b int unique, add unique if not exists (a), add unique if not exists (a)",
                "t.a(a)",
            ),
            (
                "create table t (a int); alter table t modify a int unique key unique",
                "t.a(a)",
            ),
        ],
    );
}

#[test]
fn a_database_that_may_be_the_own_one_is_not_dropped() {
    let error = crate::tests::error(
        "create table t (a int unique);\ndrop database if exists d",
        Mysql,
    );
    assert!(
        error.starts_with("2: cannot tell whether this is the database of `t`"),
        "{error}"
    );
    check(
        Mysql,
        &[(
            "create table d.t (a int unique); drop database d; create table t (b int unique)",
            "t.b(b)",
        )],
    );
}

#[test]
fn an_engine_that_may_not_hold_a_key_to_its_word_is_refused() {
    for sql in [
        "create table t (a int unique) comment 'x' engine = merge union = (u, v)",
        "create table t (a int unique) engine=InnoDB; alter table t engine = 'CSV'",
    ] {
        let error = crate::tests::error(sql, Mysql);
        assert!(
            error.starts_with("1: whether rows are unique in the engine"),
            "{error}"
        );
    }
    check(
        Mysql,
        &[(
            "create table t (a int unique, engine int, v int, vector index (v)) engine=InnoDB; create table u (a int) engine blackhole; alter table t engine MyISAM, add w int",
            "t.a(a)",
        )],
    );
}

#[test]
fn numbers_of_eight_bytes_are_more_than_anybody_uses_up() {
    for (sql, forever, limited) in [
        ("a int auto_increment primary key", "", "a"),
        ("a int unsigned not null auto_increment unique", "", "a"),
        ("a mediumint auto_increment primary key", "", "a"),
        ("a bigint auto_increment primary key", "a", ""),
        (
            "A BIGINT(20) UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY",
            "A",
            "",
        ),
        ("a int8 auto_increment primary key", "a", ""),
        ("a serial", "a", ""),
        ("a smallint serial default value", "", "a"),
        ("a bigint serial default value", "a", ""),
        ("a bigint primary key", "", ""),
        ("a bigint primary key comment 'no auto_increment'", "", ""),
        (
            "a bigint primary key references auto_increment (id)",
            "",
            "",
        ),
        (
            "a bigint primary key references db.auto_increment (id)",
            "",
            "",
        ),
        (
            "a bigint primary key constraint auto_increment check (a > 0)",
            "",
            "",
        ),
        ("auto_increment bigint primary key", "", ""),
        (
            "a bigint primary key check (`auto_increment` > 0), auto_increment int",
            "",
            "",
        ),
        (
            "a bigint auto_increment primary key); alter table t modify a int auto_increment",
            "",
            "a",
        ),
        (
            "a int auto_increment primary key); alter table t change a a bigint auto_increment",
            "a",
            "",
        ),
    ] {
        let sql = format!("create table t ({sql}");
        let sql = if sql.contains(';') { sql } else { sql + ")" };
        let tables =
            replayed(&sql, Mysql, &[]).unwrap_or_else(|errors| panic!("{sql}\n{errors:#?}"));
        let all = |names: fn(&Key) -> &Vec<String>| {
            let keys = tables.iter().flat_map(|table| &table.keys);
            let names: Vec<_> = keys.flat_map(|key| names(&key.key).clone()).collect();
            names.join(" ")
        };
        let found = (all(|key| &key.increments), all(|key| &key.run_out));
        assert_eq!(found, (forever.to_owned(), limited.to_owned()), "{sql}");
    }
}

#[test]
fn an_index_may_be_replaced() {
    check(
        Mysql,
        &[(
            "create table t (a int, b int, unique i (a)); create or replace unique index i on t (b); create or replace index i on t (a)",
            "",
        )],
    );
}

/// <https://mariadb.com/kb/en/set-statement/>, <https://mariadb.com/kb/en/begin-end/>
#[test]
fn a_statement_may_stand_in_another_one() {
    check(
        Mysql,
        &[
            (
                "create table t (a int, b int, unique (a)); set statement max_statement_time = 9 for alter table t drop index a",
                "",
            ),
            (
                "create table t (a int, b int, unique (a)); alter table t wait 5 drop index a, add unique u (b)",
                "t.u(b)",
            ),
            (
                "create table t (a int); alter table t nowait add unique u (a); create unique index v wait 9 on t (a)",
                "t.u(a); t.v(a)",
            ),
            (
                "create table t (a int, b int); set statement lock_wait_timeout = 1, sql_mode = 'ansi' for create unique index i on t (b)",
                "t.i(b)",
            ),
        ],
    );
    let settings = "set sql_mode = '', explicit_defaults_for_timestamp = off; create table t (a timestamp unique)";
    let error = crate::tests::error(settings, Mysql);
    assert!(error.contains("TIMESTAMP columns"), "{error}");
    let block =
        "create table t (a int unique); begin not atomic drop table t; create table t (a int); end";
    let error = crate::tests::error(block, Mysql);
    assert!(
        error.contains("cannot tell what this does to the unique keys of `t`"),
        "{error}"
    );
}

/// <https://dev.mysql.com/doc/refman/9.7/en/create-table-foreign-keys.html>,
/// <https://mariadb.com/kb/en/foreign-keys/>; held against both in `tests/integration/ddl`.
#[test]
fn the_index_of_a_foreign_key_takes_a_name_until_another_one_serves() {
    let table = |rest: &str| format!("create table t (a int, b int, {rest}");
    for (rest, expected) in [
        (
            "foreign key a (b) references p (id), unique (a))",
            "t.a_2(a)",
        ),
        (
            "foreign key (a) references p (id), unique (a, b))",
            "t.a(a, b)",
        ),
        (
            "constraint c foreign key d (a) references p (id), unique (b))",
            "t.b(b)",
        ),
        (
            "constraint b foreign key (a) references p (id), unique (b), unique (a))",
            "t.b(b); t.a(a)",
        ),
        (
            "key a (b), foreign key (a) references p (id), unique (a, b))",
            "t.a_2(a, b)",
        ),
        (
            "key (b)); alter table t add foreign key b_2 (a) references p (id), add unique (b)",
            "t.b_3(b)",
        ),
        (
            "foreign key b (a) references p (id)); alter table t add unique (b); drop index b_2 on t",
            "",
        ),
        (
            "foreign key b (a) references p (id)); alter table t add unique (a); alter table t add unique (b)",
            "t.a(a); t.b(b)",
        ),
        (
            "foreign key b (a) references p (id), unique (b)); alter table t drop foreign key b; drop index b on t",
            "t.b_2(b)",
        ),
        (
            "foreign key b (a) references p (id)); create table u like t; alter table u add unique (b)",
            "u.b_2(b)",
        ),
        (
            "foreign key (a) references p (id), fulltext (a), unique (b)); alter table t rename column a to c, rename column b to a; alter table t add unique (a)",
            "t.b(a); t.a_3(a)",
        ),
        // Some servers make no index of it.
        (
            "c int references p (id)); alter table t rename column c to d, rename column a to c; alter table t add unique (c)",
            "t.?(c)",
        ),
    ] {
        let sql = table(rest);
        assert_eq!(keys(&sql, Mysql).join("; "), expected, "{sql}");
    }
}

#[test]
fn an_index_of_a_name_that_no_known_one_has_is_not_dropped_beside_a_foreign_key() {
    for sql in [
        "create table t (a int, b int, foreign key (b) references p (id), unique (a)); drop index a_2 on t",
        "create table t (a int, b int, foreign key (b) references p (id), unique (a)); alter table t drop key a_2",
        "create table t (a int, b int, constraint x foreign key (b) references p (id), unique x_2 (b), unique x (a)); alter table t drop constraint x",
    ] {
        let error = crate::tests::error(sql, Mysql);
        assert!(error.starts_with("1: cannot tell which index"), "{error}");
    }
}
