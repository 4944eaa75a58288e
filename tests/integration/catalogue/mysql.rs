//! What MySQL and MariaDB alone have.

use diesel::MysqlConnection;
use diesel::connection::{LoadConnection, SimpleConnection};
use upsert_runtime::keys::{
    KeyColumn, KeyElement, KeyKind, Mismatch, Numbered, UniqueKey, describe_unique_keys,
    differences_of,
};

use super::declared::{
    ACCOUNTS, ID, alive, column, found, id, key, lower, name, prefix, tenant_name,
};
use crate::database::{Database, mysql};

fn with(sql: &str) -> (Database<MysqlConnection>, MysqlConnection) {
    let db = mysql("catalogue");
    let mut conn = db.connect();
    conn.batch_execute(sql).unwrap();
    (db, conn)
}

fn undeclared(index: &str, live: &str) -> Mismatch {
    Mismatch::Undeclared {
        index: index.to_owned(),
        live: live.to_owned(),
    }
}

#[test]
fn a_key_that_is_not_declared_makes_a_difference() {
    let (_db, mut conn) = with(ACCOUNTS);
    let conn = &mut conn;
    conn.batch_execute("CREATE UNIQUE INDEX more ON accounts (tenant, status(5)); CREATE INDEX slow ON accounts (status)").unwrap();
    assert_eq!(
        found::<id::accounts::table>(conn),
        [undeclared("more", "(tenant, status(5))")]
    );
    // The same key twice is declared once.
    conn.batch_execute("DROP INDEX more ON accounts; CREATE UNIQUE INDEX one ON accounts (name)")
        .unwrap();
    conn.batch_execute("CREATE UNIQUE INDEX two ON accounts (name)")
        .unwrap();
    assert_eq!(found::<name::accounts::table>(conn), []);
    let text = describe_unique_keys(conn).unwrap();
    assert!(text.contains("    // not two (name) of accounts, which is a duplicate of another key\n    schema::accounts:\n        one (name);"), "{text}");
}

#[test]
fn the_prefix_of_a_column_is_no_key_on_it() {
    let (_db, mut conn) = with(ACCOUNTS);
    let conn = &mut conn;
    conn.batch_execute("CREATE UNIQUE INDEX by_name ON accounts (name(10))")
        .unwrap();
    let short = Mismatch::PrefixLength {
        index: "by_name".to_owned(),
        column: "name".to_owned(),
        length: 10,
    };
    assert_eq!(found::<name::accounts::table>(conn), [short]);
    assert_eq!(found::<prefix::accounts::table>(conn), []);
    let text = describe_unique_keys(conn).unwrap();
    assert!(
        text.contains("\n    schema::accounts:\n        by_name (name(10));\n"),
        "{text}"
    );
    conn.batch_execute(
        "DROP INDEX by_name ON accounts; CREATE UNIQUE INDEX by_name ON accounts (name(11))",
    )
    .unwrap();
    let longer = Mismatch::OtherExpression {
        index: "by_name".to_owned(),
        declared: vec!["name(10)".to_owned()],
        live: vec!["name(11)".to_owned()],
    };
    assert_eq!(found::<prefix::accounts::table>(conn), [longer]);
}

#[test]
fn what_mysql_cannot_have_is_a_difference() {
    let (_db, mut conn) = with(ACCOUNTS);
    assert_eq!(
        found::<alive::accounts::table>(&mut conn),
        [Mismatch::Missing]
    );
    assert_eq!(
        found::<lower::accounts::table>(&mut conn),
        [Mismatch::Missing]
    );
}

#[test]
fn names_have_no_case_and_a_versioned_table_is_one() {
    // MySQL takes the last words for a comment.
    let (_db, mut conn) = with(
        "CREATE TABLE accounts (ID INTEGER PRIMARY KEY, Tenant INTEGER NOT NULL,
        NAME VARCHAR(50) NOT NULL, UNIQUE (Name, TENANT)) /*M! WITH SYSTEM VERSIONING */",
    );
    assert_eq!(found::<tenant_name::accounts::table>(&mut conn), []);
    assert!(
        describe_unique_keys(&mut conn)
            .unwrap()
            .contains("schema::accounts:")
    );
}

diesel::table! {
    upsert_tests_other.accounts (id) { id -> Integer }
}

impl upsert_runtime::keys::UniqueKeys for accounts::table {
    const KEYS: &'static [UniqueKey] = &[ID];
}

#[test]
fn another_database_is_its_own() {
    fn verify(conn: &mut impl LoadConnection<Backend = diesel::mysql::Mysql>) -> Vec<Mismatch> {
        found::<accounts::table>(conn)
    }
    let (_db, mut conn) = with(ACCOUNTS);
    conn.batch_execute("DROP DATABASE IF EXISTS upsert_tests_other")
        .unwrap();
    assert_eq!(verify(&mut conn), [Mismatch::MissingTable]);
    conn.batch_execute(
        "CREATE DATABASE upsert_tests_other; CREATE TABLE upsert_tests_other.accounts (id INTEGER NOT NULL, UNIQUE (id))",
    )
    .unwrap();
    let found = verify(&mut conn);
    conn.batch_execute("DROP DATABASE upsert_tests_other")
        .unwrap();
    assert_eq!(found, []);
}

#[test]
fn the_declaration_of_a_mysql_database() {
    let (_db, mut conn) = with(
        "DROP TABLE users; DROP TABLE page_hits;
         CREATE TABLE b (id INTEGER AUTO_INCREMENT PRIMARY KEY, type VARCHAR(20), b VARCHAR(20), `Odd-1` VARCHAR(20),
             UNIQUE (b, type), UNIQUE `odd.name` (`Odd-1`), UNIQUE short (type(3)));
         CREATE INDEX slow ON b (type);
         CREATE TABLE a (name VARCHAR(20) NOT NULL UNIQUE);
         CREATE VIEW v AS SELECT * FROM b;
         CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY, x INTEGER UNIQUE);",
    );
    let expected = r#"unique_keys! {
    // a has no primary key, which `table!` wants:
    schema::a:
        name (name);
    schema::b:
        b (b_, type_),
        "odd.name" (Odd_1),
        short (type(3));
}
"#;
    assert_eq!(describe_unique_keys(&mut conn).unwrap(), expected);
}

mod numbers {
    use upsert_runtime::unique_keys;

    use super::*;

    mod big {
        diesel::table! { counters (id) { id -> Unsigned<BigInt>, email -> Text } }
        diesel::table! { plain (id) { id -> BigInt, email -> Text } }
    }

    mod small {
        diesel::table! { counters (id) { id -> Unsigned<Integer>, email -> Text } }
    }

    unique_keys! {
        big::counters: (email);
        big::plain: ;
        small::counters: (email);
    }

    #[test]
    fn an_auto_increment_that_runs_out_is_a_difference_where_a_bigint_is_declared() {
        let (_db, mut conn) = with(
            "CREATE TABLE counters (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, email VARCHAR(20) NOT NULL UNIQUE);
             CREATE TABLE plain (id INT PRIMARY KEY, email VARCHAR(20) NOT NULL)",
        );
        let conn = &mut conn;
        let runs_out = Mismatch::NumbersRunOut {
            column: "id".to_owned(),
        };
        assert_eq!(found::<big::counters::table>(conn), [runs_out]);
        assert_eq!(found::<small::counters::table>(conn), []);
        assert_eq!(found::<big::plain::table>(conn), []);
        let big = "ALTER TABLE counters MODIFY id BIGINT UNSIGNED AUTO_INCREMENT";
        conn.batch_execute(big).unwrap();
        assert_eq!(found::<big::counters::table>(conn), []);
    }
}

/// What a name or a string has in it ends no line of the declaration.
#[test]
fn names_and_strings_with_comments_in_them_are_described_whole() {
    let (_db, mut conn) = with(
        "DROP TABLE users; DROP TABLE page_hits;
         CREATE TABLE `no--key` (`a--b` VARCHAR(20), x VARCHAR(20), UNIQUE `i--j` (`a--b`), UNIQUE (`a--b`));",
    );
    let conn = &mut conn;
    let expected = r#"unique_keys! {
    // no--key has no primary key, which `table!` wants:
    // not i--j (a--b) of no--key, which is a duplicate of another key
    schema::no_key:
        "a--b" (a_b);
}
"#;
    assert_eq!(describe_unique_keys(conn).unwrap(), expected);
    // MySQL alone has functional keys.
    let keys = "DROP TABLE `no--key`; CREATE TABLE odd (id INT PRIMARY KEY, x VARCHAR(20), UNIQUE odd ((concat(x, 'it\\'s -- /* x', '\\\\'))))";
    if conn.batch_execute(keys).is_ok() {
        let text = describe_unique_keys(conn).unwrap();
        let odd = r#"odd ("concat(`x`,_utf8mb4'it''s -- /* x',_utf8mb4'\\\\')");"#;
        assert!(text.contains(odd), "{text}");
    }
}

/// What the catalogue hides from a user is not taken for what is not there.
#[test]
fn a_user_who_may_not_read_all_columns_is_told_so() {
    use diesel::Connection;

    let (db, mut conn) = with(ACCOUNTS);
    let conn = &mut conn;
    conn.batch_execute("CREATE UNIQUE INDEX by_name ON accounts (name)")
        .unwrap();
    let (server, database) = db.url.rsplit_once('/').unwrap();
    let (_, host) = server.split_once('@').unwrap();
    let user = format!("hidden_{}", std::process::id());
    let accounts = format!("{database}.accounts");
    for sql in [
        format!("CREATE USER '{user}'@'%' IDENTIFIED BY 'secret'"),
        format!("GRANT SELECT (id), INSERT ON {accounts} TO '{user}'@'%'"),
    ] {
        conn.batch_execute(&sql).unwrap();
    }
    let mut limited =
        MysqlConnection::establish(&format!("mysql://{user}:secret@{host}/{database}")).unwrap();
    let differences = found::<name::accounts::table>(&mut limited);
    assert!(
        matches!(&differences[..], [Mismatch::Hidden { reason }] if reason.contains("denied")),
        "{differences:?}"
    );
    let text = describe_unique_keys(&mut limited).unwrap();
    assert!(text.contains("    // not all of accounts: "), "{text}");
    conn.batch_execute(&format!("GRANT SELECT ON {accounts} TO '{user}'@'%'"))
        .unwrap();
    let mut all =
        MysqlConnection::establish(&format!("mysql://{user}:secret@{host}/{database}")).unwrap();
    let seen = found::<name::accounts::table>(&mut all);
    conn.batch_execute(&format!("DROP USER '{user}'@'%'"))
        .unwrap();
    assert_eq!(seen, []);
}

/// What a row that leaves another key out rests on, as migrations say it.
#[test]
fn another_value_for_a_column_that_is_left_out_is_a_difference() {
    const fn of(name: &'static str, nullable: bool, numbered: Numbered) -> KeyColumn {
        KeyColumn::new(name, nullable).numbered(numbered)
    }
    const KEYS: &[UniqueKey] = &[
        UniqueKey::new(
            KeyKind::PrimaryKey,
            &[KeyElement::Column(of("id", false, Numbered::Forever))],
        ),
        key("a", &[column("a")]),
        key("b", &[KeyElement::Column(of("b", true, Numbered::No))]),
    ];
    let (_db, mut conn) = with("SET sql_mode = ''");
    let conn = &mut conn;
    for (id, b, expected) in [
        ("AUTO_INCREMENT", "INT", None),
        ("AUTO_INCREMENT", "INT DEFAULT NULL", None),
        ("AUTO_INCREMENT", "CHAR(36) DEFAULT (uuid())", None),
        ("DEFAULT 7", "INT", Some(("id", "its DEFAULT, 7"))),
        ("", "INT", Some(("id", "no number of AUTO_INCREMENT"))),
        (
            "AUTO_INCREMENT",
            "INT DEFAULT 5",
            Some(("b", "its DEFAULT, 5")),
        ),
        (
            "AUTO_INCREMENT",
            "INT NOT NULL DEFAULT 3",
            Some(("b", "its DEFAULT, 3")),
        ),
        (
            "AUTO_INCREMENT",
            "INT NOT NULL",
            Some((
                "b",
                "the implicit DEFAULT of a NOT NULL column, outside of the strict mode",
            )),
        ),
    ] {
        let create = format!(
            "DROP TABLE IF EXISTS w;
             CREATE TABLE w (id BIGINT {id} PRIMARY KEY, a VARCHAR(10) NOT NULL UNIQUE, b {b} UNIQUE)"
        );
        conn.batch_execute(&create).unwrap();
        let differences = differences_of(conn, None, "w", KEYS).unwrap();
        let found: Vec<_> = differences
            .into_iter()
            .map(|difference| difference.what)
            .collect();
        let expected: Vec<_> = expected
            .map(|(column, live)| Mismatch::LeftOut {
                column: column.to_owned(),
                live: live.to_owned(),
            })
            .into_iter()
            .collect();
        assert_eq!(found, expected, "{create}");
    }
}

#[test]
fn a_key_that_each_update_changes_is_a_difference() {
    let (_db, mut conn) = with(
        "CREATE TABLE w (
            id INT PRIMARY KEY, ts TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP UNIQUE
         )",
    );
    const KEYS: &[UniqueKey] = &[ID, key("ts", &[column("ts")])];
    let differences = differences_of(&mut conn, None, "w", KEYS).unwrap();
    let [difference] = &differences[..] else {
        panic!("{differences:?}");
    };
    let column = "ts".to_owned();
    assert_eq!(difference.what, Mismatch::SetAtUpdate { column });
}
