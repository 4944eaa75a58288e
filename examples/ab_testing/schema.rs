//! The log.

diesel::table! {
    /// One version of one test in one hour.
    ab_hours (test, version, date, hour) {
        test -> Text,
        version -> Text,
        date -> Text,
        hour -> Integer,
        participants -> BigInt,
        conversions -> BigInt,
    }
}
