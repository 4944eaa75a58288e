//! Migrations, run: each statement is read into changes, which are made to a database. What could
//! not be read is judged.

use std::path::Path;

use crate::complaint::Complaint;
use crate::database::Database;
use crate::ddl::cursor::Source;
use crate::ddl::split::split;
use crate::sql::lexer::{Token, scan};
use crate::{Error, Position, ddl, unread};

/// Applies the statements of one file.
pub(crate) fn replay(database: &mut Database, file: &Path, text: &str, errors: &mut Vec<Error>) {
    let source = Source {
        text,
        dialect: database.dialect,
        server: database.server,
    };
    let position = |start| Position {
        file: file.to_owned(),
        line: source.line(start),
    };
    let tokens = match scan(text, database.dialect, database.server) {
        Ok((tokens, _)) => tokens,
        Err(unclosed) => {
            database.incomplete = true;
            errors.push(Error {
                at: Some(position(unclosed.0)),
                message: "a quote or a comment begins here that does not end\n\
                          help: is this the SQL of the backend that was named?"
                    .to_owned(),
            });
            return;
        }
    };
    for tokens in split(&tokens, database.dialect) {
        let Some(first) = tokens.first() else {
            continue;
        };
        if let Err(complaint) = run(database, &source, tokens, file) {
            database.incomplete = true;
            errors.push(Error {
                at: Some(position(complaint.start.unwrap_or(first.start))),
                message: complaint.message,
            });
        }
    }
    database.end_of_file();
}

/// Applies a statement.
fn run(
    database: &mut Database,
    source: &Source<'_>,
    tokens: &[Token<'_>],
    file: &Path,
) -> Result<(), Complaint> {
    let changes = match ddl::changes(source, tokens) {
        Ok(changes) if changes.iter().any(|change| database.runs_routine(change)) => {
            return unread::judge(database, source, tokens, None);
        }
        Ok(changes) => changes,
        Err(complaint) if complaint.unread => {
            return unread::judge(database, source, tokens, complaint.start);
        }
        Err(complaint) => return Err(complaint),
    };
    let position = |start| Position {
        file: file.to_owned(),
        line: source.line(start),
    };
    let start = tokens.first().map_or(0, |token| token.start);
    for change in changes {
        database
            .apply(change, &position, start)
            .map_err(Complaint::new)?;
    }
    Ok(())
}
