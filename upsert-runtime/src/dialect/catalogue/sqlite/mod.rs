//! SQLite: <https://sqlite.org/pragma.html#pragma_index_xinfo>, as
//! [table-valued functions](https://sqlite.org/pragma.html#pragfunc).

mod accepts;
mod definition;

use diesel::connection::LoadConnection;
use diesel::deserialize::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use diesel::sqlite::Sqlite;
use diesel::{OptionalExtension, QueryResult, RunQueryDsl, sql_query};

use self::accepts::{Accepted, accepts};
use self::definition::{overrides, parts};
use upsert_schema::Dialect;
use upsert_schema::sql::ROWID;

use super::{Agreement, Catalogue, expressions_by_text};
use crate::dialect::{LiveColumn, LiveElement, LiveIndex, LiveTable, TableName, sql};

const TABLES: &str = "
    SELECT 'main' AS schema, name FROM main.sqlite_master
    WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

// In the order in which a name is looked up: https://sqlite.org/lang_naming.html
const SCHEMAS: &str = "
    SELECT name AS schema, '' AS name FROM pragma_database_list
    ORDER BY CASE name WHEN 'temp' THEN 0 WHEN 'main' THEN 1 ELSE 2 END, seq";

// `hidden` is 1 for a hidden column of a virtual table, 2 and 3 for a generated one.
const COLUMNS: &str = "
    SELECT name, \"notnull\" = 0 AS nullable, hidden <> 0 AS is_generated, pk <> 0 AS is_primary
    FROM pragma_table_xinfo(?, ?)";

// One row for each element; `cid` is -2 for an expression and -1 for the rowid.
const INDEXES: &str = "
    SELECT l.name AS name, l.\"unique\" AS is_unique, l.origin AS origin, l.partial AS is_partial, i.seqno AS n,
        i.cid AS cid, i.name AS column_name, i.key AS is_key
    FROM pragma_index_list(?, ?) l JOIN pragma_index_xinfo(l.name, ?) i
    ORDER BY l.name, i.seqno";

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    schema: String,
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Relation {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Nullable<Text>)]
    sql: Option<String>,
}

#[derive(QueryableByName)]
struct Definition {
    #[diesel(sql_type = Nullable<Text>)]
    sql: Option<String>,
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
    #[diesel(sql_type = Bool)]
    is_generated: bool,
    #[diesel(sql_type = Bool)]
    is_primary: bool,
}

#[derive(QueryableByName)]
struct Element {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    is_unique: bool,
    #[diesel(sql_type = Text)]
    origin: String,
    #[diesel(sql_type = Bool)]
    is_partial: bool,
    #[diesel(sql_type = BigInt)]
    n: i64,
    #[diesel(sql_type = BigInt)]
    cid: i64,
    #[diesel(sql_type = Nullable<Text>)]
    column_name: Option<String>,
    #[diesel(sql_type = Bool)]
    is_key: bool,
}

impl Catalogue for Sqlite {
    fn tables<Conn>(conn: &mut Conn) -> QueryResult<Vec<TableName>>
    where
        Conn: LoadConnection<Backend = Self>,
    {
        let found = sql_query(TABLES).load::<Name>(conn)?;
        found
            .into_iter()
            .map(|found| TableName::new::<Self>(Some(found.schema), found.name))
            .collect()
    }

    fn table<Conn>(conn: &mut Conn, name: &TableName) -> QueryResult<Option<LiveTable>>
    where
        Conn: LoadConnection<Backend = Self>,
    {
        let schemas = match &name.schema {
            Some(schema) => vec![schema.clone()],
            None => {
                let schemas = sql_query(SCHEMAS).load::<Name>(conn)?;
                schemas.into_iter().map(|found| found.schema).collect()
            }
        };
        for schema in schemas {
            if let Some(table) = table_of(conn, &schema, name)? {
                return Ok(Some(table));
            }
        }
        Ok(None)
    }

    fn same_expressions<Conn>(
        conn: &mut Conn,
        table: &LiveTable,
        index: &LiveIndex,
        declared: &[&str],
    ) -> QueryResult<Agreement>
    where
        Conn: LoadConnection<Backend = Self>,
    {
        Ok(
            match accepts(conn, table, index, declared, index.predicate.as_deref())? {
                Accepted::Yes => Agreement::Same,
                Accepted::No => Agreement::Other,
                Accepted::Unknown(reason) => expressions_by_text(
                    index,
                    declared,
                    Dialect::Sqlite,
                    Agreement::Unknown(reason),
                ),
            },
        )
    }

    fn same_predicate<Conn>(
        conn: &mut Conn,
        table: &LiveTable,
        index: &LiveIndex,
        declared: &str,
    ) -> QueryResult<Agreement>
    where
        Conn: LoadConnection<Backend = Self>,
    {
        let live = index.expressions();
        let live: Vec<_> = live.iter().map(String::as_str).collect();
        // An index without a predicate is taken for any: where there is one too, SQLite's answer
        // says nothing.
        if accepts(conn, table, index, &live, None)? == Accepted::Yes {
            return Ok(by_text(index, declared, Agreement::Other));
        }
        Ok(match accepts(conn, table, index, &live, Some(declared))? {
            Accepted::Yes => Agreement::Same,
            Accepted::No => Agreement::Other,
            Accepted::Unknown(reason) => by_text(index, declared, Agreement::Unknown(reason)),
        })
    }
}

/// What the texts alone say of the predicate. SQLite's own comparison minds the order of what AND
/// joins.
fn by_text(index: &LiveIndex, declared: &str, otherwise: Agreement) -> Agreement {
    match index.predicate.as_deref() {
        Some(live) if sql::same_expressions(&[declared], &[live], Dialect::Sqlite) => {
            Agreement::Same
        }
        _ => otherwise,
    }
}

/// The table `name` of the database `schema`.
fn table_of<Conn>(conn: &mut Conn, schema: &str, name: &TableName) -> QueryResult<Option<LiveTable>>
where
    Conn: LoadConnection<Backend = Sqlite>,
{
    // A schema that is not attached is an error where it is a prefix, but not as an argument.
    let known = sql_query(
        "SELECT name AS schema, '' AS name FROM pragma_database_list WHERE name = ? COLLATE NOCASE",
    )
    .bind::<Text, _>(schema)
    .get_result::<Name>(conn)
    .optional()?;
    if known.is_none() {
        return Ok(None);
    }
    let master = TableName::new::<Sqlite>(Some(schema.to_owned()), "sqlite_master".to_owned())?.sql;
    let kind = format!(
        "SELECT type AS kind, sql FROM {master} WHERE name = ? COLLATE NOCASE AND type IN ('table', 'view')"
    );
    let kind = sql_query(kind)
        .bind::<Text, _>(&name.name)
        .get_result::<Relation>(conn)
        .optional()?;
    let Some(Relation { kind, sql }) = kind else {
        return Ok(None);
    };
    let columns = sql_query(COLUMNS)
        .bind::<Text, _>(&name.name)
        .bind::<Text, _>(schema)
        .load::<Column>(conn)?;
    let elements = sql_query(INDEXES)
        .bind::<Text, _>(&name.name)
        .bind::<Text, _>(schema)
        .bind::<Text, _>(schema)
        .load::<Element>(conn)?;

    let rowid = rowid(&columns, &elements);
    let mut indexes: Vec<LiveIndex> = rowid.iter().cloned().collect();
    for elements in elements.chunk_by(|one, next| one.name == next.name) {
        indexes.push(index(conn, &master, elements)?);
    }
    let mut columns: Vec<_> = columns
        .into_iter()
        .map(|column| LiveColumn {
            nullable: column.nullable,
            generated: column.is_generated,
            ..LiveColumn::new(column.name)
        })
        .collect();
    if let Some([LiveElement::Column(rowid)]) = rowid.as_ref().map(|key| &key.elements[..]) {
        for index in &mut indexes {
            let has = index.elements.contains(&LiveElement::Column(rowid.clone()));
            index.with_rowid = has && index.elements.len() > 1;
        }
        if columns.iter().all(|column| column.name != *rowid) {
            columns.push(LiveColumn::new(rowid.clone()));
        }
        let other_names = other_names(&columns);
        if let Some(column) = columns.iter_mut().find(|column| column.name == *rowid) {
            column.nullable = false;
            column.other_names = other_names;
        }
    }
    Ok(Some(LiveTable {
        name: name.clone(),
        is_table: kind == "table",
        columns,
        indexes,
        hidden: None,
        overrides: overrides(&sql.unwrap_or_default()),
        fillers: Vec::new(),
    }))
}

/// The key that has no index: an INTEGER PRIMARY KEY, or the rowid that no column stands for.
/// <https://sqlite.org/lang_createtable.html#rowid>
fn rowid(columns: &[Column], elements: &[Element]) -> Option<LiveIndex> {
    let has_index = elements.iter().any(|element| element.origin == "pk");
    let alias = columns
        .iter()
        .find(|column| column.is_primary && !has_index);
    let (column, name) = match alias {
        Some(column) => (column.name.as_str(), "PRIMARY KEY"),
        None => ("rowid", "the rowid"),
    };
    let is_other_column =
        alias.is_none() && columns.iter().any(|c| c.name.eq_ignore_ascii_case(column));
    // In a table that has a rowid, each index ends in it.
    let without_rowid = has_index && elements.iter().all(|element| element.cid != -1);
    (!is_other_column && !without_rowid).then(|| LiveIndex {
        named: false,
        unique: true,
        primary: true,
        elements: vec![LiveElement::Column(column.to_owned())],
        ..LiveIndex::new(name.to_owned())
    })
}

/// The names of the rowid that no column has.
fn other_names(columns: &[LiveColumn]) -> Vec<String> {
    let is_free = |name: &&str| {
        let mut columns = columns.iter();
        !columns.any(|column| column.name.eq_ignore_ascii_case(name))
    };
    let names = ROWID.into_iter().filter(is_free);
    names.map(str::to_owned).collect()
}

/// The index with these elements. The text of its expressions and its predicate is in its
/// definition alone.
fn index<Conn>(conn: &mut Conn, master: &str, elements: &[Element]) -> QueryResult<LiveIndex>
where
    Conn: LoadConnection<Backend = Sqlite>,
{
    let Some(first) = elements.first() else {
        return Ok(LiveIndex::new(String::new()));
    };
    let definition = if first.is_partial || elements.iter().any(|element| element.cid == -2) {
        sql_query(format!(
            "SELECT sql FROM {master} WHERE type = 'index' AND name = ?"
        ))
        .bind::<Text, _>(&first.name)
        .get_result::<Definition>(conn)
        .optional()?
        .and_then(|definition| definition.sql)
        .unwrap_or_default()
    } else {
        String::new()
    };
    let (expressions, predicate) = parts(&definition);
    let live = |element: &Element| match &element.column_name {
        Some(column) if element.cid >= 0 => LiveElement::Column(column.clone()),
        _ => {
            let n = usize::try_from(element.n).unwrap_or_default();
            LiveElement::Expression(expressions.get(n).cloned().unwrap_or_default())
        }
    };
    Ok(LiveIndex {
        named: first.origin == "c",
        unique: first.is_unique,
        primary: first.origin == "pk",
        elements: elements
            .iter()
            .filter(|element| element.is_key)
            .map(live)
            .collect(),
        predicate: predicate.filter(|_| first.is_partial),
        ..LiveIndex::new(first.name.clone())
    })
}
