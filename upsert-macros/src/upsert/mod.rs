//! `upsert!`: it parses; the rest is that of every [statement](crate::statement).

pub(crate) mod parse;

use proc_macro2::TokenStream;

use crate::errors::Errors;
use crate::statement;

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let statement = parse::call(input, &mut errors);
    statement::lower(statement.as_ref(), errors)
}

#[cfg(test)]
mod tests {
    use super::expand;
    use crate::fuzz::Fuzz;

    const FUZZ: Fuzz = Fuzz {
        expand,
        calls: &[
            "page_hits, conflict = (page,day), set = < n += 1 >",
            "schema::page_hits, values = { page: \"/\", day, n: -1, likes: 2 }, conflict = (page, day), set = < n -= excluded.n, .. >, returning = (page, page_hits.n * 2)",
            "users, conflict = (lower(name), email) where deleted.eq(false).and(logins.gt(-1)), set = nothing",
            "t, values = &row, conflict = constraint(\"c\"), set = { a *= t.a << 2, b /= f::<A, B>(1), c, d = None::<Vec<i64>> }",
            "t, conflict = any, set = < a = t.b, b = t.a >, where = t.a.lt(excluded.b), returning = Model<'a>",
            "Odd, conflict = unchecked (r#type), set = < r#where = if a > b { 1 } else { 2 } >",
            "t, values = { a: 1, b }, conflict = key(t_a), set = < .. >",
            "t, conflict = unchecked key(\"t a\"), set = < a += 1 >",
            "t, where = c as Box<dyn E<t::table, Sqlite, SqlType = Bool>>, conflict = any, set = < a = b as Box<dyn E<t::table, SqlType = Int>> >",
        ],
        words: &[
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
            "key",
            "unchecked",
            "excluded",
            "wher",
            "r#type",
            "struct",
            "match",
            "_",
            "self",
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
        ],
        // An expression, or complaints.
        is_whole: |expanded| syn::parse2::<syn::Expr>(expanded).is_ok(),
    };

    #[test]
    fn every_valid_call_expands_without_complaint() {
        FUZZ.accepts_its_calls();
    }

    #[test]
    fn no_call_with_a_token_left_out_doubled_or_replaced_panics() {
        FUZZ.mutate();
    }

    #[test]
    fn no_heap_of_tokens_panics() {
        FUZZ.heap();
    }

    #[test]
    fn a_long_list_of_mistakes_is_not_parsed_again_and_again() {
        let call = format!("krate t, values = a b{}", ", c = a b".repeat(1000));
        let start = std::time::Instant::now();
        let expanded = expand(call.parse().unwrap()).to_string();
        assert!(expanded.contains("unknown section"));
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }
}
