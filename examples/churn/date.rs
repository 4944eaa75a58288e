//! From a moment to its day and month, in UTC.

const DAY: i64 = 24 * 60 * 60;

/// `2026-05-17` for a moment in seconds since 1970.
pub(crate) fn day(seconds: i64) -> String {
    // http://howardhinnant.github.io/date_algorithms.html#civil_from_days: years that start in
    // March, in eras of 400 years.
    const ERA: i64 = 146_097;
    let days = seconds.div_euclid(DAY) + 719_468;
    let (era, day_of_era) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = 400 * era + year_of_era + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The month of a [`day`]: `2026-05`.
pub(crate) fn month(day: &str) -> &str {
    day.rsplit_once('-').map_or(day, |(month, _)| month)
}
