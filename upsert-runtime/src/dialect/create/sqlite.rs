//! SQLite: <https://sqlite.org/lang_transaction.html>.

use diesel::QueryResult;
use diesel::connection::Connection;
use diesel::query_builder::AstPass;
use diesel::sqlite::Sqlite;

use super::{CreatesRows, Keep, Lookup, Read};

impl CreatesRows for Sqlite {
    // It has no locks of rows: https://sqlite.org/lockingv3.html
    fn read_as<'b>(_: &'b Read, _: AstPass<'_, 'b, Self>) -> QueryResult<()> {
        Ok(())
    }

    // "Attempting to write to the database" takes the lock that all writers need, even where no row
    // is written. It is taken before the row is read, for a transaction that has read cannot write
    // when somebody else has done so since: https://sqlite.org/isolation.html
    fn find<Conn, R, U>(conn: &mut Conn, row: &R, keep: Keep) -> QueryResult<Option<U>>
    where
        Conn: Connection<Backend = Self>,
        R: Lookup<Conn, U>,
    {
        if keep == Keep::Locked {
            row.touch(conn)?;
        }
        row.read(conn, Read::Plain)
    }
}
