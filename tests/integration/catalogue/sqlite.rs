//! What SQLite alone has.

use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use upsert_runtime::keys::{
    KeyElement, KeyKind, Mismatch, UniqueKey, UniqueKeys, describe_unique_keys, differences_of,
};

use super::declared::{ACCOUNTS, ID, alive, column, found, id, key, lower, name, named};
use crate::database::{Database, sqlite};

fn with(sql: &str) -> (Database<SqliteConnection>, SqliteConnection) {
    let db = sqlite("catalogue");
    let mut conn = db.connect();
    conn.batch_execute(sql).unwrap();
    (db, conn)
}

#[test]
fn a_predicate_is_the_same_in_other_words_that_sqlite_takes() {
    let (_db, mut conn) = with(ACCOUNTS);
    let conn = &mut conn;
    conn.batch_execute("CREATE UNIQUE INDEX alive ON accounts (name) WHERE (\"deleted\" ISNULL AND /* ) */ [status] <> 'x')").unwrap();
    assert_eq!(found::<alive::accounts::table>(conn), []);
    conn.batch_execute(
        "DROP INDEX alive; CREATE UNIQUE INDEX alive ON accounts (name) WHERE deleted IS NULL",
    )
    .unwrap();
    let other = Mismatch::OtherPredicate {
        index: "alive".to_owned(),
        declared: Some("deleted is null and status <> 'x'".to_owned()),
        live: Some("deleted IS NULL".to_owned()),
    };
    assert_eq!(found::<alive::accounts::table>(conn), [other]);
    // SQLite would take this one; it is not what was declared.
    conn.batch_execute("CREATE UNIQUE INDEX all_rows ON accounts (name)")
        .unwrap();
    assert_eq!(found::<alive::accounts::table>(conn).len(), 1);
    conn.batch_execute(
        "CREATE UNIQUE INDEX alive_2 ON accounts (name) WHERE deleted is null and status <> 'x'",
    )
    .unwrap();
    assert_eq!(found::<alive::accounts::table>(conn), []);
}

#[test]
fn a_partial_index_is_no_full_one() {
    let (_db, mut conn) = with(ACCOUNTS);
    conn.batch_execute("CREATE UNIQUE INDEX by_name ON accounts (name) WHERE deleted IS NULL")
        .unwrap();
    let partial = Mismatch::OtherPredicate {
        index: "by_name".to_owned(),
        declared: None,
        live: Some("deleted IS NULL".to_owned()),
    };
    assert_eq!(found::<name::accounts::table>(&mut conn), [partial]);
}

#[test]
fn an_expression_is_compared_by_sqlite() {
    let (_db, mut conn) = with(ACCOUNTS);
    let conn = &mut conn;
    conn.batch_execute(
        "CREATE UNIQUE INDEX by_lower ON accounts (upper(name) COLLATE NOCASE DESC, tenant)",
    )
    .unwrap();
    let other = Mismatch::OtherExpression {
        index: "by_lower".to_owned(),
        declared: vec!["lower(name)".to_owned()],
        live: vec!["upper(name) COLLATE NOCASE".to_owned()],
    };
    assert_eq!(found::<lower::accounts::table>(conn), [other]);
    conn.batch_execute(
        "CREATE UNIQUE INDEX other ON accounts (Tenant, LOWER( \"name\" ) COLLATE NOCASE DESC)",
    )
    .unwrap();
    assert_eq!(found::<lower::accounts::table>(conn), []);
}

#[test]
fn primary_keys_are_of_many_kinds() {
    for table in [
        "CREATE TABLE accounts (id INTEGER PRIMARY KEY)",
        "CREATE TABLE accounts (id INTEGER PRIMARY KEY DESC, rowid TEXT)",
        "CREATE TABLE accounts (\"ID\" INT, PRIMARY KEY (id))",
        "CREATE TABLE accounts (id TEXT PRIMARY KEY) WITHOUT ROWID",
        "CREATE TABLE accounts (id INTEGER PRIMARY KEY) STRICT",
        "CREATE TEMP TABLE accounts (id INTEGER PRIMARY KEY)",
        "CREATE TABLE accounts (g GENERATED ALWAYS AS (id + 1), id INTEGER PRIMARY KEY)",
    ] {
        let (_db, mut conn) = with(table);
        assert_eq!(found::<id::accounts::table>(&mut conn), [], "{table}");
    }
    let (_db, mut conn) = with("CREATE TABLE accounts (id INTEGER, x TEXT PRIMARY KEY)");
    assert_eq!(found::<id::accounts::table>(&mut conn), [Mismatch::Missing]);
}

diesel::table! {
    plain (rowid) { rowid -> BigInt, name -> Text }
}

impl UniqueKeys for plain::table {
    const KEYS: &'static [UniqueKey] = &[UniqueKey::new(KeyKind::PrimaryKey, &[column("rowid")])];
}

#[test]
fn the_rowid_is_a_key_where_there_is_one() {
    for (table, expected) in [
        ("CREATE TABLE plain (name TEXT NOT NULL)", vec![]),
        ("CREATE TABLE plain (name TEXT PRIMARY KEY)", vec![]),
        (
            "CREATE TABLE plain (name TEXT PRIMARY KEY, rowid TEXT)",
            vec![Mismatch::Missing],
        ),
        (
            "CREATE TABLE plain (name TEXT PRIMARY KEY) WITHOUT ROWID",
            vec![Mismatch::MissingColumn {
                column: "rowid".to_owned(),
            }],
        ),
    ] {
        let (_db, mut conn) = with(table);
        assert_eq!(found::<plain::table>(&mut conn), expected, "{table}");
    }
}

mod rowid {
    use diesel::prelude::*;
    use upsert_runtime::{unique_keys, upsert};

    use super::*;

    diesel::table! {
        visits (id) { id -> Integer, rowid -> BigInt, n -> Integer }
    }

    unique_keys! { visits: ; }

    fn verified(table: &str) -> (Vec<Mismatch>, QueryResult<i32>) {
        let (_db, mut conn) = with(table);
        let found = found::<visits::table>(&mut conn);
        upsert!(visits, values = { id: 1, n: 1 }, conflict = (id), set = nothing)
            .execute(&mut conn)
            .unwrap();
        let moved = upsert!(
            visits,
            values = { id: 1, n: 1 },
            conflict = (id),
            set = < rowid = 7 >,
        );
        moved.execute(&mut conn).unwrap();
        (found, visits::table.select(visits::id).first(&mut conn))
    }

    #[test]
    fn one_column_by_two_names_is_a_difference() {
        let twice = Mismatch::OtherName {
            column: "id".to_owned(),
            name: "rowid".to_owned(),
        };
        // What it is about: the row has left its key.
        assert_eq!(
            verified("CREATE TABLE visits (id INTEGER PRIMARY KEY, n INTEGER NOT NULL)"),
            (vec![twice], Ok(7))
        );
        for own in [
            "CREATE TABLE visits (id INTEGER PRIMARY KEY, ROWID INTEGER, n INTEGER NOT NULL)",
            "CREATE TABLE visits (id INT PRIMARY KEY, n INTEGER NOT NULL)",
        ] {
            assert_eq!(verified(own), (vec![], Ok(1)), "{own}");
        }
    }
}

diesel::table! {
    generated (id) { id -> Integer, name -> Text, lower_name -> Text }
}

impl UniqueKeys for generated::table {
    const KEYS: &'static [UniqueKey] = &[
        ID,
        key("by_lower", &[column("lower_name")]).only_where("id > 1"),
    ];
}

#[test]
fn a_generated_column_can_be_a_key() {
    let (_db, mut conn) = with(
        "CREATE TABLE generated (lower_name TEXT NOT NULL AS (lower(name)), id INTEGER PRIMARY KEY, name TEXT);
         CREATE UNIQUE INDEX by_lower ON generated (lower_name) WHERE id > 1",
    );
    assert_eq!(found::<generated::table>(&mut conn), []);
}

#[test]
fn a_table_that_takes_no_upsert_is_compared_by_text() {
    // The trigger is broken, and with it every INSERT.
    let (_db, mut conn) = with(ACCOUNTS);
    let conn = &mut conn;
    conn.batch_execute(
        "CREATE UNIQUE INDEX alive ON accounts (name) WHERE (\"deleted\"  IS NULL AND status<>'x');
         CREATE TRIGGER broken BEFORE INSERT ON accounts BEGIN SELECT no_such(1); END",
    )
    .unwrap();
    assert_eq!(found::<alive::accounts::table>(conn), []);
    conn.batch_execute("DROP INDEX alive; CREATE UNIQUE INDEX alive ON accounts (name) WHERE deleted ISNULL AND status <> 'x'").unwrap();
    let found = found::<alive::accounts::table>(conn);
    assert!(
        matches!(&found[..], [Mismatch::Unknown { reason, .. }] if reason.contains("no_such")),
        "{found:?}"
    );
}

#[test]
fn sqlite_minds_the_order_of_conditions() {
    let (_db, mut conn) = with(ACCOUNTS);
    let conn = &mut conn;
    conn.batch_execute(
        "CREATE UNIQUE INDEX alive ON accounts (name) WHERE status <> 'x' AND deleted IS NULL",
    )
    .unwrap();
    assert!(matches!(
        found::<alive::accounts::table>(conn)[..],
        [Mismatch::OtherPredicate { .. }]
    ));
    let upsert = "INSERT INTO accounts VALUES (1, 1, 'a', 'b', NULL)
        ON CONFLICT (name) WHERE deleted IS NULL AND status <> 'x' DO NOTHING";
    assert!(conn.batch_execute(upsert).is_err());
}

#[test]
fn the_declaration_of_a_sqlite_database() {
    let (_db, mut conn) = with(
        "DROP TABLE users; DROP TABLE page_hits;
         CREATE TABLE b (id INTEGER PRIMARY KEY, type TEXT UNIQUE, b TEXT, \"Odd-1\" TEXT, UNIQUE (b, \"Odd-1\"), UNIQUE (id));
         CREATE UNIQUE INDEX \"b.x\" ON b (lower(b) DESC, type) WHERE (b IS NOT NULL AND type > 1);
         CREATE UNIQUE INDEX fn ON b (lower(\"b\")) WHERE type <> 'x';
         CREATE INDEX slow ON b (type);
         CREATE UNIQUE INDEX with_id ON b (type, id);
         CREATE TABLE a (name TEXT UNIQUE, id INTEGER);
         CREATE TABLE c (name TEXT PRIMARY KEY);
         CREATE VIEW v AS SELECT * FROM b;
         CREATE TABLE __diesel_schema_migrations (version TEXT PRIMARY KEY, x TEXT UNIQUE);
         CREATE TEMP TABLE t (x TEXT UNIQUE);",
    );
    let expected = r#"unique_keys! {
    schema::a:
        (name);
    // not sqlite_autoindex_b_3 (id) of b, which is a duplicate of another key
    // not with_id (type, id) of b, which has the INTEGER PRIMARY KEY in it
    schema::b:
        "b.x" (lower(b), type_) where b IS NOT NULL AND type > 1,
        "fn" ("lower(\"b\")") where "type <> 'x'",
        (type_),
        (b_, Odd_1);
}
"#;
    assert_eq!(describe_unique_keys(&mut conn).unwrap(), expected);
}

mod with_rowid {
    diesel::table! {
        parts (id) {
            id -> Integer,
            kind -> Text,
        }
    }
    upsert_runtime::unique_keys! { parts: (kind, id); }
}

#[test]
fn sqlite_takes_no_target_with_the_rowid_beside_others() {
    let (_db, mut conn) =
        with("CREATE TABLE parts (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, UNIQUE (kind, id))");
    let differences = found::<with_rowid::parts::table>(&mut conn);
    assert!(
        matches!(&differences[..], [Mismatch::WithRowid { .. }]),
        "{differences:?}"
    );
    let error = conn
        .batch_execute("INSERT INTO parts VALUES (1, 'a') ON CONFLICT (kind, id) DO NOTHING")
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("does not match any PRIMARY KEY or UNIQUE constraint")
    );
    // It is one of its own in a table without.
    let (_db, mut conn) = with(
        "CREATE TABLE parts (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, UNIQUE (kind, id)) WITHOUT ROWID",
    );
    assert!(found::<with_rowid::parts::table>(&mut conn).is_empty());
    conn.batch_execute("INSERT INTO parts VALUES (1, 'a') ON CONFLICT (kind, id) DO NOTHING")
        .unwrap();
}

#[test]
fn a_name_in_brackets_may_stand_right_behind_a_word() {
    let (_db, mut conn) = with(
        "CREATE TABLE odd (id INTEGER PRIMARY KEY, [a--b] TEXT NOT NULL, x TEXT NOT NULL);
         CREATE UNIQUE INDEX i ON odd (x) WHERE[a--b] > 'y';",
    );
    let text = describe_unique_keys(&mut conn).unwrap();
    assert!(text.contains("i (x) where \"[a--b] > 'y'\";"), "{text}");
}

#[test]
fn a_constraint_that_overrides_what_an_upsert_says_is_a_difference() {
    let (_db, mut conn) = with(
        "CREATE TABLE r (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE, i INT NOT NULL UNIQUE ON CONFLICT REPLACE)",
    );
    const KEYS: &[UniqueKey] = &[ID, key("a", &[column("a")])];
    let differences = differences_of(&mut conn, None, "r", KEYS).unwrap();
    let [difference] = &differences[..] else {
        panic!("{differences:?}");
    };
    let clause = "REPLACE".to_owned();
    assert_eq!(difference.what, Mismatch::Overrides { clause });
}

/// A predicate is about some columns, and says nothing of the others.
#[test]
fn a_column_that_the_predicate_does_not_bind_may_not_be_null() {
    let (_db, mut conn) = with(
        "CREATE TABLE p (id INTEGER PRIMARY KEY, a TEXT, live BOOL NOT NULL);
         CREATE UNIQUE INDEX p_a ON p (a) WHERE live",
    );
    let differences = |conn: &mut SqliteConnection, bound| {
        let mut a = named("a");
        a.bound = bound;
        let elements = Box::leak(Box::new([KeyElement::Column(a)]));
        let key = key("p_a", elements).only_where("live");
        let differences = differences_of(conn, None, "p", &[ID, key]).unwrap();
        differences
            .into_iter()
            .map(|difference| difference.what)
            .collect::<Vec<_>>()
    };
    let column = "a".to_owned();
    assert_eq!(
        differences(&mut conn, false),
        [Mismatch::Nullable { column }]
    );
    assert_eq!(differences(&mut conn, true), []);
}
