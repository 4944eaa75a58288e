#![doc = include_str!("../README.md")]
#![recursion_limit = "256"]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod dialect;
pub mod dsl;
pub mod keys;
pub mod ledger;
pub mod retry;
pub mod rows;
pub mod statement;

#[doc(hidden)]
pub mod __private;

mod macros;

pub use keys::{describe_unique_keys, verify_unique_keys};
pub use retry::retry;
pub use rows::Outcome;
pub use rows::{RowError, create_unique};
pub use statement::{IncompleteUpsert, Upsert};
