//! From a [`Statement`] and its [`Plan`] to the expression: calls of functions in the runtime,
//! nothing more.
//!
//! ```text
//! match (row, assignment, assignment, guard, returned) {
//!     (row, a0, a1, guard, returned) => {
//!         const CHECK: Check = ..; // check.rs
//!         incomplete(table, DoUpdate::new(target, column, (a1, (a0, ())), guard, order), returned)
//!             .into_values(row)
//!     }
//! }
//! ```
//!
//! What the caller wrote is evaluated once and in the order in which it is written, in the
//! scrutinee of a `match`, where temporaries live as long as the statement does; the arm puts the
//! parts in their places.

mod check;
pub(crate) mod columns;
mod creation;
mod index;

pub(crate) use self::creation::creation;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::Index;
use syn::spanned::Spanned;

use super::model::{
    Assignment, Change, Conflict, Expression, Operator, Returned, Section, Set, Statement, Target,
    Value, Values,
};
use super::plan::{Order, Plan, Planned};
use crate::errors::Errors;
use crate::tokens::{is_keyword, plain, trees};

/// The whole statement.
pub(crate) fn statement(call: &Statement, plan: &Plan<'_>) -> TokenStream {
    let krate = &call.krate;
    let table = columns::table(&call.table);
    let mut parts = Parts::default();
    for section in &call.written {
        match section {
            Section::Values => parts.row(call),
            Section::Set => parts.assignments(call, plan),
            Section::Where => parts.guard(call),
            Section::Returning => parts.returned(call),
            // Columns, names and constants: nothing is evaluated.
            Section::Conflict => {}
        }
    }
    let clause = clause(call, plan, &parts);
    let returned = parts
        .returned
        .unwrap_or_else(|| quote!(#krate::__private::NoReturning));
    let statement = quote!(#krate::__private::incomplete(#table, #clause, #returned));
    let statement = match &parts.row {
        Some(row) => quote!(#statement.into_values(#row)),
        None => statement,
    };
    let name = name(call);
    let constants = check::constants(call, plan);
    let unless_null = parts.checked.then(|| {
        quote! {
            #[allow(unused_imports)]
            use #krate::__private::UnlessNull as _;
        }
    });
    let statement = quote!({ #unless_null #name #constants #statement });
    let Evaluated { names, values } = &parts.evaluated;
    if names.is_empty() {
        return statement;
    }
    quote!(match (#(#values,)*) { (#(#names,)*) => #statement })
}

/// Stops the compiler where the table has the name of the proposed row.
fn name(call: &Statement) -> TokenStream {
    let krate = &call.krate;
    let name = columns::with_table_type(&call.table, |table| {
        quote! {
            use #krate::__private::Unnamed as _;
            <#krate::__private::Named<#table>>::NAME
        }
    });
    let table = trees(call.table.to_token_stream());
    let must_not_be_excluded = check::at(
        &table,
        quote!(#krate::__private::must_not_be_excluded),
        quote!({ #name }),
    );
    quote!(const _: () = #must_not_be_excluded;)
}

/// What the caller's expressions are called in the arm of the `match`.
#[derive(Default)]
struct Parts {
    evaluated: Evaluated,
    row: Option<TokenStream>,
    /// Whether a value of the row has to say whether it is NULL.
    checked: bool,
    assignments: Vec<TokenStream>,
    guard: Option<TokenStream>,
    returned: Option<TokenStream>,
}

#[derive(Default)]
struct Evaluated {
    names: Vec<Ident>,
    values: Vec<TokenStream>,
}

impl Evaluated {
    /// Evaluates `value`, and gives its name, which stands where `value` does.
    fn push(&mut self, value: TokenStream) -> TokenStream {
        let span = Span::mixed_site().located_at(value.span());
        let name = Ident::new(&format!("part{}", self.names.len()), span);
        self.names.push(name.clone());
        self.values.push(value);
        quote!(#name)
    }
}

impl Parts {
    fn row(&mut self, call: &Statement) {
        let krate = &call.krate;
        let fields = match &call.values {
            None => return,
            Some(Values::Row(row)) => {
                self.row = Some(self.evaluated.push(quote!(#row)));
                return;
            }
            Some(Values::Literal(fields)) => fields,
        };
        let is_checked: Vec<bool> = fields
            .iter()
            .map(|field| check::may_need(call, field))
            .collect();
        let values = fields.iter().zip(&is_checked).map(|(field, is_checked)| {
            let column = column(call, &field.column);
            let value = &field.value;
            match is_checked {
                true => quote!(#krate::__private::key_value(#column, #value)),
                false => quote!(#krate::__private::value(#column, #value)),
            }
        });
        let row = self.evaluated.push(quote!((#(#values,)*)));
        if !is_checked.contains(&true) {
            self.row = Some(row);
            return;
        }
        let values = fields
            .iter()
            .zip(is_checked)
            .enumerate()
            .map(|(at, (field, is_checked))| {
                let at = Index::from(at);
                let not_null = is_checked.then(|| check::not_null(call, field));
                quote!(#row.#at #not_null)
            });
        self.row = Some(quote!((#(#values,)*)));
        self.checked = true;
    }

    fn assignments(&mut self, call: &Statement, plan: &Plan<'_>) {
        let assignments = plan.assignments.iter().map(|planned| match planned {
            Planned::Written(written) => self.evaluated.push(assignment(call, written)),
            // Nothing of the caller's, and it looks at the constants of the arm.
            Planned::Rest(column) => rest(call, column),
        });
        self.assignments = assignments.collect();
    }

    fn guard(&mut self, call: &Statement) {
        let krate = &call.krate;
        let table = columns::table(&call.table);
        if let Some(guard) = &call.guard {
            let condition = resolved(call, guard);
            let guard = quote!(#krate::__private::guard(#table, #condition));
            self.guard = Some(self.evaluated.push(guard));
        }
    }

    fn returned(&mut self, call: &Statement) {
        if let Some(returned) = &call.returning {
            self.returned = Some(self.evaluated.push(returning(call, returned)));
        }
    }
}

/// The errors, and the columns that could be read: if one is misspelt, that is reported with the
/// rest.
pub(crate) fn with_errors(call: &Statement, errors: Errors) -> TokenStream {
    let errors = errors.into_compile_errors();
    let mut columns = Vec::new();
    if let Some(Conflict {
        target: Target::Columns(list),
        ..
    }) = &call.conflict
    {
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

fn clause(call: &Statement, plan: &Plan<'_>, parts: &Parts) -> TokenStream {
    let krate = &call.krate;
    let table = columns::table(&call.table);
    let target = check::checked(call, target(call));
    match &call.set {
        Some(Set::Assignments(_)) => {
            let sorted = plan
                .sorted
                .iter()
                .filter_map(|&at| parts.assignments.get(at));
            let changes = nested(sorted.cloned());
            let guard = match &parts.guard {
                Some(guard) if plan.guard_once => quote!(#krate::__private::Once::new(#guard)),
                Some(guard) => guard.clone(),
                None => quote!(#krate::__private::Always),
            };
            let order = match plan.order {
                Order::Known => quote!(InOrder),
                Order::Unseen => quote!(UnseenOrder),
                Order::Cyclic => quote!(Cyclic),
            };
            let order = quote!(#krate::__private::#order);
            match kept(call) {
                Some(name) => {
                    let column = column(call, name);
                    quote!(#krate::__private::DoUpdate::new(#target, #column, #changes, #guard, #order))
                }
                None => quote!(
                    #krate::__private::do_update(#table, #target, #changes, #guard, #order)
                ),
            }
        }
        _ => match kept(call) {
            Some(name) => {
                let column = column(call, name);
                quote!(#krate::__private::DoNothing::new(#target, #column))
            }
            None => quote!(#krate::__private::do_nothing(#table, #target)),
        },
    }
}

/// A column that a row which is left alone keeps, where a backend has to assign one. A generated
/// one cannot be assigned, and has no value in a row; where no column is named there is the primary
/// key.
fn kept(call: &Statement) -> Option<&Ident> {
    let Some(Values::Literal(fields)) = &call.values else {
        return None;
    };
    let target = match call.conflict.as_ref().map(|conflict| &conflict.target) {
        Some(Target::Columns(columns)) => &columns[..],
        _ => &[],
    };
    let is_in_row = |name: &&Ident| {
        fields
            .iter()
            .any(|field| plain(&field.column) == plain(name))
    };
    let named = target.iter().find(is_in_row);
    named.or_else(|| fields.first().map(|field| &field.column))
}

fn target(call: &Statement) -> TokenStream {
    let krate = &call.krate;
    let Some(conflict) = &call.conflict else {
        return quote!(#krate::__private::Any);
    };
    match &conflict.target {
        Target::Columns(columns) => {
            let columns = nested(columns.iter().map(|name| column(call, name)));
            quote!(#krate::__private::Columns::new(#columns))
        }
        Target::Index {
            elements,
            predicate,
        } => {
            let elements = nested(elements.iter().map(|element| {
                let table = columns::table(&call.table);
                let tokens = index::resolve(krate, &call.table, &element.tokens);
                match element.is_column {
                    true => quote!(#krate::__private::index_element(#table, #tokens)),
                    false => quote!(#krate::__private::index_expression(#table, #tokens)),
                }
            }));
            let predicate = nested(predicate.iter().map(|predicate| {
                let table = columns::table(&call.table);
                let tokens = index::resolve(krate, &call.table, &predicate.tokens);
                quote!(#krate::__private::guard(#table, #tokens))
            }));
            quote!(#krate::__private::IndexTarget::new(#elements, #predicate))
        }
        Target::Key(name) => {
            let table = columns::table(&call.table);
            let keys = check::known(call);
            quote!(#krate::__private::Key::new(#table, #keys, #krate::__static_str!(#name)))
        }
        Target::Constraint(name) => {
            quote!(#krate::__private::Constraint::new(#krate::__static_str!(#name)))
        }
        Target::Any => quote!(#krate::__private::Any),
    }
}

fn assignment(call: &Statement, assignment: &Assignment) -> TokenStream {
    let krate = &call.krate;
    let column = column(call, &assignment.column);
    match &assignment.change {
        Change::Excluded => {
            quote!(#krate::__private::assign(#column, #krate::dsl::excluded(#column)))
        }
        Change::To(value) => {
            let value = resolved(call, value);
            quote!(#krate::__private::assign(#column, #value))
        }
        Change::By(operator, value) => {
            let value = resolved(call, value);
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

/// An assignment of `..`.
fn rest(call: &Statement, name: &Ident) -> TokenStream {
    let krate = &call.krate;
    let column = column(call, name);
    let kept = check::kept(call, name);
    quote!(#krate::__private::Rest::<_, { #kept }>::new(#column))
}

fn returning(call: &Statement, returned: &Returned) -> TokenStream {
    let krate = &call.krate;
    let table = columns::table(&call.table);
    let expression = match returned {
        Returned::Model(model) => {
            let returned = columns::with_table_type(
                &call.table,
                |table| quote!(#krate::__private::model::<#model, #table, _, _, _>()),
            );
            quote!({ #returned })
        }
        Returned::Expressions { tuple, list } => {
            let list = list.iter().map(|returned| match returned {
                Expression::Column(name) => column(call, name),
                Expression::Other(value) => resolved(call, value),
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

/// A Rust expression with columns in it.
fn resolved(call: &Statement, value: &Value) -> TokenStream {
    columns::resolve(&call.krate, &call.table, &value.0)
}

fn column(call: &Statement, name: &Ident) -> TokenStream {
    columns::column(&call.krate, &call.table, name.span(), name)
}

/// `(a, (b, ()))`
fn nested(items: impl DoubleEndedIterator<Item = TokenStream>) -> TokenStream {
    items
        .rev()
        .fold(quote!(()), |rest, item| quote!((#item, #rest)))
}
