//! What MySQL and MariaDB alone have.

use diesel::connection::{LoadConnection, SimpleConnection};
use diesel::{Connection, MysqlConnection};
use upsert_runtime::keys::{
    KeyColumn, KeyElement, KeyKind, Mismatch, Numbered, UniqueKey, describe_unique_keys,
    differences_of,
};

use super::declared::{
    ACCOUNTS, ID, alive, column, found, id, key, lower, name, prefix, tenant_name,
};
use crate::database::{Database, mysql};
use crate::server;

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
    use diesel::prelude::*;
    use upsert_runtime::{unique_keys, upsert};

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

    fn number() -> Mismatch {
        Mismatch::LeftOut {
            column: "id".to_owned(),
            live: "no number of AUTO_INCREMENT but 0, outside of the strict mode".to_owned(),
        }
    }

    /// Who is there after an upsert of two that leave the id out.
    fn stored(conn: &mut MysqlConnection) -> Vec<String> {
        for email in ["a", "b"] {
            upsert!(
                big::counters,
                values = { email: email },
                conflict = (email),
                set = nothing,
            )
            .execute(conn)
            .unwrap();
        }
        let emails = big::counters::table.select(big::counters::email);
        emails.order(big::counters::email).load(conn).unwrap()
    }

    #[test]
    fn a_primary_key_by_hand_that_nothing_numbers_is_a_difference() {
        let (_db, mut conn) = with(
            "SET sql_mode = '';
             CREATE TABLE counters (id BIGINT UNSIGNED PRIMARY KEY, email VARCHAR(20) NOT NULL UNIQUE);
             CREATE TABLE plain (id BIGINT PRIMARY KEY, email VARCHAR(20) NOT NULL)",
        );
        let conn = &mut conn;
        assert_eq!(found::<big::counters::table>(conn), [number()]);
        // What it is about: the second one met the first, by the id 0.
        assert_eq!(stored(conn), ["a"]);
        // Nothing rests on it where there is no other key.
        assert_eq!(found::<big::plain::table>(conn), []);
        // Nobody who leaves it out compiles.
        assert_eq!(found::<small::counters::table>(conn), []);
        conn.batch_execute(
            "TRUNCATE counters; ALTER TABLE counters MODIFY id BIGINT UNSIGNED AUTO_INCREMENT",
        )
        .unwrap();
        assert_eq!(found::<big::counters::table>(conn), []);
        assert_eq!(stored(conn), ["a", "b"]);
    }

    #[test]
    fn a_trigger_that_may_fill_in_what_is_left_out_is_a_difference() {
        let (_db, mut conn) = with(
            "CREATE TABLE counters (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, email VARCHAR(20) NOT NULL UNIQUE);
             CREATE TABLE plain (id BIGINT AUTO_INCREMENT PRIMARY KEY, email VARCHAR(20) NOT NULL);
             CREATE TRIGGER other AFTER INSERT ON counters FOR EACH ROW SET @seen = NEW.id;
             CREATE TRIGGER update_only BEFORE UPDATE ON counters FOR EACH ROW SET NEW.id = OLD.id",
        );
        let conn = &mut conn;
        assert_eq!(found::<big::counters::table>(conn), []);
        assert_eq!(stored(conn), ["a", "b"]);
        conn.batch_execute(
            "TRUNCATE counters;
             CREATE TRIGGER fill BEFORE INSERT ON counters FOR EACH ROW SET NEW.id = 7;
             CREATE TRIGGER fill_plain BEFORE INSERT ON plain FOR EACH ROW SET NEW.id = 7",
        )
        .unwrap();
        let filled = Mismatch::FilledIn {
            trigger: "fill".to_owned(),
        };
        assert_eq!(found::<big::counters::table>(conn), [filled]);
        assert_eq!(stored(conn), ["a"]);
        assert_eq!(found::<big::plain::table>(conn), []);
        assert_eq!(found::<small::counters::table>(conn), []);
    }

    #[test]
    fn mysql_hides_a_trigger_from_a_user_without_its_privilege() {
        let (db, mut conn) = with(
            "CREATE TABLE counters (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, email VARCHAR(20) NOT NULL UNIQUE);
             CREATE TRIGGER fill BEFORE INSERT ON counters FOR EACH ROW SET NEW.id = 7",
        );
        let user = User::new(&db, &mut conn, "counters", "SELECT, INSERT");
        let differences = found::<big::counters::table>(&mut user.connect());
        assert_eq!(differences.is_empty(), server::is_mysql());
        user.grant(&mut conn, "TRIGGER");
        assert_eq!(found::<big::counters::table>(&mut user.connect()).len(), 1);
        user.remove(&mut conn);
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

/// A user who may not do everything with a table.
struct User {
    name: String,
    table: String,
    url: String,
}

impl User {
    fn new(
        db: &Database<MysqlConnection>,
        conn: &mut MysqlConnection,
        table: &str,
        privileges: &str,
    ) -> Self {
        let (server, database) = db.url.rsplit_once('/').unwrap();
        let (_, host) = server.split_once('@').unwrap();
        let name = format!("limited_{table}_{}", std::process::id());
        let user = Self {
            url: format!("mysql://{name}:secret@{host}/{database}"),
            table: format!("{database}.{table}"),
            name,
        };
        let create = format!("CREATE USER '{}'@'%' IDENTIFIED BY 'secret'", user.name);
        conn.batch_execute(&create).unwrap();
        user.grant(conn, privileges);
        user
    }

    fn grant(&self, conn: &mut MysqlConnection, privileges: &str) {
        let Self { name, table, .. } = self;
        conn.batch_execute(&format!("GRANT {privileges} ON {table} TO '{name}'@'%'"))
            .unwrap();
    }

    fn connect(&self) -> MysqlConnection {
        MysqlConnection::establish(&self.url).unwrap()
    }

    fn remove(self, conn: &mut MysqlConnection) {
        conn.batch_execute(&format!("DROP USER '{}'@'%'", self.name))
            .unwrap();
    }
}

/// What the catalogue hides from a user is not taken for what is not there.
#[test]
fn a_user_who_may_not_read_all_columns_is_told_so() {
    let (db, mut conn) = with(ACCOUNTS);
    let conn = &mut conn;
    conn.batch_execute("CREATE UNIQUE INDEX by_name ON accounts (name)")
        .unwrap();
    let user = User::new(&db, conn, "accounts", "SELECT (id), INSERT");
    let mut limited = user.connect();
    let differences = found::<name::accounts::table>(&mut limited);
    assert!(
        matches!(&differences[..], [Mismatch::Hidden { reason }] if reason.contains("denied")),
        "{differences:?}"
    );
    let text = describe_unique_keys(&mut limited).unwrap();
    assert!(text.contains("    // not all of accounts: "), "{text}");
    user.grant(conn, "SELECT");
    let seen = found::<name::accounts::table>(&mut user.connect());
    user.remove(conn);
    assert_eq!(seen, []);
}

/// What a row that leaves another key out rests on, as migrations say it.
#[test]
fn another_value_for_a_column_that_is_left_out_is_a_difference() {
    const fn of(name: &'static str, nullable: bool, numbered: Numbered) -> KeyColumn {
        KeyColumn::new(name, nullable).numbered(numbered)
    }
    const COMPUTED: &str = "what the database computes, since the column is generated";
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
        (
            "",
            "INT",
            Some((
                "id",
                "no number of AUTO_INCREMENT but 0, outside of the strict mode",
            )),
        ),
        (
            "AUTO_INCREMENT",
            "INT GENERATED ALWAYS AS (char_length(a)) STORED",
            Some(("b", COMPUTED)),
        ),
        (
            "AUTO_INCREMENT",
            "INT AS (char_length(a)) VIRTUAL",
            Some(("b", COMPUTED)),
        ),
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

/// What is declared of a column with a DEFAULT that is new each time.
#[test]
fn a_default_that_is_not_new_any_more_is_a_difference() {
    const KEYS: &[UniqueKey] = &[
        key("a", &[column("a")]),
        key(
            "b",
            &[KeyElement::Column(
                KeyColumn::new("b", false).numbered(Numbered::No),
            )],
        ),
    ];
    let (_db, mut conn) = with(
        "CREATE TABLE w (a VARCHAR(10) NOT NULL UNIQUE, b CHAR(36) NOT NULL DEFAULT (uuid()) UNIQUE)",
    );
    let conn = &mut conn;
    assert_eq!(differences_of(conn, None, "w", KEYS).unwrap(), []);
    conn.batch_execute("ALTER TABLE w ALTER b DROP DEFAULT")
        .unwrap();
    let differences = differences_of(conn, None, "w", KEYS).unwrap();
    let [Mismatch::LeftOut { column, live }] = &differences
        .iter()
        .map(|difference| difference.what.clone())
        .collect::<Vec<_>>()[..]
    else {
        panic!("{differences:?}");
    };
    assert_eq!(column, "b");
    assert!(live.starts_with("the implicit DEFAULT"), "{live}");
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
