//! What is wrong with a statement.

/// What is wrong with a statement.
#[derive(Debug)]
pub(crate) struct Complaint {
    /// Where, if not at its beginning.
    pub(crate) start: Option<usize>,
    pub(crate) message: String,
    /// Whether that is that it cannot be read.
    pub(crate) unread: bool,
}

impl Complaint {
    pub(crate) fn new(message: String) -> Self {
        Self {
            start: None,
            message,
            unread: false,
        }
    }

    /// It cannot be read; from `start` on, if that is known.
    pub(crate) fn unread(start: Option<usize>) -> Self {
        Self {
            start,
            message: String::new(),
            unread: true,
        }
    }
}
