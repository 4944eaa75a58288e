//! `lock_or_create!`

/// Finds a row by its key, or creates it, and locks it.
#[macro_export]
macro_rules! lock_or_create {
    ($($tokens:tt)*) => {
        $crate::__private::lock_or_create! { $crate $($tokens)* }
    };
}
