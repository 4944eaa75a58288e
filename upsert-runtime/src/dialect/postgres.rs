//! PostgreSQL: <https://www.postgresql.org/docs/current/sql-insert.html#SQL-ON-CONFLICT>.

use diesel::pg::Pg;

use super::Backends;
use super::Verdict;
use super::{
    Dialect, HasKey, HasNoOtherKey, HasNumbersLeft, SupportsConstraintTarget, SupportsGuardOn,
    SupportsIndexTarget, SupportsOld, SupportsReturning, SupportsSimultaneousAssignment,
    TakesNumbers,
};

impl Dialect for Pg {
    type Marked = Self;
    const BACKEND: Backends = Backends::POSTGRES;

    // "NULL values in the argument list are ignored":
    // https://www.postgresql.org/docs/current/functions-conditional.html#FUNCTIONS-GREATEST-LEAST
    const EXTREME_WITH_NULL_IS_NULL: bool = false;
    const SEQUENTIAL_ASSIGNMENT: bool = false;
}

impl SupportsReturning for Pg {}
// Since 18: https://www.postgresql.org/docs/18/dml-returning.html
impl SupportsOld for Pg {}
impl SupportsIndexTarget for Pg {}
impl SupportsConstraintTarget for Pg {}
// No `SupportsUpdateOnAnyKey`: "For ON CONFLICT DO UPDATE, a conflict_target must be provided".
impl SupportsSimultaneousAssignment for Pg {}
// `WHERE` leaves the row alone.
impl<ST> SupportsGuardOn<ST> for Pg {}

#[diagnostic::do_not_recommend]
impl<const S: bool, const M: bool, const O: bool, const L: bool, const G: bool>
    HasKey<Verdict<true, S, M, O, L, G>> for Pg
{
}

// The clause is about its target alone.
#[diagnostic::do_not_recommend]
impl<V> HasNoOtherKey<V> for Pg {}

#[diagnostic::do_not_recommend]
impl<V> HasNumbersLeft<V> for Pg {}

#[diagnostic::do_not_recommend]
impl<V> TakesNumbers<V> for Pg {}
