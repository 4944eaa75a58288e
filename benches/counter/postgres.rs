//! PostgreSQL, all contestants on one table, each with a connection of its own.

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::QueryFragment;
use diesel::query_dsl::methods::ExecuteDsl;
use diesel::sql_types::Text;
use upsert_runtime::upsert;

use crate::c_libpq::Libpq;
use crate::contestant::{Contestant, Who, on_diesel};
use crate::failure::Failure;
use crate::measure::{Plan, Report, Targets, measure};
use crate::schema::{DROP_TABLE, Hit, common_text, create_table, page_hits, row};

/// Waiting for the disk at every commit would hide everything else.
const SESSION: &str = "SET synchronous_commit = off";

pub(crate) fn run(url: &str, plan: &Plan) -> Result<Report, Failure> {
    let conn = &mut connect(url)?;
    conn.batch_execute(DROP_TABLE)?;
    conn.batch_execute(&create_table("TEXT"))?;
    let times = measure(|| contestants(url), plan);
    conn.batch_execute(DROP_TABLE)?;
    Ok(Report {
        backend: "PostgreSQL",
        setting: setting(conn)?,
        targets: Targets {
            diesel: 0.85,
            c_client: Some(1.10),
        },
        times: times?,
    })
}

fn contestants(url: &str) -> Result<[Box<dyn Contestant>; 4], Failure> {
    let hit = &Hit::all()[0];
    let kept = upsert!(page_hits, conflict = (page, day), set = < n += 1 >);
    let sql = common_text::<Pg>([&by_hand(hit), &kept.values(row(hit)), &in_the_loop(hit)])?;
    Ok([
        Box::new(Libpq::new(url, SESSION, &sql)?),
        on_diesel(Who::DieselByHand, connect(url)?, counters, |conn, hits| {
            for hit in hits {
                by_hand(hit).execute(conn)?;
            }
            Ok(())
        }),
        on_diesel(
            Who::UpsertKept,
            connect(url)?,
            counters,
            move |conn, hits| {
                for hit in hits {
                    kept.values(row(hit)).execute(conn)?;
                }
                Ok(())
            },
        ),
        on_diesel(
            Who::UpsertInTheLoop,
            connect(url)?,
            counters,
            |conn, hits| {
                for hit in hits {
                    in_the_loop(hit).execute(conn)?;
                }
                Ok(())
            },
        ),
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

/// What can be executed on PostgreSQL, and its SQL be seen.
trait Statement: QueryFragment<Pg> + ExecuteDsl<PgConnection> + RunQueryDsl<PgConnection> {}

impl<S> Statement for S where
    S: QueryFragment<Pg> + ExecuteDsl<PgConnection> + RunQueryDsl<PgConnection>
{
}

fn connect(url: &str) -> Result<PgConnection, Failure> {
    let mut conn = PgConnection::establish(url)?;
    conn.batch_execute(SESSION)?;
    Ok(conn)
}

fn counters(conn: &mut PgConnection) -> QueryResult<Vec<i64>> {
    page_hits::table.select(page_hits::n).load(conn)
}

fn setting(conn: &mut PgConnection) -> QueryResult<String> {
    diesel::select(sql::<Text>(
        "concat(
            'PostgreSQL ', split_part(current_setting('server_version'), ' ', 1),
            CASE WHEN inet_server_addr() IS NULL THEN ' over a socket file' ELSE ' over TCP' END,
            ', synchronous_commit = ', current_setting('synchronous_commit')
        )",
    ))
    .get_result(conn)
}
