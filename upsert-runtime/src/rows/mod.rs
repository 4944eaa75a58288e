//! What an upsert did to its row.
//!
//! [`Upsert::outcome`](crate::Upsert::outcome) says whether the row was inserted, updated or left
//! as it was.

mod outcome;
mod ways;

pub use self::outcome::{KnowsOutcome, KnowsRow, Outcome};
