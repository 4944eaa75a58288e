//! A declared key against one live index.

use diesel::QueryResult;
use diesel::connection::LoadConnection;

use crate::dialect::{Agreement, Catalogue};
use crate::keys::{
    Backends, KeyColumn, KeyElement, KeyKind, LiveElement, LiveIndex, LiveTable, Mismatch, Nulls,
    UniqueKey,
};

/// A declared key, the live table, and the connection for what only the database knows.
pub(super) struct Comparison<'a, Conn> {
    pub(super) conn: &'a mut Conn,
    pub(super) live: &'a LiveTable,
    pub(super) key: &'a UniqueKey,
}

impl<DB, Conn> Comparison<'_, Conn>
where
    DB: Catalogue,
    Conn: LoadConnection<Backend = DB>,
{
    /// Whether `index` is on the columns of the key and on as many expressions; with `whole`,
    /// taking the prefix of a column for all of it.
    pub(super) fn is_on(&self, index: &LiveIndex, whole: bool) -> bool {
        let mut live: Vec<_> = index
            .elements
            .iter()
            .map(|element| match element {
                LiveElement::Column(name) => Some(folded::<DB>(name)),
                LiveElement::Prefix(name, _) if whole => Some(folded::<DB>(name)),
                LiveElement::Prefix(..) | LiveElement::Expression(_) => None,
            })
            .collect();
        let mut declared: Vec<_> = self
            .key
            .elements
            .iter()
            .map(|element| match element {
                KeyElement::Column(column) => Some(folded::<DB>(column.name)),
                KeyElement::Expression { .. } => None,
            })
            .collect();
        live.sort();
        declared.sort();
        live == declared
    }

    /// What is wrong with `index`, which is on the declared columns.
    pub(super) fn mismatches(&mut self, index: &LiveIndex) -> QueryResult<Vec<Mismatch>> {
        let name = || index.name.clone();
        if !index.unique {
            return Ok(vec![Mismatch::NotUnique { index: name() }]);
        }
        let mut found = Vec::new();
        if !index.valid {
            found.push(Mismatch::Invalid { index: name() });
        }
        if index.deferrable {
            found.push(Mismatch::Deferrable { constraint: name() });
        }
        if index.with_rowid {
            found.push(Mismatch::WithRowid { index: name() });
        }
        if index.nulls_not_distinct != self.key.nulls_not_distinct {
            found.push(Mismatch::NullsDistinct {
                index: name(),
                live_not_distinct: index.nulls_not_distinct,
            });
        }
        found.extend(self.expressions(index)?);
        found.extend(self.predicate(index)?);
        Ok(found)
    }

    fn expressions(&mut self, index: &LiveIndex) -> QueryResult<Option<Mismatch>> {
        let expression = |element: &'static KeyElement| match element {
            KeyElement::Column(_) => None,
            KeyElement::Expression { sql, .. } => Some(*sql),
        };
        let declared: Vec<_> = self.key.elements.iter().filter_map(expression).collect();
        if declared.is_empty() {
            return Ok(None);
        }
        let live = index.expressions();
        Ok(
            match DB::same_expressions(self.conn, self.live, index, &declared)? {
                Agreement::Same => None,
                Agreement::Other => Some(Mismatch::OtherExpression {
                    index: index.name.clone(),
                    declared: declared.into_iter().map(str::to_owned).collect(),
                    live,
                }),
                Agreement::Unknown(reason) => Some(Mismatch::Unknown {
                    index: index.name.clone(),
                    declared: format!("on {}", declared.join(", ")),
                    live: format!("on {}", live.join(", ")),
                    reason,
                }),
            },
        )
    }

    fn predicate(&mut self, index: &LiveIndex) -> QueryResult<Option<Mismatch>> {
        let other = Mismatch::OtherPredicate {
            index: index.name.clone(),
            declared: self.key.predicate.map(str::to_owned),
            live: index.predicate.clone(),
        };
        let (declared, live) = match (self.key.predicate, &index.predicate) {
            (None, None) => return Ok(None),
            (Some(declared), Some(live)) => (declared, live),
            _ => return Ok(Some(other)),
        };
        Ok(
            match DB::same_predicate(self.conn, self.live, index, declared)? {
                Agreement::Same => None,
                Agreement::Other => Some(other),
                Agreement::Unknown(reason) => Some(Mismatch::Unknown {
                    index: index.name.clone(),
                    declared: format!("where {declared}"),
                    live: format!("where {live}"),
                    reason,
                }),
            },
        )
    }

    /// The columns that were declared NOT NULL and are not. A predicate may rule the NULLs out. In
    /// SQLite's primary keys NOT NULL is forgotten so often that it would say nothing.
    pub(super) fn nullable(&self, index: &LiveIndex) -> Vec<Mismatch> {
        let key = self.key;
        let is_sqlite = Backends::SQLITE.contains(DB::BACKEND);
        if key.kind == KeyKind::PrimaryKey && is_sqlite || index.nulls_not_distinct {
            return Vec::new();
        }
        let relied_on = |element: &'static KeyElement| match element {
            KeyElement::Column(column) => vec![column],
            KeyElement::Expression { columns, nulls, .. } => {
                let of = match nulls {
                    Nulls::Of(names) => *names,
                    Nulls::Unknown => &[],
                };
                let columns = columns.iter();
                columns.filter(|column| of.contains(&column.name)).collect()
            }
        };
        let relied_on = key.elements.iter().flat_map(relied_on);
        let can_be_null = |column: &&KeyColumn| {
            let mut live = self.live.columns.iter();
            // Of what the database computes the migrations have said whether it can be.
            !column.nullable
                && !column.bound
                && column.computed_from.is_none()
                && live.any(|live| live.nullable && same_name::<DB>(&live.name, column.name))
        };
        relied_on
            .filter(can_be_null)
            .map(|column| Mismatch::Nullable {
                column: column.name.to_owned(),
            })
            .collect()
    }
}

/// The elements of a key that are columns.
pub(super) fn columns(key: &UniqueKey) -> impl Iterator<Item = &'static KeyColumn> {
    key.elements.iter().filter_map(|element| match element {
        KeyElement::Column(column) => Some(column),
        KeyElement::Expression { .. } => None,
    })
}

/// A column's name, as it is compared with others.
fn folded<DB: Catalogue>(name: &str) -> String {
    if DB::NAMES_HAVE_CASE {
        name.to_owned()
    } else {
        name.to_lowercase()
    }
}

pub(super) fn same_name<DB: Catalogue>(one: &str, other: &str) -> bool {
    folded::<DB>(one) == folded::<DB>(other)
}
