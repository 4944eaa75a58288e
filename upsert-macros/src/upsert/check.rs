//! What the sections of one call say to each other.

use proc_macro2::Ident;

use super::model::{
    Assignment, Assignments, Call, Change, Conflict, Expression, Returned, Section, Set, Target,
    Values,
};
use super::{order, references};
use crate::errors::Errors;
use crate::tokens::{is_keyword, plain};

pub(crate) fn call(call: &mut Call, errors: &mut Errors) {
    missing(call, errors);
    keywords(call, errors);
    repeated(call, errors);
    nothing(call, errors);
    let rest = rest(call, errors);
    let guard = call.guard.as_ref().map(|guard| guard.reads.clone());
    if let Some(Set::Assignments(set)) = &mut call.set {
        set.list.extend(rest);
        (set.sorted, set.order, set.guard_once) = order::sort(&set.list, guard.as_ref());
    }
}

/// A table is named by its module; without it, nothing else makes sense.
pub(crate) fn table(call: &Call, errors: &mut Errors) -> bool {
    let segments = &call.table.segments;
    let last = references::table_name(&call.table);
    if last.is_some_and(|last| plain(last) == "excluded") {
        errors.push(
            last,
            "a table cannot be called `excluded` here: in SQL that is the proposed row\nhelp: rename the table",
        );
        return false;
    }
    if !last.is_some_and(|last| last == "table" || last == "dsl") || segments.len() < 2 {
        return true;
    }
    let module = segments[segments.len() - 2].ident.to_string();
    errors.push(
        last,
        format!(
            "the table is named by its module\nhelp: `{module}`, the module that `table!` made"
        ),
    );
    false
}

fn missing(call: &Call, errors: &mut Errors) {
    let absent = |section, there: bool| !there && !call.broken.contains(&section);
    let table = references::table_name(&call.table);
    if absent(Section::Conflict, call.conflict.is_some()) {
        errors.push(
            table,
            "`conflict` is missing: which unique key may the row meet?\nhelp: `conflict = (a, b)`",
        );
    }
    if absent(Section::Set, call.set.is_some()) {
        errors.push(
            table,
            "`set` is missing: what happens to the stored row?\nhelp: `set = < n += 1 >`, or `set = nothing`",
        );
    }
}

/// A column with the name of a keyword is written `r#name`.
fn keywords(call: &Call, errors: &mut Errors) {
    let mut columns: Vec<&Ident> = Vec::new();
    if let Some(Set::Assignments(set)) = &call.set {
        columns.extend(set.list.iter().map(|assignment| &assignment.column));
    }
    if let Some(Values::Literal(fields)) = &call.values {
        columns.extend(fields.iter().map(|field| &field.column));
    }
    columns.extend(listed(call));
    if let Some(Target::Index {
        elements,
        predicate,
    }) = call.conflict.as_ref().map(|conflict| &conflict.target)
    {
        let expressions = elements.iter().chain(predicate);
        columns.extend(expressions.flat_map(|expression| &expression.columns));
    }
    if let Some(Returned::Expressions { list, .. }) = &call.returning {
        columns.extend(list.iter().filter_map(|returned| match returned {
            Expression::Column(column) => Some(column),
            Expression::Other(_) => None,
        }));
    }
    for column in columns.into_iter().filter(|column| is_keyword(column)) {
        let help = if Section::named(&plain(column)).is_some() {
            format!(
                "help: the section `{column} = ..` stands behind the `>` of `set`; the column is `r#{column}`"
            )
        } else {
            format!("help: the column is `r#{column}`")
        };
        errors.push(column, format!("`{column}` is a keyword\n{help}"));
    }
}

/// A column stands once in each list.
fn repeated(call: &Call, errors: &mut Errors) {
    if let Some(Set::Assignments(set)) = &call.set {
        once(
            set.list.iter().map(|a| &a.column),
            "is assigned twice",
            "is first assigned here",
            errors,
        );
    }
    if let Some(Values::Literal(fields)) = &call.values {
        once(
            fields.iter().map(|f| &f.column),
            "has two values",
            "has its first value here",
            errors,
        );
    }
    once(
        listed(call).iter(),
        "stands twice in the conflict target",
        "is first named here",
        errors,
    );
}

/// The columns of `conflict = (a, b)`.
fn listed(call: &Call) -> &[Ident] {
    match &call.conflict {
        Some(Conflict {
            target: Target::Columns(columns),
            ..
        }) => columns,
        _ => &[],
    }
}

fn once<'a>(
    columns: impl Iterator<Item = &'a Ident>,
    second: &str,
    first: &str,
    errors: &mut Errors,
) {
    let mut seen: Vec<&Ident> = Vec::new();
    for column in columns {
        match seen.iter().find(|earlier| plain(earlier) == plain(column)) {
            Some(earlier) => {
                errors.push(column, format!("`{column}` {second}"));
                errors.push(earlier, format!("`{column}` {first}"));
            }
            None => seen.push(column),
        }
    }
}

/// `set = nothing` has nothing to be restricted.
fn nothing(call: &Call, errors: &mut Errors) {
    if let (Some(Set::Nothing(nothing)), Some(_)) = (&call.set, &call.guard) {
        errors.push(
            nothing,
            "`where` says which rows are updated, and `set = nothing` updates none\nhelp: leave `where` out",
        );
    }
}

/// What `..` stands for.
fn rest(call: &Call, errors: &mut Errors) -> Vec<Assignment> {
    let Some(Set::Assignments(Assignments {
        list,
        rest: Some(dots),
        ..
    })) = &call.set
    else {
        return Vec::new();
    };
    let Some(conflict) = &call.conflict else {
        return Vec::new();
    };
    let key = match &conflict.target {
        Target::Columns(columns) => columns.iter().collect(),
        // What is inside of an expression becomes what is proposed, of which the expression is the same.
        Target::Index { elements, .. } => elements
            .iter()
            .filter(|element| element.is_column)
            .flat_map(|element| &element.columns)
            .collect::<Vec<_>>(),
        // Its declaration names them.
        Target::Key(_) => Vec::new(),
        Target::Constraint(_) if !conflict.unchecked => Vec::new(),
        Target::Constraint(_) | Target::Any => {
            errors.push(
                dots,
                "`..` leaves the key's columns as they are, and this conflict target does not name them\n\
                 help: `conflict = (a, b)`, or name the columns to set",
            );
            return Vec::new();
        }
    };
    let fields = match &call.values {
        Some(Values::Literal(fields)) => fields,
        // Broken `values` have been reported.
        None if call.broken.contains(&Section::Values) => return Vec::new(),
        _ => {
            errors.push(
                dots,
                "`..` stands for the columns of a literal `values = { .. }`, and there is none\n\
                 help: name the columns: `a, b`",
            );
            return Vec::new();
        }
    };
    let named = |column: &Ident| {
        let is = |other: &Ident| plain(other) == plain(column);
        key.iter().any(|k| is(k)) || list.iter().any(|a| is(&a.column))
    };
    let rest: Vec<_> = fields
        .iter()
        .filter(|field| !named(&field.column))
        .map(|field| Assignment {
            column: field.column.clone(),
            change: Change::Rest,
        })
        .collect();
    if rest.is_empty() {
        errors.push(
            dots,
            "`..` stands for no column: those of `values` are in the key or assigned already\nhelp: leave `..` out, or name more columns in `values`",
        );
    }
    rest
}
