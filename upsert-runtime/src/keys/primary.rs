//! The primary key, which `table!` knows.

use diesel::Table;
use diesel::query_source::Column;

use super::{KeyElement, KeyKind, TableColumn, UniqueKey};

/// A primary key, which is a column or a tuple of columns (`Shape` tells which, and is inferred).
#[diagnostic::on_unimplemented(
    message = "the primary key `{Self}` has more than 16 columns",
    label = "a primary key of up to 16 columns is needed here"
)]
pub trait PrimaryKey<Shape> {
    /// The first column.
    type First: Column + Default;

    /// As a declared key.
    const KEY: UniqueKey;
}

impl<C: Column + TableColumn + Default> PrimaryKey<()> for C {
    type First = C;

    const KEY: UniqueKey = UniqueKey::new(KeyKind::PrimaryKey, &[KeyElement::Column(C::COLUMN)]);
}

macro_rules! primary_keys {
    () => {};
    ($first:ident $($rest:ident)*) => {
        impl<$first, $($rest),*> PrimaryKey<((),)> for ($first, $($rest,)*)
        where
            $first: Column + TableColumn + Default,
            $($rest: TableColumn),*
        {
            type First = $first;

            const KEY: UniqueKey = UniqueKey::new(
                KeyKind::PrimaryKey,
                &[KeyElement::Column($first::COLUMN), $(KeyElement::Column($rest::COLUMN)),*],
            );
        }
        primary_keys!($($rest)*);
    };
}

primary_keys!(C1 C2 C3 C4 C5 C6 C7 C8 C9 C10 C11 C12 C13 C14 C15 C16);

/// The first column of `T`'s primary key.
pub(crate) fn first_key_column<T, Shape>() -> <T::PrimaryKey as PrimaryKey<Shape>>::First
where
    T: Table<PrimaryKey: PrimaryKey<Shape>>,
{
    Default::default()
}
