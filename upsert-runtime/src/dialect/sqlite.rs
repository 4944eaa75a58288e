//! SQLite: <https://sqlite.org/lang_upsert.html>.

use diesel::sqlite::Sqlite;

use super::Backends;
use super::Verdict;
use super::{
    Dialect, HasKey, HasNoOtherKey, HasNumbersLeft, SupportsGuardOn, SupportsIndexTarget,
    SupportsReturning, SupportsSimultaneousAssignment, SupportsUpdateOnAnyKey, TakesNumbers,
};

impl Dialect for Sqlite {
    type Marked = Self;
    const BACKEND: Backends = Backends::SQLITE;

    // https://sqlite.org/lang_corefunc.html#max_scalar
    const GREATEST: &'static str = "max";
    const LEAST: &'static str = "min";
    // "or return NULL if any argument is NULL"
    const EXTREME_WITH_NULL_IS_NULL: bool = true;
    // The grammar has no ON CONFLICT behind DEFAULT VALUES, and no DEFAULT in VALUES. A rowid that
    // is NULL is one that is left out: https://sqlite.org/lang_insert.html,
    // https://sqlite.org/lang_createtable.html#rowid
    const EMPTY_ROW: &'static str = "(_rowid_) VALUES (NULL)";
    const SEQUENTIAL_ASSIGNMENT: bool = false;
}

// Since 3.35: https://sqlite.org/lang_returning.html
impl SupportsReturning for Sqlite {}
impl SupportsIndexTarget for Sqlite {}
// No `SupportsConstraintTarget`: the grammar has indexed columns only.
// Since 3.35 the target "may be omitted on the last ON CONFLICT clause".
impl SupportsUpdateOnAnyKey for Sqlite {}
impl SupportsSimultaneousAssignment for Sqlite {}
// `WHERE` leaves the row alone.
impl<ST> SupportsGuardOn<ST> for Sqlite {}

#[diagnostic::do_not_recommend]
impl<const P: bool, const M: bool, const O: bool, const L: bool, const G: bool>
    HasKey<Verdict<P, true, M, O, L, G>> for Sqlite
{
}

// The clause is about its target alone.
#[diagnostic::do_not_recommend]
impl<V> HasNoOtherKey<V> for Sqlite {}

#[diagnostic::do_not_recommend]
impl<V> HasNumbersLeft<V> for Sqlite {}

#[diagnostic::do_not_recommend]
impl<V> TakesNumbers<V> for Sqlite {}
