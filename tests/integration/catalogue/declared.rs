//! What the tests declare, by hand: the macro has tests of its own.

use diesel::connection::LoadConnection;
use upsert_runtime::keys::{
    Backends, CatalogueOf, KeyColumn, KeyElement, KeyKind, Mismatch, Nulls, Numbered, UniqueKey,
    UniqueKeys, VerifyError, verify_unique_keys,
};

/// A key on nothing yet.
pub(super) const KEY: UniqueKey = UniqueKey {
    name: None,
    kind: KeyKind::Index,
    elements: &[],
    predicate: None,
    nulls_not_distinct: false,
    backends: Backends::ALL,
};

pub(super) const ID: UniqueKey = UniqueKey {
    kind: KeyKind::PrimaryKey,
    elements: &[column("id")],
    ..KEY
};

pub(super) const fn key(name: &'static str, elements: &'static [KeyElement]) -> UniqueKey {
    UniqueKey {
        name: Some(name),
        elements,
        ..KEY
    }
}

pub(super) const fn named(name: &'static str) -> KeyColumn {
    KeyColumn {
        name,
        nullable: false,
        ruled_out: false,
        bound: false,
        default: false,
        numbered: Numbered::Unknown,
        set_at_update: false,
        computed_from: None,
    }
}

pub(super) const fn column(name: &'static str) -> KeyElement {
    KeyElement::Column(named(name))
}

pub(super) const fn nullable(name: &'static str) -> KeyElement {
    KeyElement::Column(KeyColumn {
        nullable: true,
        ..named(name)
    })
}

pub(super) const fn expression(sql: &'static str) -> KeyElement {
    const NAME: &[KeyColumn] = &[named("name")];
    KeyElement::Expression {
        sql,
        columns: NAME,
        nulls: Nulls::Of(&["name"]),
    }
}

/// An expression, which is the same whatever makes it NULL.
const fn of_deleted(nulls: Nulls) -> KeyElement {
    const DELETED: &[KeyColumn] = &[named("deleted")];
    KeyElement::Expression {
        sql: "abs(deleted)",
        columns: DELETED,
        nulls,
    }
}

/// `accounts` by one of many names, with the keys of one test.
macro_rules! accounts {
    ($($module:ident: $keys:expr;)+) => {$(
        pub(crate) mod $module {
            use super::*;

            diesel::table! {
                accounts (id) {
                    id -> Integer,
                    tenant -> Integer,
                    name -> Text,
                    status -> Text,
                    deleted -> Nullable<Integer>,
                }
            }

            impl UniqueKeys for accounts::table {
                const KEYS: &'static [UniqueKey] = $keys;
            }
        }
    )+};
}

pub(super) const LOWER: UniqueKey = key("by_lower", &[column("tenant"), expression("lower(name)")]);
pub(super) const ALIVE: UniqueKey = UniqueKey {
    predicate: Some("deleted is null and status <> 'x'"),
    ..key("alive", &[column("name")])
};

accounts! {
    id: &[ID];
    name: &[ID, key("by_name", &[column("name")])];
    tenant_name: &[ID, key("by_both", &[column("tenant"), column("name")])];
    deleted: &[ID, key("by_deleted", &[nullable("deleted")])];
    deleted_not_null: &[ID, key("by_deleted", &[column("deleted")])];
    of_deleted: &[ID, key("by_deleted", &[of_deleted(Nulls::Of(&["deleted"]))])];
    of_deleted_or_else: &[ID, key("by_deleted", &[of_deleted(Nulls::Of(&[]))])];
    nulls_not_distinct: &[ID, UniqueKey { nulls_not_distinct: true, ..key("by_deleted", &[nullable("deleted")]) }];
    lower: &[ID, LOWER];
    alive: &[ID, ALIVE];
    renamed: &[ID, key("by_nick", &[column("nick"), KeyElement::Expression { sql: "lower(nick)", columns: &[named("nick")], nulls: Nulls::Of(&["nick"]) }])];
    nonsense: &[ID, UniqueKey { predicate: Some("no_such_column > 1"), ..ALIVE }, key("by_lower", &[column("tenant"), expression("no_such(name)")])];
    prefix: &[ID, key("by_name", &[expression("name(10)")])];
    elsewhere: &[
        UniqueKey { backends: Backends::POSTGRES, ..key("pg", &[column("status")]) },
        UniqueKey { backends: Backends::SQLITE, ..key("sqlite", &[column("status"), column("name")]) },
        UniqueKey { backends: Backends::MYSQL, ..key("mysql", &[column("status"), column("tenant")]) },
        ID,
    ];
}

pub(super) const ACCOUNTS: &str = "CREATE TABLE accounts (
    id INTEGER NOT NULL PRIMARY KEY, tenant INTEGER NOT NULL, name VARCHAR(100) NOT NULL, status VARCHAR(100) NOT NULL,
    deleted INTEGER
);";

/// What is different.
pub(super) fn found<T: UniqueKeys>(
    conn: &mut impl LoadConnection<Backend: CatalogueOf<T>>,
) -> Vec<Mismatch> {
    match verify_unique_keys::<T>(conn) {
        Ok(()) => Vec::new(),
        Err(VerifyError::Differences(differences)) => {
            assert!(!differences.is_empty());
            differences
                .into_iter()
                .map(|difference| {
                    let line = difference.to_string();
                    assert!(
                        line.starts_with(&format!("table `{}`", difference.table))
                            && !line.contains('\n'),
                        "{line}"
                    );
                    difference.what
                })
                .collect()
        }
        Err(error) => panic!("{error}"),
    }
}
