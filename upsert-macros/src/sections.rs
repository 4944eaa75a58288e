//! The grammar that the macros of statements share.
//!
//! ```text
//! MACRO!( TABLE , SECTION = VALUE , .. )
//! ```
//!
//! A section's value ends before `, NAME =`, before `, SECTION` or at the end.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::Path;
use syn::parse::Parser;

use crate::errors::{Errors, meant};
use crate::tokens::{OWN_COMMAS, ident, is_expression, is_punct, plain, starts_with_eq, stream};

/// The sections of a macro.
pub(crate) struct Grammar {
    /// What a call without anything needs.
    pub(crate) needs: &'static str,
    /// A call as a `help:` line.
    pub(crate) form: &'static str,
    /// The sections, in the order of the documentation.
    pub(crate) names: &'static [&'static str],
    /// What they are called elsewhere.
    pub(crate) elsewhere: &'static [(&'static str, &'static str)],
    /// What helps where there is no such section at all.
    pub(crate) foreign: fn(&str) -> Option<&'static str>,
}

/// How a section begins.
pub(crate) enum Head<'t> {
    /// `NAME =`
    Section(&'t Ident, &'static str),
    /// `NAME =`, where no section has that name, and the one that was probably meant.
    Unknown(&'t Ident, Option<&'static str>),
    /// Something else, and the section that was probably meant.
    Other(Option<&'static str>),
}

impl Grammar {
    /// The table that `tokens` start with, and the sections behind it.
    pub(crate) fn table<'t>(
        &self,
        tokens: &'t [TokenTree],
        errors: &mut Errors,
    ) -> Option<(Path, &'t [TokenTree])> {
        let end = self.end_of_table(tokens);
        let table = self.path(&tokens[..end], tokens, errors)?;
        let written = stream(&tokens[..end]).to_string().replace(' ', "");
        comma(&tokens[end..], &written, errors);
        Some((table, after(tokens, end)))
    }

    /// Where the table ends: at a comma, or before the first section if that was forgotten.
    fn end_of_table(&self, tokens: &[TokenTree]) -> usize {
        let is_end = |at: usize| {
            is_punct(tokens.get(at), ',')
                || at > 0
                    && ident(tokens.get(at)).is_some_and(|name| self.has(name))
                    && starts_with_eq(&tokens[at + 1..])
        };
        (0..tokens.len())
            .find(|&at| is_end(at))
            .unwrap_or(tokens.len())
    }

    fn path(&self, tokens: &[TokenTree], all: &[TokenTree], errors: &mut Errors) -> Option<Path> {
        let form = self.form;
        let Some(first) = tokens.first() else {
            match all.first() {
                Some(comma) => {
                    errors.push(comma, format!("expected a table before this `,`\n{form}"));
                }
                None => errors.push(TokenStream::new(), format!("{}\n{form}", self.needs)),
            }
            return None;
        };
        if ident(Some(first)).is_some_and(|name| self.has(name)) && starts_with_eq(&tokens[1..]) {
            errors.push(
                first,
                format!("the table comes first, before the sections\n{form}"),
            );
            return None;
        }
        match Path::parse_mod_style.parse2(stream(tokens)) {
            Ok(path) => Some(path),
            Err(_) => {
                errors.push(
                    stream(tokens),
                    format!(
                        "expected the path of a `table!` module, such as `schema::page_hits`\n{form}"
                    ),
                );
                None
            }
        }
    }

    /// Reads `NAME =`, of which the value begins at the third token.
    pub(crate) fn head<'t>(&self, tokens: &'t [TokenTree], errors: &mut Errors) -> Head<'t> {
        let expected = || {
            format!(
                "expected a section, one of {}\n{}",
                self.listed(),
                self.form
            )
        };
        let Some(name) = ident(tokens.first()) else {
            errors.push(&tokens[0], expected());
            return Head::Other(None);
        };
        let text = plain(name);
        let known = self.named(&text);
        if !starts_with_eq(&tokens[1..]) {
            let section = known.or_else(|| meant(&text, self.names));
            let message = match section {
                Some(section) => {
                    format!("a section is written with `=`\nhelp: `{section} = ..`")
                }
                None => expected(),
            };
            errors.push(name, message);
            return Head::Other(section);
        }
        match known {
            Some(section) => Head::Section(name, section),
            None => Head::Unknown(name, self.nearest(name, &text, errors)),
        }
    }

    /// Complains that there is no section `name`, and says which one was probably meant.
    fn nearest(&self, name: &Ident, text: &str, errors: &mut Errors) -> Option<&'static str> {
        let lower = text.to_lowercase();
        let elsewhere = self.elsewhere.iter().find(|(name, _)| *name == lower);
        let close = match elsewhere {
            Some((_, section)) => Some(*section),
            None => meant(&lower, self.names),
        };
        let help = match ((self.foreign)(text), close) {
            (Some(help), _) => help.to_owned(),
            (None, Some(close)) => format!("help: did you mean `{close}`?"),
            (None, None) => format!("help: the sections are {}", self.listed()),
        };
        errors.push(name, format!("unknown section `{text}`\n{help}"));
        close
    }

    /// Where the section ends that `tokens` start with: at a comma before the name of a section, in
    /// front of `SECTION =` where the comma was forgotten, or at the end. A comma before another
    /// `NAME =` may be one between generic arguments, `Box<dyn E<T, SqlType = Bool>>`: it ends a
    /// section only if what stands before it is whole, or nothing is.
    pub(crate) fn next_section(&self, tokens: &[TokenTree], from: usize) -> usize {
        let named = |at: usize| ident(tokens.get(at)).map(|name| self.has(name));
        let eq = |at: usize| tokens.get(at..).is_some_and(starts_with_eq);
        let is_comma = |at: usize| is_punct(tokens.get(at), ',');
        let is_end = |&at: &usize| match is_comma(at) {
            true => at + 1 == tokens.len() || named(at + 1) == Some(true),
            false => {
                at > from
                    && named(at) == Some(true)
                    && eq(at + 1)
                    && !is_punct(tokens.get(at - 1), '.')
            }
        };
        let end = (from..tokens.len()).find(is_end).unwrap_or(tokens.len());
        let possible = || {
            let unknown =
                (from..end).filter(|&at| is_comma(at) && named(at + 1).is_some() && eq(at + 2));
            unknown.chain([end])
        };
        possible()
            .take(OWN_COMMAS + 1)
            .find(|&at| is_expression(&tokens[from..at]))
            .or_else(|| possible().next())
            .unwrap_or(end)
    }

    /// What comes behind the section `name`, which ends at `end`.
    pub(crate) fn behind<'t>(
        &self,
        tokens: &'t [TokenTree],
        end: usize,
        name: &Ident,
        errors: &mut Errors,
    ) -> &'t [TokenTree] {
        if self.begins_section(&tokens[end..]) {
            comma(&tokens[end..], &format!("{name} = .."), errors);
        }
        after(tokens, end)
    }

    /// Whether `tokens` begin with the name of a section and what follows one, if only by mistake:
    /// the `values` of `None::<i64>, values >` is a column.
    pub(crate) fn begins_section(&self, tokens: &[TokenTree]) -> bool {
        let [TokenTree::Ident(name), rest @ ..] = tokens else {
            return false;
        };
        let follows = match rest.first() {
            None => false,
            Some(TokenTree::Punct(next)) => next.as_char() == ':' || starts_with_eq(rest),
            Some(_) => true,
        };
        follows && self.has(name)
    }

    fn has(&self, name: &Ident) -> bool {
        self.named(&plain(name)).is_some()
    }

    fn named(&self, text: &str) -> Option<&'static str> {
        self.names.iter().find(|known| **known == text).copied()
    }

    fn listed(&self) -> String {
        let names: Vec<_> = self.names.iter().map(|name| format!("`{name}`")).collect();
        names.join(", ")
    }
}

/// Complains unless `tokens`, which come behind what is `written`, begin with a comma.
fn comma(tokens: &[TokenTree], written: &str, errors: &mut Errors) {
    let Some(next) = tokens.first().filter(|next| !is_punct(Some(next), ',')) else {
        return;
    };
    let help = match next {
        TokenTree::Ident(name) => format!("help: `{written}, {name} = ..`"),
        _ => format!("help: `{written}, ..`"),
    };
    errors.push(next, format!("expected `,` before this\n{help}"));
}

/// What comes after `end`, where there may be a comma.
pub(crate) fn after(tokens: &[TokenTree], end: usize) -> &[TokenTree] {
    let rest = &tokens[end..];
    if is_punct(rest.first(), ',') {
        &rest[1..]
    } else {
        rest
    }
}
