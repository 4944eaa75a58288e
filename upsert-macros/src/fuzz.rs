//! Tests that a macro never panics, whatever it is given.

use std::str::FromStr;

use fastrand::Rng;
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
        // The same in each run.
        let numbers = &mut Rng::with_seed(42);
        for _ in 0..20_000 {
            let mut heap = Vec::new();
            for _ in 0..numbers.usize(..20) {
                let word = self.words[numbers.usize(..self.words.len())];
                heap.extend(tokens(word));
                if numbers.usize(..6) == 0 {
                    let from = numbers.usize(..heap.len());
                    let delimiter = [Delimiter::Parenthesis, Delimiter::Brace, Delimiter::None]
                        [numbers.usize(..3)];
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
