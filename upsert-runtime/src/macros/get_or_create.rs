//! `get_or_create!`

/// Finds a row by a unique key, or creates it: the row, and whether it was created.
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// use upsert_runtime::get_or_create;
///
/// #[derive(Queryable, Selectable)]
/// struct PageHit {
///     n: i64,
///     title: Option<String>,
/// }
///
/// # let conn = &mut connection();
/// let (hit, created) = get_or_create!(
///     page_hits,
///     key = { page: "/", day: 1 },
///     defaults = { n: 0, title: "Home" },
///     returning = PageHit,
/// )
/// .get_result(conn)?;
/// assert!(created && hit.n == 0 && hit.title.as_deref() == Some("Home"));
///
/// let again = get_or_create!(page_hits, key = { page: "/", day: 1 }, defaults = { n: 5 }, returning = n);
/// assert_eq!(again.get_result::<i64>(conn)?, (0, false));
/// # Ok::<(), upsert_runtime::RowError>(())
/// ```
///
/// However many callers want the same new row at the same time, **one of them is told that it
/// created it**, and all of them get it. It gives a [`GetOrCreate`](crate::rows::GetOrCreate), of
/// which `get_result` takes the steps that follow, and `create` the INSERT alone, for
/// [`create_unique`](crate::create_unique).
///
/// # Sections
///
/// The table comes first, as in [`upsert!`](crate::upsert#sections). `key` has to be there.
///
/// | section | is |
/// |---|---|
/// | `key =` | `{ email: e }`: the columns of a unique key, all of them, with their values |
/// | `defaults =` | what else is in a row that is created: `{ name: n }`, or anything `Insertable` without the key's columns: `&profile`, a tuple |
/// | `conflict =` | which key it is, where the columns alone do not say so: `key(name)`, `(lower(name))`, `(email) where deleted.eq(false)`, `unchecked (a, b)`, as in [`upsert!`](crate::upsert#conflict-which-unique-key-the-row-may-meet) |
/// | `returning =` | a column, a tuple of columns or expressions, or a type that derives `Selectable`; all columns without it. It compiles on MySQL too |
///
/// **The key is checked at compile time**, just as that of an upsert is: it has to be a unique key
/// that is declared, and no value of it may be NULL unless the key is NULLS NOT DISTINCT. A column
/// in `defaults` that is in the key does not compile, nor does one in `key` that is not. On MySQL a
/// row that can hit another unique key compiles here, for what was hit is read by the key and not
/// taken for it.
///
/// **`defaults` is evaluated when the row is not there**, once, so that a token is drawn and a file
/// read only then. It stands in a closure: a `?` or a `return` in it ends that, and it cannot
/// borrow what it makes (`name: &format!(..)`; without the `&` it can be inserted just as well).
/// What is in `key` and `returning` is always evaluated.
///
/// # What is sent
///
/// A row that is there is one SELECT: nothing is written, nobody waits, and no number of a sequence
/// is taken.
///
/// ```sql
/// SELECT "users"."id" FROM "users" WHERE "users"."email" = $1
/// ```
///
/// Where it finds none, on PostgreSQL and SQLite:
///
/// ```sql
/// INSERT INTO "users" ("email", "name") VALUES ($1, $2)
///     ON CONFLICT ("email") DO NOTHING RETURNING "users"."id"
/// ```
///
/// If this returns no row, somebody else has inserted it, and it is looked for again; if it is gone
/// by then, it is inserted again, 16 times at most. On MySQL and MariaDB it is a transaction,
/// unless there is one, in which the row cannot be gone:
///
/// ```sql
/// INSERT INTO `users` (`email`, `name`) VALUES (?, ?)
///     ON DUPLICATE KEY UPDATE `email` = if(@upsert_met := ?, `users`.`email`, `users`.`email`)
/// SELECT `users`.`id` FROM `users` WHERE `users`.`email` = ? AND NOT (CAST(@upsert_met AS SIGNED) <=> ?) FOR UPDATE
/// SELECT `users`.`id` FROM `users` WHERE `users`.`email` = ? LOCK IN SHARE MODE
/// ```
///
/// The number of [affected rows][rows] does not tell whether the row is new, as Diesel's
/// connections count found rows. The variable does; MySQL 8 counts it as a [deprecated][variable]
/// use and warns. The last statement is sent if it is not new, and locks, for a plain SELECT at
/// REPEATABLE READ [would not see][snapshot] a row that is newer than what the transaction has
/// read. A stored row that is met is written with the value that it has: see
/// [`upsert!`](crate::upsert#what-the-backends-do-differently) for what triggers make of that.
///
/// By `conflict = key(users_lower_name)` the row is looked for with the index's own expression and
/// predicate, which the index answers:
///
/// ```sql
/// SELECT .. WHERE (lower(name)) = (SELECT lower(name) FROM (SELECT $1 AS "name") AS "proposed")
/// ```
///
/// The row that is created has to be one that such a predicate holds for, by its `defaults` or by a
/// DEFAULT; else nobody finds it, and each call creates one more.
///
/// # In a transaction
///
/// By itself, in autocommit, it is right at any isolation level and fails for none; SQLite needs
/// its `busy_timeout` for that, as for any write. In a transaction that has read before the row was
/// created, another one's row may be too new for it:
///
/// | | READ COMMITTED | REPEATABLE READ | SERIALIZABLE |
/// |---|---|---|---|
/// | PostgreSQL | found | `SerializationFailure` | `SerializationFailure` |
/// | MySQL, MariaDB | found | found | found, or `SerializationFailure` (a deadlock) |
/// | MariaDB with [`innodb_snapshot_isolation`][mariadb], the default since 11.6 | found | error 1020 | found, or error 1020 or a deadlock |
/// | SQLite, deferred | | | "database is locked" at once ([`SQLITE_BUSY_SNAPSHOT`][busy]) |
///
/// After each of these errors nothing is written that lasts, and the transaction is to be rolled
/// back and done again, all of it. On SQLite `conn.immediate_transaction(..)` waits for its turn
/// instead. A transaction that was begun by a `BEGIN` in raw SQL is not known to Diesel, nor here:
/// on MySQL what would begin one would end that.
///
/// # Errors
///
/// A [`RowError`](crate::RowError), which `?` makes a [`diesel::result::Error`] where that is asked
/// for. Nothing is written then.
///
/// * [`Database`](crate::RowError::Database): the database's own, those of the table above, and
///   what it refuses to insert.
/// * [`OtherKey`](crate::RowError::OtherKey): `defaults` has a value in another unique key that
///   another row has; or, on MySQL, a trigger gives the row another key than it was inserted with.
///   On PostgreSQL this aborts a transaction; on MySQL one of your own is to be rolled back.
/// * [`Vanished`](crate::RowError::Vanished): the row was there and gone 16 times.
///
/// # Coming from Django
///
/// | Django | here |
/// |---|---|
/// | `User.objects.get_or_create(email=e, defaults={"name": n})` | `get_or_create!(users, key = { email: e }, defaults = { name: n }).get_result::<User>(conn)?` |
/// | `User.objects.select_for_update().get_or_create(email=e)` | [`lock_or_create!`](crate::lock_or_create) |
/// | `defaults={"token": make_token}`, called only if needed | `defaults = { token: make_token() }`, evaluated only if needed |
/// | without a unique constraint: duplicates under concurrency, then `MultipleObjectsReturned` | does not compile |
/// | `IntegrityError` inside of a transaction at REPEATABLE READ | see above |
///
/// [rows]: https://dev.mysql.com/doc/refman/8.4/en/insert-on-duplicate.html
/// [variable]: https://dev.mysql.com/doc/refman/8.4/en/user-variables.html
/// [snapshot]: https://dev.mysql.com/doc/refman/8.4/en/innodb-consistent-read.html
/// [mariadb]: https://mariadb.com/kb/en/innodb-system-variables/
/// [busy]: https://sqlite.org/rescode.html#busy_snapshot
#[macro_export]
macro_rules! get_or_create {
    ($($tokens:tt)*) => {
        $crate::__private::get_or_create! { $crate $($tokens)* }
    };
}
