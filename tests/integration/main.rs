//! The SQL of every form on every backend, and what real databases do with it.
//!
//! SQLite needs nothing. PostgreSQL and MySQL come with the features of that name; `scripts/test`
//! starts the servers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by a panic"
)]

#[macro_use]
mod database;
mod schema;

mod acknowledged;
#[cfg(feature = "postgres")]
mod asynchronous;
mod behaviour;
mod cache;
mod catalogue;
mod churn;
mod counting;
mod ddl;
mod defaults;
mod example;
mod expressions;
mod faults;
mod fragments;
#[cfg(feature = "mysql")]
mod guard;
mod identity;
mod interfaces;
mod isolation;
mod keys;
#[cfg(feature = "mysql")]
mod last_insert_id;
mod model;
#[cfg(all(feature = "postgres", feature = "mysql"))]
mod multi_connection;
mod nullable_keys;
mod race;
mod race_report;
mod rows;
mod script;
#[cfg(feature = "mysql")]
mod sequence;
#[cfg(feature = "mysql")]
mod server;
mod soak;
mod sql;
mod types;
