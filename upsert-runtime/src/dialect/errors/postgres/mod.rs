//! PostgreSQL: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.

mod messages;

use diesel::QueryResult;
use diesel::connection::{Connection, TransactionManager};
use diesel::pg::Pg;
use diesel::result::DatabaseErrorKind;

use self::messages::is_one_of;
use super::{Answer, Meaning, Transactions, meaning_of_kind};

impl Transactions for Pg {
    // In a transaction in which a statement has failed COMMIT rolls back, and is no error:
    // https://www.postgresql.org/docs/current/sql-commit.html. Any other statement is one there,
    // 25P02, and what is behind it in the same message is not executed. Diesel learns from libpq
    // that the transaction has ended.
    fn commit<Conn>(conn: &mut Conn) -> QueryResult<()>
    where
        Conn: Connection<Backend = Self>,
    {
        let result = conn.batch_execute("SELECT 1; COMMIT");
        let status = Conn::TransactionManager::transaction_manager_status_mut(conn);
        let is_open = matches!(status.transaction_depth(), Ok(Some(_)));
        match result {
            // The error of the statement is what there is to say.
            Err(_) if is_open => drop(Conn::TransactionManager::rollback_transaction(conn)),
            // For a connection that does not ask libpq. Without a transaction it is a warning.
            Ok(()) if is_open => Conn::TransactionManager::commit_transaction(conn)?,
            _ => {}
        }
        result
    }

    fn meaning(kind: &DatabaseErrorKind, answer: &Answer<'_>) -> Meaning {
        // Not the end of a connection, whatever Diesel calls it: nothing is sent with so many
        // binds.
        let too_many = "number of parameters must be between";
        if answer.message().starts_with(too_many) {
            return Meaning::Refused;
        }
        // What is left has come from the server: of a connection that is no more libpq knows.
        meaning_of_kind(kind)
            .or_else(|| known(answer))
            .unwrap_or(Meaning::Refused)
    }
}

/// Messages that come with the end of the session, in English. Diesel notices that end too, but for
/// a moment in which the message has arrived and the end has not.
const ENDS: [&str; 3] = [
    "terminating connection",
    "terminating background worker",
    "server closed the connection unexpectedly",
];

pub(super) fn known(answer: &Answer<'_>) -> Option<Meaning> {
    if let Some(meaning) = answer.sqlstate().and_then(|state| of_sqlstate(&state)) {
        return Some(meaning);
    }
    let message = answer.message();
    let undone = [
        messages::DEADLOCK,
        messages::LOCK_TIMEOUT,
        messages::NO_ROW_LOCK,
        messages::NO_TABLE_LOCK,
        messages::STATEMENT_TIMEOUT,
    ];
    if undone.iter().any(|texts| is_one_of(texts, message)) {
        return Some(Meaning::Undone);
    }
    let is_end = ENDS.iter().any(|end| message.starts_with(end));
    is_end.then_some(Meaning::Lost)
}

/// But for 57014, which is a time-out's as well as that of somebody who wants the statement to end.
fn of_sqlstate(state: &str) -> Option<Meaning> {
    match state {
        // A statement that waits for a lock no longer has done nothing either.
        "40000" | "40001" | "40002" | "40P01" | "55P03" => Some(Meaning::Undone),
        "25006" => Some(Meaning::Elsewhere),
        "08000" | "08001" | "08003" | "08004" | "08006" | "57P01" | "57P02" | "57P03" | "53300" => {
            Some(Meaning::Lost)
        }
        "08007" | "40003" | "58030" => Some(Meaning::Doubtful),
        "57014" => None,
        _ => Some(Meaning::Refused),
    }
}
