//! The keys of a live database: held against what is declared, and written as a declaration.

mod candidate;
mod compare;
mod describe;
mod difference;
mod in_rust;
mod left_out;
mod verify;

pub use self::describe::describe_unique_keys;
pub use self::difference::{Difference, Mismatch};
pub use self::verify::{VerifyError, differences, differences_of, verify_unique_keys};
