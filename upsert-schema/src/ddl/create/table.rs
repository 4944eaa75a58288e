//! `CREATE TABLE`

use crate::change::{Change, Column, Like, Name, NewKey, NewTable};
use crate::complaint::Complaint;
use crate::ddl::columns::column;
use crate::ddl::constraints::{constraint, is_constraint};
use crate::ddl::cursor::{Cursor, Source, find};
use crate::ddl::defaults;
use crate::ddl::settings::engine;
use crate::ddl::sqlite::overrides;
use crate::sql::elements;
use crate::sql::lexer::Token;
use crate::{Dialect, Element, Kind};

/// `CREATE TABLE`, from its name on.
pub(super) fn table(
    source: &Source<'_>,
    mut cursor: Cursor<'_, '_>,
    temporary: bool,
    or_replace: bool,
) -> Result<Vec<Change>, Complaint> {
    let unread = || Complaint::unread(None);
    let if_not_exists = cursor.accept("if not exists");
    let name = cursor.qualified().ok_or_else(unread)?;
    let mut table = NewTable {
        temporary: temporary || name.is_temporary(),
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
            table.overrides |= overrides(item);
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
            let value = item.get(at + 1..).unwrap_or_default();
            let default = defaults::may_repeat(value, None, dialect);
            table.columns.push(Column::unknown(name, default));
        }
    } else {
        let (column, keys) = column(source, item).ok_or_else(unread)?;
        table.columns.push(column);
        table.keys.extend(keys);
    }
    Ok(())
}

fn like(table: Name, mut cursor: Cursor<'_, '_>, dialect: Dialect) -> Like {
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
