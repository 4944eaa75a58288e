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
