//! SQLite has one write lock and no view of who has it or waits for it:
//! <https://sqlite.org/lang_transaction.html>.
//!
//! That it is taken is what `BEGIN IMMEDIATE` says on a connection that does not wait. Who has it
//! is known because the sessions do one thing at a time: the one with an open transaction after
//! whose step it was taken. A step of another session that does not end meanwhile waits for that
//! one. Readers are not seen: in WAL mode nobody waits for them.

use diesel::QueryResult;
use diesel::connection::LoadConnection;
use diesel::deserialize::QueryableByName;
use diesel::sql_types::Integer;
use diesel::sqlite::Sqlite;
use diesel::{RunQueryDsl, sql_query};
use upsert_runtime::dialect::{ErrorClass, Moment};

use super::{Wait, Waits, Watched};

#[derive(QueryableByName)]
struct Timeout {
    #[diesel(sql_type = Integer)]
    timeout: i32,
}

impl Waits for Sqlite {
    // A step that is slow would be taken for one that waits.
    const LOOKS: u32 = 20;

    fn id<Conn>(_: &mut Conn) -> QueryResult<i64>
    where
        Conn: LoadConnection<Backend = Self>,
    {
        Ok(0)
    }

    fn in_transaction<Conn>(conn: &mut Conn) -> QueryResult<bool>
    where
        Conn: LoadConnection<Backend = Self>,
    {
        // There is no transaction within a transaction, and the attempt changes nothing.
        if conn.batch_execute("BEGIN").is_err() {
            return Ok(true);
        }
        conn.batch_execute("COMMIT")?;
        Ok(false)
    }

    fn done<Conn>(monitor: &mut Conn, sessions: &mut [Watched], session: usize) -> QueryResult<()>
    where
        Conn: LoadConnection<Backend = Self>,
    {
        for watched in &mut *sessions {
            watched.has_write_lock &= watched.in_transaction;
        }
        let is_known = sessions.iter().any(|watched| watched.has_write_lock);
        if let Some(watched) = sessions.get_mut(session) {
            watched.has_write_lock |=
                !is_known && watched.in_transaction && is_write_lock_taken(monitor)?;
        }
        Ok(())
    }

    fn waits<Conn>(monitor: &mut Conn, sessions: &[Watched]) -> QueryResult<Option<Vec<Wait>>>
    where
        Conn: LoadConnection<Backend = Self>,
    {
        let blocking = sessions
            .iter()
            .position(|session| session.has_write_lock && !session.running);
        let Some(blocking) = blocking else {
            return Ok(Some(Vec::new()));
        };
        if !is_write_lock_taken(monitor)? {
            return Ok(Some(Vec::new()));
        }
        let running = (0..sessions.len()).filter(|session| sessions[*session].running);
        let waits = running.map(|waiting| Wait { waiting, blocking });
        Ok(Some(waits.collect()))
    }
}

fn is_write_lock_taken<Conn>(monitor: &mut Conn) -> QueryResult<bool>
where
    Conn: LoadConnection<Backend = Sqlite>,
{
    let Timeout { timeout } = sql_query("PRAGMA busy_timeout").get_result(monitor)?;
    monitor.batch_execute("PRAGMA busy_timeout = 0")?;
    let begun = monitor.batch_execute("BEGIN IMMEDIATE");
    if begun.is_ok() {
        monitor.batch_execute("ROLLBACK")?;
    }
    monitor.batch_execute(&format!("PRAGMA busy_timeout = {timeout}"))?;
    match begun {
        Ok(()) => Ok(false),
        Err(error) => match ErrorClass::of::<Sqlite>(&error, Moment::Before) {
            ErrorClass::RolledBack => Ok(true),
            _ => Err(error),
        },
    }
}
