//! Keys with a column that can be NULL, in a row where it is not.

use diesel::prelude::*;
use diesel::sql_types::Text;
use upsert_runtime::upsert;

diesel::table! {
    members (id) {
        id -> BigInt,
        email -> Nullable<Text>,
        room -> Nullable<Integer>,
        n -> Integer,
    }
}

upsert_runtime::unique_keys! {
    members: members_email (email), members_room (room, email);
}

on_each_backend! {
    fn a_row_meets_its_key_where_no_value_is_null(db) {
        let conn = &mut db.connect();
        let id = match std::any::type_name_of_val(conn) {
            name if name.contains("Pg") => "BIGSERIAL PRIMARY KEY",
            name if name.contains("Mysql") => "BIGINT PRIMARY KEY AUTO_INCREMENT",
            _ => "INTEGER PRIMARY KEY",
        };
        let members = format!("CREATE TABLE members (id {id}, email VARCHAR(20) UNIQUE, room INT, n INT NOT NULL)");
        diesel::sql_query(members).execute(conn)?;
        diesel::sql_query("CREATE UNIQUE INDEX members_room ON members (room, email)").execute(conn)?;
        for _ in 0..2 {
            let nobody = (members::email.eq(None::<String>), members::n.eq(100));
            diesel::insert_into(members::table).values(nobody).execute(conn)?;
            let email = String::from("a");
            upsert!(members, values = { email: &email, n: 1 }, conflict = (email), set = < n += 1 >).execute(conn)?;
            upsert!(members, values = { n: 1, email: "b".into_sql::<Text>() }, conflict = key(members_email), set = < n += 1 >).execute(conn)?;
        }
        let rows = members::table.order((members::email, members::n)).select((members::email, members::n));
        let mut rows = rows.load::<(Option<String>, i32)>(conn)?;
        rows.sort();
        let named = |name: &str| Some(name.to_owned());
        assert_eq!(rows, [(None, 100), (None, 100), (named("a"), 2), (named("b"), 2)]);
    }
}

/// A generated column that is NULL for no row may say so nowhere: MariaDB has no NOT NULL for one.
mod generated {
    use upsert_runtime::keys::{
        KeyColumn, KeyElement, KeyKind, Mismatch, Numbered, UniqueKey, UniqueKeys, differences,
    };

    use super::*;

    diesel::table! {
        articles (title) {
            title -> Text,
            slug -> Text,
        }
    }

    const fn column(name: &'static str) -> KeyColumn {
        KeyColumn::new(name, false)
            .with_default()
            .numbered(Numbered::No)
    }

    impl UniqueKeys for articles::table {
        const KEYS: &'static [UniqueKey] = &[
            UniqueKey::new(KeyKind::PrimaryKey, &[KeyElement::Column(column("title"))]),
            UniqueKey::new(
                KeyKind::Constraint,
                &[KeyElement::Column(column("slug").computed_from(&["title"]))],
            ),
        ];
    }

    mod plain {
        use super::*;

        diesel::table! {
            articles (title) {
                title -> Text,
                slug -> Text,
            }
        }

        impl UniqueKeys for articles::table {
            const KEYS: &'static [UniqueKey] = &[
                UniqueKey::new(KeyKind::PrimaryKey, &[KeyElement::Column(column("title"))]),
                UniqueKey::new(KeyKind::Constraint, &[KeyElement::Column(column("slug"))]),
            ];
        }
    }

    on_each_backend! {
        fn verify_trusts_what_the_migrations_say_of_it(db) {
            let conn = &mut db.connect();
            diesel::sql_query(
                "CREATE TABLE articles (title VARCHAR(50) NOT NULL PRIMARY KEY,
                 slug VARCHAR(50) GENERATED ALWAYS AS (lower(title)) STORED UNIQUE)"
            ).execute(conn)?;
            assert_eq!(differences::<articles::table>(conn)?, []);
            let found = differences::<plain::articles::table>(conn)?;
            assert_eq!(found[0].what, Mismatch::Nullable { column: "slug".to_owned() });
        }
    }
}
