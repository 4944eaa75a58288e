//! A server that is killed while it counts, and started again.
#![cfg(any(feature = "postgres", feature = "mysql"))]

use std::sync::Mutex;

use upsert_harness::{History, Server, ServerBuilder};

use super::race_with_faults;
use crate::counting::{Count, assert_counted, check_counter};

/// Counts while the server is killed twice. The threads that count do not know of it.
fn race_with_kills<Conn: Count>(server: Server) -> (Server, History) {
    let url = server.url();
    let server = Mutex::new(server);
    let kill = || {
        let mut server = server.lock().unwrap();
        server.kill().unwrap();
        server.restart().unwrap();
    };
    let history = race_with_faults(
        8,
        || Conn::establish(&url),
        |conn, turn| {
            let page = format!("/{}", turn.below(3));
            turn.increment(&page, 1, || conn.hit(&page))
        },
        500,
        &[&kill, &kill],
    );
    (server.into_inner().unwrap(), history)
}

fn start<Conn: Count>(server: ServerBuilder, tables: &str) -> Server {
    let server = server.start().unwrap();
    let mut conn = Conn::establish(&server.url()).unwrap();
    conn.batch_execute(tables).unwrap();
    server
}

fn what_is_acknowledged_outlives_sigkill<Conn: Count>(server: ServerBuilder) {
    let (server, history) = race_with_kills::<Conn>(start::<Conn>(server, Conn::TABLES));
    let tally = history.tally();
    assert!(tally.unknown > 0, "nobody noticed: {tally}");
    assert_counted(&history, &mut Conn::establish(&server.url()).unwrap());
}

/// What is acknowledged and then lost is to be caught, or the above proves nothing.
fn what_is_not_durable_is_caught<Conn: Count>(server: ServerBuilder, tables: &str) {
    let (server, history) = race_with_kills::<Conn>(start::<Conn>(server, tables));
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
mod mysql {
    use diesel::MysqlConnection;

    use super::*;

    #[test]
    fn what_is_acknowledged_outlives_sigkill() {
        super::what_is_acknowledged_outlives_sigkill::<MysqlConnection>(crate::server::mysql());
    }

    // "up to one second's worth of transactions can be lost":
    // https://mariadb.com/kb/en/innodb-system-variables/#innodb_flush_log_at_trx_commit
    #[test]
    fn a_log_that_is_not_flushed_is_caught() {
        let server = crate::server::mysql().durable(false);
        what_is_not_durable_is_caught::<MysqlConnection>(server, MysqlConnection::TABLES);
    }
}
