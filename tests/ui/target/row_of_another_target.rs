#[path = "../schema.rs"]
mod schema;

use diesel::connection::LoadConnection;
use diesel::pg::Pg;
use diesel::prelude::*;
use schema::{lower, users};
use upsert_runtime::{Outcome, upsert};

fn run(conn: &mut impl LoadConnection<Backend = Pg>) -> QueryResult<(i32, Outcome)> {
    upsert!(
        users,
        values = { email: "a", name: "b" },
        conflict = (lower(name)) where deleted_at.is_null(),
        set = < logins += 1 >,
        returning = id,
    )
    .get_outcome(conn)
}

fn main() {}
