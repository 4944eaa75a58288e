//! Through `#[derive(MultiConnection)]`: one of several backends, which one is known at run time.

use diesel::mysql::Mysql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use upsert_runtime::dsl::{coalesce, greatest, increment};
use upsert_runtime::{multi_backend, upsert};

use crate::cache::Seen;
use crate::schema::page_hits;

#[derive(diesel::MultiConnection)]
enum AnyConnection {
    Sqlite(SqliteConnection),
    Pg(PgConnection),
    Mysql(MysqlConnection),
}

multi_backend!(MultiBackend: Sqlite, Pg, Mysql);

/// Those that have `RETURNING`.
mod returning {
    use super::*;

    #[derive(diesel::MultiConnection)]
    pub(super) enum AnyConnection {
        Sqlite(SqliteConnection),
        Pg(PgConnection),
    }

    multi_backend!(MultiBackend: Sqlite, Pg);
}

fn connections<R>(test: &str, check: impl Fn(&mut AnyConnection) -> QueryResult<R>) -> [R; 3] {
    let sqlite = crate::database::sqlite(test);
    let postgres = crate::database::postgres(test);
    let mysql = crate::database::mysql(test);
    [
        AnyConnection::Sqlite(sqlite.connect()),
        AnyConnection::Pg(postgres.connect()),
        AnyConnection::Mysql(mysql.connect()),
    ]
    .map(|mut conn| check(&mut conn).unwrap())
}

#[test]
fn each_backend_gets_its_own_sql() {
    let sql = connections("each_backend_gets_its_own_sql", |conn| {
        let seen = Seen::by(conn);
        let hit = upsert!(
            page_hits,
            conflict = (page, day),
            set = < n = greatest(page_hits.n, excluded.n), likes += page_hits.n, title = coalesce(excluded.title, "x") >,
            where = page_hits.n.lt(excluded.n),
        );
        for n in [1, 5, 3] {
            let row = (
                page_hits::page.eq("/"),
                page_hits::day.eq(1),
                page_hits::n.eq(n),
            );
            hit.values(row).execute(conn)?;
        }
        let row = page_hits::table
            .select((page_hits::n, page_hits::likes, page_hits::title))
            .first::<(i64, Option<i64>, Option<String>)>(conn)?;
        assert_eq!(row, (5, Some(1), Some("x".into())));
        Ok(seen.texts())
    });
    for (sql, own) in sql.iter().zip(["= max(", "= greatest(", "= if("]) {
        // The upsert, which was executed three times, and the SELECT.
        assert!(sql.len() == 2 && sql[0].contains(own), "{sql:?}");
    }
}

#[test]
fn an_increment_works_in_its_other_updates() {
    connections("an_increment_works_in_its_other_updates", |conn| {
        let row = (
            page_hits::page.eq("/"),
            page_hits::day.eq(1),
            page_hits::n.eq(1),
        );
        upsert!(
            page_hits,
            values = row,
            conflict = (page, day),
            set = nothing
        )
        .execute(conn)?;
        diesel::update(page_hits::table)
            .filter(page_hits::day.eq(1))
            .set((increment(page_hits::n, 4), increment(page_hits::likes, 2)))
            .execute(conn)?;
        let row = page_hits::table
            .select((
                greatest(page_hits::n, page_hits::likes),
                coalesce(page_hits::likes, 0),
            ))
            .first::<(i64, i64)>(conn)?;
        assert_eq!(row, (5, 2));
        Ok(())
    });
}

#[test]
fn rows_come_back_where_all_its_backends_return_them() {
    use returning::AnyConnection;

    let test = "rows_come_back_where_all_its_backends_return_them";
    let (sqlite, postgres) = (
        crate::database::sqlite(test),
        crate::database::postgres(test),
    );
    for mut conn in [
        AnyConnection::Sqlite(sqlite.connect()),
        AnyConnection::Pg(postgres.connect()),
    ] {
        let hit =
            upsert!(page_hits, conflict = (page, day), set = < n += 1 >, returning = (page, n));
        let row = (
            page_hits::page.eq("/"),
            page_hits::day.eq(1),
            page_hits::n.eq(1),
        );
        let hit = || hit.values(row);
        assert_eq!(hit().get_result(&mut conn), Ok(("/".to_owned(), 1_i64)));
        assert_eq!(hit().get_result(&mut conn), Ok(("/".to_owned(), 2_i64)));
    }
}
