use upsert_runtime::{unique_keys, upsert};

diesel::table! {
    visits (id) {
        id -> Integer,
        room -> Text,
        parts -> Integer,
        seen_at -> Timestamp,
        n -> Integer,
    }
}

diesel::table! {
    candles (id) {
        id -> Integer,
        symbol -> Text,
        interval -> Nullable<Text>,
        n -> Integer,
    }
}

unique_keys! {
    visits:
        visits_day (room, (seen_at::date)),
        visits_zone (room, (seen_at at time zone "UTC")),
        visits_before (room, parts - 1),
        visits_tens (room, parts / 10),
        visits_parts (room, array_length(parts, 1)),
        visits_year (room, date(seen_at));
    candles: candles_interval (symbol, lower(interval));
}

fn main() {
    // Accepted: what is known to keep NOT NULL, and one's own word.
    let _ = upsert!(visits, conflict = key(visits_day), set = < n += 1 >);
    let _ = upsert!(visits, conflict = key(visits_zone), set = < n += 1 >);
    let _ = upsert!(visits, conflict = key(visits_before), set = < n += 1 >);
    let _ = upsert!(visits, conflict = key(visits_tens), set = < n += 1 >);
    let _ = upsert!(visits, conflict = unchecked key(visits_parts), set = < n += 1 >);

    let _ = upsert!(visits, conflict = key(visits_parts), set = < n += 1 >);
    let _ = upsert!(visits, conflict = key(visits_year), set = < n += 1 >);
    // A word that is one of SQL's elsewhere is a column here.
    let _ = upsert!(candles, conflict = key(candles_interval), set = < n += 1 >);
}
