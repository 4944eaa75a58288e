//! A row under a key that is still free.

use super::{GetOrCreate, GetsRow, RowError};

/// Inserts a row under the first of `attempts` keys that no other row has, and returns it.
///
/// `candidate` is called with the number of the attempt, from 0 on, and gives a
/// [`get_or_create!`](crate::get_or_create) with a key of its own each time: a token, or a slug.
///
/// ```
/// # use diesel::prelude::*;
/// # use upsert_runtime::{create_unique, get_or_create, unique_keys};
/// # mod schema {
/// #     diesel::table! { pages (id) { id -> Integer, slug -> Text, title -> Text } }
/// # }
/// # use schema::pages;
/// # unique_keys! { schema::pages: (slug); }
/// # let conn = &mut SqliteConnection::establish(":memory:").unwrap();
/// # diesel::sql_query("CREATE TABLE pages (id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, title TEXT NOT NULL)").execute(conn)?;
/// let mut create = |title: &str| -> QueryResult<String> {
///     let slug = title.to_lowercase().replace(' ', "-");
///     Ok(create_unique(conn, 20, |attempt| {
///         let slug = match attempt {
///             0 => slug.clone(),
///             n => format!("{slug}-{}", n + 1),
///         };
///         get_or_create!(pages, key = { slug }, defaults = { title }, returning = slug)
///     })?)
/// };
/// assert_eq!(create("Hello World")?, "hello-world");
/// assert_eq!(create("Hello, world")?, "hello,-world");
/// assert_eq!(create("Hello World")?, "hello-world-2");
/// # diesel::QueryResult::Ok(())
/// ```
///
/// A key that is taken is no error to the database (`ON CONFLICT DO NOTHING`), so that a
/// transaction goes on; and it is any key of [`get_or_create!`](crate::get_or_create), a partial one
/// too: of a `token` that is unique while the task has not run, with
/// `conflict = key(tasks_waiting_token)`, that of a task that has run is free again. The row must be
/// one that the key holds for, by its `defaults` or the column's DEFAULT, else each is inserted.
///
/// Nothing is read before, and each attempt takes a number of the id's sequence.
///
/// # Errors
///
/// [`RowError::NoneFree`] says how many were tried: the keys are too few, or not as random as they
/// should be. [`RowError::OtherKey`] if another unique key of the table has a value of the row: with
/// another candidate it would be the same. [`RowError::Database`] is the database's, and on
/// PostgreSQL at REPEATABLE READ or SERIALIZABLE a `SerializationFailure` where a key was taken
/// after the transaction began to read. Nothing is written then.
pub fn create_unique<U, F, V>(
    conn: &mut impl GetsRow<GetOrCreate<F, V>, U>,
    attempts: u32,
    mut candidate: impl FnMut(u32) -> GetOrCreate<F, V>,
) -> Result<U, RowError> {
    for attempt in 0..attempts {
        if let Some(row) = conn.create(candidate(attempt))? {
            return Ok(row);
        }
    }
    Err(RowError::NoneFree { attempts })
}
