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
        id -> BigInt,
        email -> Text,
        nick -> Text,
        n -> Integer,
    }
}

diesel::table! {
    nicknames (id) {
        id -> BigInt,
        email -> Text,
        nick -> Text,
    }
}

unique_keys! {
    members: members_email (email), (email, n);
    nicknames: (email), (nick);
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
    // Accepted: the row has no `id`, and what has the same `email` and `n` has the same `email`.
    let _ = upsert!(members, values = { email: "a", nick: "b", n: 1 }, conflict = (email), set = < n += 1 >).execute(conn);
    let _ = upsert!(nicknames, values = { email: "a", nick: "b" }, conflict = any, set = < nick >).execute(conn);
    let one = upsert!(members, conflict = unchecked (email), set = < n += 1 >);
    let row = (members::email.eq("a"), members::nick.eq("b"), members::n.eq(1));
    let _ = one.values(row).execute(conn);

    let _ = upsert!(members, values = { id: 1, email: "a" }, conflict = (email), set = < n += 1 >).execute(conn);
    // By hand nobody has said that `nick` has no DEFAULT.
    let _ = upsert!(nicknames, values = { email: "a" }, conflict = (email), set = < nick = "b" >).execute(conn);
    let one = upsert!(members, conflict = key(members_email), set = nothing);
    let _ = one.values(row).execute(conn);
}

fn main() {}
