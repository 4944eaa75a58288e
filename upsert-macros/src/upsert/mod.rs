//! `upsert!`: the whole story.

mod assignment;
mod check;
mod expand;
mod expression;
mod model;
mod order;
mod parse;
mod references;
mod row;
mod target;

use proc_macro2::TokenStream;

use crate::errors::Errors;

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let Some(mut call) = parse::call(input, &mut errors) else {
        return expand::only_errors(errors);
    };
    if !check::table(&call, &mut errors) {
        return expand::only_errors(errors);
    }
    check::call(&mut call, &mut errors);
    if errors.is_empty() {
        expand::call(&call)
    } else {
        expand::with_errors(&call, errors)
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

    use super::expand;

    const CALLS: [&str; 6] = [
        "page_hits, conflict = (page,day), set = < n += 1 >",
        "schema::page_hits, values = { page: \"/\", day, n: -1, likes: 2 }, conflict = (page, day), set = < n -= excluded.n, .. >, returning = (page, page_hits.n * 2)",
        "users, conflict = (lower(name), email) where deleted.eq(false).and(logins.gt(-1)), set = nothing",
        "t, values = &row, conflict = constraint(\"c\"), set = { a *= t.a << 2, b /= f::<A, B>(1), c, d = None::<Vec<i64>> }",
        "t, conflict = any, set = < a = t.b, b = t.a >, where = t.a.lt(excluded.b), returning = Model<'a>",
        "Odd, conflict = (r#type), set = < r#where = if a > b { 1 } else { 2 } >",
    ];

    /// Tokens that mean something here, or nearly.
    const WORDS: [&str; 40] = [
        "page_hits",
        "t",
        "n",
        "set",
        "conflict",
        "values",
        "where",
        "returning",
        "rows",
        "nothing",
        "any",
        "constraint",
        "excluded",
        "wher",
        "r#type",
        "Model",
        "true",
        "1",
        "-1",
        "1.5",
        "\"x\"",
        "'c'",
        "b\"x\"",
        "'a",
        "=",
        "==",
        "+=",
        "++",
        "=+",
        "..",
        ".",
        ",",
        ":",
        "::",
        "<",
        ">",
        ">>",
        "->",
        "&",
        "$",
    ];

    fn tokens(text: &str) -> Vec<TokenTree> {
        TokenStream::from_str(text).unwrap().into_iter().collect()
    }

    /// Expands `tokens`, which must not panic and must give an expression or complaints.
    fn check(tokens: impl IntoIterator<Item = TokenTree>) {
        let call: TokenStream = tokens_of_crate().chain(tokens).collect();
        let text = call.to_string();
        let expanded = expand(call);
        assert!(
            syn::parse2::<syn::Expr>(expanded.clone()).is_ok(),
            "{text}\n=> {expanded}"
        );
    }

    fn tokens_of_crate() -> impl Iterator<Item = TokenTree> {
        tokens("krate").into_iter()
    }

    /// A small generator of numbers, the same in each run.
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, end: usize) -> usize {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as usize % end
        }
    }

    #[test]
    fn every_valid_call_expands_without_complaint() {
        for call in CALLS {
            let expanded = expand(tokens_of_crate().chain(tokens(call)).collect()).to_string();
            assert!(!expanded.contains("compile_error"), "{call}\n=> {expanded}");
        }
    }

    #[test]
    fn no_call_with_a_token_left_out_doubled_or_replaced_panics() {
        for call in CALLS {
            let whole = tokens(call);
            for at in 0..whole.len() {
                check(whole[..at].iter().cloned());
                check(whole[..at].iter().chain(&whole[at + 1..]).cloned());
                check(whole[..=at].iter().chain(&whole[at..]).cloned());
                for word in WORDS {
                    check(
                        whole[..at]
                            .iter()
                            .cloned()
                            .chain(tokens(word))
                            .chain(whole[at + 1..].iter().cloned()),
                    );
                }
            }
        }
    }

    #[test]
    fn no_heap_of_tokens_panics() {
        let numbers = &mut Numbers(42);
        for _ in 0..20_000 {
            let mut heap = Vec::new();
            for _ in 0..numbers.below(20) {
                let word = WORDS[numbers.below(WORDS.len())];
                heap.extend(tokens(word));
                if numbers.below(6) == 0 {
                    let from = numbers.below(heap.len());
                    let delimiter = [Delimiter::Parenthesis, Delimiter::Brace, Delimiter::None]
                        [numbers.below(3)];
                    let inner = heap.split_off(from).into_iter().collect();
                    heap.push(Group::new(delimiter, inner).into());
                }
            }
            check(heap);
        }
    }
}
