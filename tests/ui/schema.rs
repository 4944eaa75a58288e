//! The tables of the ui tests.
#![allow(dead_code)]

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
    other (id) {
        id -> Integer,
        n -> BigInt,
        at -> Timestamp,
    }
}
