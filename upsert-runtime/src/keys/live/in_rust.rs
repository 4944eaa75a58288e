//! What a SQL text is in a `unique_keys!` declaration.

use upsert_schema::Dialect;

use crate::dialect::sql::{self, Shape};

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// An expression or a predicate: its tokens where Rust has the same ones, otherwise a string
/// literal.
pub(super) fn sql(text: &str, dialect: Dialect) -> String {
    let text = sql::without_parentheses(text, dialect);
    let is_plain = sql::tokens(text, dialect)
        .iter()
        .all(|token| match token.shape {
            Shape::Number => token.text.chars().all(|c| c.is_ascii_digit() || c == '.'),
            Shape::Word => token.text.chars().all(is_word),
            Shape::Mark => token.text.chars().all(|c| "()+-*/%=<>!,.:".contains(c)),
            Shape::Text | Shape::Quoted => false,
        });
    let has_comment = ["--", "//", "/*", "*/"]
        .iter()
        .any(|comment| text.contains(comment));
    if is_plain && is_balanced(text) && !has_comment {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    } else {
        format!("{text:?}")
    }
}

fn is_balanced(text: &str) -> bool {
    let mut depth = 0_isize;
    let opens = text.chars().all(|c| {
        depth += isize::from(c == '(') - isize::from(c == ')');
        depth >= 0
    });
    opens && depth == 0
}

#[cfg(test)]
mod tests {
    use upsert_schema::Dialect::Sqlite;

    use super::sql;

    #[test]
    fn what_is_no_rust_is_a_string() {
        assert_eq!(sql("(deleted_at IS NULL)", Sqlite), "deleted_at IS NULL");
        assert_eq!(sql("lower((name)::text)", Sqlite), "lower((name)::text)");
        assert_eq!(sql("n > 1.5", Sqlite), "n > 1.5");
        assert_eq!(sql("status <> 'x'", Sqlite), "\"status <> 'x'\"");
        assert_eq!(sql("lower(\"Name\")", Sqlite), "\"lower(\\\"Name\\\")\"");
        assert_eq!(sql("(a -- b\n + c)", Sqlite), "\"a -- b\\n + c\"");
        assert_eq!(sql("(a\n    + c -- d\n)", Sqlite), "a + c");
        assert_eq!(sql("a)", Sqlite), "\"a)\"");
        assert_eq!(sql("a || b", Sqlite), "\"a || b\"");
        assert_eq!(sql("a = 0x1f", Sqlite), "\"a = 0x1f\"");
    }
}
