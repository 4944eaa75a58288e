//! A row that leaves everything to the database.

use diesel::prelude::*;
use upsert_runtime::upsert;

diesel::table! {
    singles (k) {
        k -> Text,
        n -> Nullable<BigInt>,
    }
}

#[derive(Insertable)]
struct Single {
    k: Option<&'static str>,
    n: Option<i64>,
}

on_each_backend! {
    fn a_row_without_a_value_takes_every_default_and_meets_the_row_that_has_them(db) {
        let conn = &mut db.connect();
        diesel::sql_query("CREATE TABLE singles (k VARCHAR(20) NOT NULL DEFAULT 'k' PRIMARY KEY, n BIGINT DEFAULT 10)").execute(conn)?;
        let hit = upsert!(singles, conflict = (k), set = < n += 1 >);
        for (k, n) in [(None, None), (None, None), (Some("k"), None), (None, Some(5)), (Some("j"), None)] {
            hit.values(&Single { k, n }).execute(conn)?;
        }
        let rows = singles::table.order(singles::k).load::<(String, Option<i64>)>(conn)?;
        assert_eq!(rows, [("j".to_owned(), Some(10)), ("k".to_owned(), Some(13))]);
        let keep = upsert!(singles, conflict = (k), set = nothing);
        keep.values(&Single { k: None, n: None }).execute(conn)?;
        hit.values(&Single { k: None, n: None }).into_diesel().execute(conn)?;
        assert_eq!(singles::table.find("k").select(singles::n).first::<Option<i64>>(conn)?, Some(14));
    }
}

#[test]
fn a_row_without_a_value_gets_the_next_rowid_on_sqlite() -> QueryResult<()> {
    diesel::table! {
        visits (id) {
            id -> BigInt,
            kind -> Text,
            n -> BigInt,
        }
    }
    #[derive(Insertable)]
    #[diesel(table_name = visits)]
    struct Visit {
        kind: Option<&'static str>,
    }
    upsert_runtime::unique_keys! { visits: (kind); }
    let db = crate::database::sqlite("a_row_without_a_value_gets_the_next_rowid");
    let conn = &mut db.connect();
    diesel::sql_query(
        "CREATE TABLE visits (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
         kind TEXT NOT NULL DEFAULT 'plain' UNIQUE, n INTEGER NOT NULL DEFAULT 1) STRICT",
    )
    .execute(conn)?;
    let hit = upsert!(visits, conflict = (kind), set = < n += 1 >, returning = (id, n));
    for (kind, returned) in [(Some("x"), (1, 1)), (None, (2, 1)), (None, (2, 2))] {
        let visit = Visit { kind };
        assert_eq!(hit.values(&visit).get_result::<(i64, i64)>(conn)?, returned);
    }
    Ok(())
}

#[test]
fn a_row_without_a_value_is_refused_by_sqlite_where_there_is_no_rowid() -> QueryResult<()> {
    let db = crate::database::sqlite("a_row_without_a_value_is_refused");
    let conn = &mut db.connect();
    diesel::sql_query(
        "CREATE TABLE singles (k TEXT NOT NULL DEFAULT 'k' PRIMARY KEY, n BIGINT) WITHOUT ROWID",
    )
    .execute(conn)?;
    let hit = upsert!(singles, conflict = (k), set = < n += 1 >);
    let refused = hit.values(&Single { k: None, n: None }).execute(conn);
    assert!(refused.unwrap_err().to_string().contains("_rowid_"));
    assert_eq!(
        hit.values(&Single {
            k: Some("k"),
            n: None
        })
        .execute(conn),
        Ok(1)
    );
    Ok(())
}

/// A key that the database generates has no value in a row, and cannot be assigned.
mod generated {
    use super::*;

    diesel::table! {
        articles (id) {
            id -> Integer,
            title -> Text,
            slug -> Text,
            n -> BigInt,
        }
    }

    #[derive(Insertable)]
    #[diesel(table_name = articles)]
    struct Article {
        title: &'static str,
    }

    on_each_backend! {
        fn a_generated_key_is_met_and_kept(db) {
            let conn = &mut db.connect();
            let id = match std::any::type_name_of_val(conn) {
                name if name.contains("Pg") => "SERIAL PRIMARY KEY",
                name if name.contains("Mysql") => "INT PRIMARY KEY AUTO_INCREMENT",
                _ => "INTEGER PRIMARY KEY",
            };
            let articles = format!(
                "CREATE TABLE articles (id {id}, title VARCHAR(50) NOT NULL, n BIGINT NOT NULL DEFAULT 1,
                 slug VARCHAR(50) GENERATED ALWAYS AS (lower(title)) STORED UNIQUE)"
            );
            diesel::sql_query(articles).execute(conn)?;
            for title in ["Ada", "ADA", "bob"] {
                upsert!(articles, values = { title: title }, conflict = unchecked (slug), set = nothing).execute(conn)?;
                upsert!(articles, values = &Article { title }, conflict = unchecked (slug), set = nothing).execute(conn)?;
                upsert!(articles, values = &Article { title }, conflict = unchecked (slug), set = < n += 1 >).execute(conn)?;
            }
            // What it is computed from becomes what is proposed, and it is the same.
            upsert!(articles, values = { title: "BOB" }, conflict = unchecked (slug), set = < title, n += 1 >).execute(conn)?;
            let stored = articles::table.order(articles::slug).select((articles::title, articles::slug, articles::n));
            let stored = stored.load::<(String, String, i64)>(conn)?;
            let row = |title: &str, slug: &str, n| (title.to_owned(), slug.to_owned(), n);
            assert_eq!(stored, [row("Ada", "ada", 3), row("BOB", "bob", 3)]);
        }
    }
}
