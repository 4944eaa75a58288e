//! The declaration of a live database, where it is the same everywhere.

use diesel::connection::SimpleConnection;
use upsert_runtime::keys::describe_unique_keys;

on_each_backend! {
    fn tables_without_further_keys_are_left_out(db) {
        let conn = &mut db.connect();
        conn.batch_execute("DROP TABLE users; DROP TABLE page_hits;")?;
        assert_eq!(describe_unique_keys(conn)?, "unique_keys! {\n}\n");
        conn.batch_execute("CREATE TABLE b (id INTEGER NOT NULL PRIMARY KEY, x INTEGER)")?;
        assert_eq!(describe_unique_keys(conn)?, "unique_keys! {\n}\n");
    }

    fn tables_and_keys_are_sorted(db) {
        let conn = &mut db.connect();
        conn.batch_execute("DROP TABLE users; DROP TABLE page_hits;")?;
        for table in ["b", "c", "a"] {
            conn.batch_execute(&format!("CREATE TABLE {table} (id INTEGER NOT NULL PRIMARY KEY, x INTEGER, y INTEGER)"))?;
            conn.batch_execute(&format!("CREATE UNIQUE INDEX {table}_2 ON {table} (y, x)"))?;
            conn.batch_execute(&format!("CREATE UNIQUE INDEX {table}_1 ON {table} (y)"))?;
        }
        let lines = |table| format!("    schema::{table}:\n        {table}_1 (y),\n        {table}_2 (y, x);\n");
        let expected = format!("unique_keys! {{\n{}{}{}}}\n", lines("a"), lines("b"), lines("c"));
        assert_eq!(describe_unique_keys(conn)?, expected);
    }
}
