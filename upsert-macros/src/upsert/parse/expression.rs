//! Rust expressions with references to the two rows in them.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{BinOp, Expr, Path, UnOp};

use crate::errors::Errors;
use crate::statement::model::{Value, table_name};
use crate::tokens::{is_member, is_punct, plain, starts_with, stream, trees};

/// What `where =` has.
pub(crate) const CONDITION: &str = "a condition";

/// What helps against a token that cannot be in an expression of a list.
pub(crate) const COMMA: &str = "is there a `,` missing before it?";

/// A Rust expression with references to the two rows; `what` it is.
pub(crate) fn parse(
    table: &Path,
    tokens: &[TokenTree],
    what: &str,
    errors: &mut Errors,
) -> Option<Value> {
    let parsed = match syn::parse2::<Expr>(stream(tokens)) {
        Ok(parsed) => parsed,
        Err(error) => {
            unparsable(error, tokens, (what, COMMA), errors);
            return None;
        }
    };
    comparison(&parsed, table, what == CONDITION, errors)?;
    proposed(tokens, false, errors)?;
    Some(Value(tokens.to_vec()))
}

/// Methods of a query: what stands in their arguments is inside of a subquery.
const QUERY_METHODS: [&str; 10] = [
    "filter",
    "find",
    "group_by",
    "having",
    "on",
    "or_filter",
    "order",
    "order_by",
    "select",
    "then_order_by",
];

/// Refuses other spellings of the proposed row, and the row itself inside of a subquery, where
/// Diesel knows no table of that name.
fn proposed(tokens: &[TokenTree], in_subquery: bool, errors: &mut Errors) -> Option<()> {
    let mut found = Some(());
    for (at, token) in tokens.iter().enumerate() {
        let name = match token {
            TokenTree::Group(group) => {
                let method = match tokens[..at] {
                    [.., ref dot, TokenTree::Ident(ref name)] if is_punct(Some(dot), '.') => {
                        QUERY_METHODS.contains(&&*plain(name))
                    }
                    _ => false,
                };
                let inner = proposed(&trees(group.stream()), in_subquery || method, errors);
                found = inner.and(found);
                continue;
            }
            TokenTree::Ident(name) if !is_member(tokens, at) => name,
            _ => continue,
        };
        let rest = &tokens[at + 1..];
        let message = match (plain(name).as_str(), rest) {
            ("excluded", [_, _, TokenTree::Ident(column), behind @ ..])
                if starts_with(rest, "::") && !goes_on_as_path(behind) =>
            {
                format!("the proposed row is `excluded`\nhelp: `excluded.{column}`")
            }
            ("excluded", [dot, ..]) if in_subquery && is_punct(Some(dot), '.') => {
                "there is no `excluded` inside of a subquery\nhelp: write the value that is proposed".into()
            }
            ("excluded", _) => continue,
            (text, [dot, TokenTree::Ident(column), ..])
                if text.eq_ignore_ascii_case("excluded") && is_punct(Some(dot), '.') =>
            {
                format!("the proposed row is `excluded`\nhelp: `excluded.{column}`")
            }
            _ => continue,
        };
        errors.push(name, message);
        found = None;
    }
    found
}

/// Whether what stands before `tokens` is a module or a function.
fn goes_on_as_path(tokens: &[TokenTree]) -> bool {
    starts_with(tokens, "::") || matches!(tokens.first(), Some(TokenTree::Group(_)))
}

/// Adds what `syn` says of `tokens`, which are to be `what`, and what may help against a token that
/// cannot be there.
pub(crate) fn unparsable(
    error: syn::Error,
    tokens: &[TokenTree],
    (what, help): (&str, &str),
    errors: &mut Errors,
) {
    let message = error.to_string();
    match tokens.last() {
        // At the end of its tokens `syn` can point at the whole call only.
        Some(last) if message.contains("unexpected end of input") => {
            errors.push(last, format!("expected {what} to go on after this"));
        }
        _ if message.starts_with("unexpected token") => {
            errors.add(syn::Error::new(
                error.span(),
                format!("{message}\nhelp: {help}"),
            ));
        }
        _ => errors.add(error),
    }
}

/// Refuses a Rust comparison of a column, and in a condition any: it gives a `bool`, which is
/// complained about far from here. SQL's `=` is one too.
fn comparison(
    expression: &Expr,
    table: &Path,
    is_condition: bool,
    errors: &mut Errors,
) -> Option<()> {
    match expression {
        Expr::Paren(paren) if is_condition => {
            return comparison(&paren.expr, table, true, errors);
        }
        Expr::Unary(unary) if is_condition && matches!(unary.op, UnOp::Not(_)) => {
            errors.push(
                unary.op,
                "Rust's `!` gives a `bool`\nhelp: `diesel::dsl::not(..)`",
            );
            return None;
        }
        _ => {}
    }
    let Some(compared) = Compared::of(expression) else {
        return Some(());
    };
    let Some(left) = left_side(compared.left, table, is_condition) else {
        return Some(());
    };
    compared.refuse(&left, errors)
}

/// Refuses a Rust comparison in the predicate of an index, in which a column is its bare name.
pub(crate) fn comparison_in_index(expression: &Expr, errors: &mut Errors) -> Option<()> {
    let Some(compared) = Compared::of(expression) else {
        return Some(());
    };
    let left = match compared.left {
        Expr::Path(path) => path.to_token_stream().to_string().replace(' ', ""),
        _ => "left".to_owned(),
    };
    compared.refuse(&left, errors)
}

/// A comparison by an operator.
struct Compared<'e> {
    left: &'e Expr,
    operator: TokenStream,
    /// The method of Diesel's that stands for it.
    method: &'static str,
    right: &'e Expr,
}

impl<'e> Compared<'e> {
    fn of(expression: &'e Expr) -> Option<Self> {
        match expression {
            Expr::Binary(binary) => Some(Self {
                left: &binary.left,
                operator: binary.op.to_token_stream(),
                method: method(&binary.op)?,
                right: &binary.right,
            }),
            Expr::Assign(assign) => Some(Self {
                left: &assign.left,
                operator: assign.eq_token.to_token_stream(),
                method: "eq",
                right: &assign.right,
            }),
            _ => None,
        }
    }

    fn refuse(self, left: &str, errors: &mut Errors) -> Option<()> {
        let is_null = matches!(self.right, Expr::Path(right)
            if right.path.get_ident().is_some_and(|name| plain(name).eq_ignore_ascii_case("null")));
        let call = match (self.method, is_null) {
            ("eq", true) => "is_null()".to_owned(),
            ("ne", true) => "is_not_null()".to_owned(),
            (method, _) => format!("{method}(..)"),
        };
        errors.push(
            self.operator,
            format!(
                "SQL comparisons are methods here: Rust's operators give no SQL\nhelp: `{left}.{call}`"
            ),
        );
        None
    }
}

/// The method of Diesel's that stands for an operator.
fn method(operator: &BinOp) -> Option<&'static str> {
    Some(match operator {
        BinOp::Lt(_) => "lt",
        BinOp::Gt(_) => "gt",
        BinOp::Le(_) => "le",
        BinOp::Ge(_) => "ge",
        BinOp::Eq(_) => "eq",
        BinOp::Ne(_) => "ne",
        BinOp::And(_) => "and",
        BinOp::Or(_) => "or",
        _ => return None,
    })
}

/// The left side of a comparison as it should be written, if it is about a column.
fn left_side(left: &Expr, table: &Path, is_condition: bool) -> Option<String> {
    let name = table_name(table)?;
    match left {
        Expr::Field(field) => match (&*field.base, &field.member) {
            (Expr::Path(path), syn::Member::Named(member)) => path
                .path
                .get_ident()
                .filter(|row| *row == name || *row == "excluded")
                .map(|row| format!("{row}.{member}")),
            _ => None,
        },
        Expr::Path(path) if is_condition => {
            let column = path.path.segments.last()?;
            Some(format!("{name}.{}", column.ident))
        }
        Expr::MethodCall(_) | Expr::Paren(_) if mentions_row(left, table) => Some("left".into()),
        _ => None,
    }
    .or_else(|| is_condition.then(|| "left".into()))
}

/// Whether one of the two rows is mentioned in `expression`.
fn mentions_row(expression: &Expr, table: &Path) -> bool {
    fn any(tokens: TokenStream, table: &Path) -> bool {
        let tokens = trees(tokens);
        tokens.iter().enumerate().any(|(at, token)| match token {
            TokenTree::Group(group) => any(group.stream(), table),
            TokenTree::Ident(name) => {
                (Some(name) == table_name(table) || name == "excluded")
                    && is_punct(tokens.get(at + 1), '.')
            }
            _ => false,
        })
    }
    any(expression.to_token_stream(), table)
}
