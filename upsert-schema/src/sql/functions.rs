//! Functions that are not NULL where no argument is. One that is not on this list may be NULL.

use crate::{Dialect, Type};

/// What a database says of a function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Keeps {
    /// There is no such function.
    Lacks,
    /// It is NULL only where an argument is.
    Always,
    /// The same, of a text; of a range PostgreSQL's `lower` is NULL where that has no bound.
    OfText,
    /// The same, of a date or a time; of a text it may be NULL.
    OfTime,
    /// The same, with a number behind; with a pattern there PostgreSQL's `substring` may be NULL.
    AtNumber,
    /// Of two arguments and more; of one it is an aggregate.
    OfMany,
    /// It may be NULL by itself.
    Not,
}

use Keeps::Always;
use Keeps::AtNumber;
use Keeps::Lacks;
use Keeps::Not;
use Keeps::OfMany;
use Keeps::OfText;
use Keeps::OfTime;

/// What a function returns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Returns {
    A(Type),
    /// What its arguments are.
    Same,
    /// The same, where that is a number.
    Number,
}

use Returns::A;
use Returns::Number;
use Returns::Same;

/// Names; on PostgreSQL, SQLite, MySQL; what they return.
type Row = (&'static str, [Keeps; 3], Returns);

const FUNCTIONS: [Row; 23] = [
    ("lower upper", [OfText, Always, Always], A(Type::Text)),
    (
        "trim ltrim rtrim replace concat",
        [Always; 3],
        A(Type::Text),
    ),
    // Of a BLOB without a byte SQLite's is NULL.
    ("substr", [Always, OfText, Always], A(Type::Text)),
    ("substring", [AtNumber, OfText, Always], A(Type::Text)),
    (
        "btrim initcap translate split_part encode to_hex",
        [Always, Lacks, Lacks],
        A(Type::Text),
    ),
    ("left right reverse", [Always, Lacks, Always], A(Type::Text)),
    ("md5", [Always, Lacks, Always], A(Type::Text)),
    ("sha sha1", [Lacks, Lacks, Always], A(Type::Text)),
    (
        "sha224 sha256 sha384 sha512",
        [Always, Lacks, Lacks],
        A(Type::Other),
    ),
    ("hex", [Lacks, Always, Always], A(Type::Text)),
    ("quote typeof", [Lacks, Always, Not], A(Type::Text)),
    ("length octet_length", [Always; 3], A(Type::Integer)),
    (
        "char_length character_length bit_length ascii",
        [Always, Lacks, Always],
        A(Type::Integer),
    ),
    (
        "strpos hashtext cardinality",
        [Always, Lacks, Lacks],
        A(Type::Integer),
    ),
    ("instr", [Lacks, Always, Always], A(Type::Integer)),
    ("crc32", [Lacks, Lacks, Always], A(Type::Integer)),
    ("abs round", [Always; 3], Number),
    // Of a text that is no number SQLite's are NULL.
    ("ceil ceiling floor", [Always, Not, Always], Number),
    (
        "date_trunc date_bin timezone",
        [Always, Lacks, Lacks],
        A(Type::Time),
    ),
    ("date", [Always, Not, OfTime], A(Type::Time)),
    (
        "year month day dayofmonth hour minute second",
        [Lacks, Lacks, OfTime],
        A(Type::Integer),
    ),
    ("greatest least", [Always, Lacks, Always], Same),
    ("max min", [Not, OfMany, Not], Same),
];

/// The functions of which it is certain, of some arguments, in `dialect`.
pub(crate) fn known(dialect: Dialect) -> Vec<&'static str> {
    names(|row| !matches!(keeps(row, dialect), Lacks | Not))
}

/// Those that another database has, and `dialect` has not.
pub(crate) fn lacking(dialect: Dialect) -> Vec<&'static str> {
    names(|row| keeps(row, dialect) == Lacks)
}

fn names(is: impl Fn(&Row) -> bool) -> Vec<&'static str> {
    let rows = FUNCTIONS.iter().filter(|row| is(row));
    rows.flat_map(|(names, ..)| names.split(' ')).collect()
}

fn keeps((_, [postgres, sqlite, mysql], _): &Row, dialect: Dialect) -> Keeps {
    match dialect {
        Dialect::Postgres => *postgres,
        Dialect::Sqlite => *sqlite,
        Dialect::Mysql => *mysql,
    }
}

/// What `name` returns of arguments that are these and not NULL, if it is certain that it is not
/// NULL in any of `dialects`.
pub(crate) fn call(name: &str, arguments: &[Type], dialects: &[Dialect]) -> Option<Type> {
    let is = |(names, ..): &&Row| {
        names
            .split(' ')
            .any(|known| known.eq_ignore_ascii_case(name))
    };
    let row @ (.., returns) = FUNCTIONS.iter().find(is)?;
    let there = dialects.iter().map(|dialect| keeps(row, *dialect));
    let mut there = there.filter(|keeps| *keeps != Lacks);
    let first = arguments.first().copied()?;
    let one_of = |kinds: &[Type]| kinds.contains(&first) || first == Type::Usual;
    let holds = |keeps: Keeps| match keeps {
        Lacks | Always => true,
        OfText => one_of(&[Type::Text]),
        OfTime => one_of(&[Type::Time]),
        AtNumber => arguments
            .get(1)
            .is_some_and(|second| *second == Type::Integer),
        OfMany => arguments.len() > 1,
        Not => false,
    };
    let known = there.next()?;
    (holds(known) && there.all(holds)).then_some(match returns {
        A(kind) => *kind,
        Same => Type::of_all(arguments),
        Number => first.as_number(),
    })
}
