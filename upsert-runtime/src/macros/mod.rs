//! The public macros: each carries its documentation here and hands `$crate` to the proc macro, so
//! that a renamed or re-exported dependency works.

mod get_or_create;
mod lock_or_create;
mod unique_keys;
mod upsert;

/// What the examples in this documentation share.
#[doc(hidden)]
#[macro_export]
macro_rules! doctest_prelude {
    () => {
        use diesel::prelude::*;
        use upsert_runtime::upsert;

        diesel::table! {
            page_hits (page, day) {
                page -> Text,
                day -> Integer,
                n -> BigInt,
                title -> Nullable<Text>,
            }
        }

        fn connection() -> SqliteConnection {
            let mut conn = SqliteConnection::establish(":memory:").unwrap();
            diesel::connection::SimpleConnection::batch_execute(
                &mut conn,
                "CREATE TABLE page_hits (
                    page TEXT NOT NULL, day INTEGER NOT NULL, n BIGINT NOT NULL, title TEXT,
                    PRIMARY KEY (page, day)
                )",
            )
            .unwrap();
            conn
        }
    };
}
