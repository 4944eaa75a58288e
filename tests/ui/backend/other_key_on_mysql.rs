#[path = "../schema.rs"]
mod schema;

use diesel::connection::LoadConnection;
use diesel::mysql::Mysql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use upsert_runtime::{unique_keys, upsert};

diesel::table! {
    members (id) {
        id -> Integer,
        email -> Text,
        nick -> Text,
        n -> Integer,
    }
}

unique_keys! {
    members: members_email (email), members_nick (nick), (email, n);
}

fn elsewhere(
    pg: &mut impl LoadConnection<Backend = Pg>,
    sqlite: &mut impl LoadConnection<Backend = Sqlite>,
) {
    // Accepted: the clause is about its target alone.
    let one = upsert!(members, conflict = (email), set = < n += 1 >);
    let row = (members::email.eq("a"), members::nick.eq("b"), members::n.eq(1));
    let _ = one.values(row).execute(pg);
    let _ = one.values(row).execute(sqlite);
}

fn run(conn: &mut impl LoadConnection<Backend = Mysql>) {
    // Accepted: the row has no `id` and no `nick`, and what has the same `email` and `n` has the same `email`.
    let _ = upsert!(members, values = { email: "a", n: 1 }, conflict = (email), set = < n += 1 >).execute(conn);
    let _ = upsert!(members, values = { email: "a", nick: "b", n: 1 }, conflict = any, set = < n += 1 >).execute(conn);
    let one = upsert!(members, conflict = unchecked (email), set = < n += 1 >);
    let row = (members::email.eq("a"), members::nick.eq("b"), members::n.eq(1));
    let _ = one.values(row).execute(conn);

    let _ = upsert!(members, values = { email: "a", nick: "b", n: 1 }, conflict = (email), set = < n += 1 >).execute(conn);
    let one = upsert!(members, conflict = key(members_email), set = nothing);
    let _ = one.values(row).execute(conn);
}

fn main() {}
