//! Which commits are counted: the ledger has a row for each.

use std::collections::HashSet;

use diesel::dsl::auto_type;
use diesel::prelude::*;

use crate::common::database::{Database, each};

diesel::table! {
    /// What `upsert_runtime::ledger` keeps. Others may have rows in it.
    upsert_ledger (id) {
        id -> Binary,
    }
}

/// What our ids begin with, and the first that no longer does.
const FROM: &[u8] = b"churn ";
const TO: &[u8] = b"churn!";

/// By which a commit is counted once.
pub(crate) fn id(hash: &str) -> Vec<u8> {
    [FROM, hash.as_bytes()].concat()
}

/// The rows of the commits that are counted.
#[auto_type]
pub(crate) fn ours() -> _ {
    let from: &'static [u8] = FROM;
    let to: &'static [u8] = TO;
    upsert_ledger::table.filter(upsert_ledger::id.ge(from).and(upsert_ledger::id.lt(to)))
}

/// The ids of the commits that are counted. Whoever counts asks the ledger again: this spares the
/// question for those that have been for long.
pub(crate) fn known(database: &mut Database) -> QueryResult<HashSet<Vec<u8>>> {
    let ids = ours().select(upsert_ledger::id);
    let ids: Vec<Vec<u8>> = each!(database, conn => ids.load(conn))?;
    Ok(ids.into_iter().collect())
}
