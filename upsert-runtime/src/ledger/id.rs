//! The id of an operation, or the name of a writer.

use super::LedgerError;

/// How many bytes an id or a name has at most.
pub const MAX_ID: usize = 255;

pub(super) fn checked(id: &[u8]) -> Result<&[u8], LedgerError> {
    match id.len() {
        0 => Err(LedgerError::EmptyId),
        bytes if bytes > MAX_ID => Err(LedgerError::LongId { bytes }),
        _ => Ok(id),
    }
}
