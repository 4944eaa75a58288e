//! Verifying disturbs no transaction and writes nothing.

use diesel::connection::{Connection, SimpleConnection};
use diesel::prelude::*;
use upsert_runtime::keys::{Mismatch, describe_unique_keys};

use super::declared::{ACCOUNTS, alive, found, id, nonsense};

const INDEXES: &str = "
    CREATE UNIQUE INDEX alive ON accounts (name) WHERE deleted IS NULL AND status <> 'x';
    CREATE UNIQUE INDEX by_lower ON accounts (tenant, lower(name));";

on_each_backend! {
    fn a_transaction_goes_on(db) {
        let conn = &mut db.connect();
        conn.batch_execute(ACCOUNTS)?;
        conn.transaction(|conn| {
            conn.batch_execute("INSERT INTO accounts (id, tenant, name, status) VALUES (1, 1, 'a', 'b')")?;
            assert!(!found::<nonsense::accounts::table>(conn).is_empty());
            assert_eq!(found::<id::accounts::table>(conn), []);
            describe_unique_keys(conn)?;
            conn.batch_execute("INSERT INTO accounts (id, tenant, name, status) VALUES (2, 1, 'c', 'd')")
        })?;
        assert_eq!(id::accounts::table.count().get_result::<i64>(conn)?, 2);
    }
}

mod understanding {
    use super::*;

    on_each_backend! { returning:
        fn what_the_database_does_not_understand_ends_no_transaction(db) {
            let conn = &mut db.connect();
            conn.batch_execute(ACCOUNTS)?;
            conn.batch_execute(INDEXES)?;
            conn.transaction(|conn| {
                conn.batch_execute("INSERT INTO accounts (id, tenant, name, status) VALUES (1, 1, 'a', 'b')")?;
                let found = found::<nonsense::accounts::table>(conn);
                let [
                    Mismatch::Unknown { index: alive, declared, reason: no_column, .. },
                    Mismatch::Unknown { index: lower, live, reason: no_function, .. },
                ] = &found[..]
                else {
                    panic!("{found:?}")
                };
                assert_eq!((&alive[..], &declared[..]), ("alive", "where no_such_column > 1"));
                assert_eq!(&lower[..], "by_lower");
                assert!(live.starts_with("on lower("), "{live}");
                assert!(no_column.contains("no_such_column"), "{no_column}");
                assert!(no_function.contains("no_such"), "{no_function}");
                conn.batch_execute("INSERT INTO accounts (id, tenant, name, status) VALUES (2, 1, 'c', 'd')")
            })?;
            assert_eq!(id::accounts::table.count().get_result::<i64>(conn)?, 2);
        }
    }
}

#[test]
fn a_read_only_sqlite_is_enough() -> QueryResult<()> {
    let db = crate::database::sqlite("read_only");
    db.connect()
        .batch_execute(&format!("{ACCOUNTS}{INDEXES}"))?;
    let conn = &mut SqliteConnection::establish(&format!("file:{}?mode=ro", db.url)).unwrap();
    assert_eq!(found::<alive::accounts::table>(conn), []);
    let conn = &mut db.connect();
    conn.batch_execute("PRAGMA query_only = ON")?;
    assert_eq!(found::<alive::accounts::table>(conn), []);
    Ok(())
}

#[cfg(feature = "postgres")]
#[test]
fn a_read_only_transaction_is_enough() -> QueryResult<()> {
    let db = crate::database::postgres("read_only");
    let conn = &mut db.connect();
    conn.batch_execute(&format!("{ACCOUNTS}{INDEXES}"))?;
    conn.build_transaction().read_only().run(|conn| {
        assert_eq!(found::<alive::accounts::table>(conn), []);
        assert_eq!(found::<nonsense::accounts::table>(conn).len(), 2);
        assert_eq!(found::<alive::accounts::table>(conn), []);
        Ok(())
    })
}
