//! MariaDB: <https://mariadb.com/kb/en/information-schema-innodb_lock_waits-table/>, and MySQL 8:
//! <https://dev.mysql.com/doc/refman/8.4/en/performance-schema-data-lock-waits-table.html>.
//!
//! Row locks only: who waits for a metadata lock (`ALTER TABLE`) is in neither.
//!
//! MariaDB answers from a [cache][cache] that is filled anew only after nobody has read it for 100
//! ms, so that an answer may be older than its question, and stay so for as long as it is asked
//! again too soon. An answer counts only if it has this very question in it: the monitor opens a
//! transaction, so that it is in `INNODB_TRX` itself, beside the text of the statement that it is
//! running, and that begins with a number that is never used again. Monitors take turns, by a lock
//! of the server's, so that they do not keep the cache from being filled for each other.
//!
//! [cache]: https://github.com/MariaDB/server/blob/10.11/storage/innobase/trx/trx0i_s.cc

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use diesel::connection::LoadConnection;
use diesel::mysql::Mysql;
use diesel::{QueryResult, RunQueryDsl, sql_query};

use super::{Pair, Wait, Waits, Watched, wait};

const ID: &str = "SELECT CAST(CONNECTION_ID() AS SIGNED) AS waiting,
    CAST(VERSION() LIKE '%MariaDB%' AS SIGNED) AS blocking";

// The first half is read first: if the cache is as new as the question then, it is so in the second
// half.
const MARIADB: &str = "
    SELECT CAST(trx_mysql_thread_id AS SIGNED) AS waiting, CAST(trx_mysql_thread_id AS SIGNED) AS blocking
    FROM information_schema.INNODB_TRX
    WHERE trx_mysql_thread_id = CONNECTION_ID() AND LOCATE('{question}', trx_query) = 1
    UNION ALL
    SELECT CAST(r.trx_mysql_thread_id AS SIGNED), CAST(b.trx_mysql_thread_id AS SIGNED)
    FROM information_schema.INNODB_LOCK_WAITS w
    JOIN information_schema.INNODB_TRX r ON r.trx_id = w.requesting_trx_id
    JOIN information_schema.INNODB_TRX b ON b.trx_id = w.blocking_trx_id";

// The blocking thread of a wait is the one that made the lock. Whoever inserts a row has its lock
// without making one, until another one wants it, who makes it then for the first to have: the
// waiter itself. But the lock of the table each transaction makes by its own thread.
const MYSQL: &str = "
    SELECT CAST(r.processlist_id AS SIGNED) AS waiting, CAST(b.processlist_id AS SIGNED) AS blocking
    FROM performance_schema.data_lock_waits w
    JOIN performance_schema.data_locks l
        ON l.engine_transaction_id = w.blocking_engine_transaction_id AND l.lock_type = 'TABLE'
    JOIN performance_schema.threads r ON r.thread_id = w.requesting_thread_id
    JOIN performance_schema.threads b ON b.thread_id = l.thread_id";

/// For how long nobody may have read the cache, and a little more.
const IDLE: Duration = Duration::from_millis(105);

impl Waits for Mysql {
    fn id<Conn>(conn: &mut Conn) -> QueryResult<i64>
    where
        Conn: LoadConnection<Backend = Self>,
    {
        Ok(sql_query(ID).get_result::<Pair>(conn)?.waiting)
    }

    fn waits<Conn>(monitor: &mut Conn, sessions: &[Watched]) -> QueryResult<Option<Vec<Wait>>>
    where
        Conn: LoadConnection<Backend = Self>,
    {
        let about = sql_query(ID).get_result::<Pair>(monitor)?;
        let (own_id, is_mariadb) = (about.waiting, about.blocking != 0);
        let found = if is_mariadb {
            in_turn(monitor, |monitor| ask_mariadb(monitor, own_id))?
        } else {
            Some(sql_query(MYSQL).load::<Pair>(monitor)?)
        };
        let ours = |pair: Pair| wait(sessions, pair.waiting, pair.blocking);
        Ok(found.map(|found| found.into_iter().filter_map(ours).collect()))
    }

    fn end<Conn>(monitor: &mut Conn, session: &Watched) -> QueryResult<()>
    where
        Conn: LoadConnection<Backend = Self>,
    {
        monitor.batch_execute(&format!("KILL {}", session.id))
    }
}

/// Asks once, and again when nobody has read the cache for long enough.
///
/// Where there is no `GET_LOCK`, as in a Galera cluster, somebody else may read it meanwhile.
fn in_turn<Conn, T>(
    monitor: &mut Conn,
    ask: impl Fn(&mut Conn) -> QueryResult<Option<T>>,
) -> QueryResult<Option<T>>
where
    Conn: LoadConnection<Backend = Mysql>,
{
    let _ = monitor.batch_execute("DO GET_LOCK('upsert waits', 10)");
    let mut answer = ask(monitor);
    if matches!(answer, Ok(None)) {
        thread::sleep(IDLE);
        answer = ask(monitor);
    }
    let _ = monitor.batch_execute("DO RELEASE_LOCK('upsert waits')");
    answer
}

fn ask_mariadb<Conn>(monitor: &mut Conn, own_id: i64) -> QueryResult<Option<Vec<Pair>>>
where
    Conn: LoadConnection<Backend = Mysql>,
{
    static QUESTIONS: AtomicU64 = AtomicU64::new(0);
    let number = QUESTIONS.fetch_add(1, Ordering::Relaxed);
    let question = format!("/* upsert waits {own_id}.{number} */");
    let query = format!("{question}{}", MARIADB.replace("{question}", &question));

    monitor.batch_execute("START TRANSACTION WITH CONSISTENT SNAPSHOT")?;
    let found = sql_query(query).load::<Pair>(monitor);
    monitor.batch_execute("COMMIT")?;
    let mut found = found?;
    let all = found.len();
    found.retain(|pair| pair.waiting != own_id);
    Ok((found.len() < all).then_some(found))
}
