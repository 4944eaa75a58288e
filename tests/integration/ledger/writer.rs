//! A stream of operations, in one row.

use diesel::connection::{LoadConnection, SimpleConnection};
use diesel::result::Error;
use diesel::{Connection, QueryResult};
use upsert_runtime::dialect::{ErrorClass, Ledger};
use upsert_runtime::ledger::{LedgerError, Once, Writer};
use upsert_runtime::retry::RetryError;

use super::{patient, with_ledger};
use crate::counting::Count;
use crate::database::Database;

type Connect<'a, Conn> = Box<dyn FnMut() -> diesel::ConnectionResult<Conn> + 'a>;

fn open<'a, Conn>(
    db: &'a Database<Conn>,
    name: &str,
) -> Result<Writer<Conn, Connect<'a, Conn>>, RetryError>
where
    Conn: Count + LoadConnection<Backend: Ledger>,
{
    Writer::open(Box::new(|| Ok(db.connect())), patient(), name)
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, RetryError>) -> LedgerError {
    let error = result.unwrap_err();
    assert_eq!(error.class, ErrorClass::Permanent, "{error}");
    match error.error {
        Error::QueryBuilderError(error) => *error.downcast().unwrap(),
        other => panic!("{other:?}"),
    }
}

on_each_backend! {
    fn it_goes_on_where_it_was(db) {
        let conn = &mut with_ledger(db);
        let mut writer = open(db, "a").unwrap();
        assert_eq!((writer.epoch(), writer.sequence()), (1, 0));
        for n in 1..=3 {
            assert_eq!(writer.apply(|conn| conn.hit("/")).unwrap(), Once::Applied(n));
        }
        drop(writer);
        let mut writer = open(db, "a").unwrap();
        assert_eq!((writer.epoch(), writer.sequence()), (2, 3));
        assert_eq!(writer.apply(|conn| conn.hit("/")).unwrap(), Once::Applied(4));
        // Another name is another writer.
        let other = open(db, "A").unwrap();
        assert_eq!((other.epoch(), other.sequence()), (1, 0));
        assert_eq!(conn.read("/")?, 4);
    }

    fn an_operation_that_fails_is_not_counted(db) {
        with_ledger(db);
        let mut writer = open(db, "a").unwrap();
        let failed = writer.apply(|conn| {
            conn.hit("/")?;
            Err::<(), _>(Error::RollbackTransaction)
        });
        assert_eq!(failed.unwrap_err().class, ErrorClass::Permanent);
        assert_eq!(writer.sequence(), 0);
        assert_eq!(writer.apply(|conn| conn.hit("/")).unwrap(), Once::Applied(1));
        assert_eq!(writer.sequence(), 1);
    }

    fn one_that_was_opened_again_refuses_the_one_before(db) {
        let conn = &mut with_ledger(db);
        let mut zombie = open(db, "a").unwrap();
        let _ = zombie.apply(|conn| conn.hit("/")).unwrap();
        let mut writer = open(db, "a").unwrap();
        let error = refused(zombie.apply(|conn| conn.hit("/")));
        assert!(matches!(error, LedgerError::Superseded { epoch: 1 }), "{error:?}");
        assert_eq!(writer.apply(|conn| conn.hit("/")).unwrap(), Once::Applied(2));
        refused(zombie.apply(|conn| conn.hit("/")));
        assert_eq!(conn.read("/")?, 2);
    }

    fn a_row_that_somebody_else_has_changed_is_refused(db) {
        let conn = &mut with_ledger(db);
        let mut writer = open(db, "a").unwrap();
        conn.batch_execute("UPDATE upsert_writers SET sequence = sequence + 1")?;
        let error = refused(writer.apply(|conn| conn.hit("/")));
        assert!(matches!(error, LedgerError::Changed), "{error:?}");
        conn.batch_execute("DELETE FROM upsert_writers")?;
        let error = refused(writer.apply(|conn| conn.hit("/")));
        assert!(matches!(error, LedgerError::Changed), "{error:?}");
        assert_eq!(conn.read("/")?, 0);
    }

    fn a_name_or_a_ledger_that_is_none_is_refused(db) {
        let error = open(db, "a").unwrap_err();
        assert_eq!(error.attempts, 1);
        assert!(matches!(refused(Err::<(), _>(error)), LedgerError::Unusable(_)));
        with_ledger(db);
        let error = open(db, "").unwrap_err();
        assert_eq!(error.attempts, 0);
        assert!(matches!(refused(Err::<(), _>(error)), LedgerError::EmptyId));
        let _: QueryResult<()> = db.connect().transaction(|_| Ok(()));
    }
}
