//! PostgreSQL: <https://www.postgresql.org/docs/current/sql-insert.html#SQL-ON-CONFLICT>.

use diesel::pg::Pg;

use super::{
    Dialect, SupportsConstraintTarget, SupportsIndexTarget, SupportsReturning,
    SupportsSimultaneousAssignment,
};

impl Dialect for Pg {
    // "NULL values in the argument list are ignored":
    // https://www.postgresql.org/docs/current/functions-conditional.html#FUNCTIONS-GREATEST-LEAST
    const EXTREME_WITH_NULL_IS_NULL: bool = false;
    const SEQUENTIAL_ASSIGNMENT: bool = false;
}

impl SupportsReturning for Pg {}
impl SupportsIndexTarget for Pg {}
impl SupportsConstraintTarget for Pg {}
// No `SupportsUpdateOnAnyKey`: "For ON CONFLICT DO UPDATE, a conflict_target must be provided".
impl SupportsSimultaneousAssignment for Pg {}
