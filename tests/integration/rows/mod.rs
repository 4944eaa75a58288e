//! Rows that are found or created.

mod get_or_create;
