//! Rows that are found or created, and rows under a key that is still free.
//!
//! ```text
//! get_or_create!     get_or_create.rs     find it, else insert it, else find it after all
//! lock_or_create!    lock_or_create.rs    the same, and nobody else changes the row
//! create_unique      create_unique.rs     insert it, else the next one
//! ├── Find           find.rs              the SELECT, with by_key.rs as its WHERE and key.rs in that
//! └── Insert         insert.rs            the INSERT that leaves a stored row alone
//! ```
//!
//! What the steps are on a backend is in [`CreatesRows`](crate::dialect::CreatesRows).

mod by_key;
mod create_unique;
mod error;
mod find;
mod get_or_create;
mod insert;
mod key;
mod lock_or_create;

pub use self::create_unique::create_unique;
pub use self::error::RowError;
pub use self::get_or_create::{GetOrCreate, GetsRow};
pub use self::lock_or_create::LockOrCreate;

// What the statements are made of: named by no one but the macros.
#[doc(hidden)]
pub use self::{
    by_key::ByKey,
    find::{Find, FindAs},
    insert::Insert,
    key::{KeyPart, KeyParts, Nullness},
};
