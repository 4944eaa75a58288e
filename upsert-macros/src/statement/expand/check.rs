//! The constants that hold the conflict target against the declared keys.
//!
//! ```text
//! const CHECK: Check = Check::new(Declared::<table>::KEYS, target, row);
//! const _: () = { CHECK.must_hold(..); CHECK.must_not_move(assigned, ..); .. };
//! ```
//!
//! The keys are known to the compiler, not to the macro: a panic in a constant is its error, at the
//! target. The constants are few and short, for each costs the compiler as much as a small
//! function.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Expr, Lit, UnOp};

use super::columns;
use crate::statement::model::{
    Assignment, Change, Conflict, Field, IndexExpr, Set, Statement, Target, Values, table_name,
};
use crate::statement::plan::{Plan, Planned};
use crate::statement::rows::{self, Part};
use crate::tokens::{grouped, located, plain, stream, trees};

/// What the rest of the statement reads: `CHECK`, or only `KEYS`; and what stops the compiler.
pub(super) fn constants(call: &Statement, plan: &Plan<'_>) -> TokenStream {
    let krate = &call.krate;
    let Some(conflict) = &call.conflict else {
        return TokenStream::new();
    };
    let rest = rest(call, plan);
    let keys = columns::with_table_type(&call.table, |table| {
        quote! {
            use #krate::__private::{Undeclared as _, Whole as _};
            #krate::__private::known(
                <#krate::__private::Declarations<_>>::BROKEN,
                <#krate::__private::Declared<#table>>::KEYS,
            )
        }
    });
    if !is_looked_up(conflict) {
        let has_rest = matches!(&call.set, Some(Set::Assignments(set)) if set.rest.is_some());
        return match has_rest {
            true => quote! {
                const KEYS: &'static [#krate::__private::UniqueKey] = { #keys };
                const _: () = { #rest };
            },
            false => TokenStream::new(),
        };
    }
    let names = |fields: Vec<&Field>| {
        let names = fields.iter().map(|field| name(call, &field.column));
        quote!(&[#(#names),*])
    };
    let (row, zeros) = match &call.values {
        Some(Values::Literal(fields)) => {
            let row = names(fields.iter().collect());
            let zeros = fields.iter().filter(|field| is_zero(&field.value));
            (
                quote!(::core::option::Option::Some(#row)),
                names(zeros.collect()),
            )
        }
        _ => (quote!(::core::option::Option::None), quote!(&[])),
    };
    let table = text(&call.table).replace(' ', "");
    let target = text(stream(&conflict.tokens));
    let declaration = declaration(conflict);
    let holds = at(
        &conflict.tokens,
        quote!(CHECK.must_hold),
        quote!([#table, #target, #declaration]),
    );
    let assignments = match is_checked(conflict) {
        true => &*plan.assignments,
        false => &[],
    };
    let dots = match &call.set {
        Some(Set::Assignments(set)) => set.rest.clone().map(trees),
        _ => None,
    };
    let proposed = assignments.iter().filter_map(|planned| {
        let name = name(call, planned.column());
        match planned {
            Planned::Rest(column) => {
                let kept = kept(call, column);
                Some(quote!(if #kept { "" } else { #name }))
            }
            Planned::Written(Assignment {
                change: Change::Excluded,
                ..
            }) => Some(name),
            Planned::Written(_) => None,
        }
    });
    let proposed = (!assignments.is_empty())
        .then(|| quote!(const PROPOSED: &[&::core::primitive::str] = &[#(#proposed),*];));
    let stored = table_name(&call.table).map(ToString::to_string);
    let assigned = assignments.iter().filter_map(|planned| {
        let name = name(call, planned.column());
        let move_ = |tokens: &[TokenTree]| {
            let moved = quote!([#stored, #name], PROPOSED);
            at(tokens, quote!(CHECK.must_not_move), moved)
        };
        match planned {
            Planned::Rest(column) => {
                let kept = kept(call, column);
                let moved = move_(dots.as_deref().unwrap_or_default());
                Some(quote!(if !#kept { #moved }))
            }
            Planned::Written(written) if is_kept(call, written) => None,
            Planned::Written(written) => Some(move_(&[written.column.clone().into()])),
        }
    });
    let unchecked = match &conflict.target {
        Target::Key(name) if conflict.unchecked => Some(quote!(unchecked({ #keys }, #name))),
        _ => None,
    };
    let check = unchecked.unwrap_or_else(|| {
        let lasts = columns::with_table_type(&call.table, |table| {
            quote! {
                use #krate::__private::NumbersRunOut as _;
                <#krate::__private::NumbersOf<#krate::__private::PrimaryKeyType<#table>>>::LAST
            }
        });
        let claim = columns::with_table_type(&call.table, |table| {
            quote! {
                use #krate::__private::{Undeclared as _, Unclaimed as _};
                (
                    <#krate::__private::Declared<#table>>::SOURCE,
                    <#krate::__private::Claim<#table>>::WHY,
                )
            }
        });
        let counting = quote!(counting(#row, #zeros, { #lasts }));
        if matches!(conflict.target, Target::Any) {
            return quote!(any({ #keys }).#counting);
        }
        let wanted = wanted(call, &conflict.target);
        quote!(new({ #keys }, #wanted, #row).#counting.declared({ #claim }))
    });
    quote! {
        const CHECK: #krate::__private::Check = #krate::__private::Check::#check;
        const _: () = {
            #holds;
            #proposed
            #(#assigned;)*
            #rest
        };
    }
}

/// Whether the column is assigned to itself: `n = table.n`.
fn is_kept(call: &Statement, assignment: &Assignment) -> bool {
    let Change::To(value) = &assignment.change else {
        return false;
    };
    match &*rows::parts(&call.table, &value.0) {
        [Part::Stored(_, column)] => plain(column) == plain(&assignment.column),
        _ => false,
    }
}

/// Whether it is a literal 0.
fn is_zero(value: &Expr) -> bool {
    match value {
        Expr::Lit(literal) => {
            matches!(&literal.lit, Lit::Int(number) if number.base10_digits() == "0")
        }
        Expr::Paren(inner) => is_zero(&inner.expr),
        Expr::Group(inner) => is_zero(&inner.expr),
        Expr::Cast(cast) => is_zero(&cast.expr),
        Expr::Unary(unary) => matches!(unary.op, UnOp::Neg(_)) && is_zero(&unary.expr),
        _ => false,
    }
}

/// The keys that are known of the table.
pub(super) fn known(call: &Statement) -> TokenStream {
    match &call.conflict {
        Some(conflict) if is_looked_up(conflict) => quote!(CHECK.keys),
        _ => quote!(KEYS),
    }
}

/// Stops the compiler where `..` stands for nothing.
fn rest(call: &Statement, plan: &Plan<'_>) -> Option<TokenStream> {
    let Some(Set::Assignments(set)) = &call.set else {
        return None;
    };
    let dots = set.rest.as_ref()?;
    if !set.list.is_empty() {
        return None;
    }
    let krate = &call.krate;
    let kept = plan
        .assignments
        .iter()
        .map(|planned| kept(call, planned.column()));
    let function = quote!(#krate::__private::must_not_all_be_kept);
    Some(at(&trees(dots.clone()), function, quote!(&[#(#kept),*])))
}

/// `target` with what `CHECK` says of it in its type.
pub(super) fn checked(call: &Statement, target: TokenStream) -> TokenStream {
    verdict(
        call,
        target,
        [quote!(CHECK.sole), quote!(CHECK.numbers.last)],
    )
}

/// The same, where a row that was met is read by its key, so that it makes no difference whether it
/// can be met by another.
pub(super) fn checked_for_one_that_is_read(call: &Statement, target: TokenStream) -> TokenStream {
    verdict(call, target, [quote!(true), quote!(true)])
}

fn verdict(call: &Statement, target: TokenStream, [sole, last]: [TokenStream; 2]) -> TokenStream {
    let krate = &call.krate;
    match &call.conflict {
        Some(conflict) if is_looked_up(conflict) => quote! {
            #krate::__private::Checked::<_, #krate::__private::Verdict<
                { CHECK.postgres },
                { CHECK.sqlite },
                { CHECK.mysql },
                { #sole },
                { #last },
                { CHECK.numbers.given },
            >>::new(#target)
        },
        _ => target,
    }
}

/// Stops the compiler where the row is not looked for by the columns of its key, all of them and
/// nothing else.
pub(super) fn looked_for(call: &Statement, key: &[Field]) -> Option<TokenStream> {
    let conflict = call
        .conflict
        .as_ref()
        .filter(|conflict| is_looked_up(conflict))?;
    let names = key.iter().map(|field| name(call, &field.column));
    let given = at(
        &conflict.tokens,
        quote!(CHECK.must_be_given),
        quote!(&[#(#names),*]),
    );
    let in_key = key.iter().map(|field| {
        let name = name(call, &field.column);
        at(
            &[field.column.clone().into()],
            quote!(CHECK.must_be_in_key),
            name,
        )
    });
    Some(quote!(const _: () = { #given; #(#in_key;)* };))
}

/// Whether the value of a literal row may have to be none that can be NULL: its column is in the
/// key, for all that is seen.
pub(super) fn may_need(call: &Statement, field: &Field) -> bool {
    let Some(conflict) = call
        .conflict
        .as_ref()
        .filter(|conflict| is_checked(conflict))
    else {
        return false;
    };
    let is = |name: &Ident| plain(name) == plain(&field.column);
    match &conflict.target {
        Target::Columns(columns) => columns.iter().any(is),
        Target::Index { elements, .. } => {
            elements.iter().flat_map(|element| &element.columns).any(is)
        }
        // Its declaration names them.
        Target::Key(_) | Target::Constraint(_) => true,
        Target::Any => false,
    }
}

/// `.unless_null()`, which stands at the value: there is no such method where it must not be NULL
/// and may be.
pub(super) fn not_null(call: &Statement, field: &Field) -> TokenStream {
    let name = name(call, &field.column);
    let value = trees(field.value.to_token_stream());
    let method = at(
        &value,
        quote!(unless_null::<{ CHECK.needs(#name) }, _>),
        TokenStream::new(),
    );
    quote!(.#method)
}

/// Whether `..` leaves `column` as it is.
pub(super) fn kept(call: &Statement, column: &Ident) -> TokenStream {
    let krate = &call.krate;
    let key = match call.conflict.as_ref().map(|conflict| &conflict.target) {
        Some(Target::Key(name) | Target::Constraint(name)) => {
            quote!(::core::option::Option::Some(#name))
        }
        _ => quote!(::core::option::Option::None),
    };
    let keys = known(call);
    let name = name(call, column);
    quote!(#krate::__private::keeps(#keys, #key, #name))
}

/// Whether the target is looked up among the declared keys. A key by its name is nothing without
/// its declaration.
fn is_looked_up(conflict: &Conflict) -> bool {
    matches!(conflict.target, Target::Key(_)) || !conflict.unchecked
}

/// Whether it has to be a key that the row meets and keeps.
fn is_checked(conflict: &Conflict) -> bool {
    !matches!(conflict.target, Target::Any) && !conflict.unchecked
}

fn wanted(call: &Statement, target: &Target) -> TokenStream {
    let krate = &call.krate;
    match target {
        Target::Columns(columns) => {
            let columns = columns.iter().map(|column| name(call, column));
            quote!(#krate::__private::Wanted::Elements {
                columns: &[#(#columns),*],
                expressions: &[],
                predicate: false,
            })
        }
        Target::Index {
            elements,
            predicate,
        } => {
            let names = |element: &IndexExpr| {
                let names = element.columns.iter().map(|column| name(call, column));
                quote!(#(#names),*)
            };
            let columns = elements.iter().filter(|e| e.is_column).map(names);
            let expressions = elements.iter().filter(|e| !e.is_column).map(names);
            let predicate = predicate.is_some();
            quote!(#krate::__private::Wanted::Elements {
                columns: &[#(#columns),*],
                expressions: &[#(&[#expressions]),*],
                predicate: #predicate,
            })
        }
        Target::Key(name) => quote!(#krate::__private::Wanted::Key(#name)),
        Target::Constraint(name) => quote!(#krate::__private::Wanted::Constraint(#name)),
        Target::Any => TokenStream::new(),
    }
}

/// The SQL name of a column.
fn name(call: &Statement, name: &Ident) -> TokenStream {
    columns::column_name(&call.krate, &call.table, name)
}

/// The line of `unique_keys!` that would declare the target.
fn declaration(conflict: &Conflict) -> String {
    match &conflict.target {
        Target::Index {
            predicate: Some(_), ..
        } => format!("{} where ..", text(conflict.tokens.first())),
        Target::Key(name) | Target::Constraint(name) => format!("{} (..)", name.value()),
        _ => text(stream(&conflict.tokens)),
    }
}

/// Tokens on one line.
fn text(tokens: impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `function(argument)`, which stands at `tokens`: a panic in it is a complaint about them.
pub(super) fn at(
    tokens: &[TokenTree],
    function: TokenStream,
    argument: TokenStream,
) -> TokenStream {
    let span = |token: Option<&TokenTree>| {
        let span = token.map_or_else(Span::call_site, TokenTree::span);
        Span::call_site().located_at(span)
    };
    let (start, end) = (span(tokens.first()), span(tokens.last()));
    let function = function.into_iter().map(|token| located(&token, start));
    let argument = grouped(Delimiter::Parenthesis, argument, end);
    quote!(#(#function)* #argument)
}
