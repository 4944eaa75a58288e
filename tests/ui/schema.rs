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

diesel::table! {
    users (id) {
        id -> Integer,
        email -> Text,
        name -> Text,
        tenant -> Nullable<Integer>,
        badge -> Nullable<Integer>,
        logins -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}

upsert_runtime::unique_keys! {
    users:
        users_email (email),
        users_live_name (lower(name)) where deleted_at is null,
        users_tenant_name (tenant, name),
        users_tenant_badge (tenant, badge) nulls not distinct,
        users_live_badge (badge) where badge is not null;
}

diesel::define_sql_function! {
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}
