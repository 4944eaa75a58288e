//! What the tests declare, by hand: the macro has tests of its own.

use diesel::connection::LoadConnection;
use upsert_runtime::keys::{
    Backends, CatalogueOf, KeyColumn, KeyElement, KeyKind, Mismatch, Nulls, UniqueKey, UniqueKeys,
    VerifyError, verify_unique_keys,
};

pub(super) const ID: UniqueKey = UniqueKey::new(KeyKind::PrimaryKey, &[column("id")]);

pub(super) const fn key(name: &'static str, elements: &'static [KeyElement]) -> UniqueKey {
    UniqueKey::new(KeyKind::Index, elements).called(name)
}

pub(super) const fn named(name: &'static str) -> KeyColumn {
    KeyColumn::new(name, false)
}

pub(super) const fn column(name: &'static str) -> KeyElement {
    KeyElement::Column(named(name))
}

pub(super) const fn nullable(name: &'static str) -> KeyElement {
    KeyElement::Column(KeyColumn::new(name, true))
}

pub(super) const fn expression(sql: &'static str) -> KeyElement {
    const NAME: &[KeyColumn] = &[named("name")];
    KeyElement::expression(sql, NAME, Nulls::Of(&["name"]))
}

/// An expression, which is the same whatever makes it NULL.
const fn of_deleted(nulls: Nulls) -> KeyElement {
    const DELETED: &[KeyColumn] = &[named("deleted")];
    KeyElement::expression("abs(deleted)", DELETED, nulls)
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
pub(super) const ALIVE: UniqueKey =
    key("alive", &[column("name")]).only_where("deleted is null and status <> 'x'");

accounts! {
    id: &[ID];
    name: &[ID, key("by_name", &[column("name")])];
    tenant_name: &[ID, key("by_both", &[column("tenant"), column("name")])];
    deleted: &[ID, key("by_deleted", &[nullable("deleted")])];
    deleted_not_null: &[ID, key("by_deleted", &[column("deleted")])];
    of_deleted: &[ID, key("by_deleted", &[of_deleted(Nulls::Of(&["deleted"]))])];
    of_deleted_or_else: &[ID, key("by_deleted", &[of_deleted(Nulls::Of(&[]))])];
    nulls_not_distinct: &[ID, key("by_deleted", &[nullable("deleted")]).nulls_not_distinct()];
    lower: &[ID, LOWER];
    alive: &[ID, ALIVE];
    renamed: &[ID, key("by_nick", &[column("nick"), KeyElement::expression("lower(nick)", &[named("nick")], Nulls::Of(&["nick"]))])];
    nonsense: &[ID, ALIVE.only_where("no_such_column > 1"), key("by_lower", &[column("tenant"), expression("no_such(name)")])];
    prefix: &[ID, key("by_name", &[expression("name(10)")])];
    elsewhere: &[
        key("pg", &[column("status")]).on(Backends::POSTGRES),
        key("sqlite", &[column("status"), column("name")]).on(Backends::SQLITE),
        key("mysql", &[column("status"), column("tenant")]).on(Backends::MYSQL),
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
