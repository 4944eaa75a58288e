//! A server that is killed while it counts, and started again.
#![cfg(any(feature = "postgres", feature = "mysql"))]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use upsert_runtime::harness::{History, Race, Server, ServerBuilder};

use super::{DEADLINE, wait_until};
use crate::counting::{Count, assert_counted, check_counter};

/// Counts while the server is killed twice. The threads that count do not know of it.
fn race_with_kills<Conn: Count>(server: &mut Server) -> History {
    let url = server.url();
    let acknowledged = AtomicUsize::new(0);
    thread::scope(|scope| {
        let race = scope.spawn(|| {
            Race::new().threads(8).rounds(300).patience(DEADLINE).run(
                || Conn::establish(&url),
                |conn, turn| {
                    let page = format!("/{}", turn.below(3));
                    turn.increment(&page, 1, || conn.hit(&page))?;
                    acknowledged.fetch_add(1, Ordering::Relaxed);
                    Ok(())
                },
            )
        });
        for many in [500, 1500] {
            wait_until("increments are acknowledged", || {
                acknowledged.load(Ordering::Relaxed) >= many
            });
            server.kill().unwrap();
            server.restart().unwrap();
        }
        race.join().unwrap()
    })
}

fn start<Conn: Count>(server: ServerBuilder, tables: &str) -> Server {
    let server = server.start().unwrap();
    let mut conn = Conn::establish(&server.url()).unwrap();
    conn.batch_execute(tables).unwrap();
    server
}

fn what_is_acknowledged_outlives_sigkill<Conn: Count>(server: ServerBuilder) {
    let mut server = start::<Conn>(server, Conn::TABLES);
    let history = race_with_kills::<Conn>(&mut server);
    let tally = history.tally();
    assert!(tally.unknown > 0, "nobody noticed: {tally}");
    assert_counted(&history, &mut Conn::establish(&server.url()).unwrap());
}

/// What is acknowledged and then lost is to be caught, or the above proves nothing.
fn what_is_not_durable_is_caught<Conn: Count>(server: ServerBuilder, tables: &str) {
    let mut server = start::<Conn>(server, tables);
    let history = race_with_kills::<Conn>(&mut server);
    let conn = &mut Conn::establish(&server.url()).unwrap();
    let text = check_counter(&history, conn).unwrap_err().to_string();
    assert!(text.contains(" of them are lost"), "{text}");
}

#[cfg(feature = "postgres")]
mod postgres {
    use diesel::PgConnection;

    use super::*;

    #[test]
    fn what_is_acknowledged_outlives_sigkill() {
        super::what_is_acknowledged_outlives_sigkill::<PgConnection>(Server::postgres());
    }

    // "an unlogged table is automatically truncated after a crash":
    // https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-UNLOGGED
    #[test]
    fn an_unlogged_table_is_caught() {
        let tables = PgConnection::TABLES.replace("CREATE TABLE", "CREATE UNLOGGED TABLE");
        what_is_not_durable_is_caught::<PgConnection>(Server::postgres(), &tables);
    }
}

#[cfg(feature = "mysql")]
mod mariadb {
    use diesel::MysqlConnection;

    use super::*;

    #[test]
    fn what_is_acknowledged_outlives_sigkill() {
        super::what_is_acknowledged_outlives_sigkill::<MysqlConnection>(Server::mariadb());
    }

    // "up to one second's worth of transactions can be lost":
    // https://mariadb.com/kb/en/innodb-system-variables/#innodb_flush_log_at_trx_commit
    #[test]
    fn a_log_that_is_not_flushed_is_caught() {
        let server = Server::mariadb().durable(false);
        what_is_not_durable_is_caught::<MysqlConnection>(server, MysqlConnection::TABLES);
    }
}
