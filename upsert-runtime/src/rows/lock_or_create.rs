//! The same, and the row stays locked.

use super::{GetOrCreate, GetsRow, RowError};
use crate::dialect::Keep;

/// A row that is found by its key, or created, and then locked: what
/// [`lock_or_create!`](crate::lock_or_create) gives.
#[derive(Debug, Clone, Copy)]
#[must_use = "nothing is found, created or locked until `.get_result(conn)`"]
pub struct LockOrCreate<F, V>(GetOrCreate<F, V>);

impl<F, V> LockOrCreate<F, V> {
    pub(crate) fn new(statement: GetOrCreate<F, V>) -> Self {
        Self(statement)
    }

    /// The row, which nobody else changes before the transaction ends, and whether it was created.
    ///
    /// # Errors
    ///
    /// Those of [`GetOrCreate::get_result`], and [`RowError::NoTransaction`].
    pub fn get_result<U>(
        self,
        conn: &mut impl GetsRow<GetOrCreate<F, V>, U>,
    ) -> Result<(U, bool), RowError> {
        conn.find_or_create(self.0, Keep::Locked)
    }
}
