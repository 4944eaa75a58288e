//! What an error is, where it came, and what follows from the two.

use std::fmt;

use diesel::connection::LoadConnection;
use diesel::result::{ConnectionError, DatabaseErrorKind, Error};

use super::{Answer, Transactions, meaning, meaning_of_kind};

/// What may be done after an error.
///
/// Whether an error is "transient" is not what is asked: a connection that breaks while a COMMIT is
/// under way is, and who repeats the transaction may do it twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorClass {
    /// Nothing of it was done, because of what others were doing at the time: do it again, the
    /// whole transaction, after rolling back what the database has not.
    RolledBack,
    /// Nothing of it was done, since what would have made it last, the statement or the COMMIT, was
    /// never sent: do it again on a new connection. This one is gone.
    NotSent,
    /// It was done or it was not, and nobody can tell: find out, and never just repeat it.
    OutcomeUnknown,
    /// Nothing of it was done, because this server takes no writes: do it on another one.
    ReadOnly,
    /// Not worth repeating: it would fail in the same way, or nobody knows the error. Nothing of it
    /// was done.
    Permanent,
}

/// Where the work was when the error came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Moment {
    /// Before it: while connecting, or at BEGIN.
    Before,
    /// At a statement in a transaction, which nothing has committed: no COMMIT of its own, no
    /// statement with an [implicit one][implicit], and which is rolled back now.
    ///
    /// [implicit]: https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html
    InTransaction,
    /// At a statement that commits itself, or at something in a transaction's course of which it is
    /// not known whether the COMMIT was sent.
    Autocommit,
    /// At COMMIT.
    Commit,
}

/// What an error says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Meaning {
    /// The database has undone the transaction, or at least the statement, because of others.
    Undone,
    /// The database has stopped the statement, and undone it unless it was about to commit.
    Stopped,
    /// The database does not do this.
    Refused,
    /// The database takes no writes.
    Elsewhere,
    /// There is no connection, or no more.
    Lost,
    /// The database may not know itself what became of it, or the error is an unknown one.
    Doubtful,
}

impl Meaning {
    /// What an error of whatever backend says by itself: what none that is enabled knows is
    /// doubtful.
    #[must_use]
    pub fn of_any_backend(error: &Error) -> Self {
        meaning(error, meaning_of_any)
    }

    /// What follows from it where it came at this moment.
    #[must_use]
    pub fn at(self, moment: Moment) -> ErrorClass {
        match (self, moment) {
            (Self::Undone, _) | (Self::Stopped, Moment::Before | Moment::InTransaction) => {
                ErrorClass::RolledBack
            }
            (Self::Refused, _) => ErrorClass::Permanent,
            (Self::Elsewhere, _) => ErrorClass::ReadOnly,
            (Self::Lost, Moment::Before | Moment::InTransaction) => ErrorClass::NotSent,
            (Self::Doubtful, Moment::Before | Moment::InTransaction) => ErrorClass::Permanent,
            (Self::Stopped | Self::Lost | Self::Doubtful, Moment::Autocommit | Moment::Commit) => {
                ErrorClass::OutcomeUnknown
            }
        }
    }
}

impl ErrorClass {
    /// The class of an error of the backend `DB`, as far as the error itself tells.
    ///
    /// ```
    /// use diesel::result::{DatabaseErrorKind, Error};
    /// use diesel::sqlite::Sqlite;
    /// use upsert_runtime::dialect::{ErrorClass, Moment};
    ///
    /// let locked = Box::new(String::from("database is locked"));
    /// let error = Error::DatabaseError(DatabaseErrorKind::Unknown, locked);
    /// assert_eq!(ErrorClass::of::<Sqlite>(&error, Moment::Autocommit), ErrorClass::RolledBack);
    ///
    /// let broken = Box::new(String::from("disk I/O error"));
    /// let error = Error::DatabaseError(DatabaseErrorKind::Unknown, broken);
    /// assert_eq!(ErrorClass::of::<Sqlite>(&error, Moment::InTransaction), ErrorClass::Permanent);
    /// assert_eq!(ErrorClass::of::<Sqlite>(&error, Moment::Commit), ErrorClass::OutcomeUnknown);
    /// ```
    #[must_use]
    pub fn of<DB: Transactions>(error: &Error, moment: Moment) -> Self {
        meaning(error, DB::meaning).at(moment)
    }

    /// The class of an error that `conn` has just brought: where the error does not tell, the
    /// connection is asked before anything else is done on it.
    ///
    /// On MySQL and MariaDB a server that speaks another language than English is understood this
    /// way, by the number of the error; but not at COMMIT, after which Diesel itself rolls back and
    /// the number is gone. Elsewhere it is the same as [`of`](Self::of).
    #[must_use]
    pub fn asked<Conn>(conn: &mut Conn, error: &Error, moment: Moment) -> Self
    where
        Conn: LoadConnection<Backend: Transactions>,
    {
        let of_answer = |kind: &DatabaseErrorKind, answer: &Answer<'_>| match Conn::Backend::meaning(
            kind, answer,
        ) {
            Meaning::Doubtful => Conn::Backend::ask(conn, answer).unwrap_or(Meaning::Doubtful),
            meaning => meaning,
        };
        meaning(error, of_answer).at(moment)
    }

    /// The class of an error of connecting, for which nothing was sent: [`NotSent`](Self::NotSent)
    /// where the server was not there or had no room, [`Permanent`](Self::Permanent) where it
    /// refused, or where the URL is none.
    ///
    /// The messages of PostgreSQL and of MySQL's servers are known in English only.
    #[must_use]
    pub fn of_connecting(error: &ConnectionError) -> Self {
        match error {
            ConnectionError::BadConnection(message) if is_absent(message) => Self::NotSent,
            ConnectionError::CouldntSetupConfiguration(error) => {
                Meaning::of_any_backend(error).at(Moment::Before)
            }
            _ => Self::Permanent,
        }
    }
}

fn meaning_of_any(kind: &DatabaseErrorKind, answer: &Answer<'_>) -> Meaning {
    let known: &[fn(&Answer<'_>) -> Option<Meaning>] = &[
        #[cfg(feature = "postgres")]
        super::postgres::known,
        #[cfg(feature = "sqlite")]
        super::sqlite::known,
        #[cfg(feature = "mysql")]
        super::mysql::known,
    ];
    meaning_of_kind(kind)
        .or_else(|| known.iter().find_map(|known| known(answer)))
        .unwrap_or(Meaning::Doubtful)
}

/// What a client says of a server that is not there, and a server that has just no room: 08001,
/// 57P03 and 53300 on PostgreSQL; 2002, 2003, 1040 and 1203 on MySQL; CANTOPEN on SQLite.
fn is_absent(message: &str) -> bool {
    const WORDS: [&str; 22] = [
        "Connection refused",
        "could not connect to server",
        "server closed the connection unexpectedly",
        "the database system is starting up",
        "the database system is shutting down",
        "the database system is in recovery mode",
        "the database system is not yet accepting connections",
        "sorry, too many clients already",
        "remaining connection slots are reserved",
        "Can't connect to",
        "Lost connection to",
        "Too many connections",
        "terminating connection due to",
        "timeout expired",
        "Connection timed out",
        "Connection reset by peer",
        "No route to host",
        "Network is unreachable",
        "Temporary failure in name resolution",
        "Server shutdown in progress",
        "server has gone away",
        "unable to open database file",
    ];
    WORDS.iter().any(|words| message.contains(words))
}

/// `rolled back`, `not sent`, `of unknown outcome`, `read-only`, `not worth repeating`
impl fmt::Display for ErrorClass {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::RolledBack => "rolled back",
            Self::NotSent => "not sent",
            Self::OutcomeUnknown => "of unknown outcome",
            Self::ReadOnly => "read-only",
            Self::Permanent => "not worth repeating",
        })
    }
}
