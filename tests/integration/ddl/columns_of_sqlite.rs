//! What SQLite knows of a column's constraints by their names and in lists, which no other database
//! does.

use super::live::{self, Server};
use super::replay::Folder;
use crate::database::sqlite as database;

const MIGRATIONS: [&str; 4] = [
    "create table t (id integer, n int, primary key (id autoincrement))",
    "create table t (a integer constraint nn not null, b int not null, unique (a)); alter table t drop constraint nn",
    "create table t (a integer constraint nn not null, b int constraint bn not null, unique (a, b)); alter table t drop constraint \"BN\"",
    "create table t (a integer unique); alter table t alter a set not null on conflict fail",
];

#[test]
fn the_constraints_of_a_column_are_followed() {
    let db = database("the_constraints_of_a_column_are_followed");
    let conn = &mut db.connect();
    for sql in MIGRATIONS {
        conn.empty().unwrap();
        let statements: Vec<String> = sql.split("; ").map(str::to_owned).collect();
        for statement in &statements {
            conn.run(statement)
                .unwrap_or_else(|why| panic!("{statement}: {why}"));
        }
        let tables = live::tables(conn).unwrap();
        let keys = live::keys(conn, &tables).unwrap();
        let mut folder = Folder::new();
        folder.add(&statements);
        let differences = folder.differences(conn, &keys);
        assert!(differences.is_empty(), "{sql}\n{}", differences.join("\n"));
    }
}
