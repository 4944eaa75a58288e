//! MySQL and MariaDB:
//! <https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html>,
//! <https://mariadb.com/kb/en/mariadb-error-code-reference/>.
//!
//! Diesel passes on the message alone. It is the server's, in the language that it was started with
//! (`lc_messages`), or the client's, in English: where it is no known one the server is asked for
//! the number.

use diesel::connection::LoadConnection;
use diesel::deserialize::QueryableByName;
use diesel::mysql::Mysql;
use diesel::result::DatabaseErrorKind;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::{RunQueryDsl, sql_query};

use super::{Answer, Meaning, Transactions, meaning_of_kind};

impl Transactions for Mysql {
    // An unknown message may be the client's, which says that the connection is no more.
    fn meaning(kind: &DatabaseErrorKind, answer: &Answer<'_>) -> Meaning {
        meaning_of_kind(kind)
            .or_else(|| known(answer))
            .unwrap_or(Meaning::Doubtful)
    }

    // The error is the last condition, behind the warnings:
    // https://dev.mysql.com/doc/refman/8.4/en/get-diagnostics.html
    fn ask<Conn>(conn: &mut Conn, answer: &Answer<'_>) -> Option<Meaning>
    where
        Conn: LoadConnection<Backend = Self>,
    {
        const ASK: &str = "
            GET DIAGNOSTICS @upsert_last = NUMBER;
            GET DIAGNOSTICS CONDITION @upsert_last
                @upsert_number = MYSQL_ERRNO, @upsert_text = MESSAGE_TEXT";
        const READ: &str =
            "SELECT CAST(@upsert_number AS SIGNED) AS number, CAST(@upsert_text AS CHAR) AS text";
        conn.batch_execute(ASK).ok()?;
        let condition: Condition = sql_query(READ).get_result(conn).ok()?;
        // The last error need not be this one: somebody may have gone on after it.
        if condition.text.as_deref() != Some(answer.message()) {
            return None;
        }
        Some(of_number(condition.number?, answer.message()))
    }
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(Mysql))]
struct Condition {
    #[diesel(sql_type = Nullable<BigInt>)]
    number: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    text: Option<String>,
}

/// What is known by an English message, or by words that are in it in every language.
pub(super) fn known(answer: &Answer<'_>) -> Option<Meaning> {
    let message = answer.message();
    let begins = |(words, _): &&(&str, Meaning)| message.starts_with(words);
    let known = MESSAGES.iter().find(begins).map(|(_, meaning)| *meaning);
    known.or_else(|| {
        // The storage engine's own word for 149, and an option's name.
        let has = |words: &str| message.contains(words);
        if has("149") && has("Lock deadlock; Retry transaction") {
            Some(Meaning::Undone)
        } else if has("--read-only") || has("--super-read-only") {
            Some(Meaning::Elsewhere)
        } else {
            None
        }
    })
}

/// How messages begin, the server's and, of the last group, the client's: that of MariaDB and that
/// of MySQL.
const MESSAGES: [(&str, Meaning); 22] = [
    ("Deadlock found when trying to get lock", Meaning::Undone),
    ("WSREP detected deadlock/conflict", Meaning::Undone),
    ("Lock wait timeout exceeded", Meaning::Undone),
    ("Record has changed since last read", Meaning::Undone),
    (
        "Plugin instructed the server to rollback the current transaction",
        Meaning::Undone,
    ),
    (
        "Statement aborted because lock(s) could not be acquired immediately",
        Meaning::Undone,
    ),
    ("Query execution was interrupted", Meaning::Stopped),
    (
        "Cannot execute statement in a READ ONLY transaction",
        Meaning::Elsewhere,
    ),
    ("Running in read-only mode", Meaning::Elsewhere),
    ("WSREP has not yet prepared node", Meaning::Elsewhere),
    ("Server shutdown in progress", Meaning::Lost),
    ("Connection was killed", Meaning::Lost),
    ("Session was killed", Meaning::Lost),
    (
        "The client was disconnected by the server because of inactivity",
        Meaning::Lost,
    ),
    ("Too many connections", Meaning::Lost),
    ("Server has gone away", Meaning::Lost),
    ("MySQL server has gone away", Meaning::Lost),
    ("Lost connection to server", Meaning::Lost),
    ("Lost connection to MySQL server", Meaning::Lost),
    ("Can't connect to", Meaning::Lost),
    ("Statement closed indirectly", Meaning::Lost),
    ("Malformed packet", Meaning::Doubtful),
];

/// What the server's number says, of an error whose message is none of [`MESSAGES`].
fn of_number(number: i64, message: &str) -> Meaning {
    match number {
        // Deadlock, lock wait, snapshot, Group Replication's certification, NOWAIT.
        1213 | 1205 | 1020 | 3101 | 3572 => Meaning::Undone,
        // KILL QUERY, or a time-out: a COMMIT may be waiting for a replica by then.
        1317 | 3024 | 1969 => Meaning::Stopped,
        // An engine's error during COMMIT, of which 149 is known by its message.
        1180 => Meaning::Doubtful,
        1792 | 1836 | 3797 => Meaning::Elsewhere,
        // Galera: "WSREP has not yet prepared node for application use", which is not translated.
        1047 if message.starts_with("WSREP") => Meaning::Elsewhere,
        1053 | 1927 | 3169 | 4031 => Meaning::Lost,
        _ => Meaning::Refused,
    }
}
