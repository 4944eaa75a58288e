//! Statements that nobody here can read: whether they may take a key away.

use super::super::Dialect;
use super::super::server::Server;
use super::super::tokens::{Shape, Token, tokens as tokenize};
use super::cursor::Source;
use super::database::Database;
use super::statement::{Complaint, changes, created_table};

/// Words without which no key goes away.
const CHANGES: [&str; 6] = ["drop", "alter", "rename", "change", "modify", "detach"];

/// An error, if the statement may change a key of a table that is known.
pub(super) fn judge(
    database: &mut Database,
    source: &Source<'_>,
    tokens: &[Token<'_>],
    start: Option<usize>,
) -> Result<(), Complaint> {
    if let Some(table) = created_table(tokens, source.dialect) {
        if database.excepted(&table.name) {
            return Ok(());
        }
        return Err(complaint(&table.name, source, tokens, start));
    }
    let mut words = Vec::new();
    let harmless =
        |token: &Token<'_>| token.shape == Shape::Text && is_harmless(token, source.dialect);
    let rest: Vec<Token<'_>> = tokens
        .iter()
        .filter(|token| !harmless(token))
        .copied()
        .collect();
    collect(&rest, &mut words);
    database.routine_words(tokens, &mut words);
    if words.iter().any(|word| word == "create") {
        database.incomplete = true;
        database.unread.extend(words.iter().cloned());
        database.any_trigger |= words.iter().any(|word| word == "trigger");
    }
    if !CHANGES
        .iter()
        .any(|change| words.iter().any(|word| word == change))
    {
        return Ok(());
    }
    let Some(table) = database.mentioned(&words) else {
        return Ok(());
    };
    Err(complaint(&table, source, tokens, start))
}

/// Whether a string is a statement that changes no key. `ALTER TABLE a DROP FOREIGN KEY b`, as MySQL puts it together
/// for `PREPARE`, says so by itself.
fn is_harmless(token: &Token<'_>, dialect: Dialect) -> bool {
    let inside = token.text.trim_matches(|c| c == '\'' || c == '"');
    let Ok(tokens) = tokenize(inside, dialect) else {
        return false;
    };
    let source = Source {
        text: inside,
        dialect,
        server: Server::MYSQL,
    };
    let mut scratch = Database::new(dialect, &[]);
    tokens
        .first()
        .is_some_and(|first| first.is("alter") || first.is("create"))
        && !tokens.iter().any(|token| token.is_mark(";"))
        && changes(&mut scratch, &source, &tokens).is_ok_and(|changes| changes.is_empty())
}

fn complaint(
    table: &str,
    source: &Source<'_>,
    tokens: &[Token<'_>],
    start: Option<usize>,
) -> Complaint {
    let mut complaint = Complaint::new(format!(
        "cannot tell what this does to the unique keys of `{table}`: `{}`\n\
         help: leave the table out, `except = ({table})`, and declare its keys by hand: \
         `unique_keys! {{ schema::{table}: (column); }}`",
        first_words(source, tokens)
    ));
    complaint.start = start;
    complaint
}

/// The words of `tokens`, those in strings and names too, in lower case.
pub(super) fn collect(tokens: &[Token<'_>], words: &mut Vec<String>) {
    for token in tokens {
        match token.shape {
            Shape::Word => words.push(token.text.to_lowercase()),
            Shape::Text | Shape::Quoted => {
                let inside = token
                    .text
                    .split(|c: char| !c.is_alphanumeric() && c != '_' && c != '$');
                words.extend(
                    inside
                        .filter(|word| !word.is_empty())
                        .map(str::to_lowercase),
                );
                // A name in quotes may have anything in it.
                let whole = token.text.trim_matches(['"', '\'', '`', '[', ']', '$']);
                words.push(whole.to_lowercase());
            }
            Shape::Number | Shape::Mark => {}
        }
    }
}

/// The beginning of a statement, for a message.
pub(super) fn first_words(source: &Source<'_>, tokens: &[Token<'_>]) -> String {
    const MOST: usize = 8;
    let mut text = super::super::tokens::verbatim(
        source.text,
        tokens.get(..MOST.min(tokens.len())).unwrap_or_default(),
    )
    .split_whitespace()
    .collect::<Vec<_>>()
    .join(" ");
    if text.chars().count() > 80 {
        text = text.chars().take(80).collect();
    } else if tokens.len() <= MOST {
        return text;
    }
    text + " .."
}
