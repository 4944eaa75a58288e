//! What is sent, each prepared once for each connection.

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::BigInt;
use diesel::{QueryResult, RunQueryDsl};

use crate::dialect::Ledger;

/// Takes an id. The INSERT waits for a transaction that is taking the same one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Take<'a>(pub(super) &'a [u8]);

/// A row if the id is taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taken<'a>(pub(super) &'a [u8]);

/// Deletes ids that were taken more than so many seconds ago.
#[derive(Debug, Clone, Copy)]
pub(super) struct Forget(pub(super) i64);

/// Begins the next epoch of a writer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Begin<'a>(pub(super) &'a [u8]);

/// The epoch and the sequence number of a writer, which nobody is changing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Position<'a>(pub(super) &'a [u8]);

/// Counts one more operation of a writer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Advance<'a> {
    pub(super) name: &'a [u8],
    pub(super) epoch: i64,
    /// How many there were before.
    pub(super) from: i64,
    /// How many there are with it.
    pub(super) to: i64,
}

impl<DB: Ledger> QueryFragment<DB> for Take<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("INSERT INTO upsert_ledger (id) VALUES (");
        DB::bytes(self.0, out.reborrow())?;
        out.push_sql(")");
        out.push_sql(DB::SKIP);
        Ok(())
    }
}

impl<DB: Ledger> QueryFragment<DB> for Taken<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT 1, 1 FROM upsert_ledger WHERE id = ");
        DB::bytes(self.0, out)
    }
}

impl Query for Taken<'_> {
    type SqlType = (BigInt, BigInt);
}

impl<DB: Ledger> QueryFragment<DB> for Forget {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("DELETE FROM upsert_ledger WHERE ");
        out.push_sql(DB::OLDER);
        DB::number(&self.0, out.reborrow())?;
        out.push_sql(DB::SECONDS);
        Ok(())
    }
}

impl<DB: Ledger> QueryFragment<DB> for Begin<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("INSERT INTO upsert_writers (name, epoch, sequence) VALUES (");
        DB::bytes(self.0, out.reborrow())?;
        out.push_sql(", 1, 0)");
        out.push_sql(DB::UPDATE);
        out.push_sql("epoch = upsert_writers.epoch + 1");
        Ok(())
    }
}

impl<DB: Ledger> QueryFragment<DB> for Position<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT epoch, sequence FROM upsert_writers WHERE name = ");
        DB::bytes(self.0, out.reborrow())?;
        out.push_sql(DB::LOCK);
        Ok(())
    }
}

impl Query for Position<'_> {
    type SqlType = (BigInt, BigInt);
}

impl<DB: Ledger> QueryFragment<DB> for Advance<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE upsert_writers SET sequence = ");
        DB::number(&self.to, out.reborrow())?;
        out.push_sql(" WHERE name = ");
        DB::bytes(self.name, out.reborrow())?;
        out.push_sql(" AND epoch = ");
        DB::number(&self.epoch, out.reborrow())?;
        out.push_sql(" AND sequence = ");
        DB::number(&self.from, out.reborrow())
    }
}

/// The SQL of each is that of its type, whatever is bound.
macro_rules! statements {
    ($($Statement:ty = $Id:ty;)+) => {$(
        impl QueryId for $Statement {
            type QueryId = $Id;
            const HAS_STATIC_QUERY_ID: bool = true;
        }

        impl<Conn> RunQueryDsl<Conn> for $Statement {}
    )+};
}

statements! {
    Take<'_> = Take<'static>;
    Taken<'_> = Taken<'static>;
    Forget = Forget;
    Begin<'_> = Begin<'static>;
    Position<'_> = Position<'static>;
    Advance<'_> = Advance<'static>;
}
