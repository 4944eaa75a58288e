//! What can be wrong with a declared key, as data and as a sentence.

use std::fmt;

use crate::keys::{KeyElement, KeyKind, UniqueKey};

/// A difference between the declared unique keys of a table and those in the live database.
///
/// Its `Display` is one line that names the table, the key, what is there and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The table, by its SQL name; with its schema where `table!` has one.
    pub table: String,
    /// The key, as it was declared. `None` where it is the whole table that differs, or a key that
    /// was not declared.
    pub key: Option<UniqueKey>,
    /// What is different.
    pub what: Mismatch,
}

/// What is different about a unique key. `index` is the name of the live one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mismatch {
    /// There is no such table.
    MissingTable,
    /// It is a view, which has no keys of its own.
    NotATable,
    /// The user of this connection may not read all of its columns, and what the catalogue hides is
    /// not known (MySQL and MariaDB).
    Hidden {
        /// What the database says.
        reason: String,
    },
    /// The table has no such column.
    MissingColumn {
        /// The column.
        column: String,
    },
    /// There is no index on these columns.
    Missing,
    /// There is an index on these columns, but it is not unique.
    NotUnique {
        /// The index.
        index: String,
    },
    /// The index of the declared name is on something else.
    OtherColumns {
        /// The index.
        index: String,
        /// What it is on.
        live: String,
    },
    /// The predicate is another one, or there is one where none was declared, or the reverse.
    OtherPredicate {
        /// The index.
        index: String,
        /// As declared.
        declared: Option<String>,
        /// As the database has it.
        live: Option<String>,
    },
    /// An expression is another one.
    OtherExpression {
        /// The index.
        index: String,
        /// As declared.
        declared: Vec<String>,
        /// As the database has it.
        live: Vec<String>,
    },
    /// The database could not be asked whether the expressions or the predicate are the declared
    /// ones, and the texts differ.
    Unknown {
        /// The index.
        index: String,
        /// As declared.
        declared: String,
        /// As the database has it.
        live: String,
        /// What the database said instead.
        reason: String,
    },
    /// The column is NOT NULL in `table!` but not in the database: two rows with NULL in it do not
    /// conflict.
    Nullable {
        /// The column.
        column: String,
    },
    /// The database numbers the column by a type whose numbers can be used up, and the declaration
    /// or `table!` has a BIGINT, of which nobody can: when there are none left, an upsert adds to
    /// the row that has the last one (MySQL's AUTO_INCREMENT).
    NumbersRunOut {
        /// The column.
        column: String,
    },
    /// A row that leaves the column out gets another value than was declared, so that it may meet
    /// another row by this key (MySQL).
    LeftOut {
        /// The column.
        column: String,
        /// What it gets in the database.
        live: String,
    },
    /// A trigger runs before a row is inserted, so that a column of the key which the row leaves
    /// out may be anything (MySQL).
    FilledIn {
        /// The trigger.
        trigger: String,
    },
    /// Each update of a row changes the column, so that the row leaves the key
    /// (MySQL's `ON UPDATE CURRENT_TIMESTAMP`).
    SetAtUpdate {
        /// The column.
        column: String,
    },
    /// `table!` has one column of the database by two names, so that assigning one of them assigns
    /// the other (SQLite's [rowid](https://sqlite.org/lang_createtable.html#rowid)).
    OtherName {
        /// The column.
        column: String,
        /// Its other name.
        name: String,
    },
    /// A constraint of the table does something else to a row in its way, whatever a statement says
    /// (SQLite's `ON CONFLICT REPLACE`).
    Overrides {
        /// What it does: `REPLACE`.
        clause: String,
    },
    /// NULLs are equal to each other in one of the two, and not in the other.
    NullsDistinct {
        /// The index.
        index: String,
        /// Whether they are equal in the database: `NULLS NOT DISTINCT`.
        live_not_distinct: bool,
    },
    /// The index is not complete or not in use: what a failed `CREATE INDEX CONCURRENTLY` leaves
    /// (PostgreSQL).
    Invalid {
        /// The index.
        index: String,
    },
    /// The constraint is `DEFERRABLE`, so that a conflict with it is an error and not an update
    /// (PostgreSQL).
    Deferrable {
        /// The constraint.
        constraint: String,
    },
    /// The rowid (an `INTEGER PRIMARY KEY`) is in it beside other elements, so that no conflict
    /// target finds it (SQLite).
    WithRowid {
        /// The index.
        index: String,
    },
    /// The key is on the beginning of a column, so that two values which begin alike conflict
    /// (MySQL).
    PrefixLength {
        /// The index.
        index: String,
        /// The column.
        column: String,
        /// How many characters or bytes of it.
        length: u64,
    },
    /// The table has another unique key, on which an upsert would fire too (MySQL).
    Undeclared {
        /// The index.
        index: String,
        /// What it is on.
        live: String,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, key, what } = self;
        let text = match key {
            Some(key) => format!("table `{table}`, unique key `{}`: {what}", Declared(key)),
            None => format!("table `{table}`: {what}"),
        };
        // A predicate of several lines, a message of PostgreSQL's, a name: they are on one line
        // here.
        let lines: Vec<_> = text.lines().map(str::trim).collect();
        out.write_str(&lines.join(" "))
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingTable => out.write_str(
                "there is no such table; run the migrations, or look at the schema or database of this connection",
            ),
            Self::NotATable => out.write_str(
                "it is a view, whose keys are those of its table; declare them for the table and verify that",
            ),
            Self::Hidden { reason } => write!(
                out,
                "its unique keys cannot all be seen by the user of this connection: {reason}; verify as one who may SELECT all columns"
            ),
            Self::MissingColumn { column } => write!(
                out,
                "the table has no column `{column}`; run the migrations, or correct the name in the declaration"
            ),
            Self::Missing => out.write_str(
                "there is no index on these columns; create a unique one, or take the key out of the declaration",
            ),
            Self::NotUnique { index } => write!(
                out,
                "the index `{index}` is on these columns but is not unique; create a unique one, or take the key out \
                 of the declaration"
            ),
            Self::OtherColumns { index, live } => write!(
                out,
                "the index `{index}` is on {live}; declare that, or create a unique index on the declared columns"
            ),
            Self::OtherPredicate { index, declared, live } => {
                match declared {
                    Some(declared) => write!(out, "declared where {declared}, but ")?,
                    None => out.write_str("declared for all rows, but ")?,
                }
                match live {
                    Some(live) => write!(out, "the index `{index}` is where {live}; declare that")?,
                    None => write!(out, "the index `{index}` is on all rows; declare it without a predicate")?,
                }
                out.write_str(", or create the declared one")
            }
            Self::OtherExpression { index, declared, live } => write!(
                out,
                "declared on {}, but the index `{index}` is on {}; declare that, or create the declared one",
                declared.join(", "),
                live.join(", ")
            ),
            Self::Unknown { index, declared, live, reason } => write!(
                out,
                "declared {declared}, while the index `{index}` is {live}, and whether it is the same could not be \
                 found out: {reason}; declare it as the database has it"
            ),
            Self::Nullable { column } => write!(
                out,
                "the column `{column}` is NOT NULL in `table!` and can be NULL in the database, where NULLs do not \
                 conflict; make it NOT NULL, or declare it `Nullable` in `table!`"
            ),
            Self::LeftOut { column, live } => write!(
                out,
                "a row that leaves `{column}` out gets {live}, so that it may meet another one by this key; \
                 read the keys from the migrations that made the table, or make the column as it is declared"
            ),
            Self::FilledIn { trigger } => write!(
                out,
                "the trigger `{trigger}` runs before a row is inserted, so that one which leaves a column out may meet \
                 another row by this key; read the keys from the migrations that made the trigger, or drop it"
            ),
            Self::SetAtUpdate { column } => write!(
                out,
                "the column `{column}` is ON UPDATE CURRENT_TIMESTAMP, so that an update takes the row out of the key; \
                 take that out of the column, or the key out of the declaration"
            ),
            Self::OtherName { column, name } => write!(
                out,
                "`{name}` of `table!` is another name of `{column}`, the rowid: what assigns it moves the row; take it out \
                 of `table!`, or give the table a column of that name"
            ),
            Self::Overrides { clause } => write!(
                out,
                "a constraint of the table says ON CONFLICT {clause}, and does so to a row in its way whatever an \
                 upsert says; make the constraint without that"
            ),
            Self::NumbersRunOut { column } => write!(
                out,
                "the column `{column}` is AUTO_INCREMENT and no BIGINT, so that its numbers run out, each upsert takes one, \
                 and the row with the last one is updated then; make it a BIGINT, or say in `table!` what it is"
            ),
            Self::NullsDistinct { index, live_not_distinct: true } => write!(
                out,
                "the index `{index}` is NULLS NOT DISTINCT; declare it `nulls not distinct`"
            ),
            Self::NullsDistinct { index, live_not_distinct: false } => write!(
                out,
                "declared `nulls not distinct`, but NULLs do not conflict in the index `{index}`; create it NULLS NOT \
                 DISTINCT (PostgreSQL 15), or take that out of the declaration"
            ),
            Self::Invalid { index } => write!(
                out,
                "the index `{index}` is not valid, as a failed CREATE INDEX CONCURRENTLY leaves it; remove what is \
                 there twice, then REINDEX INDEX it"
            ),
            Self::Deferrable { constraint } => write!(
                out,
                "the constraint `{constraint}` is DEFERRABLE, and the database refuses to update on a conflict with \
                 such a one; create it NOT DEFERRABLE"
            ),
            Self::WithRowid { index } => write!(
                out,
                "the index `{index}` has the INTEGER PRIMARY KEY in it, and SQLite takes no such one for a conflict target; \
                 use the primary key alone"
            ),
            Self::PrefixLength { index, column, length } => write!(
                out,
                "the index `{index}` is on the first {length} of `{column}`, so that two values which begin alike \
                 conflict; declare it `{column}({length})`, or create one on the whole column"
            ),
            Self::Undeclared { index, live } => write!(
                out,
                "the unique index `{index}` on {live} is not declared, and ON DUPLICATE KEY UPDATE updates the row \
                 that it finds by any key; declare it"
            ),
        }
    }
}

/// A key, as it was declared: `users_email (email)`.
struct Declared<'a>(&'a UniqueKey);

impl fmt::Display for Declared<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(key) = self;
        match key.name {
            Some(name) => write!(out, "{name} (")?,
            None if key.kind == KeyKind::PrimaryKey => out.write_str("primary key (")?,
            None => out.write_str("(")?,
        }
        for (n, element) in key.elements.iter().enumerate() {
            if n > 0 {
                out.write_str(", ")?;
            }
            out.write_str(match element {
                KeyElement::Column(column) => column.name,
                KeyElement::Expression { sql, .. } => sql,
            })?;
        }
        out.write_str(")")?;
        if key.nulls_not_distinct {
            out.write_str(" nulls not distinct")?;
        }
        match key.predicate {
            Some(predicate) => write!(out, " where {predicate}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_one_line() {
        let difference = Difference {
            table: "odd\nname".to_owned(),
            key: None,
            what: Mismatch::Unknown {
                index: "alive".to_owned(),
                declared: "where a\n    and b".to_owned(),
                live: "where a".to_owned(),
                reason: "first line\r\nsecond line".to_owned(),
            },
        };
        assert_eq!(
            difference.to_string(),
            "table `odd name`: declared where a and b, while the index `alive` is where a, and whether it is the same \
             could not be found out: first line second line; declare it as the database has it"
        );
    }
}
