//! PostgreSQL: <https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-ROWS>.

use diesel::pg::Pg;

use super::CreatesRows;

impl CreatesRows for Pg {
    // Since PostgreSQL 15: https://www.postgresql.org/docs/current/sql-createtable.html
    const NULLS_CAN_BE_EQUAL: bool = true;
}
