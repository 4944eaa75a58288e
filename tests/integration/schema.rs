//! The tables of `tests/migrations`.

diesel::table! {
    page_hits (page, day) {
        page -> Text,
        day -> Integer,
        n -> BigInt,
        likes -> Nullable<BigInt>,
        title -> Nullable<Text>,
        ratio -> Double,
    }
}

diesel::table! {
    users (id) {
        id -> Integer,
        email -> Text,
        name -> Text,
        logins -> Integer,
        deleted -> Bool,
    }
}

upsert_runtime::unique_keys!(
    crate::schema,
    migrations = { postgres: "migrations/postgres", sqlite: "migrations/sqlite", mysql: "migrations/mysql" },
    verify = verify_keys,
);
