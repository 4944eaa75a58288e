//! The differences that there are on every backend.

use diesel::connection::SimpleConnection;
use upsert_runtime::keys::{Mismatch, VerifyError, differences, verify_unique_keys};

use super::declared::{ACCOUNTS, found, *};

fn text(text: &str) -> String {
    text.to_owned()
}

on_each_backend! {
    fn keys_are_found_in_any_order_of_columns_and_by_any_name(db) {
        let conn = &mut db.connect();
        conn.batch_execute(ACCOUNTS)?;
        conn.batch_execute("CREATE UNIQUE INDEX another_name ON accounts (name, tenant)")?;
        assert_eq!(found::<tenant_name::accounts::table>(conn), []);
    }

    fn a_constraint_is_a_key_like_an_index(db) {
        let conn = &mut db.connect();
        conn.batch_execute("CREATE TABLE accounts (
            id INTEGER NOT NULL PRIMARY KEY, tenant INTEGER NOT NULL, name VARCHAR(100) NOT NULL, UNIQUE (tenant, name))")?;
        assert_eq!(found::<tenant_name::accounts::table>(conn), []);
    }

    fn a_missing_table_is_one_difference(db) {
        let conn = &mut db.connect();
        assert_eq!(found::<tenant_name::accounts::table>(conn), [Mismatch::MissingTable]);
        conn.batch_execute(ACCOUNTS)?;
        assert_eq!(found::<id::accounts::table>(conn), []);
    }

    fn a_view_is_no_table(db) {
        let conn = &mut db.connect();
        conn.batch_execute(&ACCOUNTS.replace("accounts", "others"))?;
        conn.batch_execute("CREATE VIEW accounts AS SELECT * FROM others")?;
        assert_eq!(found::<name::accounts::table>(conn), [Mismatch::NotATable]);
        conn.batch_execute("DROP VIEW accounts")?;
    }

    fn a_missing_key_is_found(db) {
        let conn = &mut db.connect();
        conn.batch_execute(ACCOUNTS)?;
        conn.batch_execute("CREATE UNIQUE INDEX too_much ON accounts (name, tenant, deleted)")?;
        assert_eq!(found::<tenant_name::accounts::table>(conn)[0], Mismatch::Missing);
    }

    fn an_index_that_says_a_column_twice_is_no_key_on_another(db) {
        let conn = &mut db.connect();
        conn.batch_execute(ACCOUNTS)?;
        // MySQL has no such index.
        let made = conn.batch_execute("CREATE UNIQUE INDEX twice ON accounts (tenant, tenant)").is_ok();
        if made {
            assert_eq!(found::<tenant_name::accounts::table>(conn)[0], Mismatch::Missing);
        }
    }

    fn a_missing_primary_key_is_found(db) {
        let conn = &mut db.connect();
        conn.batch_execute("CREATE TABLE accounts (id INTEGER NOT NULL, other INTEGER NOT NULL PRIMARY KEY)")?;
        assert_eq!(found::<id::accounts::table>(conn)[0], Mismatch::Missing);
        conn.batch_execute("CREATE UNIQUE INDEX id ON accounts (id)")?;
        assert!(!found::<id::accounts::table>(conn).contains(&Mismatch::Missing));
    }

    fn an_index_that_is_not_unique_is_no_key(db) {
        let conn = &mut db.connect();
        conn.batch_execute(ACCOUNTS)?;
        conn.batch_execute("CREATE INDEX slow ON accounts (name, tenant)")?;
        assert_eq!(found::<tenant_name::accounts::table>(conn), [Mismatch::NotUnique { index: text("slow") }]);
        conn.batch_execute("CREATE UNIQUE INDEX fast ON accounts (name, tenant)")?;
        assert_eq!(found::<tenant_name::accounts::table>(conn), []);
    }

    fn an_index_of_that_name_on_other_columns_is_shown(db) {
        let conn = &mut db.connect();
        conn.batch_execute(ACCOUNTS)?;
        conn.batch_execute("CREATE UNIQUE INDEX by_name ON accounts (tenant, status)")?;
        let other = Mismatch::OtherColumns { index: text("by_name"), live: text("(tenant, status)") };
        assert_eq!(found::<name::accounts::table>(conn), [other]);
    }

    fn a_missing_column_is_named_once(db) {
        let conn = &mut db.connect();
        conn.batch_execute(ACCOUNTS)?;
        assert_eq!(found::<renamed::accounts::table>(conn), [Mismatch::MissingColumn { column: text("nick") }]);
    }

    fn a_column_that_can_be_null_is_found(db) {
        let conn = &mut db.connect();
        conn.batch_execute(ACCOUNTS)?;
        conn.batch_execute("CREATE UNIQUE INDEX by_deleted ON accounts (deleted)")?;
        let nullable = Mismatch::Nullable { column: text("deleted") };
        assert_eq!(found::<deleted_not_null::accounts::table>(conn), [nullable]);
        // `table!` says so.
        assert_eq!(found::<deleted::accounts::table>(conn), []);
    }

    fn nulls_that_are_distinct_are_found(db) {
        let conn = &mut db.connect();
        conn.batch_execute(ACCOUNTS)?;
        conn.batch_execute("CREATE UNIQUE INDEX by_deleted ON accounts (deleted)")?;
        let distinct = Mismatch::NullsDistinct { index: text("by_deleted"), live_not_distinct: false };
        assert_eq!(found::<nulls_not_distinct::accounts::table>(conn), [distinct]);
    }

    fn an_index_on_all_rows_is_no_partial_one(db) {
        let conn = &mut db.connect();
        conn.batch_execute(ACCOUNTS)?;
        conn.batch_execute("CREATE UNIQUE INDEX alive ON accounts (name)")?;
        let full = Mismatch::OtherPredicate {
            index: text("alive"),
            declared: Some(text("deleted is null and status <> 'x'")),
            live: None,
        };
        assert_eq!(found::<alive::accounts::table>(conn), [full]);
    }

    fn keys_of_other_backends_are_passed_over(db) {
        let conn = &mut db.connect();
        conn.batch_execute(ACCOUNTS)?;
        let keys = <elsewhere::accounts::table as upsert_runtime::keys::UniqueKeys>::KEYS;
        let backend = std::any::type_name_of_val(conn).to_lowercase();
        let expected = keys.iter().find(|key| key.name.is_some_and(|name| backend.contains(name)));
        let found = differences::<elsewhere::accounts::table>(conn)?;
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].key.as_ref(), &found[0].what), (expected, &Mismatch::Missing));
    }

    fn a_pooled_connection_can_be_asked(db) {
        use diesel::r2d2::{ConnectionManager, Pool};
        let pool = Pool::builder().max_size(1).build(ConnectionManager::new(&db.url)).unwrap();
        let conn = &mut pool.get().unwrap();
        pooled(conn, db);
        assert_eq!(found::<id::accounts::table>(conn), [Mismatch::MissingTable]);
    }

    fn an_error_has_a_line_for_each_difference(db) {
        let conn = &mut db.connect();
        conn.batch_execute("CREATE TABLE accounts (id INTEGER NOT NULL, tenant INTEGER NOT NULL, name VARCHAR(100) NOT NULL)")?;
        conn.batch_execute("CREATE INDEX slow ON accounts (name)")?;
        let error = verify_unique_keys::<name::accounts::table>(conn).unwrap_err();
        let expected = "the declared unique keys are not those of the database:
  table `accounts`, unique key `primary key (id)`: there is no index on these columns; create a unique one, or take the \
            key out of the declaration
  table `accounts`, unique key `by_name (name)`: the index `slow` is on these columns but is not unique; create a unique \
            one, or take the key out of the declaration";
        assert_eq!(error.to_string(), expected);
        assert_eq!(format!("{error:?}"), expected);
        let two = differences::<name::accounts::table>(conn)?;
        let both = two.into_iter().chain(differences::<tenant_name::accounts::table>(conn)?).collect();
        assert!(matches!(VerifyError::unless_empty(both), Err(VerifyError::Differences(list)) if list.len() == 4));
    }
}

/// That the pool is one of the database's connections.
fn pooled<Conn: diesel::r2d2::R2D2Connection + 'static>(
    _: &diesel::r2d2::PooledConnection<diesel::r2d2::ConnectionManager<Conn>>,
    _: &crate::database::Database<Conn>,
) {
}

#[test]
fn an_error_of_the_database_is_its_own() {
    use std::error::Error;
    let error = VerifyError::from(diesel::result::Error::NotFound);
    assert!(error.source().is_some());
    assert_eq!(
        error.to_string(),
        "the unique keys of the database could not be read: Record not found"
    );
}

mod expressions {
    use super::*;

    on_each_backend! { returning:
        fn a_column_that_can_be_null_is_found_in_an_expression_too(db) {
            let conn = &mut db.connect();
            conn.batch_execute(ACCOUNTS)?;
            conn.batch_execute("CREATE UNIQUE INDEX by_deleted ON accounts (abs(deleted))")?;
            let nullable = Mismatch::Nullable { column: text("deleted") };
            assert_eq!(found::<of_deleted::accounts::table>(conn), [nullable]);
            // Where its NULL is none of the expression.
            assert_eq!(found::<of_deleted_or_else::accounts::table>(conn), []);
        }
    }
}
