use upsert_runtime::upsert;

diesel::table! {
    excluded (k) {
        k -> Integer,
        w -> Integer,
    }
}

diesel::table! {
    #[sql_name = "Excluded"]
    votes (k) {
        k -> Integer,
        w -> Integer,
    }
}

mod schema_of_its_own {
    diesel::table! {
        main.excluded (k) {
            k -> Integer,
            w -> Integer,
        }
    }
}

// Fine: a column of that name, and a table that only looks like it.
diesel::table! {
    excluded_voters (k) {
        k -> Integer,
        excluded -> Integer,
    }
}

fn main() {
    let _ = upsert!(excluded, values = { k: 1, w: 2 }, conflict = (k), set = < w >);
    let _ = upsert!(votes, values = { k: 1, w: 2 }, conflict = (k), set = < w >);
    let _ = upsert!(crate::votes, values = { k: 1, w: 2 }, conflict = any, set = nothing);
    let _ = upsert!(schema_of_its_own::excluded, values = { k: 1, w: 2 }, conflict = (k), set = < .. >);
    let _ = upsert!(excluded_voters, values = { k: 1, excluded: 2 }, conflict = (k), set = < excluded, >);
}
