//! What a statement changes.

use crate::{Dialect, Element, Kind, Sql, Type};

/// A name, with a schema where it was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Name {
    pub(crate) schema: Option<String>,
    pub(crate) name: String,
}

impl Name {
    /// `schema.name`
    pub(crate) fn shown(schema: &Option<String>, name: &str) -> String {
        match schema {
            Some(schema) => format!("{schema}.{name}"),
            None => name.to_owned(),
        }
    }

    /// Whether its schema is that of temporary tables.
    pub(crate) fn is_temporary(&self) -> bool {
        let schema = self.schema.as_deref();
        schema.is_some_and(|schema| ["pg_temp", "temp"].contains(&schema))
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&Self::shown(&self.schema, &self.name))
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Type,
    /// Whether it has a DEFAULT that may be the same twice.
    pub(crate) default: bool,
    /// What it is computed from.
    pub(crate) computed: Option<Sql>,
    /// Whether it can be NULL, where its definition says that.
    pub(crate) nullable: Option<bool>,
    /// The words of its definition, in lower case: what it goes with when that is dropped.
    pub(crate) words: Vec<String>,
    pub(crate) sqlite: OfSqlite,
    pub(crate) mysql: OfMysql,
}

impl Column {
    /// One of which nothing is known but this.
    pub(crate) fn unknown(name: String, default: bool) -> Self {
        Self {
            name,
            kind: Type::Unknown,
            default,
            computed: None,
            nullable: None,
            words: Vec::new(),
            sqlite: OfSqlite::default(),
            mysql: OfMysql::default(),
        }
    }
}

/// What a definition says that MySQL alone knows.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct OfMysql {
    /// Whether it is AUTO_INCREMENT.
    pub(crate) increments: bool,
    /// Whether its numbers are more than anybody uses up.
    pub(crate) lasts: bool,
    /// Whether it has a DEFAULT that is new each time.
    pub(crate) new: bool,
    /// Whether each update of the row changes it: `ON UPDATE CURRENT_TIMESTAMP`, which is not what
    /// a foreign key does.
    pub(crate) set_at_update: bool,
}

/// What a definition says that SQLite alone knows.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct OfSqlite {
    /// Whether it is the rowid where it is the primary key.
    pub(crate) rowid: bool,
    /// Whether a constraint overrides what a statement says of a row in its way.
    pub(crate) overrides: bool,
}

/// Whether an index is one that [MySQL] and [MariaDB] make for a foreign key. Such a one goes when
/// another index serves the foreign key as well.
///
/// [MySQL]: https://dev.mysql.com/doc/refman/9.7/en/create-table-foreign-keys.html
/// [MariaDB]: https://mariadb.com/kb/en/foreign-keys/
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Made {
    /// A statement says that there is one.
    ByHand,
    ForForeignKey,
    /// The foreign key is a `REFERENCES` of a column, which servers before MySQL 9.0 and MariaDB
    /// 10.5 read and forget.
    Perhaps,
}

/// A key or whatever else has a name in a table.
#[derive(Clone, Debug)]
pub(crate) struct NewKey {
    pub(crate) name: Option<String>,
    pub(crate) kind: Kind,
    pub(crate) elements: Vec<Element>,
    /// Columns that the index carries along.
    pub(crate) include: Vec<String>,
    /// What PostgreSQL called the columns of the index when it was made: those of a copy are called
    /// so too.
    pub(crate) called: Option<Vec<String>>,
    pub(crate) predicate: Option<Sql>,
    /// The words of its collations and operator classes.
    pub(crate) words: Vec<String>,
    pub(crate) nulls_not_distinct: bool,
    /// Whether it makes its elements unique for a conflict target: an ordinary index does not, nor
    /// does a foreign key or a constraint that is checked later only.
    pub(crate) unique: bool,
    /// Whether it has an index, whose name is one of the database.
    pub(crate) index: bool,
    /// Whether it is not given to partitions that are there: then it is no key before theirs are
    /// attached to it.
    pub(crate) only: bool,
    /// Whether the server has made it by itself, for a foreign key.
    pub(crate) made: Made,
    /// Whether it is the NOT NULL of its column: PostgreSQL 18 has names for those.
    pub(crate) not_null: bool,
    /// Where it stands, in bytes.
    pub(crate) start: usize,
}

impl NewKey {
    /// A key that is no more than that.
    pub(crate) fn new(kind: Kind, elements: Vec<Element>, start: usize) -> Self {
        Self {
            name: None,
            kind,
            elements,
            include: Vec::new(),
            called: None,
            predicate: None,
            words: Vec::new(),
            nulls_not_distinct: false,
            unique: true,
            index: true,
            only: false,
            made: Made::ByHand,
            not_null: false,
            start,
        }
    }

    /// The keys of a new table or column as the database makes them: PostgreSQL begins with the
    /// primary key and makes two that are alike but once; MySQL makes none for a foreign key that
    /// another one serves.
    pub(crate) fn in_order(keys: Vec<Self>, dialect: Dialect) -> Vec<Self> {
        if dialect == Dialect::Mysql {
            return without_served(keys, |key| Some(key));
        }
        let (mut ordered, rest): (Vec<_>, Vec<_>) = keys
            .into_iter()
            .partition(|key| key.kind == Kind::PrimaryKey);
        for key in rest {
            let alike = ordered
                .iter_mut()
                .find(|known| key.index && known.index && known.is_same(&key, dialect));
            match alike {
                Some(known) => known.name = known.name.take().or(key.name),
                None => ordered.push(key),
            }
        }
        ordered
    }

    /// Whether both make the same unique.
    pub(crate) fn is_same(&self, other: &Self, dialect: Dialect) -> bool {
        let same = |a: &Element, b: &Element| match (a, b) {
            (Element::Column(a), Element::Column(b)) => dialect.same(a, b),
            (a, b) => a == b,
        };
        self.elements.len() == other.elements.len()
            && self
                .elements
                .iter()
                .zip(&other.elements)
                .all(|(a, b)| same(a, b))
            && self.include == other.include
            && self.predicate == other.predicate
            && self.nulls_not_distinct == other.nulls_not_distinct
            && self.unique == other.unique
    }

    /// Whether the index of a foreign key is not needed beside this one, which begins with the same
    /// columns. The one of another foreign key has to be longer, or to come `later`.
    pub(crate) fn serves(&self, foreign: &Self, later: bool) -> bool {
        let same = |(a, b): (&Element, &Element)| matches!((a, b), (Element::Column(a), Element::Column(b)) if Dialect::Mysql.same(a, b));
        let (own, others) = (self.elements.len(), foreign.elements.len());
        self.index
            && foreign.made != Made::ByHand
            && own >= others
            && (self.made == Made::ByHand || own > others || later)
            && self.elements.iter().zip(&foreign.elements).all(same)
    }

    pub(crate) fn expressions(&self) -> impl Iterator<Item = &Sql> {
        let elements = self.elements.iter().filter_map(|element| match element {
            Element::Expression(sql) => Some(sql),
            Element::Column(_) | Element::Prefix(..) => None,
        });
        elements.chain(&self.predicate)
    }
}

/// What MySQL makes of all that one statement adds: no index for a foreign key that another one
/// serves, wherever in the statement that stands.
pub(crate) fn without_served<T>(all: Vec<T>, key: impl Fn(&T) -> Option<&NewKey>) -> Vec<T> {
    let is_served = |at: usize, own: &NewKey| {
        let mut others = all.iter().enumerate().filter(|(other, _)| *other != at);
        others.any(|(other, item)| key(item).is_some_and(|key| key.serves(own, other > at)))
    };
    let served: Vec<bool> = all
        .iter()
        .enumerate()
        .map(|(at, item)| key(item).is_some_and(|own| is_served(at, own)))
        .collect();
    let kept = all.into_iter().zip(served).filter(|(_, served)| !served);
    kept.map(|(item, _)| item).collect()
}

#[derive(Debug)]
pub(crate) struct NewTable {
    pub(crate) name: Name,
    pub(crate) temporary: bool,
    /// Goes away with the transaction.
    pub(crate) passing: bool,
    pub(crate) if_not_exists: bool,
    pub(crate) or_replace: bool,
    pub(crate) columns: Vec<Column>,
    /// Whether these are all columns.
    pub(crate) whole: bool,
    pub(crate) keys: Vec<NewKey>,
    /// `WITHOUT ROWID` (SQLite).
    pub(crate) without_rowid: bool,
    /// `STRICT` (SQLite).
    pub(crate) strict: bool,
    /// Whether a constraint that stands by itself overrides statements (SQLite).
    pub(crate) overrides: bool,
    pub(crate) likes: Vec<Like>,
    pub(crate) inherits: Vec<Name>,
    /// The type that it is of.
    pub(crate) of: Option<String>,
    pub(crate) partition_of: Option<Name>,
    /// Whether it has rows that can be in conflict: a materialized view has none.
    pub(crate) writable: bool,
}

/// `LIKE table`
#[derive(Debug)]
pub(crate) struct Like {
    pub(crate) table: Name,
    pub(crate) indexes: bool,
    pub(crate) defaults: bool,
    /// Whether columns that are computed still are.
    pub(crate) generated: bool,
}

/// What it is that goes with CASCADE.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Goes {
    /// A type, a domain or a collation: columns have it in their definitions.
    Type,
    /// Columns that are computed call it.
    Function,
    /// A schema, an extension, an operator: what is in it is not known.
    Anything,
}

#[derive(Debug)]
pub(crate) enum Change {
    CreateTable(NewTable),
    /// A view or a sequence: something that is no table and has a table's name.
    CreateOther(Name),
    CreateIndex {
        table: Name,
        key: NewKey,
        if_not_exists: bool,
    },
    DropTables {
        names: Vec<Name>,
        if_exists: bool,
    },
    DropOthers(Vec<Name>),
    RenameOther {
        old: Name,
        new: Name,
    },
    /// Types, functions and the like, and all that needs them.
    DropCascade {
        names: Vec<String>,
        goes: Goes,
    },
    /// A type, a function or the like has another name, or the text that has it means another one.
    RenameDefinition {
        old: String,
        new: String,
    },
    /// The attributes of a type, which are the columns of the tables that are of it.
    AlterType(String),
    /// A function or procedure, and the words of its body.
    CreateRoutine {
        name: String,
        words: Vec<String>,
    },
    /// A type and whatever else may be in the definition of a column: the same.
    Define {
        name: String,
        words: Vec<String>,
    },
    /// A function, an operator or a cast, by a name that PostgreSQL may have too: for a cast that
    /// is `cast`.
    Overload(String),
    /// One that may bring tables along.
    CreateExtension,
    /// Nothing by itself; these are the words of the statement, among which may be the name of a
    /// routine.
    Run(Vec<String>),
    /// All that belongs to somebody.
    DropOwned,
    /// What names without a schema mean is another thing in the next session.
    LeavePath,
    /// The same from here on.
    LosePath,
    DropIndexes {
        names: Vec<Name>,
        table: Option<Name>,
        if_exists: bool,
    },
    CreateTrigger {
        name: String,
        table: Name,
        /// Whether it runs before an INSERT.
        fills: bool,
        or_replace: bool,
    },
    /// One that cannot be told: it is there on any table.
    AnyTrigger,
    DropTrigger {
        name: String,
        table: Option<Name>,
    },
    RenameIndex {
        index: Name,
        name: String,
    },
    RenameTable {
        table: Name,
        name: Name,
    },
    DropSchemas(Vec<String>),
    RenameSchema {
        old: String,
        new: String,
    },
    /// Where names without a schema are looked for.
    SetPath {
        path: Vec<String>,
        local: bool,
    },
    Alter {
        table: Name,
        if_exists: bool,
        alteration: Alteration,
    },
}

#[derive(Debug)]
pub(crate) enum Alteration {
    AddColumn {
        column: Column,
        keys: Vec<NewKey>,
        if_not_exists: bool,
    },
    DropColumn {
        name: String,
        if_exists: bool,
    },
    RenameColumn {
        old: String,
        new: String,
    },
    /// MySQL's CHANGE and MODIFY.
    ReplaceColumn {
        old: String,
        column: Column,
        keys: Vec<NewKey>,
        /// Whether the old column is dropped, and the new one only called like it.
        dropped: bool,
    },
    SetDefault {
        column: String,
        default: bool,
        computed: Option<Sql>,
    },
    SetNullable {
        column: String,
        nullable: bool,
        /// Whether it is not for those that inherit the column.
        only: bool,
    },
    /// A constraint of the column that overrides statements (SQLite).
    Override(String),
    SetType {
        column: String,
        kind: Type,
        words: Vec<String>,
    },
    AddKey {
        key: NewKey,
        if_not_exists: bool,
    },
    /// `ADD CONSTRAINT name UNIQUE USING INDEX index`
    UseIndex {
        index: String,
        key: NewKey,
    },
    DropConstraint {
        name: String,
        if_exists: bool,
    },
    DropPrimaryKey,
    DropIndex {
        name: String,
        if_exists: bool,
    },
    RenameKey {
        old: String,
        new: String,
    },
    RenameTo(Name),
    SetSchema(String),
    Attach(Name),
    Detach(Name),
    Inherit(Name),
    NoInherit(Name),
    /// PostgreSQL's tables of a type.
    Of(Option<String>),
}

impl Change {
    /// Whether every key that was there is there afterwards, and every table.
    pub(crate) fn takes_no_key(&self) -> bool {
        matches!(
            self,
            Self::CreateRoutine { .. }
                | Self::Define { .. }
                | Self::Overload(_)
                | Self::CreateExtension
                | Self::Run(_)
        )
    }
}
