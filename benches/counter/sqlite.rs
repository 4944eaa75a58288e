//! SQLite, each contestant with a database of its own in memory.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::query_builder::QueryFragment;
use diesel::query_dsl::methods::ExecuteDsl;
use diesel::sqlite::Sqlite;
use upsert_runtime::upsert;

use crate::c_sqlite::CSqlite;
use crate::contestant::{Contestant, Who, on_diesel};
use crate::failure::Failure;
use crate::measure::{Plan, Report, Targets, measure};
use crate::schema::{Hit, common_text, create_table, page_hits, row};

pub(crate) fn run(_: &str, plan: &Plan) -> Result<Report, Failure> {
    Ok(Report {
        backend: "SQLite",
        setting: format!("SQLite {}, in memory", CSqlite::VERSION.to_string_lossy()),
        targets: Targets {
            diesel: 0.40,
            c_client: Some(1.7),
        },
        times: measure(contestants, plan)?,
    })
}

fn contestants() -> Result<[Box<dyn Contestant>; 4], Failure> {
    let hit = &Hit::all()[0];
    let kept = upsert!(page_hits, conflict = (page, day), set = < n += 1 >);
    let sql = common_text::<Sqlite>([&by_hand(hit), &kept.values(row(hit)), &in_the_loop(hit)])?;
    Ok([
        Box::new(CSqlite::new(&create_table("TEXT"), &sql)?),
        on_diesel(Who::DieselByHand, connect()?, counters, |conn, hits| {
            for hit in hits {
                by_hand(hit).execute(conn)?;
            }
            Ok(())
        }),
        on_diesel(Who::UpsertKept, connect()?, counters, move |conn, hits| {
            for hit in hits {
                kept.values(row(hit)).execute(conn)?;
            }
            Ok(())
        }),
        on_diesel(Who::UpsertInTheLoop, connect()?, counters, |conn, hits| {
            for hit in hits {
                in_the_loop(hit).execute(conn)?;
            }
            Ok(())
        }),
    ])
}

fn by_hand(hit: &Hit) -> impl Statement {
    diesel::insert_into(page_hits::table)
        .values(row(hit))
        .on_conflict((page_hits::page, page_hits::day))
        .do_update()
        .set(page_hits::n.eq(page_hits::n + 1))
}

fn in_the_loop(hit: &Hit) -> impl Statement {
    upsert!(
        page_hits,
        values = { page: &hit.page, day: hit.day, n: 1 },
        conflict = (page, day),
        set = < n += 1 >
    )
}

/// What can be executed on SQLite, and its SQL be seen.
trait Statement:
    QueryFragment<Sqlite> + ExecuteDsl<SqliteConnection> + RunQueryDsl<SqliteConnection>
{
}

impl<S> Statement for S where
    S: QueryFragment<Sqlite> + ExecuteDsl<SqliteConnection> + RunQueryDsl<SqliteConnection>
{
}

fn connect() -> Result<SqliteConnection, Failure> {
    let mut conn = SqliteConnection::establish(":memory:")?;
    conn.batch_execute(&create_table("TEXT"))?;
    Ok(conn)
}

fn counters(conn: &mut SqliteConnection) -> QueryResult<Vec<i64>> {
    page_hits::table.select(page_hits::n).load(conn)
}
