use crate::Dialect;
use crate::Dialect::{Mysql, Postgres, Sqlite};
use crate::tests::replayed;

/// The columns of keys that no row can name.
fn computed(sql: &str, dialect: Dialect) -> String {
    let tables = replayed(sql, dialect, &[]).unwrap_or_else(|errors| panic!("{sql}\n{errors:#?}"));
    let keys = tables.iter().flat_map(|table| &table.keys);
    let computed = keys.flat_map(|key| key.key.computed.clone());
    let shown: Vec<_> = computed
        .map(|(name, from)| format!("{name}({})", from.join(",")))
        .collect();
    shown.join(" ")
}

#[test]
fn a_column_that_is_computed_is_told_from_one_that_has_a_default() {
    const TABLE: &str =
        "create table t (a int default 1 unique, b int generated always as (a + 1) stored unique);";
    for (dialect, sql, expected) in [
        (Postgres, "", "b(a)"),
        (Mysql, "", "b(a)"),
        (Sqlite, "", "b(a)"),
        (
            Postgres,
            "alter table t alter b drop expression; alter table t alter b set default 3",
            "",
        ),
        (
            Postgres,
            "alter table t alter b set expression as (2)",
            "b()",
        ),
        (
            Postgres,
            "create table u (like t including indexes including generated); drop table t",
            "b(a)",
        ),
        (
            Postgres,
            "create table u (like t including indexes); drop table t",
            "",
        ),
        (Mysql, "alter table t modify b int", ""),
        (Mysql, "alter table t modify b int as (3)", "b()"),
        (
            Postgres,
            "alter table t rename column a to \"C d\"",
            "b(C d)",
        ),
        // From what it is computed in the end.
        (
            Sqlite,
            "alter table t add c int; create table u (a int, b int as (-a), c int as (b + B) unique, d int); drop table t",
            "c(a)",
        ),
        (Mysql, "alter table t rename column b to c", "c(a)"),
        (Sqlite, "alter table t rename column b to c", "c(a)"),
    ] {
        let sql = format!("{TABLE} {sql}");
        assert_eq!(computed(&sql, dialect), expected, "{sql}");
    }
    assert_eq!(
        computed("create table t (a int as (1) unique)", Mysql),
        "a()"
    );
    assert_eq!(computed("create table t (a as (1) unique)", Sqlite), "a()");
    let primary = "create table t (a int, b int generated always as (a + 1) stored";
    for dialect in [Postgres, Mysql] {
        for end in [
            " primary key)",
            ", primary key (b))",
            "); alter table t add primary key (b)",
        ] {
            assert_eq!(computed(&format!("{primary}{end}"), dialect), "b(a)");
        }
    }
    assert_eq!(
        computed(
            "create table t (a bigint generated always as identity unique)",
            Postgres
        ),
        ""
    );
}
