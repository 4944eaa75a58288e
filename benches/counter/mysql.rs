//! MySQL and MariaDB, all contestants on one table, each with a connection of its own.

use diesel::connection::SimpleConnection;
use diesel::dsl::{DuplicatedKeys, sql};
use diesel::mysql::Mysql;
use diesel::prelude::*;
use diesel::query_builder::QueryFragment;
use diesel::query_dsl::methods::ExecuteDsl;
use diesel::sql_types::Text;
use upsert_runtime::upsert;

use crate::contestant::{Contestant, Who, on_diesel};
use crate::failure::Failure;
use crate::measure::{Plan, Report, Targets, measure};
use crate::schema::{DROP_TABLE, Hit, common_text, create_table, page_hits, row};

pub(crate) fn run(url: &str, plan: &Plan) -> Result<Report, Failure> {
    let conn = &mut MysqlConnection::establish(url)?;
    conn.batch_execute(DROP_TABLE)?;
    conn.batch_execute(&create_table("VARCHAR(255)"))?;
    let times = measure(|| contestants(url), plan);
    conn.batch_execute(DROP_TABLE)?;
    let setting = setting(conn)?;
    Ok(Report {
        backend: if setting.starts_with("MariaDB") {
            "MariaDB"
        } else {
            "MySQL"
        },
        setting,
        targets: Targets {
            diesel: 0.60,
            c_client: None,
        },
        times: times?,
    })
}

fn contestants(url: &str) -> Result<[Box<dyn Contestant>; 3], Failure> {
    let hit = &Hit::all()[0];
    let kept = upsert!(page_hits, conflict = (page, day), set = < n += 1 >);
    common_text::<Mysql>([&by_hand(hit), &kept.values(row(hit)), &in_the_loop(hit)])?;
    let connect = || MysqlConnection::establish(url);
    Ok([
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
        .on_conflict(DuplicatedKeys)
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

/// What can be executed on MySQL, and its SQL be seen.
trait Statement:
    QueryFragment<Mysql> + ExecuteDsl<MysqlConnection> + RunQueryDsl<MysqlConnection>
{
}

impl<S> Statement for S where
    S: QueryFragment<Mysql> + ExecuteDsl<MysqlConnection> + RunQueryDsl<MysqlConnection>
{
}

fn counters(conn: &mut MysqlConnection) -> QueryResult<Vec<i64>> {
    page_hits::table.select(page_hits::n).load(conn)
}

fn setting(conn: &mut MysqlConnection) -> QueryResult<String> {
    diesel::select(sql::<Text>(
        "concat(
            if(version() LIKE '%MariaDB%', 'MariaDB ', 'MySQL '), substring_index(version(), '-', 1),
            (SELECT if(host = 'localhost', ' over a socket file', ' over TCP')
             FROM information_schema.processlist WHERE id = connection_id()),
            ', innodb_flush_log_at_trx_commit = ', @@innodb_flush_log_at_trx_commit
        )",
    ))
    .get_result(conn)
}
