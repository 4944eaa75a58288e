//! Statements that nobody here can read: whether they may take a key away.

use crate::change::Name;
use crate::complaint::Complaint;
use crate::database::Database;
use crate::database::table::TableState;
use crate::ddl::created_table;
use crate::ddl::cursor::Source;
use crate::ddl::words::of_statement;
use crate::sql::lexer::Token;
use crate::{Dialect, names};

/// The words without which no statement changes a key of a table that is there: the manuals' lists
/// of statements have no others. `change`, `modify` and `detach` stand alone where a statement is
/// put together.
const CHANGES: [&str; 7] = [
    "drop", "alter", "rename", "change", "modify", "detach", "exchange",
];

/// An error, if the statement may change a key of a table that is known.
pub(crate) fn judge(
    database: &mut Database,
    source: &Source<'_>,
    tokens: &[Token<'_>],
    start: Option<usize>,
) -> Result<(), Complaint> {
    if let Some(table) = created_table(tokens, source.dialect) {
        let schema = database.schema_of(&table);
        if database.is_excepted(&schema, &table.name) {
            return Ok(());
        }
        let table = Name::shown(&schema, &table.name);
        return Err(complaint(&[table], source, tokens, start));
    }
    let mut words = of_statement(tokens, source.dialect);
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
    let names = |tables: &mut dyn Iterator<Item = &TableState>| {
        let names = tables.map(TableState::shown);
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
        source.first_words(tokens),
        names::by_hand(tables)
    ));
    complaint.start = start;
    complaint
}
