//! The statement: an INSERT with a conflict clause of ours in the place of Diesel's, and
//! `RETURNING`.
//!
//! ```text
//! IncompleteUpsert               incomplete.rs, the same without values
//! Upsert                         upsert.rs, where `into_diesel()` makes Diesel's `InsertStatement` of it
//! ├── table
//! ├── values                     what `Insertable` made of the row
//! ├── DoUpdate or DoNothing      action.rs
//! │   ├── target                 target.rs, index.rs
//! │   ├── changes                changes.rs, assign.rs, value.rs, increment.rs
//! │   └── guard                  guard.rs, the `where =` section
//! └── Returning                  returning.rs
//! ```
//!
//! What is executed to know the outcome of an upsert has its clause in trace.rs; by_key.rs reads
//! the row.
//!
//! Inside expressions: the two rows in rows.rs, arithmetic.rs, and operand.rs, which looks at the
//! text.rs of a node.
//!
//! Diesel's own clause opts out of the statement cache, and its assignments have no static query
//! id. These nodes have one wherever their parts do, so that a statement is rendered once for each
//! connection and prepared once.
//!
//! **Whatever the SQL of a node depends on is in its query id**: the ids of its parts, its
//! constants and texts (as types, see [`StaticStr`]), and the SQL type of a part where the SQL
//! depends on that, since Diesel's ids leave out whether a part can be NULL. A node that cannot say
//! so has no static id.

mod action;
mod arithmetic;
mod assign;
mod by_key;
mod changes;
mod guard;
mod incomplete;
mod increment;
mod index;
mod old;
mod operand;
mod returning;
mod rows;
mod target;
mod text;
mod trace;
mod uncommon;
mod upsert;
mod value;

pub use self::assign::Assign;
pub use self::incomplete::{IncompleteUpsert, Row};
pub use self::old::Old;
pub use self::returning::{NoReturning, Returning};
pub use self::rows::{Excluded, Stored};
pub use self::upsert::{ConflictValues, Upsert};
pub use crate::dialect::Guard;

// What the parts are made of: bounds and fields of the above, named by no one but the macros.
#[doc(hidden)]
pub use self::{
    action::{
        AssignmentOrder, Cyclic, DoNothing, DoUpdate, InOrder, OnConflict, UnseenOrder,
        UpdateTarget,
    },
    arithmetic::{Arithmetic, Divisible, Operator, ops},
    by_key::ByKey,
    changes::{Changes, Rest},
    guard::{Always, GuardOf, Once, Predicate, Where},
    incomplete::AfterRow,
    increment::{Delta, Factor, NullAsZero, OrZero, Scalable, Zero},
    index::{IndexColumn, IndexElement, IndexExpression, IndexLiteral, StaticStr},
    returning::{Returned, Selected, Selection},
    rows::{Named, Unnamed, must_be_called, must_not_be_excluded},
    target::{Any, Checked, Columns, Constraint, IndexPredicate, IndexTarget, Key, KeyColumns},
    trace::{InsertOnly, ReturnsBoth, Trace, Traced},
    upsert::{LosesRow, ReadsRows},
    value::{
        Assignable, Impossible, Inserted, NeverNan, NeverNull, Operand, Proposed, UnlessNull, kind,
    },
};

pub(crate) use self::arithmetic::arithmetic;
pub(crate) use self::increment::{changed, scaled};
pub(crate) use self::upsert::walk_values;
