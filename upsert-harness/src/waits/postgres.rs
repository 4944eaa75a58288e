//! PostgreSQL:
//! <https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SESSION>.

use diesel::connection::LoadConnection;
use diesel::pg::Pg;
use diesel::sql_types::{Array, BigInt};
use diesel::{QueryResult, RunQueryDsl, sql_query};

use super::{Pair, Wait, Waits, Watched, wait};

const ID: &str = "SELECT pg_catalog.pg_backend_pid()::int8 AS waiting, 0::int8 AS blocking";

// Both functions look at the locks themselves. The second is for READ ONLY DEFERRABLE.
const WAITS: &str = "
    SELECT s.pid AS waiting, b.pid::int8 AS blocking
    FROM pg_catalog.unnest($1) s (pid)
    CROSS JOIN LATERAL pg_catalog.unnest(
        pg_catalog.pg_blocking_pids(s.pid::int) || pg_catalog.pg_safe_snapshot_blocking_pids(s.pid::int)) b (pid)";

const END: &str = "SELECT pg_catalog.pg_terminate_backend($1::int)";

impl Waits for Pg {
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
        let running = sessions.iter().filter(|session| session.running);
        let running: Vec<_> = running.map(|session| session.id).collect();
        let found = sql_query(WAITS)
            .bind::<Array<BigInt>, _>(running)
            .load::<Pair>(monitor)?;
        let ours = |pair: Pair| wait(sessions, pair.waiting, pair.blocking);
        Ok(Some(found.into_iter().filter_map(ours).collect()))
    }

    fn end<Conn>(monitor: &mut Conn, session: &Watched) -> QueryResult<()>
    where
        Conn: LoadConnection<Backend = Self>,
    {
        sql_query(END)
            .bind::<BigInt, _>(session.id)
            .execute(monitor)?;
        Ok(())
    }
}
