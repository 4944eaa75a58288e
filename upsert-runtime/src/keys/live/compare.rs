//! The declared keys of a table against those of the live one.

use diesel::QueryResult;
use diesel::connection::LoadConnection;

use super::candidate::{Comparison, columns, same_name};
use super::left_out::left_out;
use crate::dialect::Catalogue;
use crate::keys::{
    Difference, KeyColumn, KeyElement, LiveColumn, LiveElement, LiveIndex, LiveTable, Mismatch,
    TableName, UniqueKey,
};

/// What is declared of a table.
pub(super) struct Declared<'a> {
    pub(super) keys: &'a [UniqueKey],
    /// Whether the primary key of `table!` is a number that nobody uses up.
    pub(super) lasts: bool,
    /// The columns of `table!`, as far as they are known.
    pub(super) columns: &'a [KeyColumn],
}

/// The differences between what is `declared`, as far as that is for this backend, and the table
/// `name`.
pub(super) fn compare<DB, Conn>(
    conn: &mut Conn,
    name: &TableName,
    &Declared {
        keys,
        lasts,
        columns: all,
    }: &Declared<'_>,
) -> QueryResult<Vec<Difference>>
where
    DB: Catalogue,
    Conn: LoadConnection<Backend = DB>,
{
    let table = match &name.schema {
        Some(schema) => format!("{schema}.{}", name.name),
        None => name.name.clone(),
    };
    let difference = |key, what| Difference {
        table: table.clone(),
        key,
        what,
    };
    let live = match DB::table(conn, name)? {
        // By the migrations for this backend there is none either.
        None if !keys.iter().any(|key| key.backends.contains(DB::BACKEND)) => return Ok(Vec::new()),
        None => return Ok(vec![difference(None, Mismatch::MissingTable)]),
        Some(live) if !live.is_table => return Ok(vec![difference(None, Mismatch::NotATable)]),
        Some(LiveTable {
            hidden: Some(reason),
            ..
        }) => return Ok(vec![difference(None, Mismatch::Hidden { reason })]),
        Some(live) => live,
    };
    let mut found = Vec::new();
    let mut accounted = Vec::new();
    for key in keys.iter().filter(|key| key.backends.contains(DB::BACKEND)) {
        let verdict = Comparison {
            conn: &mut *conn,
            live: &live,
            key,
        }
        .findings()?;
        accounted.extend(verdict.indexes);
        let mismatches = verdict.mismatches.into_iter();
        found.extend(mismatches.map(|what| difference(Some(*key), what)));
        let run_out = live.columns.iter().filter(|column| {
            column.runs_out && key.relies_on_numbers(&column.name, same_name::<DB>, lasts)
        });
        found.extend(run_out.map(|column| {
            let column = column.name.clone();
            difference(Some(*key), Mismatch::NumbersRunOut { column })
        }));
        let left_out = left_out::<DB>(key, (keys, lasts), &live);
        found.extend(
            left_out
                .into_iter()
                .map(|what| difference(Some(*key), what)),
        );
        let is_set_at_update = |column: &&LiveColumn| {
            let mut declared = columns(key);
            let is = |declared: &KeyColumn| same_name::<DB>(declared.name, &column.name);
            column.set_at_update && declared.any(|declared| is(declared) && !declared.set_at_update)
        };
        let set_at_update = live.columns.iter().filter(is_set_at_update);
        found.extend(set_at_update.map(|column| {
            let column = column.name.clone();
            difference(Some(*key), Mismatch::SetAtUpdate { column })
        }));
    }
    let twice = live.columns.iter().flat_map(|live| twice::<DB>(live, all));
    found.extend(twice.map(|what| difference(None, what)));
    if let Some(clause) = &live.overrides {
        let clause = clause.clone();
        found.push(difference(None, Mismatch::Overrides { clause }));
    }
    if DB::ANY_KEY_FIRES {
        let undeclared = live
            .indexes
            .iter()
            .filter(|index| index.unique && !accounted.contains(&index.name))
            .map(|index| Mismatch::Undeclared {
                index: index.name.clone(),
                live: index.on(),
            });
        found.extend(undeclared.map(|what| difference(None, what)));
    }
    Ok(found)
}

/// The columns of `table!` that are all this one.
fn twice<DB: Catalogue>(live: &LiveColumn, declared: &[KeyColumn]) -> Vec<Mismatch> {
    let names = std::iter::once(&live.name).chain(&live.other_names);
    let known = |name: &&String| {
        let mut declared = declared.iter();
        declared.any(|column| same_name::<DB>(column.name, name))
    };
    let mut names = names.filter(known).cloned();
    let Some(column) = names.next() else {
        return Vec::new();
    };
    let other = |name| Mismatch::OtherName {
        column: column.clone(),
        name,
    };
    names.map(other).collect()
}

/// What was found of one key.
#[derive(Default)]
struct Findings {
    /// The live indexes that it speaks of: the right ones, or the one that comes closest.
    indexes: Vec<String>,
    mismatches: Vec<Mismatch>,
}

impl Findings {
    fn of(index: &LiveIndex, mismatches: Vec<Mismatch>) -> Self {
        Self {
            indexes: vec![index.name.clone()],
            mismatches,
        }
    }
}

impl<DB, Conn> Comparison<'_, Conn>
where
    DB: Catalogue,
    Conn: LoadConnection<Backend = DB>,
{
    fn findings(mut self) -> QueryResult<Findings> {
        let missing = self.missing_columns();
        if !missing.is_empty() {
            return Ok(Findings {
                mismatches: missing,
                ..Findings::default()
            });
        }
        let live = self.live;
        let mut candidates = Vec::new();
        for index in &live.indexes {
            if self.is_on(index, false) {
                candidates.push((index, self.mismatches(index)?));
            }
        }
        let (right, wrong): (Vec<_>, Vec<_>) = candidates
            .into_iter()
            .partition(|(_, mismatches)| mismatches.is_empty());
        if let Some((first, _)) = right.first() {
            // Where there is a deferrable one too, the database takes both, and fails.
            let deferrable = wrong
                .into_iter()
                .filter(|(_, mismatches)| matches!(mismatches[..], [Mismatch::Deferrable { .. }]));
            let mismatches = deferrable.flat_map(|(_, mismatches)| mismatches);
            return Ok(Findings {
                indexes: right.iter().map(|(index, _)| index.name.clone()).collect(),
                mismatches: mismatches.chain(self.nullable(first)).collect(),
            });
        }
        let named = |index: &LiveIndex| self.key.name == Some(&index.name[..]);
        let closest = wrong
            .into_iter()
            .min_by_key(|(index, mismatches)| (!index.unique, !named(index), mismatches.len()));
        if let Some((index, mut mismatches)) = closest {
            if index.unique {
                mismatches.extend(self.nullable(index));
            }
            return Ok(Findings::of(index, mismatches));
        }
        Ok(self.nothing_on_it())
    }

    /// No index is on what was declared.
    fn nothing_on_it(&self) -> Findings {
        let unique = || self.live.indexes.iter().filter(|index| index.unique);
        if let Some(index) = unique().find(|index| self.is_on(index, true)) {
            let prefixes = index.elements.iter().filter_map(|element| match element {
                LiveElement::Prefix(column, length) => Some(Mismatch::PrefixLength {
                    index: index.name.clone(),
                    column: column.clone(),
                    length: *length,
                }),
                _ => None,
            });
            return Findings::of(index, prefixes.collect());
        }
        match self
            .live
            .indexes
            .iter()
            .find(|index| self.key.name == Some(&index.name))
        {
            Some(index) => {
                let what = Mismatch::OtherColumns {
                    index: index.name.clone(),
                    live: index.on(),
                };
                Findings::of(index, vec![what])
            }
            None => Findings {
                indexes: Vec::new(),
                mismatches: vec![Mismatch::Missing],
            },
        }
    }

    fn missing_columns(&self) -> Vec<Mismatch> {
        let mut missing = Vec::new();
        for element in self.key.elements {
            let columns = match element {
                KeyElement::Column(column) => std::slice::from_ref(column),
                KeyElement::Expression { columns, .. } => columns,
            };
            for column in columns {
                let what = Mismatch::MissingColumn {
                    column: column.name.to_owned(),
                };
                let mut live = self.live.columns.iter();
                if !live.any(|live| same_name::<DB>(&live.name, column.name))
                    && !missing.contains(&what)
                {
                    missing.push(what);
                }
            }
        }
        missing
    }
}
