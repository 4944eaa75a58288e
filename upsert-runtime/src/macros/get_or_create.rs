//! `get_or_create!`

/// Finds a row by its key, or creates it.
#[macro_export]
macro_rules! get_or_create {
    ($($tokens:tt)*) => {
        $crate::__private::get_or_create! { $crate $($tokens)* }
    };
}
