//! The conflict target.
//!
//! ```text
//! (a, b)                      columns
//! (lower(name), b)            the elements of an expression index
//! (a) where deleted.is_null() a partial index
//! key(name)                   a declared key
//! constraint("name")          a constraint
//! any                         whatever unique key is hit
//! unchecked (a, b)            one that is not looked up among the declared keys
//! unchecked key(name)         a declared key of which nothing else is asked
//! ```
//!
//! In the elements and the predicate of an index every bare name is a column, as in `CREATE INDEX`, and
//! every literal is written into the SQL.

use proc_macro2::{Delimiter, Group, Ident, Literal, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::{Expr, Lit, LitStr, Path};

use super::expression;
use super::model::{Conflict, IndexExpr, Target};
use super::references::{column, table_name};
use crate::errors::{Errors, meant};
use crate::tokens::{
    group, ident, is_expression, is_member, is_punct, located, plain, split_list, starts_with,
    stream, trees,
};

const FORMS: &str = "help: `conflict = (a, b)`, `(lower(a))`, `(a) where <predicate>`, `key(name)`, `constraint(\"name\")` or `any`";
const NAMES: [&str; 3] = ["constraint", "key", "unchecked"];

pub(crate) fn parse(
    krate: &TokenTree,
    table: &Path,
    value: &[TokenTree],
    errors: &mut Errors,
) -> Option<Conflict> {
    let keyword = ident(value.first()).filter(|name| plain(name) == "unchecked");
    let (Some(keyword), Some(tokens)) = (keyword, value.get(1..)) else {
        return Some(Conflict {
            target: target(krate, table, value, errors)?,
            unchecked: false,
            tokens: value.to_vec(),
        });
    };
    if tokens.is_empty() {
        errors.push(
            keyword,
            "`unchecked` stands before a conflict target\nhelp: `conflict = unchecked (a, b)`",
        );
        return None;
    }
    let target = target(krate, table, tokens, errors)?;
    if matches!(target, Target::Any) {
        errors.push(
            keyword,
            "`any` is not checked anyway\nhelp: `conflict = any`",
        );
        return None;
    }
    Some(Conflict {
        target,
        unchecked: true,
        tokens: tokens.to_vec(),
    })
}

fn target(
    krate: &TokenTree,
    table: &Path,
    value: &[TokenTree],
    errors: &mut Errors,
) -> Option<Target> {
    if let Some(list) = group(value.first(), Delimiter::Parenthesis) {
        return listed(krate, table, list, &value[1..], errors);
    }
    let Some(name) = ident(value.first()) else {
        errors.push(
            stream(value),
            format!("expected a conflict target\n{FORMS}"),
        );
        return None;
    };
    match (plain(name).as_str(), &value[1..]) {
        ("any", []) => Some(Target::Any),
        ("constraint", [TokenTree::Group(argument)]) => {
            match syn::parse2::<LitStr>(argument.stream()) {
                Ok(literal) => Some(Target::Constraint(literal)),
                Err(_) => {
                    errors.push(
                        argument,
                        "expected the constraint's name\nhelp: `constraint(\"page_hits_pkey\")`",
                    );
                    None
                }
            }
        }
        ("key", [TokenTree::Group(argument)]) => key(argument, errors),
        (text, [TokenTree::Group(argument), ..]) => {
            match meant(text, &NAMES) {
                Some("unchecked") => errors.push(
                    name,
                    format!("unknown conflict target\nhelp: did you mean `unchecked {argument}`?"),
                ),
                Some(known) if known != text => errors.push(
                    name,
                    format!("unknown conflict target\nhelp: did you mean `{known}{argument}`?"),
                ),
                _ => errors.push(
                    stream(value),
                    format!("expected a conflict target\n{FORMS}"),
                ),
            }
            None
        }
        ("key" | "constraint", []) => {
            errors.push(name, format!("`{name}` needs a name\n{FORMS}"));
            None
        }
        (text, []) => {
            errors.push(name, format!("the columns of a conflict target stand in parentheses\nhelp: `conflict = ({text})`; a declared key by its name: `conflict = key({text})`"));
            None
        }
        _ => {
            errors.push(
                stream(value),
                format!("expected a conflict target\n{FORMS}"),
            );
            None
        }
    }
}

/// The argument of `key(name)`; a name that Rust cannot spell is a string.
fn key(argument: &Group, errors: &mut Errors) -> Option<Target> {
    let name = match &*trees(argument.stream()) {
        [TokenTree::Ident(name)] => Some(LitStr::new(&plain(name), name.span())),
        _ => syn::parse2::<LitStr>(argument.stream()).ok(),
    };
    if name.is_none() {
        errors.push(
            argument,
            "expected the name of a declared key\nhelp: `key(users_email)`, the name of its index or constraint; columns stand in parentheses alone: `conflict = (a, b)`",
        );
    }
    name.map(Target::Key)
}

/// `( .. )` and what comes behind it.
fn listed(
    krate: &TokenTree,
    table: &Path,
    list: &Group,
    behind: &[TokenTree],
    errors: &mut Errors,
) -> Option<Target> {
    let inner = trees(list.stream());
    let parts = split_list(&inner, is_expression);
    if parts.is_empty() {
        errors.push(list, format!("an empty conflict target\n{FORMS}"));
        return None;
    }
    if let Some(empty) = parts.iter().position(|part| part.is_empty()) {
        errors.push(
            list,
            format!("nothing before comma {} of the conflict target", empty + 1),
        );
        return None;
    }
    let predicate = match behind {
        [] => None,
        [TokenTree::Ident(keyword), predicate @ ..] if *keyword == "where" => {
            if predicate.is_empty() {
                errors.push(
                    keyword,
                    "`where` has no predicate\nhelp: `conflict = (a) where deleted_at.is_null()`",
                );
                return None;
            }
            let condition = "a predicate is a Diesel condition: `(a) where deleted_at.is_null()`";
            Some(index_expression(
                krate, table, predicate, condition, errors,
            )?)
        }
        [other, ..] => {
            errors.push(other, "unexpected token after the conflict target\nhelp: sections are separated by `,`; a partial index is `(a) where <predicate>`");
            return None;
        }
    };
    let columns: Option<Vec<Ident>> = parts
        .iter()
        .map(|part| match part {
            [TokenTree::Ident(column)] => Some(column.clone()),
            _ => None,
        })
        .collect();
    match (columns, predicate) {
        (Some(columns), None) => Some(Target::Columns(columns)),
        (_, predicate) => {
            let elements: Vec<_> = parts
                .iter()
                .map(|part| index_expression(krate, table, part, expression::COMMA, errors))
                .collect();
            Some(Target::Index {
                elements: elements.into_iter().collect::<Option<_>>()?,
                predicate,
            })
        }
    }
}

/// An element or the predicate of an index; `help` is for a token that cannot be in one.
fn index_expression(
    krate: &TokenTree,
    table: &Path,
    tokens: &[TokenTree],
    help: &str,
    errors: &mut Errors,
) -> Option<IndexExpr> {
    if let Err(error) = syn::parse2::<Expr>(stream(tokens)) {
        let what = "the conflict target";
        expression::unparsable(error, tokens, (what, help), errors);
        return None;
    }
    let mut scan = Scan {
        krate,
        table,
        columns: Vec::new(),
        errors,
        complete: true,
    };
    let is_column = match scan.qualified(tokens) {
        Some((_, length)) => length == tokens.len(),
        None => matches!(tokens, [TokenTree::Ident(_)]),
    };
    let tokens = scan.tokens(tokens);
    let Scan {
        columns, complete, ..
    } = scan;
    complete.then_some(IndexExpr {
        tokens,
        columns,
        is_column,
    })
}

struct Scan<'a> {
    krate: &'a TokenTree,
    table: &'a Path,
    columns: Vec<Ident>,
    errors: &'a mut Errors,
    complete: bool,
}

impl Scan<'_> {
    fn tokens(&mut self, tokens: &[TokenTree]) -> TokenStream {
        let mut out = TokenStream::new();
        let mut at = 0;
        while at < tokens.len() {
            let next = tokens.get(at + 1);
            let member = is_member(tokens, at);
            if let Some((column, length)) = self.qualified(&tokens[at..]).filter(|_| !member) {
                out.extend(self.column(column));
                at += length;
                continue;
            }
            match &tokens[at] {
                TokenTree::Ident(name) if !member && (name == "true" || name == "false") => {
                    // SQLite compares the text of the constant, case and all; keywords are mostly in capitals.
                    out.extend(self.literal(name.span(), &name.to_string().to_uppercase()));
                }
                TokenTree::Ident(name)
                    if !member
                        && !is_punct(next, '!')
                        && !is_punct(next, ':')
                        && !matches!(next, Some(TokenTree::Group(_))) =>
                {
                    out.extend(self.column(name));
                }
                TokenTree::Punct(minus)
                    if minus.as_char() == '-'
                        && starts_operand(tokens, at)
                        && matches!(next, Some(TokenTree::Literal(_))) =>
                {
                    at += 1;
                    if let TokenTree::Literal(literal) = &tokens[at] {
                        out.extend(self.constant(literal, "-"));
                    }
                }
                TokenTree::Literal(literal) if !member => out.extend(self.constant(literal, "")),
                TokenTree::Group(group) => {
                    let mut inner =
                        Group::new(group.delimiter(), self.tokens(&trees(group.stream())));
                    inner.set_span(group.span());
                    out.extend([TokenTree::Group(inner)]);
                }
                token => out.extend([token.clone()]),
            }
            at += 1;
        }
        out
    }

    /// The column of `table.column`, as everywhere else in `upsert!`, or of `table::column`, and how many
    /// tokens they are.
    fn qualified<'t>(&self, tokens: &'t [TokenTree]) -> Option<(&'t Ident, usize)> {
        ident(tokens.first()).filter(|name| Some(*name) == table_name(self.table))?;
        let rest = &tokens[1..];
        let dots = if is_punct(rest.first(), '.') { 1 } else { 2 };
        let column = ident(rest.get(dots)).filter(|_| dots == 1 || starts_with(rest, "::"))?;
        Some((column, 2 + dots))
    }

    fn column(&mut self, name: &Ident) -> TokenStream {
        let krate = self.krate;
        let column = column(krate, self.table, name.span(), name);
        self.columns.push(name.clone());
        let krate = located(krate, name.span());
        quote_spanned!(name.span()=> #krate::__private::index_column(#column))
    }

    fn constant(&mut self, literal: &Literal, sign: &str) -> TokenStream {
        let sql = match Lit::new(literal.clone()) {
            Lit::Str(text) => format!("'{}'", text.value().replace('\'', "''")),
            Lit::Int(number) => format!("{sign}{}", number.base10_digits()),
            Lit::Float(number) => format!("{sign}{}", number.base10_digits()),
            _ => {
                self.errors.push(
                    literal,
                    "a constant of an index is a string, a number, `true` or `false`",
                );
                self.complete = false;
                return TokenStream::new();
            }
        };
        self.literal(literal.span(), &sql)
    }

    fn literal(&mut self, span: proc_macro2::Span, sql: &str) -> TokenStream {
        let krate = self.krate;
        let sql = LitStr::new(sql, span);
        quote_spanned!(span=> #krate::__private::index_literal(#krate::__static_str!(#sql)))
    }
}

/// Whether an operand starts at `at`, so that a `-` there is a sign.
fn starts_operand(tokens: &[TokenTree], at: usize) -> bool {
    at == 0 || matches!(&tokens[at - 1], TokenTree::Punct(_))
}
