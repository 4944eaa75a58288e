//! What PostgreSQL alone has.

use diesel::PgConnection;
use diesel::connection::SimpleConnection;
use upsert_runtime::keys::{Mismatch, describe_unique_keys};

use super::declared::{
    ACCOUNTS, alive, deleted, found, id, lower, name, nulls_not_distinct, tenant_name,
};
use crate::database::{Database, postgres};

fn with(sql: &str) -> (Database<PgConnection>, PgConnection) {
    let db = postgres("catalogue");
    let mut conn = db.connect();
    conn.batch_execute(sql).unwrap();
    (db, conn)
}

fn partial(index: &str, live: Option<&str>) -> Mismatch {
    Mismatch::OtherPredicate {
        index: index.to_owned(),
        declared: Some("deleted is null and status <> 'x'".to_owned()),
        live: live.map(str::to_owned),
    }
}

#[test]
fn a_predicate_is_the_same_in_other_words_that_the_planner_reads_alike() {
    let (_db, mut conn) = with(ACCOUNTS);
    let conn = &mut conn;
    conn.batch_execute("CREATE UNIQUE INDEX alive ON accounts (name) WHERE status != 'x'::text AND (true AND (\"deleted\") ISNULL)").unwrap();
    assert_eq!(found::<alive::accounts::table>(conn), []);
    // ON CONFLICT would take these: they are on more rows than was declared.
    conn.batch_execute(
        "DROP INDEX alive; CREATE UNIQUE INDEX alive ON accounts (name) WHERE deleted IS NULL",
    )
    .unwrap();
    assert_eq!(
        found::<alive::accounts::table>(conn),
        [partial("alive", Some("(deleted IS NULL)"))]
    );
    conn.batch_execute("DROP INDEX alive; CREATE UNIQUE INDEX alive ON accounts (name)")
        .unwrap();
    assert_eq!(
        found::<alive::accounts::table>(conn),
        [partial("alive", None)]
    );
    let declared_in_full = Mismatch::OtherPredicate {
        index: "partial".to_owned(),
        declared: None,
        live: Some("(deleted IS NULL)".to_owned()),
    };
    conn.batch_execute(
        "DROP INDEX alive; CREATE UNIQUE INDEX partial ON accounts (name) WHERE deleted IS NULL",
    )
    .unwrap();
    assert_eq!(found::<name::accounts::table>(conn), [declared_in_full]);
}

#[test]
fn an_expression_is_compared_as_the_planner_sees_it() {
    let (_db, mut conn) = with(ACCOUNTS);
    let conn = &mut conn;
    conn.batch_execute("CREATE UNIQUE INDEX by_lower ON accounts (upper(name), tenant)")
        .unwrap();
    let other = Mismatch::OtherExpression {
        index: "by_lower".to_owned(),
        declared: vec!["lower(name)".to_owned()],
        live: vec!["upper((name)::text)".to_owned()],
    };
    assert_eq!(found::<lower::accounts::table>(conn), [other]);
    conn.batch_execute("CREATE UNIQUE INDEX other ON accounts (LOWER(\"name\"::text) DESC, tenant) INCLUDE (status)").unwrap();
    assert_eq!(found::<lower::accounts::table>(conn), []);
}

#[test]
fn an_index_whose_creation_failed_is_not_valid() {
    let (_db, mut conn) = with(ACCOUNTS);
    let conn = &mut conn;
    conn.batch_execute("INSERT INTO accounts VALUES (1, 1, 'a', 'b'), (2, 1, 'a', 'b')")
        .unwrap();
    let create = "CREATE UNIQUE INDEX CONCURRENTLY by_name ON accounts (name)";
    assert!(conn.batch_execute(create).is_err());
    assert_eq!(
        found::<name::accounts::table>(conn),
        [Mismatch::Invalid {
            index: "by_name".to_owned()
        }]
    );
    let text = describe_unique_keys(conn).unwrap();
    assert!(
        text.contains("\n    // not by_name (name) of accounts, which is not valid"),
        "{text}"
    );
    // As the message says.
    conn.batch_execute("DELETE FROM accounts WHERE id = 2; REINDEX INDEX by_name")
        .unwrap();
    assert_eq!(found::<name::accounts::table>(conn), []);
}

#[test]
fn a_deferrable_constraint_is_no_target_even_beside_another_one() {
    let (_db, mut conn) = with(ACCOUNTS);
    let conn = &mut conn;
    conn.batch_execute("ALTER TABLE accounts ADD CONSTRAINT later UNIQUE (name) DEFERRABLE")
        .unwrap();
    let deferrable = Mismatch::Deferrable {
        constraint: "later".to_owned(),
    };
    assert_eq!(
        found::<name::accounts::table>(conn),
        std::slice::from_ref(&deferrable)
    );
    conn.batch_execute("CREATE UNIQUE INDEX now ON accounts (name)")
        .unwrap();
    assert_eq!(found::<name::accounts::table>(conn), [deferrable]);
    let upsert = "INSERT INTO accounts VALUES (1, 1, 'a', 'b') ON CONFLICT (name) DO NOTHING";
    let refused = conn.batch_execute(upsert).unwrap_err().to_string();
    assert!(refused.contains("deferrable"), "{refused}");
    let text = describe_unique_keys(conn).unwrap();
    assert!(
        text.contains("\n    // not later (name) of accounts, which is DEFERRABLE"),
        "{text}"
    );
    conn.batch_execute("ALTER TABLE accounts DROP CONSTRAINT later")
        .unwrap();
    assert_eq!(found::<name::accounts::table>(conn), []);
}

#[test]
fn nulls_not_distinct_has_to_be_declared() {
    let (_db, mut conn) = with(ACCOUNTS);
    let conn = &mut conn;
    conn.batch_execute("CREATE UNIQUE INDEX by_deleted ON accounts (deleted) NULLS NOT DISTINCT")
        .unwrap();
    assert_eq!(found::<nulls_not_distinct::accounts::table>(conn), []);
    let undeclared = Mismatch::NullsDistinct {
        index: "by_deleted".to_owned(),
        live_not_distinct: true,
    };
    assert_eq!(found::<deleted::accounts::table>(conn), [undeclared]);
}

#[test]
fn partitions_domains_and_temporary_tables() {
    let (_db, mut conn) = with(
        "CREATE DOMAIN label AS TEXT NOT NULL;
         CREATE TABLE accounts (id INTEGER, tenant INTEGER NOT NULL, name label, status TEXT, deleted INTEGER,
             UNIQUE (tenant, name)) PARTITION BY RANGE (tenant);
         CREATE TABLE accounts_1 PARTITION OF accounts FOR VALUES FROM (1) TO (2);
         CREATE TABLE accounts_2 PARTITION OF accounts FOR VALUES FROM (2) TO (3);
         CREATE UNIQUE INDEX by_lower ON accounts (tenant, lower(name));",
    );
    let conn = &mut conn;
    assert_eq!(
        found::<tenant_name::accounts::table>(conn),
        [Mismatch::Missing]
    );
    assert_eq!(found::<lower::accounts::table>(conn), [Mismatch::Missing]);
    let text = describe_unique_keys(conn).unwrap();
    assert!(
        text.contains(
            "// accounts has no primary key, which `table!` wants:\n    schema::accounts:\n"
        ),
        "{text}"
    );
    assert!(!text.contains("accounts_1"), "{text}");
    // It hides the other one, as it does in a statement.
    conn.batch_execute("CREATE TEMP TABLE accounts (id INTEGER PRIMARY KEY)")
        .unwrap();
    assert_eq!(found::<id::accounts::table>(conn), []);
}

#[test]
fn a_role_that_may_not_read_the_table_has_the_texts_compared() {
    let (_db, mut conn) = with(ACCOUNTS);
    let conn = &mut conn;
    conn.batch_execute(
        "CREATE UNIQUE INDEX by_lower ON accounts (tenant, lower(name));
         CREATE UNIQUE INDEX alive ON accounts (name) WHERE deleted IS NULL AND status <> 'x'",
    )
    .unwrap();
    let role = format!("catalogue_{}", std::process::id());
    conn.batch_execute(&format!(
        "CREATE ROLE {role}; DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO {role}', current_schema()); END $$;
         SET ROLE {role}"
    ))
    .unwrap();
    let found = (
        found::<name::accounts::table>(conn),
        found::<lower::accounts::table>(conn),
    );
    conn.batch_execute(&format!(
        "RESET ROLE; DROP OWNED BY {role}; DROP ROLE {role}"
    ))
    .unwrap();
    assert!(
        matches!(found.0[..], [Mismatch::OtherPredicate { .. }]),
        "{found:?}"
    );
    let [Mismatch::Unknown { reason, .. }] = &found.1[..] else {
        panic!("{found:?}")
    };
    assert_eq!(reason, "permission denied for table accounts");
}

#[test]
fn the_declaration_of_a_postgresql_database() {
    let (_db, mut conn) = with(
        "DROP TABLE users; DROP TABLE page_hits;
         CREATE TABLE b (id SERIAL PRIMARY KEY, type TEXT, b TEXT, \"Odd-1\" TEXT, UNIQUE (b, type));
         CREATE UNIQUE INDEX \"b.x\" ON b (lower(b) DESC, type) INCLUDE (id) WHERE b IS NOT NULL AND id > 1;
         CREATE UNIQUE INDEX \"fn\" ON b (lower(\"Odd-1\")) WHERE type <> 'x';
         CREATE UNIQUE INDEX nulls ON b (\"Odd-1\", b) NULLS NOT DISTINCT WHERE id > 1;
         CREATE UNIQUE INDEX \"twice\n*/ }\" ON b (type, b);
         CREATE INDEX slow ON b (type);
         CREATE TABLE \"Accounts\" (id INTEGER PRIMARY KEY, name TEXT UNIQUE);
         CREATE VIEW v AS SELECT * FROM b;
         CREATE TABLE __diesel_schema_migrations (version TEXT PRIMARY KEY, x TEXT UNIQUE);",
    );
    let expected = r#"unique_keys! {
    schema::Accounts:
        Accounts_name_key (name);
    // not twice\n*/ } (type, b) of b, which is a duplicate of another key
    schema::b:
        "b.x" (lower(b), type_) where (b IS NOT NULL) AND (id > 1),
        b_b_type_key (b_, type_),
        "fn" ("lower(\"Odd-1\")") where "type <> 'x'::text",
        nulls (Odd_1, b_) nulls not distinct where id > 1;
}
"#;
    assert_eq!(describe_unique_keys(&mut conn).unwrap(), expected);
}
