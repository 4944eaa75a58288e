//! The three tables of counters. `migrations/` creates them.

diesel::table! {
    /// One path in one month.
    churn_path_months (path, month) {
        path -> Text,
        month -> Text,
        commits -> BigInt,
        added -> BigInt,
        deleted -> BigInt,
        first_change -> BigInt,
        last_change -> BigInt,
    }
}

diesel::table! {
    /// One day, whatever the path.
    churn_days (day) {
        day -> Text,
        commits -> BigInt,
        added -> BigInt,
        deleted -> BigInt,
        first_change -> BigInt,
        last_change -> BigInt,
    }
}

diesel::table! {
    /// Everything: one row, which every commit increments.
    churn_totals (id) {
        id -> Integer,
        commits -> BigInt,
        added -> BigInt,
        deleted -> BigInt,
        first_change -> BigInt,
        last_change -> BigInt,
    }
}

// Read while this is compiled: an upsert on columns that a migration does not keep unique would not
// compile.
upsert_runtime::unique_keys!(
    self,
    migrations = {
        sqlite: "../migrations/sqlite",
        postgres: "../migrations/postgres",
        mysql: "../migrations/mysql",
    },
);
