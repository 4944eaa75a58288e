use diesel::connection::LoadConnection;
use diesel::mysql::Mysql;
use diesel::prelude::*;
use upsert_runtime::upsert;

diesel::table! {
    hours (at, page) {
        at -> Timestamp,
        page -> Text,
        n -> BigInt,
    }
}

fn run(conn: &mut impl LoadConnection<Backend = Mysql>, at: diesel::dsl::now) {
    let hit = upsert!(hours, conflict = (at, page), set = < n += 1 >);
    let row = (hours::at.eq(at), hours::page.eq("/"), hours::n.eq(1));
    let _ = hit.values(row).execute(conn);
    let _ = hit.values(row).outcome(conn);
}

fn main() {}
