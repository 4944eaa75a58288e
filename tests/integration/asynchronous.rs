//! Through `diesel-async`.

use std::time::Instant;

use diesel::connection::SimpleConnection;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::Error;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, TransactionManager};
use upsert_runtime::dialect::{ErrorClass, Moment};
use upsert_runtime::retry::{Decision, Policy};
use upsert_runtime::upsert;

use crate::schema::page_hits;

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(work)
}

type Manager = <AsyncPgConnection as AsyncConnection>::TransactionManager;

/// What `upsert_runtime::retry` is where nothing blocks.
async fn retry<T>(
    conn: &mut AsyncPgConnection,
    policy: &Policy,
    mut work: impl AsyncFnMut(&mut AsyncPgConnection) -> QueryResult<T>,
) -> Result<T, (ErrorClass, Error)> {
    let mut attempts = policy.start();
    let start = Instant::now();
    loop {
        let (error, moment) = match attempt(conn, &mut work).await {
            Ok(value) => return Ok(value),
            Err(failure) => failure,
        };
        let class = ErrorClass::of::<Pg>(&error, moment);
        match attempts.failed(class, start.elapsed()) {
            Decision::Repeat { after } => tokio::time::sleep(after).await,
            Decision::Reconnect { .. } | Decision::Resolve | Decision::Stop => {
                return Err((class, error));
            }
        }
    }
}

async fn attempt<T>(
    conn: &mut AsyncPgConnection,
    work: &mut impl AsyncFnMut(&mut AsyncPgConnection) -> QueryResult<T>,
) -> Result<T, (Error, Moment)> {
    let begun = Manager::begin_transaction(conn).await;
    begun.map_err(|error| (error, Moment::Before))?;
    match work(conn).await {
        Ok(value) => {
            let committed = Manager::commit_transaction(conn).await;
            committed.map_err(|error| (error, Moment::Commit))?;
            Ok(value)
        }
        Err(error) => {
            // If it fails, the connection is no more.
            let _ = Manager::rollback_transaction(conn).await;
            Err((error, Moment::InTransaction))
        }
    }
}

#[test]
fn an_asynchronous_transaction_is_repeated() {
    let db = crate::database::postgres("an_asynchronous_transaction_is_repeated");
    let mut holder = db.connect();
    holder
        .batch_execute("BEGIN; LOCK TABLE page_hits IN EXCLUSIVE MODE")
        .unwrap();
    let mut holder = Some(holder);
    let mut attempts = 0;
    let policy = Policy::new();
    let counted = block_on(async {
        let conn = &mut AsyncPgConnection::establish(&db.url).await.unwrap();
        let set = "SET lock_timeout = '50ms'";
        diesel::sql_query(set).execute(conn).await.unwrap();
        retry(conn, &policy, async |conn| {
            attempts += 1;
            if attempts == 2 {
                holder.take();
            }
            upsert!(page_hits, values = { page: "/", day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >, returning = n)
                .get_result::<i64>(conn)
                .await
        })
        .await
    });
    assert_eq!(counted, Ok(1));
    assert!(attempts >= 2, "{attempts} attempts");
}

/// What is lost is lost here too, by whatever kind the driver calls it.
#[test]
fn an_asynchronous_connection_that_is_ended_is_not_repeated_on() {
    let db = crate::database::postgres("an_asynchronous_connection_that_is_ended");
    let end = || diesel::sql_query("SELECT pg_terminate_backend(pg_backend_pid())");
    let [in_transaction, in_autocommit] = block_on(async {
        let conn = &mut AsyncPgConnection::establish(&db.url).await.unwrap();
        let ended = retry(conn, &Policy::new(), async |conn| end().execute(conn).await).await;
        let conn = &mut AsyncPgConnection::establish(&db.url).await.unwrap();
        let error = end().execute(conn).await.unwrap_err();
        let class = ErrorClass::of::<Pg>(&error, Moment::Autocommit);
        [ended.unwrap_err(), (class, error)]
    });
    let (class, error) = in_transaction;
    assert_eq!(class, ErrorClass::NotSent, "{error}");
    let (class, error) = in_autocommit;
    assert_eq!(class, ErrorClass::OutcomeUnknown, "{error}");
}

#[test]
fn an_asynchronous_connection_executes_it() {
    let db = crate::database::postgres("an_asynchronous_connection_executes_it");
    let counted = block_on(async {
        let conn = &mut AsyncPgConnection::establish(&db.url).await.unwrap();
        let hit = upsert!(page_hits, conflict = (page, day), set = < n += 1 >);
        let row = (
            page_hits::page.eq("/"),
            page_hits::day.eq(1),
            page_hits::n.eq(1),
        );
        hit.values(row).execute(conn).await.unwrap();
        hit.values(row).execute(conn).await.unwrap();
        hit.values(row)
            .returning(page_hits::n)
            .get_result::<i64>(conn)
            .await
            .unwrap()
    });
    assert_eq!(counted, 3);
}
