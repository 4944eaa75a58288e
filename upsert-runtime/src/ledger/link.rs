//! A connection that is made again when it is lost, and what is repeated on it.

use std::error;
use std::thread;
use std::time::Instant;

use diesel::ConnectionError;
use diesel::connection::LoadConnection;
use diesel::result::{DatabaseErrorKind, Error};

use crate::dialect::{ErrorClass, Transactions};
use crate::retry::{
    Decision, Failure, HasDieselError, Policy, RetryError, refuse_outer_transaction,
};

/// How to connect, and the connection that there is.
pub(super) struct Link<Conn, Connect> {
    connect: Connect,
    conn: Option<Conn>,
}

impl<Conn, Connect, C> Link<Conn, Connect>
where
    Conn: LoadConnection<Backend: Transactions>,
    Connect: FnMut() -> Result<Conn, C>,
    C: Into<Box<dyn error::Error + Send + Sync>>,
{
    pub(super) fn new(connect: Connect) -> Self {
        Self {
            connect,
            conn: None,
        }
    }

    /// Does `attempt` until it succeeds, through lost connections and unknown outcomes, as
    /// `policy` says; it gets whether an attempt before it may have succeeded.
    pub(super) fn persist<T, E>(
        &mut self,
        policy: &Policy,
        mut attempt: impl FnMut(&mut Conn, bool) -> Result<T, Failure<E>>,
    ) -> Result<T, RetryError<E>>
    where
        E: From<Error> + HasDieselError,
    {
        let began = Instant::now();
        let mut attempts = policy.start();
        // Once it may have been done, that it was not is known by success alone.
        let mut may_be_done = false;
        loop {
            let result = match self.connected() {
                Ok(conn) => attempt(conn, may_be_done),
                Err(failure) => Err(failure),
            };
            let elapsed = began.elapsed();
            let Failure { class, error } = match result {
                Ok(value) => {
                    policy.tell(&attempts.done(elapsed));
                    return Ok(value);
                }
                Err(failure) => failure,
            };
            may_be_done |= class == ErrorClass::OutcomeUnknown;
            let decision = attempts.failed_resolvably(class, elapsed);
            policy.tell(&attempts.last(elapsed, class, decision, error.diesel_error()));
            if !matches!(class, ErrorClass::RolledBack | ErrorClass::Permanent) {
                self.conn = None;
            }
            match decision {
                Decision::Repeat { after } | Decision::Reconnect { after } => thread::sleep(after),
                Decision::Resolve | Decision::Stop => {
                    return Err(RetryError {
                        class: if may_be_done {
                            ErrorClass::OutcomeUnknown
                        } else {
                            class
                        },
                        attempts: attempts.made(),
                        error,
                    });
                }
            }
        }
    }

    fn connected<E: From<Error>>(&mut self) -> Result<&mut Conn, Failure<E>> {
        let conn = match self.conn.take() {
            Some(conn) => conn,
            None => {
                let mut conn = (self.connect)().map_err(|error| not_connected(&*error.into()))?;
                refuse_outer_transaction(&mut conn).map_err(|refused| Failure {
                    class: refused.class,
                    error: refused.error,
                })?;
                conn
            }
        };
        Ok(self.conn.insert(conn))
    }
}

/// What a pool says is its own, and likely to pass.
fn not_connected<E: From<Error>>(error: &(dyn error::Error + Send + Sync + 'static)) -> Failure<E> {
    let class = match error.downcast_ref::<ConnectionError>() {
        Some(error) => ErrorClass::of_connecting(error),
        None => ErrorClass::NotSent,
    };
    let message = Box::new(error.to_string());
    let error = Error::DatabaseError(DatabaseErrorKind::UnableToSendCommand, message);
    Failure {
        class,
        error: error.into(),
    }
}
