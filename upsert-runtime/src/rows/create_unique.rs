//! A row under a key that is still free.

use super::RowError;

/// Creates a row under the first of `attempts` keys that no other row has, and returns it.
///
/// `create` is called with the number of the attempt, from 0 on. It makes up a key, a token or a
/// slug, and calls [`create`](super::GetOrCreate::create) on the
/// [`get_or_create!`](crate::get_or_create) of it:
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
/// fn publish(conn: &mut SqliteConnection, title: &str) -> QueryResult<String> {
///     let slug = title.to_lowercase().replace(' ', "-");
///     let slug = create_unique(conn, 20, |conn, attempt| {
///         let slug = match attempt {
///             0 => slug.clone(),
///             n => format!("{slug}-{}", n + 1),
///         };
///         get_or_create!(pages, key = { slug }, defaults = { title }, returning = slug).create(conn)
///     })?;
///     Ok(slug)
/// }
///
/// assert_eq!(publish(conn, "Hello World")?, "hello-world");
/// assert_eq!(publish(conn, "Hello world")?, "hello-world-2");
/// # diesel::QueryResult::Ok(())
/// ```
///
/// A key that is taken is no error to the database (`ON CONFLICT DO NOTHING`), so that a
/// transaction goes on. It is any key that [`get_or_create!`](crate::get_or_create) takes, a
/// partial one too. Of a `token` that is unique while the task has not run, a token of a task that
/// has run is free again:
///
/// ```
/// # use diesel::prelude::*;
/// # use upsert_runtime::{create_unique, get_or_create, unique_keys, RowError};
/// # mod schema {
/// #     diesel::table! { tasks (id) { id -> Integer, token -> Text, execution_time -> BigInt } }
/// # }
/// # use schema::tasks;
/// unique_keys! {
///     schema::tasks: tasks_waiting_token (token) where execution_time = 0;
/// }
///
/// # fn draw() -> &'static str { "x" }
/// # let conn = &mut SqliteConnection::establish(":memory:").unwrap();
/// # diesel::sql_query("CREATE TABLE tasks (id INTEGER PRIMARY KEY, token TEXT NOT NULL, execution_time BIGINT NOT NULL)").execute(conn)?;
/// # diesel::sql_query("CREATE UNIQUE INDEX tasks_waiting_token ON tasks (token) WHERE execution_time = 0").execute(conn)?;
/// let mut add = |conn: &mut SqliteConnection| -> Result<i32, RowError> {
///     create_unique(conn, 3, |conn, _| {
///         get_or_create!(
///             tasks,
///             key = { token: draw() },
///             conflict = key(tasks_waiting_token),
///             defaults = { execution_time: 0 },
///             returning = id,
///         )
///         .create(conn)
///     })
/// };
/// assert_eq!(add(conn), Ok(1));
/// assert_eq!(add(conn), Err(RowError::NoneFree { attempts: 3 }));
/// diesel::update(tasks::table).set(tasks::execution_time.eq(7)).execute(conn)?;
/// assert_eq!(add(conn), Ok(2));
/// # diesel::QueryResult::Ok(())
/// ```
///
/// Each attempt is one INSERT, and takes a number of the id's sequence; on MySQL and MariaDB, which
/// do not return the row, it is a transaction that reads it as well.
///
/// # Errors
///
/// [`RowError::NoneFree`] says how many were tried: there are too few keys, or they are not as
/// random as they should be. An error of `create` ends it; those of
/// [`GetOrCreate::create`](super::GetOrCreate::create) are another attempt's too.
pub fn create_unique<Conn, U>(
    conn: &mut Conn,
    attempts: u32,
    mut create: impl FnMut(&mut Conn, u32) -> Result<Option<U>, RowError>,
) -> Result<U, RowError> {
    for attempt in 0..attempts {
        if let Some(row) = create(conn, attempt)? {
            return Ok(row);
        }
    }
    Err(RowError::NoneFree { attempts })
}
