use diesel::connection::LoadConnection;
use diesel::mysql::Mysql;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use upsert_runtime::{unique_keys, upsert};

diesel::table! {
    accounts (id) {
        id -> Unsigned<BigInt>,
        email -> Text,
        n -> Integer,
    }
}

diesel::table! {
    visitors (id) {
        id -> Integer,
        email -> Text,
        n -> Integer,
    }
}

unique_keys! {
    accounts: (email);
    visitors: (email);
}

fn run(
    conn: &mut impl LoadConnection<Backend = Mysql>,
    sqlite: &mut impl LoadConnection<Backend = Sqlite>,
) {
    // Accepted: nobody uses up the numbers of a BIGINT, and elsewhere the target is the key that is
    // meant.
    let _ = upsert!(accounts, values = { email: "a", n: 1 }, conflict = (email), set = < n += 1 >).execute(conn);
    let _ = upsert!(visitors, values = { email: "a", n: 1 }, conflict = (email), set = < n += 1 >).execute(sqlite);
    let _ = upsert!(visitors, values = { email: "a", n: 1 }, conflict = unchecked (email), set = < n += 1 >).execute(conn);
    let _ = upsert!(visitors, values = { id: 0, email: "a", n: 1 }, conflict = unchecked (id), set = < n += 1 >).execute(conn);

    let _ = upsert!(visitors, values = { email: "a", n: 1 }, conflict = (email), set = < n += 1 >).execute(conn);
    let _ = upsert!(visitors, values = { email: "a", n: 1 }, conflict = any, set = < n += 1 >).execute(conn);
}

diesel::table! {
    totals (id) {
        id -> Integer,
        n -> Integer,
    }
}

fn zero(
    conn: &mut impl LoadConnection<Backend = Mysql>,
    sqlite: &mut impl LoadConnection<Backend = Sqlite>,
) {
    // Accepted: there it is a number like another.
    let _ = upsert!(totals, values = { id: 0, n: 1 }, conflict = (id), set = < n += 1 >).execute(sqlite);
    let _ = upsert!(totals, values = { id: 1, n: 0 }, conflict = (id), set = < n += 1 >).execute(conn);

    let _ = upsert!(totals, values = { id: -(0_i32), n: 1 }, conflict = (id), set = < n += 1 >).execute(conn);
}

fn main() {}
