//! `lock_or_create!`

/// Finds a row by a unique key, or creates it, and locks it until the transaction ends: for what
/// SQL cannot compute, and Rust does.
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// use upsert_runtime::{RowError, lock_or_create};
///
/// /// Keeps the longest title that was ever seen.
/// fn rename(conn: &mut SqliteConnection, title: &str) -> Result<(), RowError> {
///     conn.transaction(|conn| {
///         let hit = lock_or_create!(page_hits, key = { page: "/", day: 1 }, defaults = { n: 0 }, returning = title);
///         let (stored, _) = hit.get_result::<Option<String>>(conn)?;
///         if stored.is_none_or(|stored| stored.chars().count() < title.chars().count()) {
///             let hit = page_hits::table.find(("/", 1));
///             diesel::update(hit).set(page_hits::title.eq(title)).execute(conn)?;
///         }
///         Ok(())
///     })
/// }
///
/// # let conn = &mut connection();
/// for title in ["Home", "Welcome", "Hi"] {
///     rename(conn, title)?;
/// }
/// assert_eq!(page_hits::table.select(page_hits::title).first(conn), Ok(Some("Welcome".to_owned())));
/// # Ok::<(), RowError>(())
/// ```
///
/// All of [`get_or_create!`](crate::get_or_create) is true of it: the sections, the check of the
/// key, who created the row, and the errors. What SQL can say, `n += 1` or `greatest`, is
/// [`upsert!`](crate::upsert)'s, which is faster by far, for it keeps nobody waiting while Rust
/// computes.
///
/// # What is locked
///
/// * **PostgreSQL, MySQL and MariaDB**: the row, by `SELECT .. FOR UPDATE`, or since it was
///   inserted. Whoever changes, deletes or locks it waits; who only reads it does not.
/// * **SQLite** has [no locks of rows][sqlite]: it takes the lock that all writers of the database
///   need, by an UPDATE of no row, before it looks. A deferred transaction (`conn.transaction`)
///   that has read before cannot take it if somebody else has written since: "database is locked".
///   With `conn.immediate_transaction` it has it from the beginning.
///
/// ```sql
/// SELECT "users"."id" FROM "users" WHERE "users"."email" = $1 FOR UPDATE
/// INSERT INTO "users" ("email") VALUES ($1) ON CONFLICT ("email") DO NOTHING RETURNING "users"."id"
/// ```
///
/// On MySQL and MariaDB, from REPEATABLE READ on, FOR UPDATE of a row that is not there locks
/// [the gap][gap] that it would be in, so that of several transactions that create the same new row
/// all but one may fail by a deadlock, a `SerializationFailure`: they are to be done again, and
/// find it. At READ COMMITTED there are no such locks.
///
/// Transactions that lock several rows take them in one order, of the key say, or they are each
/// other's deadlock.
///
/// # Errors
///
/// Those of [`get_or_create!`](crate::get_or_create#errors), and
/// [`NoTransaction`](crate::RowError::NoTransaction) outside of a transaction, before anything is
/// sent: there the lock would be gone when this returns.
///
/// # Coming from Django
///
/// | Django | here |
/// |---|---|
/// | `User.objects.select_for_update().get_or_create(email=e)` | `lock_or_create!(users, key = { email: e }).get_result::<User>(conn)?` |
/// | `TransactionManagementError` | [`RowError::NoTransaction`](crate::RowError::NoTransaction) |
///
/// [sqlite]: https://sqlite.org/lockingv3.html
/// [gap]: https://dev.mysql.com/doc/refman/8.4/en/innodb-locking.html#innodb-gap-locks
#[macro_export]
macro_rules! lock_or_create {
    ($($tokens:tt)*) => {
        $crate::__private::lock_or_create! { $crate $($tokens)* }
    };
}
