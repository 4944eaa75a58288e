//! What stands between the parentheses of an index: columns and expressions.

use crate::sql::lexer::{Shape, Token, verbatim};
use crate::{Dialect, Element, Sql};

/// The elements of `list`, the tokens between the parentheses; `None` where one of them is empty.
pub(crate) fn elements(source: &str, list: &[Token<'_>], dialect: Dialect) -> Option<Vec<Element>> {
    split(list)
        .into_iter()
        .map(|tokens| element(source, tokens, dialect))
        .collect()
}

/// One element: without its order, collation and operator class, which are no part of a conflict
/// target.
pub(crate) fn element(source: &str, tokens: &[Token<'_>], dialect: Dialect) -> Option<Element> {
    let tokens = match dialect {
        Dialect::Postgres => postgres(tokens),
        Dialect::Sqlite | Dialect::Mysql => others(tokens),
    };
    let whole = tokens;
    let tokens = without_parentheses(tokens);
    match tokens {
        [] => None,
        // A string in parentheses is a string.
        [text] if text.shape == Shape::Text && whole.len() > 1 => Some(expression(source, tokens)),
        [name] if name.name(dialect).is_some() && !is_constant(name) => {
            name.name(dialect).map(Element::Column)
        }
        [name, open, length, close]
            if dialect == Dialect::Mysql
                && open.is_mark("(")
                && close.is_mark(")")
                && whole.len() == 4 =>
        {
            match (name.name(dialect), length.text.parse()) {
                (Some(name), Ok(length)) => Some(Element::Prefix(name, length)),
                _ => Some(expression(source, tokens)),
            }
        }
        tokens => Some(expression(source, tokens)),
    }
}

/// Whether a value may come behind it.
fn is_operator(token: &Token<'_>) -> bool {
    match token.shape {
        Shape::Mark => !token.is_mark(")"),
        _ => [
            "collate", "and", "or", "not", "is", "like", "in", "between", "mod", "div",
        ]
        .iter()
        .any(|word| token.is(word)),
    }
}

fn is_constant(token: &Token<'_>) -> bool {
    ["true", "false", "null"].iter().any(|word| token.is(word))
}

fn expression(source: &str, tokens: &[Token<'_>]) -> Element {
    Element::Expression(Sql(verbatim(source, tokens).to_owned()))
}

/// `tokens` between commas.
pub(crate) fn split<'t, 'a>(tokens: &'t [Token<'a>]) -> Vec<&'t [Token<'a>]> {
    let mut depth = 0_usize;
    tokens
        .split(|token| {
            match token.text {
                "(" | "[" | "{" if token.shape == Shape::Mark => depth += 1,
                ")" | "]" | "}" if token.shape == Shape::Mark => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && token.is_mark(",")
        })
        .collect()
}

/// How many of `tokens` the parentheses take with which they begin; 0 where they begin with none.
pub(crate) fn group(tokens: &[Token<'_>]) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        if token.is_mark("(") {
            depth += 1;
        } else if token.is_mark(")") {
            depth = depth.saturating_sub(1);
        }
        if depth == 0 {
            return if at == 0 { 0 } else { at + 1 };
        }
    }
    0
}

/// What is inside the parentheses that enclose all of `tokens`, however many.
pub fn without_parentheses<'t, 'a>(tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    let opening = tokens.iter().take_while(|token| token.is_mark("(")).count();
    let closing = tokens
        .iter()
        .rev()
        .take_while(|token| token.is_mark(")"))
        .count();
    // At no place between the two may fewer of them be open than are taken away.
    let mut depth = opening;
    let mut lowest = opening.min(closing);
    let end = tokens.len() - closing;
    for token in tokens.get(opening..end).unwrap_or_default() {
        if token.is_mark("(") {
            depth += 1;
        } else if token.is_mark(")") {
            depth = depth.saturating_sub(1);
        }
        lowest = lowest.min(depth);
    }
    let balanced = depth == closing;
    let enclosing = if balanced { lowest } else { 0 };
    tokens
        .get(enclosing..tokens.len().saturating_sub(enclosing))
        .unwrap_or_default()
}

/// `name`, `function(..)` or `(expression)`; what follows is collation, operator class and order.
fn postgres<'t, 'a>(tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    let mut end = group(tokens);
    if end == 0 {
        end = 1;
        while tokens.get(end).is_some_and(|token| token.is_mark(".")) {
            end += 2;
        }
        end += tokens.get(end..).map_or(0, group);
    }
    tokens.get(..end).unwrap_or(tokens)
}

/// By hand it may be PostgreSQL's too, whose operator classes are all called so.
fn others<'t, 'a>(mut tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    let is_class = |token: &Token<'_>| {
        token.shape == Shape::Word && token.text.to_ascii_lowercase().ends_with("_ops")
    };
    loop {
        tokens = match tokens {
            [before @ .., nulls, end]
                if nulls.is("nulls") && (end.is("first") || end.is("last")) =>
            {
                before
            }
            // With nothing between it and a value, it is no column.
            [before @ .., value, class] if is_class(class) && !is_operator(value) => {
                tokens.get(..before.len() + 1).unwrap_or_default()
            }
            // A column can be called so on SQLite.
            [before @ .., order] if !before.is_empty() && (order.is("asc") || order.is("desc")) => {
                before
            }
            [before @ .., collate, _] if collate.is("collate") => before,
            _ => return tokens,
        };
    }
}

#[cfg(test)]
mod tests {
    use crate::sql::elements::{Dialect, Element, Sql, elements};
    use crate::sql::lexer::tokens;

    fn of(list: &str, dialect: Dialect) -> Option<Vec<Element>> {
        elements(list, &tokens(list, dialect).unwrap(), dialect)
    }

    fn column(name: &str) -> Element {
        Element::Column(name.to_owned())
    }

    fn expression(sql: &str) -> Element {
        Element::Expression(Sql(sql.to_owned()))
    }

    #[test]
    fn order_collation_and_operator_class_are_no_part_of_an_element() {
        assert_eq!(
            of(
                "A DESC, \"B\" COLLATE \"C\" text_pattern_ops ASC NULLS FIRST, lower(c) pg_catalog.varchar_ops",
                Dialect::Postgres
            ),
            Some(vec![column("a"), column("B"), expression("lower(c)")])
        );
        assert_eq!(
            of("A COLLATE NOCASE DESC, [b c], 'd'", Dialect::Sqlite),
            Some(vec![column("A"), column("b c"), column("d")])
        );
        // By hand, where it may be another database's.
        assert_eq!(
            of(
                "a text_pattern_ops, lower(b) varchar_ops desc nulls last, c + d_ops, e collate \"C\" text_ops",
                Dialect::Sqlite
            ),
            Some(vec![
                column("a"),
                expression("lower(b)"),
                expression("c + d_ops"),
                column("e")
            ])
        );
    }

    #[test]
    fn an_expression_is_kept_as_it_was_written() {
        assert_eq!(
            of("(a  ||  B), coalesce(a, 'x, y')", Dialect::Postgres),
            Some(vec![
                expression("a  ||  B"),
                expression("coalesce(a, 'x, y')")
            ])
        );
        assert_eq!(
            of("a+1 DESC, lower( a ) COLLATE BINARY", Dialect::Sqlite),
            Some(vec![expression("a+1"), expression("lower( a )")])
        );
        assert_eq!(
            of("(a) + (b)", Dialect::Sqlite),
            Some(vec![expression("(a) + (b)")])
        );
    }

    #[test]
    fn a_column_in_parentheses_is_a_column() {
        assert_eq!(of("((a))", Dialect::Postgres), Some(vec![column("a")]));
    }

    #[test]
    fn the_first_characters_of_a_column_are_not_the_column() {
        assert_eq!(
            of("a(10), `b`(5) DESC", Dialect::Mysql),
            Some(vec![
                Element::Prefix("a".to_owned(), 10),
                Element::Prefix("b".to_owned(), 5)
            ])
        );
        assert_eq!(
            of("((lower(a))), c", Dialect::Mysql),
            Some(vec![expression("lower(a)"), column("c")])
        );
    }

    #[test]
    fn an_empty_element_is_none() {
        for list in ["a,", "", ",a", "()"] {
            assert_eq!(of(list, Dialect::Postgres), None, "{list}");
        }
    }
}
