//! Which number MySQL says was the last: not that of a row that was updated, unless the upsert says
//! so itself.

use diesel::prelude::*;
use upsert_runtime::upsert;

use crate::schema::users;

diesel::define_sql_function! {
    #[sql_name = "last_insert_id"]
    fn is_last_id<T: diesel::sql_types::SingleValue>(id: T) -> T;
}

diesel::define_sql_function! {
    fn last_insert_id() -> BigInt;
}

#[test]
fn it_is_that_of_an_updated_row_only_if_it_is_assigned() -> QueryResult<()> {
    let db = crate::database::mysql("it_is_that_of_an_updated_row_only_if_it_is_assigned");
    let conn = &mut db.connect();
    let id = |email: &str, conn: &mut MysqlConnection| {
        let of = users::table.filter(users::email.eq(email.to_owned()));
        of.select(users::id).first::<i32>(conn).map(i64::from)
    };
    let last =
        |conn: &mut MysqlConnection| diesel::select(last_insert_id()).get_result::<i64>(conn);

    for email in ["a", "b", "a"] {
        let row = upsert!(users, values = { email, name: "n" }, conflict = (email), set = < logins += 1 >);
        row.execute(conn)?;
    }
    assert_eq!(last(conn)?, id("b", conn)?);

    for email in ["a", "c", "b"] {
        let row = upsert!(
            users,
            values = { email, name: "n" },
            conflict = (email),
            set = < logins += 1, id = is_last_id(users.id) >,
        );
        row.execute(conn)?;
        assert_eq!(last(conn)?, id(email, conn)?);
    }
    Ok(())
}
