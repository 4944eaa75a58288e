//! What the parts of a statement say to each other.

use proc_macro2::Ident;

use super::model::{
    Conflict, Creation, Expression, Field, Returned, Section, Set, Statement, Target, Values,
    table_name,
};
use super::plan;
use crate::errors::Errors;
use crate::tokens::{is_keyword, plain, stream};

pub(crate) fn statement(statement: &Statement, errors: &mut Errors) {
    missing(statement, errors);
    keywords(statement, errors);
    repeated(statement, errors);
    nothing(statement, errors);
    if let Err((dots, message)) = plan::rest(statement) {
        errors.push(dots, message);
    }
}

/// What the parts of a row that is found or created say to each other.
pub(crate) fn creation(creation: &Creation, errors: &mut Errors) {
    let call = &creation.statement;
    let key = match &call.values {
        Some(Values::Literal(key)) => &key[..],
        _ => &[],
    };
    keywords(call, errors);
    repeated(call, errors);
    if let Some(Values::Literal(defaults)) = &creation.defaults {
        defaults
            .iter()
            .for_each(|field| keyword(&field.column, "", errors));
        once(
            defaults.iter().map(|field| &field.column),
            "has two values",
            "has its first value here",
            errors,
        );
        for Field { column, .. } in defaults {
            if key
                .iter()
                .any(|field| plain(&field.column) == plain(column))
            {
                errors.push(
                    column,
                    format!("`{column}` is in `key`, and has its value there\nhelp: leave it out of `defaults`"),
                );
            }
        }
    }
    if call.values.is_none() && call.broken.is_empty() {
        errors.push(
            table_name(&call.table),
            "`key` is missing: by which unique key is the row looked for?\nhelp: `key = { email: value }`",
        );
    }
    let Some(conflict) = &call.conflict else {
        return;
    };
    match &conflict.target {
        Target::Any => errors.push(
            stream(&conflict.tokens),
            "a row is looked for by one key, and `any` is none\nhelp: `conflict = key(name)`; without `conflict`, it is the columns of `key`",
        ),
        Target::Constraint(name) => errors.push(
            stream(&conflict.tokens),
            format!(
                "a row is looked for by columns, which the name of a constraint does not say\nhelp: `conflict = key({})`",
                name.value(),
            ),
        ),
        Target::Columns(_) | Target::Index { .. } | Target::Key(_) => {}
    }
}

/// A table is named by its module; without it, nothing else makes sense.
pub(crate) fn table(statement: &Statement, errors: &mut Errors) -> bool {
    let segments = &statement.table.segments;
    let last = table_name(&statement.table);
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

fn missing(statement: &Statement, errors: &mut Errors) {
    let absent = |section, there: bool| !there && !statement.broken.contains(&section);
    let table = table_name(&statement.table);
    if absent(Section::Conflict, statement.conflict.is_some()) {
        errors.push(
            table,
            "`conflict` is missing: which unique key may the row meet?\nhelp: `conflict = (a, b)`",
        );
    }
    if absent(Section::Set, statement.set.is_some()) {
        errors.push(
            table,
            "`set` is missing: what happens to the stored row?\nhelp: `set = < n += 1 >`, or `set = nothing`",
        );
    }
}

/// A column with the name of a keyword is written `r#name`.
fn keywords(statement: &Statement, errors: &mut Errors) {
    let mut columns: Vec<&Ident> = Vec::new();
    if let Some(Set::Assignments(set)) = &statement.set {
        columns.extend(set.list.iter().map(|assignment| &assignment.column));
    }
    if let Some(Values::Literal(fields)) = &statement.values {
        columns.extend(fields.iter().map(|field| &field.column));
    }
    columns.extend(listed(statement));
    if let Some(Target::Index {
        elements,
        predicate,
    }) = statement.conflict.as_ref().map(|conflict| &conflict.target)
    {
        let expressions = elements.iter().chain(predicate);
        columns.extend(expressions.flat_map(|expression| &expression.columns));
    }
    if let Some(Returned::Expressions { list, .. }) = &statement.returning {
        columns.extend(list.iter().filter_map(|returned| match returned {
            Expression::Column(column) => Some(column),
            Expression::Other(_) => None,
        }));
    }
    for column in columns {
        let help = if Section::named(&plain(column)).is_some() {
            "the section `{column} = ..` stands behind the `>` of `set`; "
        } else {
            ""
        };
        keyword(column, &help.replace("{column}", &plain(column)), errors);
    }
}

fn keyword(column: &Ident, help: &str, errors: &mut Errors) {
    if is_keyword(column) {
        errors.push(
            column,
            format!("`{column}` is a keyword\nhelp: {help}the column is `r#{column}`"),
        );
    }
}

/// A column stands once in each list.
fn repeated(statement: &Statement, errors: &mut Errors) {
    if let Some(Set::Assignments(set)) = &statement.set {
        once(
            set.list.iter().map(|a| &a.column),
            "is assigned twice",
            "is first assigned here",
            errors,
        );
    }
    if let Some(Values::Literal(fields)) = &statement.values {
        once(
            fields.iter().map(|f| &f.column),
            "has two values",
            "has its first value here",
            errors,
        );
    }
    once(
        listed(statement).iter(),
        "stands twice in the conflict target",
        "is first named here",
        errors,
    );
}

/// The columns of `conflict = (a, b)`.
fn listed(statement: &Statement) -> &[Ident] {
    match &statement.conflict {
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
fn nothing(statement: &Statement, errors: &mut Errors) {
    if let (Some(Set::Nothing(nothing)), Some(_)) = (&statement.set, &statement.guard) {
        errors.push(
            nothing,
            "`where` says which rows are updated, and `set = nothing` updates none\nhelp: leave `where` out",
        );
    }
}
