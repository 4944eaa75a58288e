//! Small questions about tokens.

use proc_macro2::{Delimiter, Group, Ident, Spacing, Span, TokenStream, TokenTree};
use syn::Path;
use syn::ext::IdentExt;

pub(crate) fn is_punct(token: Option<&TokenTree>, c: char) -> bool {
    matches!(token, Some(TokenTree::Punct(p)) if p.as_char() == c)
}

/// Whether `tokens` start with the operator `op`, written without spaces.
pub(crate) fn starts_with(tokens: &[TokenTree], op: &str) -> bool {
    let last = op.len() - 1;
    op.chars().enumerate().all(|(i, c)| {
        matches!(tokens.get(i), Some(TokenTree::Punct(p))
            if p.as_char() == c && (i == last || p.spacing() == Spacing::Joint))
    })
}

/// Whether `tokens` start with a single `=`: no `==` and no `=>`.
pub(crate) fn starts_with_eq(tokens: &[TokenTree]) -> bool {
    starts_with(tokens, "=") && !starts_with(tokens, "==") && !starts_with(tokens, "=>")
}

pub(crate) fn ident(token: Option<&TokenTree>) -> Option<&Ident> {
    match token {
        Some(TokenTree::Ident(ident)) => Some(ident),
        _ => None,
    }
}

pub(crate) fn group(token: Option<&TokenTree>, delimiter: Delimiter) -> Option<&Group> {
    match token {
        Some(TokenTree::Group(group)) if group.delimiter() == delimiter => Some(group),
        _ => None,
    }
}

/// An identifier without `r#`.
pub(crate) fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// Whether `ident` is a keyword, which names a column as `r#ident` only.
pub(crate) fn is_keyword(ident: &Ident) -> bool {
    syn::parse2::<Ident>(TokenTree::from(ident.clone()).into()).is_err()
}

pub(crate) fn trees(stream: TokenStream) -> Vec<TokenTree> {
    stream.into_iter().collect()
}

pub(crate) fn stream(tokens: &[TokenTree]) -> TokenStream {
    tokens.iter().cloned().collect()
}

/// Whether the token at `at` is a member of what stands before it: `x.token` or `x::token`.
pub(crate) fn is_member(tokens: &[TokenTree], at: usize) -> bool {
    let before = |n: usize, c| at >= n && is_punct(tokens.get(at - n), c);
    before(1, '.') && !before(2, '.') || before(1, ':') && before(2, ':')
}

/// No expression has more commas of its own: without an end, a long list of mistakes would be
/// parsed again and again.
pub(crate) const OWN_COMMAS: usize = 32;

/// Splits at the commas of a list, of which `is_item` says what is one: a comma in the generic
/// arguments of an expression, or among the parameters of a closure, is not taken for one of the
/// list. A trailing comma adds nothing.
pub(crate) fn split_list(
    tokens: &[TokenTree],
    is_item: impl Fn(&[TokenTree]) -> bool,
) -> Vec<&[TokenTree]> {
    let mut parts = Vec::new();
    let mut rest = tokens;
    while !rest.is_empty() {
        let commas =
            || (0..=rest.len()).filter(|&at| at == rest.len() || is_punct(rest.get(at), ','));
        // Where nothing is an item there is a mistake, which is best explained piece by piece.
        let end = commas()
            .take(OWN_COMMAS + 1)
            .find(|&at| is_item(&rest[..at]))
            .or_else(|| commas().next());
        let end = end.unwrap_or(rest.len());
        parts.push(&rest[..end]);
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    parts
}

/// Whether `tokens` are an expression.
pub(crate) fn is_expression(tokens: &[TokenTree]) -> bool {
    syn::parse2::<syn::Expr>(stream(tokens)).is_ok()
}

/// `token` as if it stood at `span`, where complaints about it go; it means what it did.
pub(crate) fn located(token: &TokenTree, span: Span) -> TokenTree {
    let mut token = token.clone();
    token.set_span(token.span().located_at(span));
    token
}

/// A group that stands at `span`.
pub(crate) fn grouped(delimiter: Delimiter, inner: TokenStream, span: Span) -> Group {
    let mut group = Group::new(delimiter, inner);
    group.set_span(span);
    group
}

/// The path as part of the expansion, so that lints such as `unused_qualifications` leave it alone.
pub(crate) fn respanned(path: &Path) -> Path {
    let mut path = path.clone();
    for segment in path.segments.iter_mut() {
        // `$crate` has to keep the span that says whose it is.
        if segment.ident == "$crate" {
            continue;
        }
        let span = Span::call_site().located_at(segment.ident.span());
        if segment.ident == "gen" {
            // A keyword of our edition, and not of the 2021 that it may be written in.
            segment.ident = Ident::new_raw("gen", span);
        } else {
            segment.ident.set_span(span);
        }
    }
    path
}

/// `tokens` without invisible groups, which is how a fragment of a `macro_rules!` arrives
/// (`$e:expr`): a group that a macro prints again has lost its meaning, and `a - $e` would be
/// `a - 10 - 3`. An operation gets parentheses; all else is one operand, a name or a type without
/// them.
pub(crate) fn without_invisible_groups(tokens: Vec<TokenTree>) -> Vec<TokenTree> {
    tokens.into_iter().flat_map(visible).collect()
}

fn visible(token: TokenTree) -> Vec<TokenTree> {
    let TokenTree::Group(group) = token else {
        return vec![token];
    };
    // A group that is made anew has its tokens printed with other spaces.
    if group.delimiter() != Delimiter::None && !has_invisible_group(group.stream()) {
        return vec![group.into()];
    }
    let inner = without_invisible_groups(trees(group.stream()));
    let (delimiter, span) = match group.delimiter() {
        Delimiter::None if !is_operation(&inner) => return inner,
        // As part of the expansion, so that no lint calls them superfluous.
        Delimiter::None => (
            Delimiter::Parenthesis,
            Span::mixed_site().located_at(group.span()),
        ),
        delimiter => (delimiter, group.span()),
    };
    vec![grouped(delimiter, stream(&inner), span).into()]
}

fn has_invisible_group(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => {
            group.delimiter() == Delimiter::None || has_invisible_group(group.stream())
        }
        _ => false,
    })
}

/// Whether `tokens` are an expression that is another one as part of a larger: not one of those
/// that bind tightest.
fn is_operation(tokens: &[TokenTree]) -> bool {
    use syn::Expr;
    tokens.len() > 1
        && syn::parse2::<Expr>(stream(tokens)).is_ok_and(|expression| {
            !matches!(
                expression,
                Expr::Array(_)
                    | Expr::Call(_)
                    | Expr::Field(_)
                    | Expr::Index(_)
                    | Expr::Lit(_)
                    | Expr::Macro(_)
                    | Expr::MethodCall(_)
                    | Expr::Paren(_)
                    | Expr::Path(_)
                    | Expr::Repeat(_)
                    | Expr::Try(_)
                    | Expr::Tuple(_)
            )
        })
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::{is_expression, split_list, trees};

    #[test]
    fn a_long_list_of_mistakes_is_not_parsed_again_and_again() {
        let list = "a b, ".repeat(1000);
        let parsed = Cell::new(0);
        let parts = trees(list.parse().unwrap());
        let parts = split_list(&parts, |item| {
            parsed.set(parsed.get() + item.len());
            is_expression(item)
        });
        assert_eq!(parts.len(), 1000);
        assert!(parsed.get() < 2_000_000, "{} tokens", parsed.get());
    }

    #[test]
    fn commas_of_an_item_stay_in_it() {
        let list = "f::<A, B, C>(1, 2), |a, b, c| a + b, d,";
        let tokens = trees(list.parse().unwrap());
        assert_eq!(split_list(&tokens, is_expression).len(), 3);
    }
}
