//! From [`Call`] to the expression: calls of functions in the runtime, nothing more.
//!
//! ```text
//! __private::incomplete(
//!     table,
//!     __private::do_update(target, (assignment, (assignment, ())), guard, order),
//!     returning,
//! )
//! .into_values(row)
//! ```

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::model::{
    Assignment, Call, Change, Expression, Operator, Order, Returned, Set, Target, Values,
};
use super::references;
use crate::errors::Errors;
use crate::tokens::is_keyword;

/// The whole statement.
pub(crate) fn call(call: &Call) -> TokenStream {
    let krate = &call.krate;
    let table = references::table(&call.table);
    let clause = clause(call);
    let returning = returning(call);
    let statement = quote!(#krate::__private::incomplete(#table, #clause, #returning));
    match &call.values {
        None => statement,
        Some(Values::Row(row)) => quote_spanned!(row.span()=> #statement.into_values(#row)),
        Some(Values::Literal(fields)) => {
            let fields = fields.iter().map(|field| {
                let column = column(call, &field.column);
                let value = &field.value;
                quote!(#krate::__private::value(#column, #value))
            });
            quote!(#statement.into_values((#(#fields,)*)))
        }
    }
}

/// The errors, and the columns that could be read: if one is misspelt, that is reported with the rest.
pub(crate) fn with_errors(call: &Call, errors: Errors) -> TokenStream {
    let errors = errors.into_compile_errors();
    let mut columns = Vec::new();
    if let Some(Target::Columns(list)) = &call.conflict {
        columns.extend(list);
    }
    if let Some(Set::Assignments(set)) = &call.set {
        columns.extend(set.list.iter().map(|assignment| &assignment.column));
    }
    if let Some(Values::Literal(fields)) = &call.values {
        columns.extend(fields.iter().map(|field| &field.column));
    }
    let columns = columns
        .into_iter()
        .filter(|name| !is_keyword(name))
        .map(|name| column(call, name));
    quote!({
        #(let _ = #columns;)*
        #errors
    })
}

pub(crate) fn only_errors(errors: Errors) -> TokenStream {
    let errors = errors.into_compile_errors();
    quote!({ #errors })
}

fn clause(call: &Call) -> TokenStream {
    let krate = &call.krate;
    let table = references::table(&call.table);
    let target = target(call);
    match &call.set {
        Some(Set::Assignments(set)) => {
            let changes = nested(set.list.iter().map(|a| assignment(krate, call, a)));
            let guard = match &call.guard {
                None => quote!(#krate::__private::Always),
                Some(guard) => {
                    let condition = &guard.tokens;
                    quote!(#krate::__private::guard(#table, #condition))
                }
            };
            let order = match set.order {
                Order::Known => quote!(InOrder),
                Order::Unseen => quote!(UnseenOrder),
                Order::Circular => quote!(Circular),
            };
            quote!(#krate::__private::DoUpdate::new(
                #target, #changes, #guard, #krate::__private::#order
            ))
        }
        _ => match &call.conflict {
            Some(Target::Columns(columns)) => {
                let first = columns.iter().take(1).map(|name| column(call, name));
                quote!(#krate::__private::DoNothing::new(#target, #(#first)*))
            }
            _ => quote!(#krate::__private::do_nothing(#table, #target)),
        },
    }
}

fn target(call: &Call) -> TokenStream {
    let krate = &call.krate;
    match &call.conflict {
        Some(Target::Columns(columns)) => {
            let columns = nested(columns.iter().map(|name| column(call, name)));
            quote!(#krate::__private::Columns::new(#columns))
        }
        Some(Target::Index {
            elements,
            predicate,
        }) => {
            let elements = nested(elements.iter().map(|element| element.tokens.clone()));
            let predicate = nested(predicate.iter().map(|predicate| {
                let table = references::table(&call.table);
                let tokens = &predicate.tokens;
                quote!(#krate::__private::guard(#table, #tokens))
            }));
            quote!(#krate::__private::IndexTarget::new(#elements, #predicate))
        }
        Some(Target::Constraint(name)) => {
            quote!(#krate::__private::Constraint::new(#krate::__static_str!(#name)))
        }
        Some(Target::Any) | None => quote!(#krate::__private::Any),
    }
}

fn assignment(krate: &TokenTree, call: &Call, assignment: &Assignment) -> TokenStream {
    let column = column(call, &assignment.column);
    match &assignment.change {
        Change::Excluded => {
            quote!(#krate::__private::assign(#column, #krate::dsl::excluded(#column)))
        }
        Change::To(value) => {
            let value = &value.tokens;
            quote!(#krate::__private::assign(#column, #value))
        }
        Change::By(operator, value) => {
            let value = &value.tokens;
            let function = match operator {
                Operator::Plus => quote!(dsl::increment),
                Operator::Minus => quote!(dsl::decrement),
                Operator::Times => quote!(__private::multiply),
                Operator::DividedBy => quote!(__private::divide),
            };
            quote!(#krate::#function(#column, #value))
        }
    }
}

fn returning(call: &Call) -> TokenStream {
    let krate = &call.krate;
    let table = references::table(&call.table);
    let expression = match &call.returning {
        None => return quote!(#krate::__private::NoReturning),
        Some(Returned::Model(model)) => quote_spanned!(model.span()=>
            <#model as #krate::__private::diesel::SelectableHelper<_>>::as_returning()
        ),
        Some(Returned::Expressions { tuple, list }) => {
            let list = list.iter().map(|returned| match returned {
                Expression::Column(name) => column(call, name),
                Expression::Other(tokens) => tokens.clone(),
            });
            if *tuple {
                quote!((#(#list,)*))
            } else {
                quote!(#(#list)*)
            }
        }
    };
    quote!(#krate::__private::returning(#table, #expression))
}

fn column(call: &Call, name: &Ident) -> TokenStream {
    references::column(&call.krate, &call.table, name.span(), name)
}

/// `(a, (b, ()))`
fn nested(items: impl DoubleEndedIterator<Item = TokenStream>) -> TokenStream {
    items
        .rev()
        .fold(quote!(()), |rest, item| quote!((#item, #rest)))
}
