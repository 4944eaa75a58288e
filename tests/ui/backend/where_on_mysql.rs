#[path = "../schema.rs"]
mod schema;

use diesel::connection::LoadConnection;
use diesel::mysql::Mysql;
use diesel::prelude::*;
use upsert_runtime::upsert;

diesel::table! {
    documents (id) {
        id -> Integer,
        version -> Integer,
        body -> Json,
        changed_at -> Nullable<Timestamp>,
    }
}

fn run(conn: &mut impl LoadConnection<Backend = Mysql>) {
    let newer = upsert!(
        documents,
        conflict = (id),
        set = < version, changed_at >,
        where = documents.version.lt(excluded.version),
    );
    let _ = newer.values(documents::id.eq(1)).execute(conn);

    let newer = upsert!(
        documents,
        conflict = (id),
        set = < body, version >,
        where = documents.version.lt(excluded.version),
    );
    let _ = newer.values(documents::id.eq(1)).execute(conn);

    // Both can be assigned, and stand in the condition.
    let all = upsert!(documents, conflict = (id), set = < body, version, changed_at >);
    let _ = all.values(documents::id.eq(1)).execute(conn);
    let newer = upsert!(
        documents,
        conflict = (id),
        set = < version >,
        where = documents.changed_at.lt(excluded.changed_at),
    );
    let _ = newer.values(documents::id.eq(1)).execute(conn);
}

fn main() {}
