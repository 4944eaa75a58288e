//! What a `where =` section is to a backend.

use diesel::backend::Backend;
use diesel::query_builder::QueryFragment;

/// What decides whether a stored row is updated.
pub trait Guard<DB: Backend>: QueryFragment<DB> {
    /// Whether it always is.
    const ALWAYS: bool;

    /// Whether it reads what the assignments write: where they see each other, it is evaluated
    /// before the first.
    const ONCE: bool = false;
}
