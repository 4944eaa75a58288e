//! Statements that nobody here can read: whether they may take a key away.

use super::super::server::Server;
use super::super::tokens::{Shape, Token, tokens as tokenize};
use super::super::{Dialect, names};
use super::cursor::Source;
use super::database::Database;
use super::state::State;
use super::statement::{Complaint, changes, created_table};

/// The words without which no statement changes a key of a table that is there: the manuals' lists of statements have no
/// others. `change`, `modify` and `detach` stand alone where a statement is put together.
const CHANGES: [&str; 7] = [
    "drop", "alter", "rename", "change", "modify", "detach", "exchange",
];

/// Deeper than anybody quotes strings in strings.
const DEPTH: usize = 4;

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
        return Err(complaint(&[table.name], source, tokens, start));
    }
    let mut words = words(tokens, source.dialect);
    let first = |word: &str| tokens.first().is_some_and(|first| first.is(word));
    let has = |word: &str| words.iter().any(|own| own == word);
    // `SET search_path` in a block.
    database.left_path |= first("do") && has("search_path");
    let is_known = database.routine_words(tokens, &mut words);
    let has = |word: &str| words.iter().any(|own| own == word);
    if has("create") {
        database.incomplete = true;
        database.unread.extend(words.iter().cloned());
        database.any_trigger |= ["trigger", "before", "insert"].into_iter().all(has);
    }
    let mysql = source.dialect == Dialect::Mysql;
    // A key that is not known does harm on MySQL alone.
    let changes = CHANGES.into_iter().any(has) || mysql && has("create") && has("unique");
    // What is called is not known.
    let anything = ["call", "exec"].into_iter().any(first) && !is_known;
    if !changes && !anything {
        return Ok(());
    }
    // Its names may be put together, or it does not say what goes.
    let blind = anything
        || is_dynamic(&words)
        || first("set")
        || first("select")
        || has("drop")
            && ["cascade", "owned", "schema", "database"]
                .into_iter()
                .any(has);
    let names = |tables: &mut dyn Iterator<Item = &State>| {
        let names = tables.map(|table| table.name.clone());
        names.collect::<Vec<_>>()
    };
    let mut tables = names(&mut database.mentioned(&words));
    if blind {
        tables = names(&mut database.known_tables());
    }
    match tables[..] {
        [] => Ok(()),
        _ => Err(complaint(&tables, source, tokens, start)),
    }
}

/// Whether strings are run as statements. `EXECUTE FUNCTION` is that of a trigger.
fn is_dynamic(words: &[String]) -> bool {
    words.iter().enumerate().any(|(at, word)| {
        let next = words.get(at + 1).map(String::as_str);
        word == "prepare" || word == "execute" && !matches!(next, Some("function" | "procedure"))
    })
}

/// The words of a statement, without those of strings that are statements and change no key.
pub(super) fn words(tokens: &[Token<'_>], dialect: Dialect) -> Vec<String> {
    let mut words = Vec::new();
    gather(tokens, dialect, DEPTH, &mut words);
    words
}

fn gather(tokens: &[Token<'_>], dialect: Dialect, depth: usize, words: &mut Vec<String>) {
    for token in tokens {
        let inside = match token.shape {
            Shape::Text => Some(inside(token)),
            _ => None,
        };
        if inside.is_some_and(|inside| is_harmless(inside, dialect)) {
            continue;
        }
        let body = inside.filter(|_| token.text.starts_with('$') && depth > 0);
        match body.and_then(|body| tokenize(body, dialect).ok()) {
            Some(inner) => gather(&inner, dialect, depth - 1, words),
            None => collect(&[*token], words),
        }
    }
}

/// What is between the quotes of a string.
fn inside<'a>(token: &Token<'a>) -> &'a str {
    let tag = token.text.strip_prefix('$').and_then(|rest| rest.find('$'));
    let quote = tag.map_or(1, |tag| tag + 2);
    let end = token.text.len().saturating_sub(quote);
    token.text.get(quote..end).unwrap_or(token.text)
}

/// Whether a string is a statement that changes no key. `ALTER TABLE a DROP FOREIGN KEY b`, as MySQL puts it together
/// for `PREPARE`, says so by itself.
fn is_harmless(inside: &str, dialect: Dialect) -> bool {
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
    tables: &[String],
    source: &Source<'_>,
    tokens: &[Token<'_>],
    start: Option<usize>,
) -> Complaint {
    let mut complaint = Complaint::new(format!(
        "cannot tell what this does to the unique keys of `{}`: `{}`\n\
         help: {}",
        tables.join("`, `"),
        first_words(source, tokens),
        names::by_hand(tables)
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
