//! Another definition of a column: `ALTER TABLE .. ALTER`, and MySQL's `CHANGE` and `MODIFY`.

use crate::change::Alteration;
use crate::ddl::columns::column;
use crate::ddl::cursor::{Cursor, Source};
use crate::ddl::defaults;
use crate::ddl::sqlite::overrides;
use crate::sql::lexer::{self, Token};
use crate::{Dialect, Type};

/// `ALTER`, from behind that word on.
pub(super) fn alter(mut cursor: Cursor<'_, '_>, dialect: Dialect) -> Option<Vec<Alteration>> {
    if cursor.sees("constraint") {
        // Whether it can be deferred: PostgreSQL knows that of foreign keys only.
        return Some(Vec::new());
    }
    if dialect == Dialect::Mysql && cursor.sees("index") || cursor.sees("check") {
        return Some(Vec::new());
    }
    cursor.accept("column");
    cursor.accept("if exists");
    let column = cursor.name()?;
    let mut computed = None;
    let default = if cursor.accept("set default") {
        defaults::may_repeat(cursor.rest(), None, dialect)
    } else if cursor.accept("drop default")
        || cursor.accept("add generated")
        || cursor.accept("drop expression")
    {
        false
    } else if cursor.accept("set expression") {
        computed = defaults::computed(cursor.rest(), dialect);
        true
    } else if cursor.sees("set not null") || cursor.sees("drop not null") {
        let nullable = cursor.sees("drop");
        let overriding = dialect == Dialect::Sqlite && overrides(cursor.rest());
        let overriding = overriding.then(|| Alteration::Override(column.clone()));
        let set = Alteration::SetNullable {
            column,
            nullable,
            only: false,
        };
        return Some(std::iter::once(set).chain(overriding).collect());
    } else if cursor.accept_one(&["type", "set data type"]) {
        let words = lexer::words(cursor.rest());
        let kind = Type::of(cursor.rest(), dialect);
        return Some(vec![Alteration::SetType {
            column,
            kind,
            words,
        }]);
    } else {
        // MySQL's VISIBLE, and what PostgreSQL keeps of a column beside its values.
        let harmless = [
            "set generated",
            "set sequence",
            "set increment",
            "set minvalue",
            "set maxvalue",
            "set no",
            "set start",
            "set restart",
            "set cache",
            "set cycle",
            "restart",
            "drop identity",
            "set statistics",
            "set storage",
            "set compression",
            "set visible",
            "set invisible",
            "reset",
        ];
        let options =
            cursor.sees("set") && cursor.rest().get(1).is_some_and(|next| next.is_mark("("));
        return (options || cursor.sees_one(&harmless)).then(Vec::new);
    };
    Some(vec![Alteration::SetDefault {
        column,
        default,
        computed,
    }])
}

/// MySQL's `CHANGE old new definition` and `MODIFY column definition`.
pub(super) fn replace(source: &Source<'_>, mut cursor: Cursor<'_, '_>) -> Option<Vec<Alteration>> {
    let change = cursor.sees("change");
    cursor.skip(1);
    cursor.accept("column");
    cursor.accept("if exists");
    let old = if change {
        cursor.name()?
    } else {
        cursor.rest().first()?.name(source.dialect)?
    };
    let (column, keys) = column(source, without_position(cursor.rest()))?;
    Some(vec![Alteration::ReplaceColumn {
        old,
        column,
        keys,
        dropped: false,
    }])
}

/// MySQL's `FIRST` and `AFTER column`.
pub(super) fn without_position<'t, 'a>(tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    match tokens {
        [before @ .., first] if first.is("first") => before,
        [before @ .., after, _] if after.is("after") => before,
        tokens => tokens,
    }
}
