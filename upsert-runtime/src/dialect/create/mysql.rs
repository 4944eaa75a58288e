//! MySQL and MariaDB:
//! <https://dev.mysql.com/doc/refman/8.4/en/innodb-locks-set.html>,
//! <https://mariadb.com/kb/en/innodb-lock-modes/>.

use diesel::QueryResult;
use diesel::connection::Connection;
use diesel::mysql::Mysql;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::query_source::Column;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_types::BigInt;

use super::{Candidate, CreatesRows, Creation, Keep, Read, is_in_transaction};
use crate::dialect::mysql::remembered;
use crate::dialect::{Dialect, Mark};

impl CreatesRows for Mysql {
    // MariaDB has no FOR SHARE, and MySQL still has the older spelling:
    // https://dev.mysql.com/doc/refman/8.4/en/innodb-locking-reads.html
    fn read_as<'b>(how: &'b Read, mut out: AstPass<'_, 'b, Self>) -> QueryResult<()> {
        match how {
            Read::Plain => {}
            Read::Shared => out.push_sql(" LOCK IN SHARE MODE"),
            Read::Locked => out.push_sql(" FOR UPDATE"),
            Read::Inserted(mark) => {
                // A statement that is prepared has a type for the variable, and not that of a
                // number.
                out.push_sql(" AND NOT (CAST(@upsert_met AS SIGNED) <=> ");
                out.push_bind_param::<BigInt, _>(&mark.updated)?;
                out.push_sql(") FOR UPDATE");
            }
        }
        Ok(())
    }

    // The number of affected rows is the same whether the row was there or not, for Diesel's
    // connections count found rows. So the assignment, which changes nothing, leaves a mark in a
    // variable: https://dev.mysql.com/doc/refman/8.4/en/user-variables.html
    //
    // A plain INSERT would tell by its error, but it takes a shared lock of the row that it meets,
    // and of two sessions that wait for it and then want an exclusive one, one is a deadlock's
    // victim. This takes the exclusive one at once.
    fn unless_there<'b, Target, C, E>(
        (target, column): (&'b Target, &'b C),
        _: &'b E,
        mark: &'b Mark,
        mut out: AstPass<'_, 'b, Self>,
    ) -> QueryResult<()>
    where
        Target: QueryFragment<Self>,
        C: Column + QueryFragment<Self>,
        E: QueryFragment<Self>,
    {
        Self::do_update(target, out.reborrow())?;
        remembered("@upsert_met", column, out, |mut out| {
            out.push_bind_param::<BigInt, _>(&mark.updated)
        })
    }

    // In a transaction of its own if there is none: the row stays locked from the INSERT on until
    // it is read.
    fn create<Conn, R, U>(conn: &mut Conn, row: &R, keep: Keep) -> QueryResult<Creation<U>>
    where
        Conn: Connection<Backend = Self>,
        R: Candidate<Conn, U>,
    {
        let create = |conn: &mut Conn| {
            let mark = Mark::next();
            row.insert_marked(conn, mark)?;
            if let Some(row) = row.read(conn, Read::Inserted(mark))? {
                return Ok(Creation::Created(row));
            }
            // A plain read at REPEATABLE READ would not see a row that is newer than the first
            // read: https://dev.mysql.com/doc/refman/8.4/en/innodb-consistent-read.html
            let met = row.read(
                conn,
                match keep {
                    Keep::No => Read::Shared,
                    Keep::Locked => Read::Locked,
                },
            )?;
            // It is locked since the INSERT has met it, and cannot be gone.
            Ok(met.map_or(Creation::OtherKey, Creation::Found))
        };
        if is_in_transaction(conn)? {
            return create(conn);
        }
        let created = conn.transaction(|conn| match create(conn)? {
            // Not only another row with another key: a trigger may have given this one another.
            Creation::OtherKey => Err(Error::RollbackTransaction),
            creation => Ok(creation),
        });
        match created {
            Err(Error::RollbackTransaction) => Ok(Creation::OtherKey),
            created => created,
        }
    }

    // A deadlock is a `SerializationFailure` to Diesel, and that a row is newer than the
    // transaction is nothing but its text (1020, of MariaDB with `innodb_snapshot_isolation`); both
    // roll the whole transaction back: https://mariadb.com/kb/en/innodb-system-variables/
    fn may_pass(error: &Error) -> bool {
        match error {
            Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => true,
            Error::DatabaseError(_, answer) => answer.message().starts_with("Record has changed"),
            _ => false,
        }
    }
}
