//! The SQL of each step on each backend, and that it is prepared once.

use diesel::connection::InstrumentationEvent;
use diesel::prelude::*;
use upsert_runtime::{get_or_create, lock_or_create};

use super::schema::tags;
use super::{Rows, statements, with_tables};

/// What the steps are on a backend, without the values that are bound.
trait Steps: Rows {
    /// A row is created, and found then.
    const GET: &'static [&'static str];
    /// The same in a transaction, and it is locked.
    const LOCK: &'static [&'static str];
}

impl Steps for SqliteConnection {
    const GET: &'static [&'static str] = &[
        "SELECT `tags`.`id` FROM `tags` WHERE `tags`.`name` = ?",
        "INSERT INTO `tags` (`name`, `n`) VALUES (?, ?) ON CONFLICT (`name`) DO NOTHING RETURNING `tags`.`id`",
        "SELECT `tags`.`id` FROM `tags` WHERE `tags`.`name` = ?",
    ];
    const LOCK: &'static [&'static str] = &[
        "BEGIN",
        "UPDATE `tags` SET `name` = `tags`.`name` WHERE 0 = 1",
        "SELECT `tags`.`id` FROM `tags` WHERE `tags`.`name` = ?",
        "INSERT INTO `tags` (`name`, `n`) VALUES (?, ?) ON CONFLICT (`name`) DO NOTHING RETURNING `tags`.`id`",
        "UPDATE `tags` SET `name` = `tags`.`name` WHERE 0 = 1",
        "SELECT `tags`.`id` FROM `tags` WHERE `tags`.`name` = ?",
        "COMMIT",
    ];
}

#[cfg(feature = "postgres")]
impl Steps for PgConnection {
    const GET: &'static [&'static str] = &[
        r#"SELECT "tags"."id" FROM "tags" WHERE "tags"."name" = $1"#,
        r#"INSERT INTO "tags" ("name", "n") VALUES ($1, $2) ON CONFLICT ("name") DO NOTHING RETURNING "tags"."id""#,
        r#"SELECT "tags"."id" FROM "tags" WHERE "tags"."name" = $1"#,
    ];
    const LOCK: &'static [&'static str] = &[
        "BEGIN",
        r#"SELECT "tags"."id" FROM "tags" WHERE "tags"."name" = $1 FOR UPDATE"#,
        r#"INSERT INTO "tags" ("name", "n") VALUES ($1, $2) ON CONFLICT ("name") DO NOTHING RETURNING "tags"."id""#,
        r#"SELECT "tags"."id" FROM "tags" WHERE "tags"."name" = $1 FOR UPDATE"#,
        "COMMIT",
    ];
}

#[cfg(feature = "mysql")]
impl Steps for MysqlConnection {
    const GET: &'static [&'static str] = &[
        "SELECT `tags`.`id` FROM `tags` WHERE `tags`.`name` = ?",
        "BEGIN",
        "INSERT INTO `tags` (`name`, `n`) VALUES (?, ?) ON DUPLICATE KEY UPDATE `name` = if(@upsert_met := ?, `tags`.`name`, `tags`.`name`)",
        "SELECT `tags`.`id` FROM `tags` WHERE `tags`.`name` = ? AND NOT (CAST(@upsert_met AS SIGNED) <=> ?) FOR UPDATE",
        "COMMIT",
        "SELECT `tags`.`id` FROM `tags` WHERE `tags`.`name` = ?",
    ];
    const LOCK: &'static [&'static str] = &[
        "BEGIN",
        "SELECT `tags`.`id` FROM `tags` WHERE `tags`.`name` = ? FOR UPDATE",
        "INSERT INTO `tags` (`name`, `n`) VALUES (?, ?) ON DUPLICATE KEY UPDATE `name` = if(@upsert_met := ?, `tags`.`name`, `tags`.`name`)",
        "SELECT `tags`.`id` FROM `tags` WHERE `tags`.`name` = ? AND NOT (CAST(@upsert_met AS SIGNED) <=> ?) FOR UPDATE",
        "SELECT `tags`.`id` FROM `tags` WHERE `tags`.`name` = ? FOR UPDATE",
        "COMMIT",
    ];
}

/// What is for this connection's backend.
fn of<Conn: Steps>(_: &Conn) -> [&'static [&'static str]; 2] {
    [Conn::GET, Conn::LOCK]
}

on_each_backend! {
    fn are_these(db) {
        let conn = &mut with_tables(db);
        let texts = statements(conn);
        let taken = || std::mem::take(&mut *texts.lock().unwrap());
        for _ in 0..2 {
            get_or_create!(tags, key = { name: "a" }, defaults = { n: 1 }, returning = id).get_result::<i64>(conn)?;
        }
        assert_eq!(taken(), of(conn)[0]);
        conn.transaction(|conn| {
            for _ in 0..2 {
                lock_or_create!(tags, key = { name: "b" }, defaults = { n: 1 }, returning = id).get_result::<i64>(conn)?;
            }
            QueryResult::Ok(())
        })?;
        assert_eq!(taken(), of(conn)[1]);
    }

    fn are_prepared_once(db) {
        let conn = &mut with_tables(db);
        let prepared = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let noted = prepared.clone();
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::CacheQuery { sql, .. } = event {
                noted.lock().unwrap().push(sql.to_owned());
            }
        });
        let mut get = |name: &str| {
            for _ in 0..2 {
                get_or_create!(tags, key = { name }, defaults = { n: 1 }, returning = id).get_result::<i64>(conn)?;
            }
            QueryResult::Ok(std::mem::take(&mut *prepared.lock().unwrap()))
        };
        let first = get("a")?;
        assert!(first.len() >= 2, "{first:?}");
        assert_eq!(get("b")?, [""; 0]);
    }
}
