#[path = "../schema.rs"]
mod schema;

use diesel::connection::LoadConnection;
use diesel::mysql::Mysql;
use diesel::sqlite::Sqlite;
use schema::users;
use upsert_runtime::get_or_create;

fn sqlite(conn: &mut impl LoadConnection<Backend = Sqlite>) {
    let _ = get_or_create!(users, key = { email: "a" }, returning = id).get_result::<String>(conn);
}

fn mysql(conn: &mut impl LoadConnection<Backend = Mysql>) {
    // Accepted, although the row can hit another key.
    let _ = get_or_create!(users, key = { email: "a" }, defaults = { tenant: 1, name: "A" }, returning = id)
        .get_result::<i32>(conn);
    let _ = get_or_create!(users, key = { name: "a" }, conflict = key(users_live_name), returning = id)
        .get_result::<i32>(conn);
}

fn main() {}
