//! The backend of a `#[derive(MultiConnection)]`, which is one of several at run time.

use diesel::query_builder::QueryFragment;

use super::Dialect;

/// Makes upserts available for the backend of a
/// [`MultiConnection`](https://docs.diesel.rs/2.3.x/diesel/derive.MultiConnection.html): its name,
/// and those of the backends that it may be.
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// use diesel::sqlite::Sqlite;
///
/// #[derive(diesel::MultiConnection)]
/// enum AnyConnection {
///     Sqlite(SqliteConnection),
///     // Postgres(PgConnection),
/// }
///
/// upsert_runtime::multi_backend!(MultiBackend: Sqlite); // Sqlite, Pg
///
/// # fn main() -> diesel::QueryResult<()> {
/// let conn = &mut AnyConnection::Sqlite(connection());
/// let hit = upsert!(page_hits, conflict = (page, day), set = < n += 1 >);
/// let row = (page_hits::page.eq("/"), page_hits::day.eq(1), page_hits::n.eq(1));
/// hit.values(row).execute(conn)?;
/// assert_eq!(hit.values(row).returning(page_hits::n).get_result::<i64>(conn)?, 2);
/// # Ok(())
/// # }
/// ```
///
/// It goes into the crate of the derive, once. A statement is then rendered by the dialect of the
/// connection that is there, as if there were no other, and prepared once for each. It has to
/// compile for **all** of these backends: no `returning` where MySQL is among them. Where they
/// differ, `match` on the connection, in generic code if it is long:
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// # #[derive(diesel::MultiConnection)]
/// # enum AnyConnection { Sqlite(SqliteConnection) }
/// fn hit(conn: &mut AnyConnection) -> QueryResult<i64> {
///     match conn {
///         AnyConnection::Sqlite(conn) => {
///             upsert!(page_hits, values = { page: "/", day: 1, n: 1 }, conflict = any, set = < n += 1 >, returning = n)
///                 .get_result(conn)
///         }
///         // AnyConnection::Mysql(conn) => ..
///     }
/// }
/// # fn main() {
/// # assert_eq!(hit(&mut AnyConnection::Sqlite(connection())), Ok(1));
/// # }
/// ```
///
/// *Last write wins* compiles for all of them if a number says which one is the last, a version or
/// milliseconds. A `Timestamp` that is assigned under a `where` [does
/// not](crate::dialect::SupportsGuardOn) for MySQL:
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// # use diesel::sqlite::Sqlite;
/// # #[derive(diesel::MultiConnection)]
/// # enum AnyConnection { Sqlite(SqliteConnection) }
/// # upsert_runtime::multi_backend!(MultiBackend: Sqlite);
/// fn rename(conn: &mut AnyConnection, title: &str, version: i64) -> QueryResult<usize> {
///     upsert!(
///         page_hits,
///         values = { page: "/", day: 1, n: version, title },
///         conflict = (page, day),
///         set = < .. >,
///         where = page_hits.n.lt(excluded.n),
///     )
///     .execute(conn)
/// }
/// # fn main() -> diesel::QueryResult<()> {
/// # let conn = &mut AnyConnection::Sqlite(connection());
/// # for (title, version) in [("b", 2), ("a", 1)] {
/// #     rename(conn, title, version)?;
/// # }
/// # assert_eq!(page_hits::table.select(page_hits::title).first::<Option<String>>(conn)?.as_deref(), Some("b"));
/// # Ok(())
/// # }
/// ```
///
/// [`increment`](crate::dsl::increment), [`greatest`](crate::dsl::greatest) and what else
/// [`dsl`](crate::dsl) has work in its other queries too.
/// [`verify_unique_keys`](crate::verify_unique_keys) takes the connection inside.
#[macro_export]
macro_rules! multi_backend {
    ($($tokens:tt)*) => {
        $crate::__private::multi_backend! { $crate $($tokens)* }
    };
}

/// What is rendered for `DB`, which has a [`Dialect`].
pub trait Rendered<DB: Dialect>: QueryFragment<DB> {}

impl<DB: Dialect, Node: QueryFragment<DB>> Rendered<DB> for Node {}
