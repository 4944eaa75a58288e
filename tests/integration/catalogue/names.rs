//! Odd names, and tables of other schemas.

use diesel::connection::{Connection, SimpleConnection};
use upsert_runtime::keys::{Mismatch, UniqueKey, UniqueKeys, describe_unique_keys};

use super::declared::{ID, column, expression, found, key};

diesel::table! {
    #[sql_name = "odd \"'`; table.x"]
    odd (id) {
        id -> Integer,
        #[sql_name = "na\"'`[me"]
        name -> Text,
        #[sql_name = "Type"]
        type_ -> Text,
    }
}

impl UniqueKeys for odd::table {
    const KEYS: &'static [UniqueKey] = &[
        ID,
        key("o'\"`dd key", &[column("Type"), column("na\"'`[me")]),
    ];
}

mod mixed {
    use super::*;

    diesel::table! {
        #[sql_name = "odd \"'`; table.x"]
        odd (id) {
            id -> Integer,
            #[sql_name = "na\"'`[me"]
            name -> Text,
            #[sql_name = "Type"]
            type_ -> Text,
        }
    }

    impl UniqueKeys for odd::table {
        const KEYS: &'static [UniqueKey] = &[
            ID,
            key(
                "mixed",
                &[
                    column("na\"'`[me"),
                    upsert_runtime::keys::KeyElement::expression(
                        "lower(\"Type\") -- upper",
                        &[],
                        upsert_runtime::keys::Nulls::Of(&[]),
                    ),
                ],
            )
            .only_where("id > 1 -- all"),
        ];
    }
}

/// `sql` with the odd names, quoted for the backend.
fn quoted(sql: &str, quote: char) -> String {
    let mut text = sql.to_owned();
    for (short, name) in [
        ("$table", "odd \"'`; table.x"),
        ("$name", "na\"'`[me"),
        ("$type", "Type"),
        ("$key", "o'\"`dd key"),
    ] {
        let name = name.replace(quote, &quote.to_string().repeat(2));
        text = text.replace(short, &format!("{quote}{name}{quote}"));
    }
    text
}

const ODD: &str = "CREATE TABLE $table (
    id INTEGER NOT NULL PRIMARY KEY, $name VARCHAR(50) NOT NULL, $type VARCHAR(50) NOT NULL);";
const ODD_KEY: &str = "CREATE UNIQUE INDEX $key ON $table ($name, $type)";

fn quote_of<Conn>(_: &Conn) -> char {
    if std::any::type_name::<Conn>().contains("ysql") {
        '`'
    } else {
        '"'
    }
}

on_each_backend! {
    fn odd_names_are_found(db) {
        let conn = &mut db.connect();
        let quote = quote_of(conn);
        assert_eq!(found::<odd::table>(conn), [Mismatch::MissingTable]);
        conn.batch_execute(&quoted(ODD, quote))?;
        assert_eq!(found::<odd::table>(conn), [Mismatch::Missing]);
        conn.batch_execute(&quoted(ODD_KEY, quote))?;
        assert_eq!(found::<odd::table>(conn), []);
    }

    fn odd_names_are_described_as_print_schema_has_them(db) {
        let conn = &mut db.connect();
        let quote = quote_of(conn);
        conn.batch_execute(&quoted(ODD, quote))?;
        conn.batch_execute(&quoted(ODD_KEY, quote))?;
        let text = describe_unique_keys(conn)?;
        let expected = "    schema::odd_table_x:\n        \"o'\\\"`dd key\" (na_me, Type);\n";
        assert!(text.contains(expected), "{text}");
    }
}

fn an_odd_key_in_full<Conn>(conn: &mut Conn) -> diesel::QueryResult<()>
where
    Conn: diesel::connection::LoadConnection<
            Backend: upsert_runtime::keys::CatalogueOf<mixed::odd::table>,
        > + Connection,
{
    conn.batch_execute(&quoted(ODD, '"'))?;
    let odd = "CREATE UNIQUE INDEX mixed ON $table (lower($type), $name) WHERE id > 1";
    conn.batch_execute(&quoted(odd, '"'))?;
    assert_eq!(found::<mixed::odd::table>(conn), []);
    Ok(())
}

mod targets {
    use super::*;

    on_each_backend! { returning:
        fn comments_and_odd_names_in_expressions_are_no_difference(db) {
            an_odd_key_in_full(&mut db.connect())?;
        }
    }
}

pub(super) mod other {
    use super::*;

    diesel::table! {
        other.accounts (id) { id -> Integer, name -> Text, deleted -> Nullable<Integer> }
    }

    impl UniqueKeys for accounts::table {
        const KEYS: &'static [UniqueKey] = &[
            ID,
            key("alive", &[expression("lower(name)")]).only_where("deleted IS NULL"),
        ];
    }
}

#[test]
fn an_attached_database_is_its_own() -> diesel::QueryResult<()> {
    let db = crate::database::sqlite("attached");
    let conn = &mut db.connect();
    assert_eq!(
        found::<other::accounts::table>(conn),
        [Mismatch::MissingTable]
    );
    conn.batch_execute("ATTACH ':memory:' AS other; CREATE TABLE accounts (id, name, deleted)")?;
    assert_eq!(
        found::<other::accounts::table>(conn),
        [Mismatch::MissingTable]
    );
    conn.batch_execute(
        "CREATE TABLE other.accounts (id INTEGER PRIMARY KEY, name TEXT NOT NULL, deleted INTEGER)",
    )?;
    assert_eq!(found::<other::accounts::table>(conn), [Mismatch::Missing]);
    conn.batch_execute(
        "CREATE UNIQUE INDEX other.alive ON accounts (lower(name)) WHERE deleted IS NULL",
    )?;
    assert_eq!(found::<other::accounts::table>(conn), []);
    // Only the keys of `main` are described.
    assert!(!describe_unique_keys(conn)?.contains("alive"));
    Ok(())
}

#[cfg(feature = "postgres")]
#[test]
fn another_schema_is_its_own() {
    let db = crate::database::postgres("another_schema");
    let conn = &mut db.connect();
    // The schema has a fixed name and would be seen by other tests: it is never committed.
    conn.test_transaction::<_, diesel::result::Error, _>(|conn| {
        conn.batch_execute("CREATE TABLE accounts (id INTEGER PRIMARY KEY, name TEXT NOT NULL, deleted INTEGER)")?;
        conn.batch_execute("CREATE UNIQUE INDEX alive ON accounts (lower(name)) WHERE deleted IS NULL")?;
        assert_eq!(found::<other::accounts::table>(conn), [Mismatch::MissingTable]);
        conn.batch_execute("CREATE SCHEMA other")?;
        assert_eq!(found::<other::accounts::table>(conn), [Mismatch::MissingTable]);
        conn.batch_execute("CREATE TABLE other.accounts (id INTEGER PRIMARY KEY, name TEXT NOT NULL, deleted INTEGER)")?;
        assert_eq!(found::<other::accounts::table>(conn), [Mismatch::Missing]);
        conn.batch_execute("CREATE UNIQUE INDEX alive ON other.accounts (lower(name)) WHERE deleted IS NULL")?;
        assert_eq!(found::<other::accounts::table>(conn), []);
        assert_eq!(describe_unique_keys(conn)?.matches("alive").count(), 1);
        Ok(())
    });
}
