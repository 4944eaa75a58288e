//! The columns and constraints of a table. `sqlparser` reads them, one at a time: their types, defaults and options are
//! what is manifold in SQL. The lists of key columns are read from the tokens, for their text has to stay as it is.

use sqlparser::ast::{ColumnOption, ConstraintCharacteristics, DeferrableInitial, Ident};
use sqlparser::dialect::{Dialect as Parse, MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token as Parsed;

use super::super::tokens::{Shape, Token};
use super::super::{Dialect, Element, Kind, Type, elements};
use super::change::{Column, NewKey};
use super::cursor::{Cursor, Source, find};
use super::{defaults, nullable, scan, sqlite};

/// More is no column. `sqlparser` limits how deep it goes down, but not how long a chain of operators may be, which
/// it takes apart by recursion.
pub(super) const LONGEST: usize = 1_000;

/// How deep `sqlparser` goes down. With its own limit of 50, a build without optimisation needs more than the 2 MiB that
/// a thread has; with this one, about half of it.
const DEEPEST: usize = 12;

/// Runs one of `sqlparser`'s functions over all of `text`.
pub(super) fn parse<T>(
    text: &str,
    dialect: Dialect,
    parse: impl Fn(&mut Parser<'_>) -> Result<T, ParserError>,
) -> Option<T> {
    let dialect: &dyn Parse = match dialect {
        Dialect::Postgres => &PostgreSqlDialect {},
        Dialect::Sqlite => &SQLiteDialect {},
        Dialect::Mysql => &MySqlDialect {},
    };
    let mut parser = Parser::new(dialect)
        .with_recursion_limit(DEEPEST)
        .try_with_sql(text)
        .ok()?;
    let parsed = parse(&mut parser).ok()?;
    (parser.peek_token().token == Parsed::EOF).then_some(parsed)
}

/// `tokens` as text, with blanks where there were some. Comments are gone, those that MySQL executes are not.
pub(super) fn text(tokens: &[Token<'_>]) -> String {
    let mut text = String::new();
    let mut end = None;
    for token in tokens {
        if end.is_some_and(|end| end < token.start) {
            text.push(' ');
        }
        text += token.text;
        end = Some(token.end());
    }
    text
}

/// Without what says nothing about keys and `sqlparser` does not know everywhere.
pub(super) fn without_options<'a>(tokens: &[Token<'a>], dialect: Dialect) -> Vec<Token<'a>> {
    let mut kept: Vec<Token<'a>> = Vec::new();
    let mut cursor = Cursor::new(tokens, dialect);
    while let Some(token) = cursor.rest().first() {
        if dialect == Dialect::Postgres
            && (cursor.accept("nulls not distinct") || cursor.accept("nulls distinct"))
        {
            // `column` looks for itself: `sqlparser` does not know it there.
        } else if dialect == Dialect::Sqlite && cursor.sees("on conflict") {
            cursor.skip(3);
        } else if dialect == Dialect::Postgres && cursor.accept("using index tablespace") {
            cursor.skip(1);
        } else if (token.is("check") || dialect == Dialect::Postgres && token.is("with"))
            && cursor.rest().get(1).is_some_and(|next| next.is_mark("("))
        {
            cursor.skip(1);
            cursor.skip(elements::group(cursor.rest()).max(1));
            if token.is("check") {
                let condition = Token {
                    shape: Shape::Word,
                    text: "(x)",
                    start: token.end(),
                };
                kept.extend([*token, condition]);
            }
        } else if token.is("collate") && !kept.is_empty() {
            cursor.skip(
                if cursor.rest().get(2).is_some_and(|dot| dot.is_mark(".")) {
                    4
                } else {
                    2
                },
            );
        } else {
            kept.push(*token);
            cursor.skip(1);
        }
    }
    kept
}

/// A column with its keys; `None` where it cannot be read.
pub(super) fn column(source: &Source<'_>, tokens: &[Token<'_>]) -> Option<(Column, Vec<NewKey>)> {
    let dialect = source.dialect;
    let name = tokens.first()?.name(dialect)?;
    if tokens.len() > LONGEST {
        return None;
    }
    let mut words = Vec::new();
    super::unread::collect(tokens.get(1..).unwrap_or_default(), &mut words);
    let kind = Type::of(tokens.get(1..).unwrap_or_default(), dialect);
    let others = scan::others(&name, tokens, dialect);
    let parsed = parse(
        &text(&without_options(tokens, dialect)),
        dialect,
        |parser| parser.parse_column_def(),
    );
    let Some(parsed) = parsed else {
        // Where `sqlparser` does not know a type or an option.
        let mut keys = scan::keys(&name, tokens, source);
        keys.extend(others);
        let default = defaults::of_column(tokens, dialect);
        let column = Column {
            name,
            kind,
            default,
            computed: defaults::computed(tokens, dialect),
            nullable: nullable::of_column(tokens, dialect),
            words,
            sqlite: sqlite::of(tokens, dialect),
        };
        return Some((column, keys));
    };

    let nulls_not_distinct = find(tokens, "unique nulls not distinct", dialect).is_some();
    let column = Column {
        name,
        kind,
        default: defaults::of_column(tokens, dialect),
        computed: defaults::computed(tokens, dialect),
        nullable: nullable::of_column(tokens, dialect),
        words,
        sqlite: sqlite::of(tokens, dialect),
    };
    let mut keys = Vec::new();
    for option in parsed.options {
        let (kind, characteristics) = match option.option {
            ColumnOption::PrimaryKey(key) => (Kind::PrimaryKey, key.characteristics),
            ColumnOption::Unique(key) => (Kind::Constraint, key.characteristics),
            _ => continue,
        };
        let name = option.name.map(|name| named(&name, dialect));
        let elements = vec![Element::Column(column.name.clone())];
        let mut key = NewKey {
            name,
            ..new(kind, elements, tokens.first()?.start)
        };
        key.unique = !deferrable(characteristics.as_ref());
        key.nulls_not_distinct = kind == Kind::Constraint && nulls_not_distinct;
        keys.push(key);
    }
    keys.extend(scan::serial(&column.name, tokens, dialect));
    keys = scan::without_doubles(keys, source);
    keys.extend(others);
    Some((column, keys))
}

pub(super) fn new(kind: Kind, elements: Vec<Element>, start: usize) -> NewKey {
    NewKey {
        name: None,
        kind,
        elements,
        include: Vec::new(),
        called: None,
        predicate: None,
        words: Vec::new(),
        nulls_not_distinct: false,
        unique: true,
        index: true,
        only: false,
        not_null: false,
        start,
    }
}

pub(super) fn named(name: &Ident, dialect: Dialect) -> String {
    let name = match name.quote_style {
        None if dialect == Dialect::Postgres => name.value.to_ascii_lowercase(),
        _ => name.value.clone(),
    };
    if dialect == Dialect::Postgres {
        super::super::tokens::truncated(&name)
    } else {
        name
    }
}

/// A constraint that is checked at the end only is no conflict target.
pub(super) fn deferrable(characteristics: Option<&ConstraintCharacteristics>) -> bool {
    characteristics.is_some_and(|it| {
        it.deferrable == Some(true) || it.initially == Some(DeferrableInitial::Deferred)
    })
}
