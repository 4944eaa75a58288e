#[path = "../schema.rs"]
mod schema;

use diesel::connection::LoadConnection;
use diesel::mysql::Mysql;
use diesel::pg::Pg;
use diesel::prelude::*;
use schema::users;
use upsert_runtime::upsert;

fn run(
    conn: &mut impl LoadConnection<Backend = Mysql>,
    pg: &mut impl LoadConnection<Backend = Pg>,
) {
    let row = (users::email.eq("a"), users::name.eq("b"));
    // Accepted: that NULLs do not conflict, and what else the row may hit, is the caller's to know.
    let one = upsert!(users, conflict = unchecked key(users_tenant_name), set = < logins += 1 >);
    let _ = one.values(row).execute(conn);

    // MySQL has no key with a predicate.
    let one = upsert!(users, conflict = unchecked key(users_live_name), set = < logins += 1 >);
    let _ = one.values(row).execute(pg);
    let _ = one.values(row).execute(conn);
}

fn main() {}
