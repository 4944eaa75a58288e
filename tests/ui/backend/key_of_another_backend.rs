#[path = "../schema.rs"]
mod schema;

use diesel::connection::LoadConnection;
use diesel::mysql::Mysql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use schema::users;
use upsert_runtime::upsert;

fn run(
    pg: &mut impl LoadConnection<Backend = Pg>,
    sqlite: &mut impl LoadConnection<Backend = Sqlite>,
    mysql: &mut impl LoadConnection<Backend = Mysql>,
) {
    let partial = upsert!(users, conflict = key(users_live_name), set = < logins += 1 >);
    let nulls = upsert!(users, conflict = (tenant, badge), set = < logins += 1 >);
    let row = users::logins.eq(1);

    // Accepted.
    let _ = partial.values(row).execute(pg);
    let _ = partial.values(row).execute(sqlite);
    let _ = nulls.values(row).execute(pg);

    // There are no partial indexes on MySQL, and NULLs are distinct but on PostgreSQL.
    let _ = partial.values(row).execute(mysql);
    let _ = nulls.values(row).execute(sqlite);
}

fn main() {}
