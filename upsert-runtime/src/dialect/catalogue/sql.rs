//! Two SQL texts, as far as they say the same.
//!
//! For comparing texts and taking lists apart. What a text means is the database's to say.

use upsert_schema::Dialect;
pub(crate) use upsert_schema::sql::{Shape, Token};

use super::super::Backends;

/// Whose SQL that of a backend is.
pub(crate) fn dialect(backend: Backends) -> Dialect {
    match backend {
        Backends::POSTGRES => Dialect::Postgres,
        Backends::MYSQL => Dialect::Mysql,
        _ => Dialect::Sqlite,
    }
}

/// The tokens of `sql`, without spaces and comments; none where it is not whole.
pub(crate) fn tokens(sql: &str, dialect: Dialect) -> Vec<Token<'_>> {
    upsert_schema::sql::tokens(sql, dialect).unwrap_or_default()
}

/// `sql` without the parentheses around all of it.
pub(crate) fn without_parentheses(sql: &str, dialect: Dialect) -> &str {
    let all = tokens(sql, dialect);
    match upsert_schema::sql::without_parentheses(&all) {
        [first, .., last] => sql.get(first.start..last.end()).unwrap_or(sql),
        [only] => only.text,
        [] => "",
    }
}

/// The parts of `tokens` between the separators that stand in no parentheses.
pub(crate) fn split<'a, 't>(
    tokens: &'a [Token<'t>],
    is_separator: impl Fn(&Token<'t>) -> bool,
) -> Vec<&'a [Token<'t>]> {
    let mut depth = 0_isize;
    tokens
        .split(|token| {
            depth += isize::from(token.is_mark("(")) - isize::from(token.is_mark(")"));
            depth == 0 && is_separator(token)
        })
        .collect()
}

/// The tokens in lower case without the quotes of a name; the case of a name is no difference here.
fn normal(tokens: &[Token<'_>], dialect: Dialect) -> Vec<String> {
    upsert_schema::sql::without_parentheses(tokens)
        .iter()
        .map(|token| match token.shape {
            Shape::Word => token.text.to_lowercase(),
            Shape::Quoted => token.name(dialect).unwrap_or_default().to_lowercase(),
            Shape::Text | Shape::Number | Shape::Mark => token.text.to_owned(),
        })
        .collect()
}

/// Whether two texts are the same but for case, spaces, comments, quotes of names, parentheses
/// around all of it, and the order of what is joined by AND.
pub(crate) fn same_condition(one: &str, other: &str, dialect: Dialect) -> bool {
    conditions(one, dialect) == conditions(other, dialect)
}

fn conditions(sql: &str, dialect: Dialect) -> Vec<Vec<String>> {
    let tokens = tokens(sql, dialect);
    let bare = upsert_schema::sql::without_parentheses(&tokens);
    let mut conditions: Vec<_> = split(bare, |token| token.is("and"))
        .into_iter()
        .map(|part| normal(part, dialect))
        .collect();
    conditions.sort();
    conditions
}

/// Whether two lists of texts are the same in some order, but for case, spaces, comments, quotes of
/// names and parentheses around all of one.
pub(crate) fn same_expressions(one: &[&str], other: &[&str], dialect: Dialect) -> bool {
    let sorted = |list: &[&str]| {
        let mut list: Vec<_> = list
            .iter()
            .map(|sql| normal(&tokens(sql, dialect), dialect))
            .collect();
        list.sort();
        list
    };
    sorted(one) == sorted(other)
}

#[cfg(test)]
mod tests {
    use upsert_schema::Dialect::Sqlite;

    use super::*;

    #[test]
    fn spaces_comments_quotes_case_and_outer_parentheses_are_no_difference() {
        let same = |one, other| same_expressions(&[one], &[other], Sqlite);
        assert!(same("lower(name)", "( LOWER ( `name` /* x ) */ ) ) -- )"));
        assert!(same("lower(\"Name\")", "lower(name)"));
        assert!(!same("status = 'A'", "status = 'a'"));
        assert!(!same("(a) + (b)", "a) + (b"));
        assert!(!same("a + b", "b + a"));
        assert!(same_expressions(&["a", "(b)"], &["b", "a"], Sqlite));
        assert!(!same_expressions(&["a", "b"], &["a", "a"], Sqlite));
    }

    #[test]
    fn the_order_of_conditions_is_no_difference() {
        assert!(same_condition(
            "a and (b or c)",
            "((b OR c) AND (a))",
            Sqlite
        ));
        assert!(!same_condition("(a and b) or c", "(b and a) or c", Sqlite));
        assert!(!same_condition("a and b", "a or b", Sqlite));
        assert!(!same_condition("a = 'x and y'", "y and a = 'x'", Sqlite));
    }

    #[test]
    fn parentheses_that_are_not_around_all_of_it_stay() {
        assert_eq!(without_parentheses("((a) = (b))", Sqlite), "(a) = (b)");
        assert_eq!(without_parentheses("(a) = (b)", Sqlite), "(a) = (b)");
        assert_eq!(without_parentheses("(')')", Sqlite), "')'");
        assert_eq!(without_parentheses(" () ", Sqlite), "");
    }
}
