//! `CREATE TABLE` and `CREATE INDEX`.

use crate::change::{Change, Column, Like, NewKey, NewTable, OfMysql, OfSqlite};
use crate::complaint::Complaint;
use crate::ddl::columns::column;
use crate::ddl::constraints::{constraint, is_constraint};
use crate::ddl::cursor::{Cursor, Source, find};
use crate::ddl::defaults;
use crate::ddl::settings::engine;
use crate::sql::elements;
use crate::sql::lexer::{self, Token, tokens, verbatim};
use crate::{Dialect, Element, Kind, Sql, Type};

/// `CREATE TABLE`, from its name on.
pub(crate) fn table(
    source: &Source<'_>,
    mut cursor: Cursor<'_, '_>,
    temporary: bool,
    or_replace: bool,
) -> Result<Vec<Change>, Complaint> {
    let unread = || Complaint::unread(None);
    let if_not_exists = cursor.accept("if not exists");
    let name = cursor.qualified().ok_or_else(unread)?;
    let mut table = NewTable {
        temporary: temporary
            || name
                .schema
                .as_ref()
                .is_some_and(|schema| ["pg_temp", "temp"].contains(&schema.as_str())),
        passing: false,
        name,
        if_not_exists,
        or_replace,
        columns: Vec::new(),
        whole: true,
        keys: Vec::new(),
        without_rowid: false,
        strict: false,
        overrides: false,
        likes: Vec::new(),
        inherits: Vec::new(),
        of: None,
        partition_of: None,
        writable: true,
    };
    if cursor.accept("partition of") {
        table.partition_of = Some(cursor.qualified().ok_or_else(unread)?);
    } else if cursor.accept("of") {
        table.of = Some(cursor.qualified().ok_or_else(unread)?.name);
        table.whole = false;
    } else if cursor.accept("like") {
        let other = cursor.qualified().ok_or_else(unread)?;
        table.likes.push(Like {
            table: other,
            indexes: true,
            defaults: true,
            generated: true,
        });
    }
    // `CREATE TABLE a (SELECT ..)`
    let query = cursor
        .rest()
        .get(1)
        .is_some_and(|word| word.is("select") || word.is("with"));
    if cursor.sees_mark("(") && !query {
        let inside = cursor.group().ok_or_else(unread)?;
        // `CREATE TABLE a () INHERITS (b)`
        let items = if inside.is_empty() {
            Vec::new()
        } else {
            elements::split(inside)
        };
        for item in items {
            self::item(source, item, &mut table)?;
        }
    }
    let has = |words: &str| find(cursor.rest(), words, source.dialect);
    if !cursor.is_empty()
        && ["as", "select", "with select"]
            .iter()
            .any(|word| has(word).is_some())
        || query
    {
        table.whole = false;
    }
    table.passing = has("on commit drop").is_some();
    if source.dialect == Dialect::Mysql && !table.keys.is_empty() {
        if let Some(at) = has("engine") {
            engine(cursor.rest().get(at..).unwrap_or_default())?;
        }
    }
    if source.dialect == Dialect::Sqlite && has("rowid").is_some() {
        table.without_rowid = true;
        table.keys.iter_mut().for_each(without_doubles);
    }
    table.strict = source.dialect == Dialect::Sqlite && has("strict").is_some();
    if let Some(at) = has("inherits") {
        let mut parents = cursor;
        parents.skip(at + 1);
        let inside = parents.group().ok_or_else(unread)?;
        table.inherits = Cursor::new(inside, source.dialect)
            .list()
            .unwrap_or_default();
    }
    Ok(vec![Change::CreateTable(table)])
}

/// The primary key of a table WITHOUT ROWID has each column once:
/// <https://sqlite.org/withoutrowid.html>.
fn without_doubles(key: &mut NewKey) {
    if key.kind != Kind::PrimaryKey {
        return;
    }
    let mut kept: Vec<Element> = Vec::new();
    for element in key.elements.drain(..) {
        let same = |known: &Element| match (known, &element) {
            (Element::Column(a), Element::Column(b)) => Dialect::Sqlite.same(a, b),
            (a, b) => a == b,
        };
        if !kept.iter().any(same) {
            kept.push(element);
        }
    }
    key.elements = kept;
}

/// A column or a constraint.
fn item(source: &Source<'_>, item: &[Token<'_>], table: &mut NewTable) -> Result<(), Complaint> {
    let dialect = source.dialect;
    let start = item.first().map(|token| token.start);
    let unread = || Complaint::unread(start);
    let mut cursor = Cursor::new(item, dialect);
    if dialect != Dialect::Sqlite && cursor.accept("like") {
        let name = cursor.qualified().ok_or_else(unread)?;
        table.likes.push(like(name, cursor, dialect));
    } else if is_constraint(&cursor, dialect) {
        if dialect == Dialect::Sqlite {
            table.overrides |= crate::ddl::sqlite::overrides(item);
        }
        table
            .keys
            .extend(constraint(source, item).ok_or_else(unread)?);
    } else if table.partition_of.is_some() {
        // A column of a partition: its type is the parent's, and is not said.
        let name = item
            .first()
            .and_then(|token| token.name(dialect))
            .ok_or_else(unread)?;
        if ["unique", "primary"]
            .iter()
            .any(|word| find(item, word, dialect).is_some())
        {
            return Err(unread());
        }
        if let Some(at) = find(item, "default", dialect) {
            table.columns.push(Column {
                name,
                default: defaults::may_repeat(
                    item.get(at + 1..).unwrap_or_default(),
                    None,
                    dialect,
                ),
                kind: Type::Unknown,
                computed: None,
                nullable: None,
                words: Vec::new(),
                sqlite: OfSqlite::default(),
                mysql: OfMysql::default(),
            });
        }
    } else {
        let (column, keys) = column(source, item).ok_or_else(unread)?;
        table.columns.push(column);
        table.keys.extend(keys);
    }
    Ok(())
}

fn like(table: crate::change::Name, mut cursor: Cursor<'_, '_>, dialect: Dialect) -> Like {
    let mysql = dialect == Dialect::Mysql;
    let mut like = Like {
        table,
        indexes: mysql,
        defaults: mysql,
        generated: mysql,
    };
    while !cursor.is_empty() {
        let including = cursor.accept("including");
        if !including && !cursor.accept("excluding") {
            break;
        }
        if cursor.sees("all") || cursor.sees("indexes") {
            like.indexes = including;
        }
        if cursor.sees("all") || cursor.sees("defaults") {
            like.defaults = including;
        }
        if cursor.sees("all") || cursor.sees("generated") {
            like.generated = including;
        }
        cursor.skip(1);
    }
    like
}

/// `CREATE INDEX`, from behind that word on.
pub(crate) fn index(
    source: &Source<'_>,
    mut cursor: Cursor<'_, '_>,
    unique: bool,
    start: usize,
) -> Option<Vec<Change>> {
    let dialect = source.dialect;
    cursor.accept("concurrently");
    let if_not_exists = cursor.accept("if not exists");
    let name = if cursor.sees("on") {
        None
    } else {
        Some(cursor.qualified()?)
    };
    if dialect == Dialect::Mysql {
        cursor.accept_wait();
    }
    if cursor.accept("using") {
        cursor.skip(1);
    }
    if !cursor.accept("on") {
        return None;
    }
    let only = cursor.accept("only");
    let mut table = cursor.qualified()?;
    // SQLite has the schema before the name of the index.
    if let (Dialect::Sqlite, Some(name)) = (dialect, &name) {
        table.schema.clone_from(&name.schema);
    }
    if cursor.accept("using") {
        cursor.skip(1);
    }
    let inside = cursor.group()?;
    let mut list = elements::elements(source.text, inside, dialect)?;
    for element in &mut list {
        if let Element::Expression(sql) = element {
            *sql = unqualified(sql, &table.name, dialect);
        }
    }
    let mut key = NewKey {
        name: name.map(|name| name.name),
        unique,
        only,
        words: options(inside),
        ..NewKey::new(Kind::Index, list, start)
    };
    while !cursor.is_empty() {
        if cursor.accept("include") {
            key.include = Cursor::new(cursor.group()?, dialect)
                .list()?
                .into_iter()
                .map(|name| name.name)
                .collect();
        } else if cursor.accept("nulls not distinct") {
            key.nulls_not_distinct = true;
        } else if cursor.accept("nulls distinct") {
        } else if cursor.accept("with") {
            cursor.group()?;
        } else if cursor.accept("tablespace") {
            cursor.skip(1);
        } else if cursor.accept("where") {
            let predicate = elements::without_parentheses(cursor.rest());
            if predicate.is_empty() {
                return None;
            }
            let predicate = Sql(verbatim(source.text, predicate).to_owned());
            key.predicate = Some(unqualified(&predicate, &table.name, dialect));
            break;
        } else if dialect == Dialect::Mysql {
            // Options of the index, and how to build it.
            break;
        } else {
            return None;
        }
    }
    Some(vec![Change::CreateIndex {
        table,
        key,
        if_not_exists,
    }])
}

/// Without the name of the table before its columns, which may be another one later on.
fn unqualified(sql: &Sql, table: &str, dialect: Dialect) -> Sql {
    let tokens = tokens(&sql.0, dialect).unwrap_or_default();
    let is_dot = |at: usize| tokens.get(at).is_some_and(|token| token.is_mark("."));
    let mut text = String::with_capacity(sql.0.len());
    let mut done = 0;
    for (at, token) in tokens.iter().enumerate() {
        let named = token.name(dialect).is_some_and(|name| name == table) && is_dot(at + 1);
        let call = tokens.get(at + 3).is_some_and(|next| next.is_mark("("));
        if !named || call || token.start < done {
            continue;
        }
        // `schema.table.column`
        let first = match at.checked_sub(2).filter(|_| is_dot(at - 1)) {
            Some(schema) => schema,
            None => at,
        };
        let start = tokens.get(first).map_or(token.start, |token| token.start);
        text += sql.0.get(done..start).unwrap_or_default();
        done = tokens
            .get(at + 2)
            .map_or(token.end(), |column| column.start);
    }
    text += sql.0.get(done..).unwrap_or_default();
    Sql(text)
}

/// The words of collations and operator classes in the list of an index.
fn options(list: &[Token<'_>]) -> Vec<String> {
    let mut words = Vec::new();
    for element in elements::split(list) {
        let mut end = elements::group(element);
        if end == 0 {
            end = 1;
            while element.get(end).is_some_and(|token| token.is_mark(".")) {
                end += 2;
            }
            end += element.get(end..).map_or(0, elements::group);
        }
        let order = ["asc", "desc", "nulls", "first", "last", "collate"];
        let rest = element.get(end..).unwrap_or_default().iter();
        let rest: Vec<_> = rest
            .filter(|token| !order.iter().any(|word| token.is(word)))
            .copied()
            .collect();
        words.extend(lexer::words(&rest));
    }
    words
}
