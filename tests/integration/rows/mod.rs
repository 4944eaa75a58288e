//! What became of a row.

mod outcome;
mod row;
