use upsert_runtime::{unique_keys, upsert};

mod schema {
    diesel::table! { events (id) { id -> BigInt, kind -> Text, n -> Integer, } }
    diesel::table! { kinds (id) { id -> BigInt, kind -> Text, n -> Integer, } }
    diesel::table! { old_events (id) { id -> BigInt, n -> Integer, } }
    diesel::table! { log (id) { id -> BigInt, n -> Integer, } }
    diesel::table! { audit (id) { id -> BigInt, n -> Integer, } }
}

unique_keys!(schema, migrations = "migrations/claimed/postgres", except = (log, audit, spatial_ref_sys));
unique_keys! { schema::audit: }

use schema::{audit, events, kinds, log, old_events};

fn main() {
    // Accepted: what is read, what is declared by hand, and one's own word.
    let _ = upsert!(events, conflict = (id), set = < n += 1 >);
    let _ = upsert!(audit, conflict = (id), set = < n += 1 >);
    let _ = upsert!(log, conflict = unchecked (id), set = < n += 1 >);

    let _ = upsert!(log, conflict = (id), set = < n += 1 >);
    let _ = upsert!(kinds, conflict = (id), set = < n += 1 >);
    let _ = upsert!(old_events, conflict = (id), set = < n += 1 >);
}
