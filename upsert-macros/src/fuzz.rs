//! Tests that a macro never panics, whatever it is given.

use std::str::FromStr;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

pub(crate) struct Fuzz {
    pub(crate) expand: fn(TokenStream) -> TokenStream,
    /// Valid calls.
    pub(crate) calls: &'static [&'static str],
    /// Tokens that mean something there, or nearly.
    pub(crate) words: &'static [&'static str],
    /// Whether an expansion can stand where the macro does.
    pub(crate) is_whole: fn(TokenStream) -> bool,
}

impl Fuzz {
    pub(crate) fn accepts_its_calls(&self) {
        for call in self.calls {
            let expanded = self.expand(tokens(call)).to_string();
            assert!(!expanded.contains("compile_error"), "{call}\n=> {expanded}");
        }
    }

    /// Leaves out, doubles and replaces each token of each call.
    pub(crate) fn mutate(&self) {
        for call in self.calls {
            let whole = tokens(call);
            for at in 0..whole.len() {
                self.check(whole[..at].iter().cloned());
                self.check(whole[..at].iter().chain(&whole[at + 1..]).cloned());
                self.check(whole[..=at].iter().chain(&whole[at..]).cloned());
                for word in self.words {
                    let before = whole[..at].iter().cloned();
                    let after = whole[at + 1..].iter().cloned();
                    self.check(before.chain(tokens(word)).chain(after));
                }
            }
        }
    }

    /// Tokens in any order, some of them in groups.
    pub(crate) fn heap(&self) {
        let numbers = &mut Numbers(42);
        for _ in 0..20_000 {
            let mut heap = Vec::new();
            for _ in 0..numbers.below(20) {
                let word = self.words[numbers.below(self.words.len())];
                heap.extend(tokens(word));
                if numbers.below(6) == 0 {
                    let from = numbers.below(heap.len());
                    let delimiter = [Delimiter::Parenthesis, Delimiter::Brace, Delimiter::None]
                        [numbers.below(3)];
                    let inner = heap.split_off(from).into_iter().collect();
                    heap.push(Group::new(delimiter, inner).into());
                }
            }
            self.check(heap);
        }
    }

    fn check(&self, call: impl IntoIterator<Item = TokenTree>) {
        let call: Vec<_> = call.into_iter().collect();
        let text = call.iter().cloned().collect::<TokenStream>().to_string();
        let expanded = self.expand(call);
        assert!((self.is_whole)(expanded.clone()), "{text}\n=> {expanded}");
    }

    fn expand(&self, call: Vec<TokenTree>) -> TokenStream {
        (self.expand)(tokens("krate").into_iter().chain(call).collect())
    }
}

fn tokens(text: &str) -> Vec<TokenTree> {
    TokenStream::from_str(text).unwrap().into_iter().collect()
}

/// A small generator of numbers, the same in each run.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}
