//! Declared unique keys against those of real databases: every difference, beside what is accepted.

mod declared;
mod describe;
mod differences;
#[cfg(feature = "mysql")]
mod mysql;
mod names;
#[cfg(feature = "postgres")]
mod postgres;
mod sqlite;
mod transactions;
