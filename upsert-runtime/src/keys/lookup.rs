//! What is declared of a type, with an answer for one of which nothing is: an inherent constant
//! wins over a trait's.

use std::marker::PhantomData;

use diesel::Table;

use super::check::same;
use super::{
    ColumnList, KeyColumn, KeyElement, Message, PrimaryKey, Source, UniqueKey, UniqueKeys,
};

/// The keys of the table `T`.
#[derive(Debug)]
pub struct Declared<T>(PhantomData<T>);

impl<T: UniqueKeys> Declared<T> {
    /// As they are declared.
    pub const KEYS: &'static [UniqueKey] = T::KEYS;

    /// Where they are from.
    pub const SOURCE: Source = T::SOURCE;
}

/// A table without a declaration: `table!` knows its primary key.
pub trait Undeclared<Shape> {
    /// The primary key alone.
    const KEYS: &'static [UniqueKey];

    /// There is no declaration.
    const SOURCE: Source = Source::Table;
}

impl<T, Shape> Undeclared<Shape> for Declared<T>
where
    T: Table<PrimaryKey: PrimaryKey<Shape>>,
{
    const KEYS: &'static [UniqueKey] = &[<T::PrimaryKey as PrimaryKey<Shape>>::KEY];
}

/// What is known of all declarations of a crate; `By` is left to the compiler.
#[derive(Debug)]
pub struct Declarations<By>(PhantomData<By>);

/// One of them has a mistake, which the compiler has complained about: a crate says so of `()`,
/// with a type of its own.
pub trait Broken<By> {}

impl<By> Declarations<By>
where
    (): Broken<By>,
{
    /// Which keys there are is not known.
    pub const BROKEN: bool = true;
}

/// No crate says so.
pub trait Whole {
    /// They are as they are read.
    const BROKEN: bool = false;
}

impl Whole for Declarations<()> {}

/// `keys`, unless a declaration is broken: then any target is right, for errors are not to follow
/// from errors.
pub const fn known(broken: bool, keys: &'static [UniqueKey]) -> &'static [UniqueKey] {
    if broken { &[UniqueKey::UNKNOWN] } else { keys }
}

/// A table of which migrations have been read that do not have it, so that `table!` alone claims
/// its primary key.
pub trait Claimed {
    /// What they say of it.
    const WHY: &'static str;
}

/// What migrations say of the table `T`.
#[derive(Debug)]
pub struct Claim<T>(PhantomData<T>);

impl<T: Claimed> Claim<T> {
    /// Why its primary key is not known.
    pub const WHY: Option<&'static str> = Some(T::WHY);
}

/// All other tables.
pub trait Unclaimed {
    /// They do not speak of it.
    const WHY: Option<&'static str> = None;
}

impl<T> Unclaimed for Claim<T> {}

/// What is known of `T`, which ought to be a table; `Shape` is that of its primary key, and left to
/// the compiler.
#[derive(Debug)]
pub struct Probe<T, Shape = ()>(PhantomData<(T, Shape)>);

impl<T: Table<AllColumns: ColumnList>> Probe<T> {
    /// Its columns.
    pub const COLUMNS: Option<&'static [KeyColumn]> = Some(T::AllColumns::COLUMNS);
}

impl<T, Shape> Probe<T, Shape>
where
    T: Table<PrimaryKey: PrimaryKey<Shape>>,
{
    /// Its primary key.
    pub const PRIMARY_KEY: UniqueKey = <T::PrimaryKey as PrimaryKey<Shape>>::KEY;
}

/// No table.
pub trait ProbeNothing {
    /// It has none.
    const COLUMNS: Option<&'static [KeyColumn]> = None;
    /// It has none.
    const PRIMARY_KEY: UniqueKey = UniqueKey::UNKNOWN;
}

impl<T> ProbeNothing for Probe<T> {}

/// No table that has keys.
pub trait DeclaredNothing {
    /// It has none.
    const KEYS: &'static [UniqueKey] = &[];
}

impl<T> DeclaredNothing for Declared<T> {}

/// Stops the compiler with `missing` where there is no table.
#[track_caller]
#[expect(clippy::panic, reason = "called at compile time only")]
pub const fn must_exist(columns: Option<&'static [KeyColumn]>, missing: &str) {
    if columns.is_none() {
        panic!("{}", missing);
    }
}

/// The column with this SQL name, in which case matters on PostgreSQL (`case`). One that is not
/// there is complained about by [`must_have`], and nothing follows from it: its key [is
/// unknown](UniqueKey::if_whole).
pub const fn find_column(
    columns: Option<&'static [KeyColumn]>,
    name: &str,
    case: bool,
) -> KeyColumn {
    match sought(columns, name, case) {
        Some(column) => column,
        None => KeyColumn::new(NOWHERE, false).computed_from(&[]),
    }
}

/// The name of a column that is not there.
const NOWHERE: &str = "";

impl UniqueKey {
    /// The key, if each of its columns is there.
    #[doc(hidden)]
    #[must_use]
    pub const fn if_whole(self) -> Self {
        let mut i = 0;
        while i < self.elements.len() {
            let columns = match &self.elements[i] {
                KeyElement::Column(column) => std::slice::from_ref(column),
                KeyElement::Expression { columns, .. } => columns,
            };
            let mut j = 0;
            while j < columns.len() {
                if same(columns[j].name, NOWHERE) {
                    return Self::UNKNOWN;
                }
                j += 1;
            }
            i += 1;
        }
        self
    }
}

/// Stops the compiler where there is a table without this column; `origin` says where that was
/// found.
#[track_caller]
#[expect(clippy::panic, reason = "called at compile time only")]
pub const fn must_have(
    columns: Option<&'static [KeyColumn]>,
    name: &str,
    case: bool,
    origin: &str,
) {
    if columns.is_none() || sought(columns, name, case).is_some() {
        return;
    }
    let message = Message::new()
        .with(origin)
        .with("`")
        .with(name)
        .with("` is in a unique key, and `table!` has no such column")
        .with(match origin.is_empty() {
            true => "",
            false => {
                "\nhelp: add it to `table!`; or leave the table out, `except = (..)`, and declare its keys by hand"
            }
        });
    panic!("{}", message.as_str());
}

const fn sought(
    columns: Option<&'static [KeyColumn]>,
    name: &str,
    case: bool,
) -> Option<KeyColumn> {
    let Some(columns) = columns else { return None };
    let mut found = None;
    let mut i = 0;
    while i < columns.len() {
        if same(columns[i].name, name) {
            return Some(columns[i]);
        }
        if !case && same_but_for_case(columns[i].name, name) {
            found = Some(columns[i]);
        }
        i += 1;
    }
    found
}

/// As SQLite compares names, and MySQL those of columns.
pub(crate) const fn same_but_for_case(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut i = 0;
    while i < a.len() && i < b.len() {
        if !a[i].eq_ignore_ascii_case(&b[i]) {
            return false;
        }
        i += 1;
    }
    a.len() == b.len()
}
