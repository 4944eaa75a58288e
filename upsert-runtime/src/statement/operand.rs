//! An expression as one operand of an operator, whatever it is.

use diesel::QueryResult;
use diesel::query_builder::{AstPass, QueryFragment};

use super::text::sql;
use crate::dialect::Dialect;

/// Writes `e` in parentheses, unless it is known to need none.
///
/// Most of Diesel's nodes bring their own, but not raw SQL, nor what `infix_operator!` of an
/// application makes: `a - b & c` is not `a - (b & c)`. Nothing in the type of a node says so, and
/// its SQL does.
pub(super) fn operand<'b, DB: Dialect>(
    e: &'b impl QueryFragment<DB>,
    out: AstPass<'_, 'b, DB>,
) -> QueryResult<()> {
    let bare = is_one(&sql(e, out.backend())?);
    in_parentheses_unless(bare, e, out)
}

/// Writes `e` as an element of an index: a column or the call of a function; all else is in
/// parentheses there.
pub(super) fn element<'b, DB: Dialect>(
    e: &'b impl QueryFragment<DB>,
    out: AstPass<'_, 'b, DB>,
) -> QueryResult<()> {
    let sql = sql(e, out.backend())?;
    let function = name(&sql);
    let bare =
        is_one(&sql) || is_pair(&sql[function..]) && !sql[..function].eq_ignore_ascii_case("not");
    in_parentheses_unless(bare, e, out)
}

fn in_parentheses_unless<'b, DB: Dialect>(
    bare: bool,
    e: &'b impl QueryFragment<DB>,
    mut out: AstPass<'_, 'b, DB>,
) -> QueryResult<()> {
    if bare {
        return e.walk_ast(out);
    }
    out.push_sql("(");
    e.walk_ast(out.reborrow())?;
    out.push_sql(")");
    Ok(())
}

/// The functions of our own nodes, on all backends.
const FUNCTIONS: [&str; 6] = ["coalesce", "greatest", "least", "max", "min", "VALUES"];

/// Whether `sql` is certainly one operand: a bound value, a name, one of our functions or a pair of
/// parentheses.
fn is_one(sql: &str) -> bool {
    // Anywhere else it is an operator of PostgreSQL's.
    if sql == "?" {
        return true;
    }
    let name = name(sql);
    match &sql[name..] {
        "" => name > 0,
        rest => (name == 0 || FUNCTIONS.contains(&&sql[..name])) && is_pair(rest),
    }
}

/// How many bytes at the start of `sql` are a bound value (`$1`), a number, or a name: quoted or
/// not, of several parts or one.
fn name(sql: &str) -> usize {
    let mut quote = None;
    for (at, c) in sql.char_indices() {
        match quote {
            Some(end) if c == end => quote = None,
            Some(_) => {}
            None if c == '"' || c == '`' => quote = Some(c),
            None if c.is_alphanumeric() || matches!(c, '_' | '.' | '$') => {}
            None => return at,
        }
    }
    sql.len()
}

/// Whether `sql` is one pair of parentheses with all of it inside. Where quotes or comments make
/// that hard to see, it is not: parentheses too many do no harm.
fn is_pair(sql: &str) -> bool {
    if !sql.starts_with('(') || sql.contains(['\'', '\\', '[', '#']) {
        return false;
    }
    if sql.contains("--") || sql.contains("/*") {
        return false;
    }
    // A bound value, and no quote: https://www.postgresql.org/docs/current/sql-syntax-lexical.html
    let is_bound = |after: &str| after.starts_with(|c: char| c.is_ascii_digit());
    if !sql.split('$').skip(1).all(is_bound) {
        return false;
    }
    let mut depth = 0_usize;
    let mut quote = None;
    for (at, c) in sql.char_indices() {
        match (quote, c) {
            (Some(end), _) if c == end => quote = None,
            (Some(_), _) => {}
            (None, '"' | '`') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => {
                depth -= 1;
                if depth == 0 {
                    return at + 1 == sql.len();
                }
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::is_one;

    #[test]
    fn what_is_one_operand_is_known() {
        for sql in [
            "?",
            "$12",
            "7",
            "\"t\".\"n\"",
            "`t`.`a b`",
            "excluded.\"n\"",
            "VALUES(`n`)",
            "coalesce(\"t\".\"n\", 0)",
            "(\"t\".\"n\" + ($1 * 2))",
            "coalesce(greatest(a, b), a, b)",
        ] {
            assert!(is_one(sql), "{sql}");
        }
    }

    #[test]
    fn all_else_gets_parentheses() {
        for sql in [
            "",
            "a & b",
            "-1",
            "(a) + (b)",
            "(a) & (b)",
            "coalesce(a, 0) - coalesce(b, 0)",
            "not(a)",
            "a::int",
            "a?b",
            "($x$($x$) - (b$y$)$y$)",
            "($$($$) - (b$$)$$)",
            "case when a then b end",
            "('(') + (')')",
            "(a -- )\n)",
            "(\"(\" + b) - (c)",
            "(a",
            "(\"a",
            ")(",
            "\"a\" + \"b\"",
        ] {
            assert!(!is_one(sql), "{sql}");
        }
    }
}
