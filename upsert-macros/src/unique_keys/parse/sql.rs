//! Rust's tokens as SQL.

use proc_macro2::{Delimiter, Ident, Spacing, TokenTree};
use syn::{Lit, LitStr};

use super::method;
use crate::errors::Errors;
use crate::tokens::{group, ident, is_punct, plain, starts_with, stream, trees};

/// Whether it is this word, in whatever case.
pub(super) fn is_word(ident: &Ident, word: &str) -> bool {
    plain(ident).eq_ignore_ascii_case(word)
}

/// Tokens as SQL. A string alone is SQL itself, and among others a SQL string.
pub(super) fn sql(tokens: &[TokenTree], errors: &mut Errors) -> Option<String> {
    if let [TokenTree::Literal(_)] = tokens {
        if let Ok(text) = syn::parse2::<LitStr>(stream(tokens)) {
            return whole(text, errors);
        }
    }
    if let Some((call, help)) = method::first(tokens) {
        errors.push(
            call,
            format!("this is a method of Rust, and here is SQL\nhelp: {help}"),
        );
        return None;
    }
    let mut sql = String::new();
    if let Err(token) = write(tokens, &mut sql) {
        errors.push(
            token,
            "this means something else in SQL\nhelp: write the whole expression as a string: `\"..\"`",
        );
        return None;
    }
    Some(sql)
}

/// The SQL of a string, which goes into a statement as it is.
fn whole(text: LitStr, errors: &mut Errors) -> Option<String> {
    let sql = text.value();
    // What is in quotes may be anything.
    let mut quote = None;
    let mut before = ' ';
    let mut has_comment = false;
    let mut has_end = false;
    let mut open = 0_usize;
    let mut matches = true;
    for c in sql.chars() {
        match (quote, c) {
            (Some(end), c) if c == end => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"' | '`') => quote = Some(c),
            (None, ';') => has_end = true,
            (None, '(') => open += 1,
            (None, ')') => match open.checked_sub(1) {
                Some(left) => open = left,
                None => matches = false,
            },
            (None, _) => has_comment |= matches!((before, c), ('-', '-') | ('/', '*')),
        }
        before = c;
    }
    let wrong = if sql.trim().is_empty() {
        "there is no SQL in this string"
    } else if has_comment {
        "a comment would be one in each statement too\nhelp: leave it out"
    } else if quote.is_some() {
        "a quote begins in this SQL and does not end"
    } else if has_end {
        "a `;` ends the statement, and this is a part of one\nhelp: leave it out"
    } else if !matches || open > 0 {
        "the parentheses in this SQL do not match"
    } else {
        return Some(sql);
    };
    errors.push(text, wrong);
    None
}

/// Writes `tokens`, or returns the one that cannot be written.
pub(super) fn write(tokens: &[TokenTree], sql: &mut String) -> Result<(), TokenTree> {
    for (at, token) in tokens.iter().enumerate() {
        let joint = at > 0
            && matches!(&tokens[at - 1], TokenTree::Punct(p) if p.spacing() == Spacing::Joint);
        let tight = at == 0
            || joint
            || is_punct(Some(token), ',')
            || is_punct(Some(token), '.')
            || is_punct(tokens.get(at - 1), '.')
            || starts_with(&tokens[at..], "::")
            || at > 1 && starts_with(&tokens[at - 2..], "::")
            || is_call(tokens, at);
        if !tight {
            sql.push(' ');
        }
        match token {
            TokenTree::Group(group) => {
                // An invisible one is an expression of a `macro_rules!`.
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis | Delimiter::None => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => return Err(token.clone()),
                };
                sql.push_str(open);
                write(&trees(group.stream()), sql)?;
                sql.push_str(close);
            }
            TokenTree::Literal(literal) => match Lit::new(literal.clone()) {
                Lit::Str(text) => {
                    sql.push('\'');
                    sql.push_str(&text.value().replace('\'', "''"));
                    sql.push('\'');
                }
                Lit::Int(number) if number.suffix().is_empty() => {
                    sql.push_str(number.base10_digits());
                }
                Lit::Float(number) if number.suffix().is_empty() => {
                    sql.push_str(number.base10_digits());
                }
                _ => return Err(token.clone()),
            },
            TokenTree::Ident(name) => sql.push_str(&plain(name)),
            // A comment in SQL.
            TokenTree::Punct(_) if starts_with(&tokens[at..], "--") => return Err(token.clone()),
            TokenTree::Punct(punct) => sql.push(punct.as_char()),
        }
    }
    Ok(())
}

/// Whether the token at `at` is the arguments of a function, or an index.
pub(super) fn is_call(tokens: &[TokenTree], at: usize) -> bool {
    const OPERATORS: [&str; 6] = ["in", "and", "or", "not", "is", "any"];
    let word = |name: &Ident| !OPERATORS.iter().any(|o| is_word(name, o));
    let group = |delimiter| group(tokens.get(at), delimiter).is_some();
    (group(Delimiter::Parenthesis) || group(Delimiter::Bracket))
        && ident(tokens.get(at - 1)).is_some_and(word)
}
