use crate::Dialect::Sqlite;
use crate::tests::{check, error, replayed};

#[test]
fn the_keys_of_a_table_have_no_name_that_a_statement_could_use() {
    check(
        Sqlite,
        &[
            (
                "create table t (id integer primary key autoincrement not null, a text collate nocase unique on conflict fail, b int, constraint n unique (a, b) on conflict abort)",
                "t.?(id); t.?(a); t.n(a, b)",
            ),
            (
                "create table 'T' ([a b] int, `c` int, \"d\", primary key ([a b], c desc)) without rowid",
                "T.?(a b, c)",
            ),
            (
                "create table t (a primary key unique, b unique, unique (b))",
                "t.?(a); t.?(b)",
            ),
            (
                "create table t (a, key text, index1 int, primary key ('a')) strict",
                "t.?(a)",
            ),
        ],
    );
}

#[test]
fn an_index_keeps_its_text() {
    check(
        Sqlite,
        &[
            (
                "create table t (a, b); create unique index main.i on t (lower( A ), b collate nocase desc) where b IS TRUE",
                "t.i(<lower( A )>, b) where b IS TRUE",
            ),
            (
                "create table t (a, b); create unique index i on t (a || ',' || B)",
                "t.i(<a || ',' || B>)",
            ),
            (
                "create table t (a, b); create unique index i on T (a); drop index I",
                "",
            ),
        ],
    );
}

#[test]
fn a_table_that_is_made_anew_has_the_keys_of_the_new_one() {
    check(
        Sqlite,
        &[(
            "pragma foreign_keys=off;
             create table users (id integer primary key, name text unique);
             create unique index i on users (name);
             create temporary table backup as select * from users; drop table backup;
             create table new_users (id integer primary key, name text not null, x int default 0, unique (name, x));
             insert into new_users (id, name) select id, name from users;
             drop table users;
             alter table new_users rename to users;
             create unique index i on users (x);
             pragma foreign_keys=on;",
            "users.?(id); users.?(name, x) default x; users.i(x) default x",
        )],
    );
}

#[test]
fn a_column_is_renamed_in_every_index() {
    check(
        Sqlite,
        &[(
            "create table t (a text unique, b int); create unique index i on t (lower(A), b) where a > 1; alter table t rename column a to \"new name\"",
            "t.?(new name); t.i(<lower(\"new name\")>, b) where \"new name\" > 1",
        )],
    );
}

#[test]
fn bodies_of_triggers_are_no_statements() {
    check(
        Sqlite,
        &[(
            "create table t (a primary key); create trigger r after insert on t begin update t set a = case when 1 then 2 end; delete from t; end; create view v as select 1; create virtual table f using fts5(a)",
            "t.?(a)",
        )],
    );
}

#[test]
fn what_writes_to_the_schema_is_refused() {
    for sql in [
        "pragma writable_schema = 1",
        "pragma writable_schema=on",
        "update sqlite_master set sql = ''",
        "delete from main.\"sqlite_schema\"",
    ] {
        assert!(
            error(sql, Sqlite).starts_with("1: this writes to SQLite's schema"),
            "{sql}"
        );
    }
    check(
        Sqlite,
        &[(
            "pragma writable_schema = 0; select * from sqlite_master",
            "",
        )],
    );
}

#[test]
fn a_column_of_a_key_is_not_dropped() {
    assert!(
        error(
            "create table t (a unique, b);\nalter table t drop column a",
            Sqlite
        )
        .starts_with("2: SQLite does not drop")
    );
    check(
        Sqlite,
        &[(
            "create table t (a unique, b); alter table t drop column b; alter table t add column c text",
            "t.?(a)",
        )],
    );
}

#[test]
fn names_have_no_case() {
    check(
        Sqlite,
        &[
            (
                "create table t (a text); create table if not exists T (a text unique)",
                "",
            ),
            (
                "create table t (a text, unique (A), unique (a), primary key (A))",
                "t.?(A)",
            ),
        ],
    );
}

#[test]
fn a_key_with_the_rowid_beside_others_is_none() {
    check(
        Sqlite,
        &[
            (
                "create table t (id integer primary key, a int, unique (a, id), unique (id))",
                "t.?(id)",
            ),
            (
                "create table t (id integer, a int, unique (a, id), primary key (id desc))",
                "t.?(id)",
            ),
            (
                "create table t (\"id\" \"integer\" primary key not null, a int); create unique index i on t (ID, a)",
                "t.?(id)",
            ),
            (
                "create table t (id integer primary key, a int, unique (a, id)); alter table t rename id to i",
                "t.?(i)",
            ),
            // No rowid: another type, a primary key of its own index, a table without.
            (
                "create table t (id int primary key, a int, unique (a, id))",
                "t.?(id); t.?(a, id)",
            ),
            (
                "create table t (id integer(8) primary key, a int, unique (a, id))",
                "t.?(id); t.?(a, id)",
            ),
            (
                "create table t (id integer primary key desc, a int, unique (a, id))",
                "t.?(id); t.?(a, id)",
            ),
            (
                "create table t (id integer, a int, unique (a, id), primary key (id, a))",
                "t.?(id, a); t.?(a, id)",
            ),
            (
                "create table t (id integer primary key, a int, unique (a, id)) without rowid",
                "t.?(id); t.?(a, id)",
            ),
            (
                "create table t (id integer primary key, a int); create unique index i on t (a, abs(id))",
                "t.?(id); t.i(a, <abs(id)>)",
            ),
        ],
    );
}

#[test]
fn the_rowid_has_the_names_that_no_column_has() {
    for (sql, expected) in [
        ("id integer primary key, a int unique", "rowid oid _rowid_"),
        ("id integer primary key, ROWID text, a int", "oid _rowid_"),
        ("oid integer primary key", "rowid _rowid_"),
        ("id int primary key", ""),
        ("id integer, a int, primary key (id, a)", ""),
    ] {
        let sql = format!("create table t ({sql})");
        let tables =
            replayed(&sql, Sqlite, &[]).unwrap_or_else(|errors| panic!("{sql}\n{errors:#?}"));
        let keys = tables.iter().flat_map(|table| &table.keys);
        let names: Vec<_> = keys.flat_map(|key| key.key.other_names.clone()).collect();
        assert_eq!(names.join(" "), expected, "{sql}");
    }
}

#[test]
fn a_constraint_that_overrides_statements_is_refused_if_it_stays() {
    for sql in [
        "create table t (a int primary key, b int unique on conflict replace)",
        "create table t (a int primary key on conflict ignore, b int)",
        "create table t (a int primary key, b int, constraint u unique (b) on conflict replace)",
        "create table t (a int primary key, b int not null on conflict ignore)",
        "create table t (a int primary key);\nalter table t add column b int not null on conflict replace default 1",
    ] {
        let error = error(sql, Sqlite);
        assert!(
            error
                .starts_with("1: a constraint of `t` is ON CONFLICT REPLACE, IGNORE or ROLLBACK: "),
            "{error}"
        );
    }
    check(
        Sqlite,
        &[
            (
                "create table t (a int primary key, b int unique on conflict replace); create table u (a int primary key, b int unique); \
                 drop table t; alter table u rename to t",
                "t.?(a); t.?(b)",
            ),
            (
                "create table t (a int primary key, b int unique on conflict abort, c text default 'on conflict replace')",
                "t.?(a); t.?(b)",
            ),
        ],
    );
}

/// <https://sqlite.org/lang_altertable.html>
#[test]
fn a_not_null_goes_by_its_name() {
    let nullable = |sql: &str| {
        let tables = replayed(sql, Sqlite, &[]).unwrap_or_else(|errors| panic!("{errors:#?}"));
        let mut keys = tables.iter().flat_map(|table| &table.keys);
        keys.next().map(|found| found.key.nullable.clone())
    };
    let table = "create table t (a integer constraint nn not null, b, unique (a))";
    for (alteration, expected) in [
        ("", false),
        ("; alter table t drop constraint nn", true),
        ("; alter table t drop constraint \"NN\"", true),
    ] {
        let expected = vec![("a".to_owned(), Some(expected))];
        assert_eq!(
            nullable(&format!("{table}{alteration}")),
            Some(expected),
            "{alteration}"
        );
    }
}

#[test]
fn a_constraint_that_overrides_statements_is_refused_wherever_it_comes_from() {
    for sql in [
        "create table t (a unique on conflict rollback)",
        "create table t (a, unique (a) on conflict rollback)",
        "create table t (a unique); alter table t alter a set not null on conflict replace",
        "create table t (a unique); alter table t alter column A set not null on conflict ignore",
    ] {
        let error = error(sql, Sqlite);
        assert!(
            error.contains("is ON CONFLICT REPLACE, IGNORE or ROLLBACK"),
            "{error}"
        );
    }
    check(
        Sqlite,
        &[(
            "create table t (a unique); alter table t alter a set not null on conflict fail",
            "t.?(a)",
        )],
    );
}

/// `tcons` in SQLite's grammar: <https://sqlite.org/src/file/src/parse.y>.
#[test]
fn autoincrement_is_no_part_of_a_key() {
    check(
        Sqlite,
        &[(
            "create table t (id integer, primary key (id autoincrement))",
            "t.?(id)",
        )],
    );
}
