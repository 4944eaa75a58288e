use diesel::connection::LoadConnection;
use diesel::pg::Pg;
use upsert_runtime::{unique_keys, upsert};

mod schema {
    diesel::table! {
        users (id) {
            id -> Integer,
            email -> Text,
            name -> Text,
            nick -> Text,
        }
    }
}

use schema::users;

unique_keys!(schema, migrations = "migrations/postgres", except = (audit), verify = verify_keys);

fn main() {
    // Accepted.
    let _ = upsert!(users, conflict = (id), set = < name = "b" >);
    let _ = upsert!(users, conflict = (email), set = < name = "b" >);
    let _ = upsert!(users, conflict = constraint("users_nick"), set = < name = "b" >);
    let _ = upsert!(users, conflict = key(users_live_name), set = < nick = "b" >);

    let _ = upsert!(users, conflict = (name), set = < nick = "b" >);
    let _ = upsert!(users, conflict = constraint("users_email"), set = < name = "b" >);
}

fn at_the_start(conn: &mut impl LoadConnection<Backend = Pg>) {
    verify_keys(conn).unwrap();
}
