//! What SQL names and texts are in a `unique_keys!` declaration.

use crate::dialect::sql as scan;

/// The name of a column or a table in Rust, as `diesel print-schema` gives it; `table` is the Rust
/// name of the table of a column. The rule is that of `rust_name_for_sql_name` in
/// <https://github.com/diesel-rs/diesel/blob/main/diesel_cli/src/infer_schema_internals/inference.rs>.
pub(super) fn rust_name(sql: &str, table: Option<&str>) -> String {
    if is_reserved(sql) || Some(sql) == table {
        return format!("{sql}_");
    }
    if sql.chars().all(is_word) {
        return sql.to_owned();
    }
    let mut name = String::with_capacity(sql.len());
    for c in sql
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
    {
        if c != '_' || !name.ends_with('_') {
            name.push(c);
        }
    }
    name
}

#[rustfmt::skip]
const RESERVED: &[&str] = &[
    "Self", "abstract", "alignof", "as", "async", "become", "bool", "box", "break", "columns", "const", "continue",
    "crate", "do", "else", "enum", "extern", "false", "final", "fn", "for", "if", "impl", "in", "is_nullable", "let",
    "loop", "macro", "match", "mod", "move", "mut", "offsetof", "override", "priv", "proc", "pub", "pure", "ref",
    "return", "self", "sizeof", "static", "struct", "super", "table", "trait", "true", "type", "typeof", "unsafe",
    "unsized", "use", "virtual", "where", "while", "yield",
];

fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name) || (name.starts_with("__") && !name.ends_with('_'))
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The name of a key: an identifier where it can be one, otherwise a string literal.
pub(super) fn key_name(name: &str) -> String {
    let is_identifier = !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.chars().all(is_word)
        && name != "_"
        && !RESERVED.contains(&name)
        && !["await", "dyn", "gen", "try", "unique", "primary"].contains(&name);
    if is_identifier {
        name.to_owned()
    } else {
        format!("{name:?}")
    }
}

/// An expression or a predicate: its tokens where Rust has the same ones, otherwise a string
/// literal.
pub(super) fn sql(text: &str) -> String {
    let text = scan::without_parentheses(text);
    let is_plain = scan::tokens(text).iter().all(|token| match token.kind {
        scan::Kind::Word if token.text.starts_with(|c: char| c.is_ascii_digit()) => {
            token.text.chars().all(|c| c.is_ascii_digit())
        }
        scan::Kind::Word => token.text.chars().all(is_word),
        scan::Kind::Symbol => "()+-*/%=<>!,.:".contains(token.text),
        scan::Kind::Text | scan::Kind::Quoted => false,
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
    use super::*;

    #[test]
    fn names_are_those_of_print_schema() {
        for (sql, rust) in [
            ("email", "email"),
            ("type", "type_"),
            ("table", "table_"),
            ("users", "users_"),
            ("Odd Name", "Odd_Name"),
            ("a - b", "a_b"),
            ("é__x", "_x"),
            ("a__b", "a__b"),
            ("__a", "__a_"),
        ] {
            assert_eq!(rust_name(sql, Some("users")), rust, "{sql}");
        }
        assert_eq!(rust_name("users", None), "users");
    }

    #[test]
    fn an_odd_key_name_is_a_string() {
        assert_eq!(key_name("users_email"), "users_email");
        assert_eq!(key_name("users.email"), "\"users.email\"");
        assert_eq!(key_name("type"), "\"type\"");
        assert_eq!(key_name("unique"), "\"unique\"");
        assert_eq!(key_name("1a"), "\"1a\"");
        assert_eq!(key_name("a\"\n"), "\"a\\\"\\n\"");
    }

    #[test]
    fn what_is_no_rust_is_a_string() {
        assert_eq!(sql("(deleted_at IS NULL)"), "deleted_at IS NULL");
        assert_eq!(sql("lower((name)::text)"), "lower((name)::text)");
        assert_eq!(sql("n > 1.5"), "n > 1.5");
        assert_eq!(sql("status <> 'x'"), "\"status <> 'x'\"");
        assert_eq!(sql("lower(\"Name\")"), "\"lower(\\\"Name\\\")\"");
        assert_eq!(sql("(a -- b\n + c)"), "\"a -- b\\n + c\"");
        assert_eq!(sql("(a\n    + c -- d\n)"), "a + c");
        assert_eq!(sql("a)"), "\"a)\"");
        assert_eq!(sql("a || b"), "\"a || b\"");
        assert_eq!(sql("a = 0x1f"), "\"a = 0x1f\"");
    }
}
