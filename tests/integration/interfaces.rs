//! An upsert is a Diesel query like any other: pools, asynchronous connections, generic code.

use diesel::prelude::*;
use upsert_runtime::upsert;

use crate::schema::page_hits;

on_each_backend! {
    fn the_plain_diesel_statement_does_the_same(db) {
        let conn = &mut db.connect();
        let hit = upsert!(page_hits, conflict = (page, day), set = < n += 1 >);
        let row = (page_hits::page.eq("/"), page_hits::day.eq(1), page_hits::n.eq(1));
        hit.values(row).into_diesel().execute(conn)?;
        hit.values(row).into_diesel().execute(conn)?;
        hit.values(row).execute(conn)?;
        assert_eq!(page_hits::table.select(page_hits::n).first::<i64>(conn)?, 3);
    }

    fn a_statement_is_shared_between_threads(db) {
        let hit = &upsert!(page_hits, conflict = (page, day), set = < n += 1 >);
        std::thread::scope(|scope| {
            for day in 0..2 {
                scope.spawn(move || {
                    let row = (page_hits::page.eq("/"), page_hits::day.eq(day), page_hits::n.eq(1));
                    hit.values(row).execute(&mut db.connect()).unwrap();
                });
            }
        });
        assert_eq!(page_hits::table.count().get_result::<i64>(&mut db.connect())?, 2);
    }

    fn a_statement_runs_in_a_transaction_and_is_rolled_back_with_it(db) {
        let conn = &mut db.connect();
        let hit = upsert!(page_hits, conflict = (page, day), set = < n += 1 >);
        let row = (page_hits::page.eq("/"), page_hits::day.eq(1), page_hits::n.eq(1));
        hit.values(row).execute(conn)?;
        let undone = conn.transaction(|conn| {
            hit.values(row).execute(conn)?;
            QueryResult::<()>::Err(diesel::result::Error::RollbackTransaction)
        });
        assert!(undone.is_err());
        assert_eq!(page_hits::table.select(page_hits::n).first::<i64>(conn)?, 1);
    }
}

/// Through `diesel::r2d2`, on each backend.
mod pools {
    use diesel::r2d2::{ConnectionManager, Pool, R2D2Connection};

    use super::*;
    use crate::database::Database;

    fn pool<Conn>(db: &Database<Conn>) -> Pool<ConnectionManager<Conn>>
    where
        Conn: R2D2Connection + 'static,
    {
        Pool::builder()
            .max_size(2)
            .build(ConnectionManager::new(&db.url))
            .unwrap()
    }

    on_each_backend! {
        fn a_pooled_connection_executes_it(db) {
            let pool = pool(db);
            let hit = upsert!(page_hits, conflict = (page, day), set = < n += 1 >);
            let row = (page_hits::page.eq("/"), page_hits::day.eq(1), page_hits::n.eq(1));
            for _ in 0..4 {
                hit.values(row).execute(&mut pool.get().unwrap())?;
            }
            assert_eq!(page_hits::table.select(page_hits::n).first::<i64>(&mut pool.get().unwrap())?, 4);
        }
    }
}

/// Generic code names the parts by their traits.
#[test]
fn a_statement_is_executed_by_generic_code() {
    use diesel::query_builder::{QueryFragment, QueryId};
    use diesel::sqlite::Sqlite;

    fn run<Q>(query: Q, conn: &mut SqliteConnection) -> QueryResult<usize>
    where
        Q: QueryFragment<Sqlite> + QueryId + RunQueryDsl<SqliteConnection>,
    {
        query.execute(conn)
    }
    let db = crate::database::sqlite("a_statement_is_executed_by_generic_code");
    let row = (
        page_hits::page.eq("/"),
        page_hits::day.eq(1),
        page_hits::n.eq(1),
    );
    let hit = upsert!(page_hits, values = row, conflict = (page, day), set = < n += 1 >);
    assert_eq!(run(hit, &mut db.connect()), Ok(1));
}

/// SQLite wants the columns behind `RETURNING` by their bare names, and Diesel's have the
/// database's too.
#[test]
fn rows_of_an_attached_database_come_back_by_bare_names() -> QueryResult<()> {
    use diesel::connection::SimpleConnection;
    use diesel::dsl::sql;
    use diesel::sql_types::BigInt;

    diesel::table! {
        other.hits (page) {
            page -> Text,
            n -> BigInt,
        }
    }
    let db = crate::database::sqlite("rows_of_an_attached_database_come_back_by_bare_names");
    let conn = &mut db.connect();
    conn.batch_execute(
        "ATTACH ':memory:' AS other; CREATE TABLE other.hits (page TEXT PRIMARY KEY NOT NULL, n BIGINT NOT NULL)",
    )?;
    let hit = upsert!(hits, conflict = (page), set = < n += 1 >);
    let row = || hit.values((hits::page.eq("/"), hits::n.eq(1)));
    assert!(row().get_result::<(String, i64)>(conn).is_err());
    assert_eq!(row().execute(conn), Ok(1));
    assert_eq!(
        row().returning(sql::<BigInt>("n")).get_result::<i64>(conn),
        Ok(2)
    );
    Ok(())
}
