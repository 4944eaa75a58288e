//! The text of expressions and predicates, which SQLite keeps in the definition of an index alone.

use upsert_schema::Dialect::Sqlite;

use crate::dialect::sql;

/// The elements and the predicate of `CREATE INDEX .. ON table (elements) WHERE predicate`.
pub(super) fn parts(definition: &str) -> (Vec<String>, Option<String>) {
    let tokens = sql::tokens(definition, Sqlite);
    let from_on: Vec<_> = tokens
        .into_iter()
        .skip_while(|token| !token.is("on"))
        .collect();
    let Some(open) = from_on.iter().position(|token| token.is_mark("(")) else {
        return (Vec::new(), None);
    };
    let mut around = sql::split(&from_on[open..], |token| token.is("where")).into_iter();
    let list = match around.next() {
        Some([_, list @ .., _]) => list,
        _ => &[],
    };
    let elements = sql::split(list, |token| token.is_mark(","))
        .into_iter()
        .map(|element| match element {
            [element @ .., order] if order.is("asc") || order.is("desc") => element,
            element => element,
        })
        .map(|element| text(definition, element).to_owned())
        .collect();
    let predicate = around
        .next()
        .map(|predicate| text(definition, predicate).to_owned());
    (elements, predicate)
}

/// What a constraint of a table does to a row in its way, whatever a statement says: the word
/// behind its ON CONFLICT. ABORT is what a constraint does by itself.
pub(super) fn overrides(definition: &str) -> Option<String> {
    let tokens = sql::tokens(definition, Sqlite);
    let mut clauses = tokens
        .windows(3)
        .filter(|words| words[0].is("on") && words[1].is("conflict") && !words[2].is("abort"));
    clauses.next().map(|words| words[2].text.to_uppercase())
}

/// The text from the first of `tokens` to the last.
fn text<'s>(sql: &'s str, tokens: &[sql::Token<'_>]) -> &'s str {
    match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => &sql[first.start..last.end()],
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_is_taken_apart() {
        let (elements, predicate) = parts(
            "CREATE UNIQUE INDEX \"on (a)\" ON [t ) where] (lower(a || ',)') DESC, \"b)\" COLLATE nocase, (c) asc -- ,\n)
             /* where */ WHERE (a = 'where') AND b -- all",
        );
        assert_eq!(
            elements,
            ["lower(a || ',)')", "\"b)\" COLLATE nocase", "(c)"]
        );
        assert_eq!(predicate.as_deref(), Some("(a = 'where') AND b"));
    }

    #[test]
    fn a_conflict_clause_of_a_table_is_found() {
        for (definition, expected) in [
            ("CREATE TABLE t (a INT UNIQUE)", None),
            ("CREATE TABLE t (a INT UNIQUE ON CONFLICT ABORT)", None),
            ("CREATE TABLE t (a INT DEFAULT 'on conflict fail')", None),
            (
                "CREATE TABLE t (a INT UNIQUE on conflict replace)",
                Some("REPLACE"),
            ),
            (
                "CREATE TABLE t (a INT, UNIQUE (a)\nON /* x */ CONFLICT Ignore)",
                Some("IGNORE"),
            ),
        ] {
            assert_eq!(overrides(definition).as_deref(), expected, "{definition}");
        }
    }

    #[test]
    fn what_is_no_definition_has_no_parts() {
        for text in [
            "",
            "on",
            "CREATE INDEX i ON t (",
            "on )(",
            "on (a",
            "on () where",
        ] {
            let (elements, _) = parts(text);
            assert!(
                elements.iter().all(|element| !element.contains('(')),
                "{text}"
            );
        }
    }
}
