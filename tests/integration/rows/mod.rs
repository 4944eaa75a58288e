//! What became of a row.

mod model;
#[cfg(feature = "mysql")]
mod mysql;
mod outcome;
#[cfg(feature = "postgres")]
mod postgres;
mod race;
mod row;
mod sql;
mod sqlite;
mod waiting;
