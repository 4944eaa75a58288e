//! The indexes that MySQL and MariaDB make for foreign keys: which names they take from others, and
//! when they go.

use super::live::{self, Server};
use super::replay::Folder;
use crate::database::mysql as database;

/// What follows on the columns `a` and `b` of a table, and on the table.
const TABLES: [&str; 22] = [
    "foreign key a (b) REF, unique (a))",
    "foreign key (a) REF, unique (a, b))",
    "unique (b, a), foreign key (a) REF)",
    "foreign key (a) REF, foreign key b (a) REF, unique (b))",
    "constraint c foreign key d (a) REF, unique (b), unique (a, b))",
    "constraint b foreign key (a) REF, unique (b))",
    "constraint b foreign key (a) REF, unique (b), unique (a))",
    "key a (b), foreign key (a) REF, unique (a, b))",
    "unique b (a), foreign key c (a) REF, unique (b))",
    "foreign key b (a) REF); alter table t add unique (b); drop index b_2 on t",
    "foreign key b (a) REF); alter table t add unique (a); alter table t add unique (b)",
    "foreign key b (a) REF); alter table t add key x (a); alter table t add unique (b)",
    "foreign key b (a) REF); alter table t rename index b to c; alter table t add unique (b)",
    "foreign key b (a) REF, unique (b)); alter table t rename column a to c; alter table t add unique (c)",
    "foreign key (a) REF); alter table t rename column a to c; alter table t rename column b to a; alter table t add unique (a)",
    "key z (b)); alter table t add foreign key (a) REF; alter table t add unique (a)",
    "key z (b)); alter table t add foreign key (a) REF, add unique (a, b)",
    "key z (b)); alter table t add unique (a, b), add foreign key b (a) REF; alter table t add unique (b)",
    "key a (b)); alter table t add foreign key (a) REF; alter table t add unique (a, b)",
    "key z (b)); alter table t add constraint b foreign key (a) REF; alter table t add unique (b); drop index b_2 on t",
    "constraint f foreign key b (a) REF, unique (b)); alter table t drop foreign key f; drop index f on t",
    "foreign key b (a) REF); create table u like t; alter table u add unique (b); create table v like t; alter table v add unique (a), add unique (b, a)",
];

#[test]
fn the_index_of_a_foreign_key_is_followed() {
    let db = database("the_index_of_a_foreign_key_is_followed");
    let conn = &mut db.connect();
    for rest in TABLES {
        conn.empty().unwrap();
        let sql = format!(
            "create table p (id int primary key); create table t (a int, b int, {}",
            rest.replace("REF", "references p (id)")
        );
        let statements: Vec<String> = sql.split("; ").map(str::to_owned).collect();
        for statement in &statements {
            conn.run(statement)
                .unwrap_or_else(|why| panic!("{sql}\n{statement}: {why}"));
        }
        let tables = live::tables(conn).unwrap();
        let keys = live::keys(conn, &tables).unwrap();
        let mut folder = Folder::new();
        folder.add(&statements);
        let differences = folder.differences(conn, &keys);
        assert!(differences.is_empty(), "{sql}\n{}", differences.join("\n"));
    }
}
