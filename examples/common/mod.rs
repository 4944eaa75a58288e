//! What the examples share: the three databases, and how a program says what it does and why it
//! stops.

pub(crate) mod database;
pub(crate) mod failure;
pub(crate) mod shape;
pub(crate) mod terminal;
pub(crate) mod url;
