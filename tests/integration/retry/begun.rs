//! One transaction an attempt, and none inside of another.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::Error;
use upsert_runtime::retry;
use upsert_runtime::retry::{ErrorClass, HasDieselError, Policy};

use super::{DONE, ROLLED_BACK, Seen};
use crate::counting::Count;

/// An error of a caller's own.
#[derive(Debug)]
enum Failure {
    SoldOut,
    Database(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

impl HasDieselError for Failure {
    fn diesel_error(&self) -> Option<&Error> {
        match self {
            Self::SoldOut => None,
            Self::Database(error) => Some(error),
        }
    }
}

fn deadlock() -> Error {
    let message = Box::new(String::from("injected"));
    Error::DatabaseError(
        diesel::result::DatabaseErrorKind::SerializationFailure,
        message,
    )
}

on_each_backend! {
    fn each_attempt_is_a_transaction_and_only_the_last_one_counts(db) {
        let conn = &mut db.connect();
        let seen = Seen::default();
        let mut attempts = 0;
        let n = retry(conn, &seen.by(Policy::new()), |conn| {
            let n = conn.hit("/")?;
            attempts += 1;
            if attempts < 3 { Err(deadlock()) } else { Ok(n) }
        });
        assert_eq!(n?, 1);
        assert_eq!(conn.read("/")?, 1);
        assert_eq!(seen.classes(), [ROLLED_BACK, ROLLED_BACK, DONE]);
        // And the connection is as before.
        conn.batch_execute("SELECT 1")?;
        conn.transaction(|conn| conn.hit("/"))?;
        assert_eq!(db.connect().read("/")?, 2);
    }

    fn attempts_come_to_an_end(db) {
        let conn = &mut db.connect();
        let failed = retry(conn, &Policy::new().attempts(3), |conn| {
            conn.hit("/")?;
            Err::<(), _>(deadlock())
        });
        let failed = failed.unwrap_err();
        assert_eq!((failed.class, failed.attempts), (ErrorClass::RolledBack, 3));
        assert_eq!(failed.to_string(), "after 3 attempts, rolled back: injected");
        assert_eq!(conn.read("/")?, 0);
    }

    fn an_error_of_the_callers_own_is_rolled_back_and_not_repeated(db) {
        let conn = &mut db.connect();
        let mut calls = 0;
        let failed = retry(conn, &Policy::new(), |conn| {
            calls += 1;
            conn.hit("/")?;
            Err::<(), _>(Failure::SoldOut)
        });
        let failed = failed.unwrap_err();
        assert!(matches!(failed.error, Failure::SoldOut));
        assert_eq!((failed.class, failed.attempts, calls), (ErrorClass::Permanent, 1, 1));
        assert_eq!(conn.read("/")?, 0);
    }

    fn an_error_with_one_of_diesels_in_it_is_repeated(db) {
        let conn = &mut db.connect();
        let mut calls = 0;
        let counted = retry(conn, &Policy::new(), |conn| {
            calls += 1;
            let n = conn.hit("/")?;
            if calls == 1 { Err(Failure::Database(deadlock())) } else { Ok(n) }
        });
        assert_eq!(counted.unwrap(), 1);
        let mut calls = 0;
        let counted = retry(conn, &Policy::new(), |conn| {
            calls += 1;
            let n = conn.hit("/")?;
            if calls == 1 { Err(Box::<dyn std::error::Error>::from(deadlock())) } else { Ok(n) }
        });
        assert_eq!(counted.unwrap(), 2);
    }

    fn it_is_refused_inside_of_another_transaction(db) {
        let conn = &mut db.connect();
        conn.transaction(|conn| {
            let failed = retry(conn, &Policy::new(), |conn| conn.hit("/")).unwrap_err();
            assert_eq!((failed.class, failed.attempts), (ErrorClass::Permanent, 0));
            assert_eq!(failed.error, Error::AlreadyInTransaction);
            // Which goes on.
            conn.hit("/other")
        })?;
        assert_eq!((conn.read("/")?, conn.read("/other")?), (0, 1));
    }

    fn what_may_fail_goes_into_a_savepoint(db) {
        let conn = &mut db.connect();
        retry(conn, &Policy::new(), |conn| {
            let failed = conn.transaction(|conn| {
                conn.hit("/lost")?;
                conn.batch_execute("SELECT nothing FROM nowhere")
            });
            assert!(failed.is_err());
            conn.hit("/")
        })?;
        assert_eq!((conn.read("/")?, conn.read("/lost")?), (1, 0));
    }

    fn a_connection_of_a_pool_is_repeated_on_too(db) {
        fn manager<Conn: diesel::r2d2::R2D2Connection + 'static>(
            db: &crate::database::Database<Conn>,
        ) -> diesel::r2d2::ConnectionManager<Conn> {
            diesel::r2d2::ConnectionManager::new(&db.url)
        }
        let pool = diesel::r2d2::Pool::builder().max_size(1).build(manager(db)).unwrap();
        let mut attempts = 0;
        retry(&mut pool.get().unwrap(), &Policy::new(), |conn| {
            attempts += 1;
            conn.hit("/")?;
            if attempts == 1 { Err(deadlock()) } else { Ok(()) }
        })?;
        assert_eq!(db.connect().read("/")?, 1);
    }
}
