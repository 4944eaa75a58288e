//! The statement: Diesel's `InsertStatement` with a conflict clause of ours in the place of Diesel's,
//! and `RETURNING`.
//!
//! ```text
//! Upsert                                    upsert.rs
//! ├── InsertStatement<T, ConflictValues>    Diesel's, `into_diesel()` gives it
//! │   ├── values                            what `Insertable` made of the row
//! │   └── DoUpdate or DoNothing             action.rs
//! │       ├── target                        target.rs, index.rs
//! │       ├── assignments                   assign.rs: values from value.rs and increment.rs
//! │       └── guard                         guard.rs, the `where =` section
//! └── Returning                             returning.rs
//! ```
//!
//! Diesel's own clause opts out of the statement cache, and its assignments have no static query id.
//! These nodes have one wherever their parts do, so that a statement is rendered once for each
//! connection and prepared once.

mod action;
mod assign;
mod excluded;
mod guard;
mod increment;
mod index;
mod returning;
mod target;
mod upsert;
mod value;

pub use self::action::{
    AssignmentOrder, Circular, DoNothing, DoUpdate, InOrder, UnseenOrder, UpdateTarget,
};
pub use self::assign::{Assign, Changes};
pub use self::excluded::Excluded;
pub use self::guard::{Always, Guard, Predicate, Where};
pub use self::increment::{
    Arithmetic, Delta, Divisible, Factor, NullAsZero, Operator, OrZero, Scalable, Zero, ops,
};
pub(crate) use self::increment::{changed, scaled};
pub use self::index::{IndexColumn, IndexLiteral, StaticStr};
pub use self::returning::{NoReturning, Returning};
pub(crate) use self::target::first_key_column;
pub use self::target::{Any, Columns, Constraint, FirstColumn, IndexTarget};
pub use self::upsert::{ConflictValues, IncompleteUpsert, Row, Upsert};
pub use self::value::{Assignable, Impossible, Inserted, Operand, kind};
