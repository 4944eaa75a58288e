//! What is said about a conflict target that cannot be right.

use super::{Check, Moved, Problem, Wanted, same};
use crate::keys::{KeyElement, KeyKind, Message, Source, UniqueKey};

impl Check {
    /// Stops the compiler if the statement cannot be right. `table` and `target` are what the
    /// caller wrote, and `declaration` is what would declare the target.
    #[track_caller]
    pub const fn must_hold(&self, [table, target, declaration]: [&str; 3]) {
        let message = match self.problem {
            None => return,
            Some(Problem::Unknown) => unknown(self, table, target, declaration),
            Some(Problem::Nullable(key, column)) => can_be_null(column, target, key),
            Some(Problem::Claimed(why)) => claimed(why, table, target),
            Some(Problem::Unproven(key, sql)) => may_be_null(sql, target, key),
            Some(Problem::Missing(column)) => missing(self, column, target),
            Some(Problem::SetAtUpdate(column)) => set_at_update(column, target),
            Some(Problem::Generated(column)) => generated(column),
        };
        message.stop();
    }

    /// Stops the compiler if the assignment to `column` moves the row away from the key. `table` is
    /// its name in expressions, and `proposed` are the columns that become what is proposed.
    #[track_caller]
    pub const fn must_not_move(&self, [table, column]: [&str; 2], proposed: &[&str]) {
        match self.moved(column, proposed) {
            None => {}
            Some(Moved::Column) => assigned(column, table).stop(),
            Some(Moved::OtherName(own)) => assigned_as(column, own).stop(),
            Some(Moved::Made(element)) => moved(column, element).stop(),
        }
    }
}

/// Stops the compiler if the row keeps each column that `..` stands for.
#[track_caller]
pub const fn must_not_all_be_kept(kept: &[bool]) {
    let mut i = 0;
    while i < kept.len() {
        if !kept[i] {
            return;
        }
        i += 1;
    }
    Message::new()
        .with("`..` stands for no column: the row keeps its primary key, and the key by which it was met\n")
        .with("help: name what is to be set, or `set = nothing`")
        .stop();
}

impl Message {
    /// A panic of a constant is an error of the compiler.
    #[track_caller]
    #[expect(clippy::panic, reason = "called at compile time only")]
    pub(super) const fn stop(&self) {
        panic!("{}", self.as_str());
    }

    /// Adds the target as it goes through without a check.
    const fn with_unchecked(self, target: &str) -> Self {
        self.with("`conflict = unchecked ").with(target).with("`")
    }
}

const fn assigned(column: &str, table: &str) -> Message {
    Message::new()
        .with("`")
        .with(column)
        .with("` is in the conflict target: the row keeps the key by which it was met\nhelp: leave `")
        .with(column)
        .with("` out of `set`\nhelp: to have the row returned where nothing changes, assign another column to itself: `n = ")
        .with(table)
        .with(".n`, for a column `n`")
}

const fn assigned_as(column: &str, own: &str) -> Message {
    Message::new()
        .with("on SQLite `")
        .with(column)
        .with("` is another name of `")
        .with(own)
        .with("`, which is in the conflict target: the row keeps the key by which it was met\nhelp: leave `")
        .with(column)
        .with("` out of `set`, and of `table!`")
}

const fn moved(column: &str, element: &KeyElement) -> Message {
    let message = Message::new().with("`").with(column).with("` is in `");
    let message = match element {
        KeyElement::Expression { sql, .. } => message.with(sql).with("`"),
        KeyElement::Column(computed) => message.with(computed.name).with("`, a generated column"),
    };
    message
        .with(" of the conflict target: the row keeps the key by which it was met, so that `")
        .with(column)
        .with("` may become what is proposed and nothing else\nhelp: leave it out of `set`, or assign what is proposed to all that the key is made of: `")
        .with_sources(element)
        .with("`")
}

const fn missing(check: &Check, column: &str, target: &str) -> Message {
    let message = Message::new()
        .with("the row does not name `")
        .with(column)
        .with(
            "`, which is in the conflict target: a row without its key meets no other\nknown keys:",
        )
        .with_keys(check.keys)
        .with("\nhelp: add `")
        .with(column)
        .with(": ..`");
    let message = if check.keys.len() > 1 {
        message.with(", or have the row met by another of its keys")
    } else {
        message
    };
    message
        .with("\nhelp: if its DEFAULT is meant (a new number is a new row each time): ")
        .with_unchecked(target)
}

const fn set_at_update(column: &str, target: &str) -> Message {
    Message::new()
        .with("`")
        .with(column)
        .with("` is in the conflict target, and `ON UPDATE` has each update change it: the row would not keep the key by which it was met\nhelp: another key, or take `ON UPDATE` out of the column; if `set` never updates anything: ")
        .with_unchecked(target)
}

const fn generated(column: &str) -> Message {
    Message::new()
        .with("`")
        .with(column)
        .with("` is a generated column: the database computes it, and takes no value for it\nhelp: leave it out of the row")
}

const fn can_be_null(column: &str, target: &str, key: &UniqueKey) -> Message {
    let message = Message::new()
        .with("`")
        .with(column)
        .with("` can be NULL, by `table!` or by the migrations, and NULLs never conflict: each such row would be one more\nthe key: ")
        .with_key(key)
        .with(match key.kind {
            KeyKind::PrimaryKey => "\nhelp: make the column NOT NULL: SQLite's primary keys are not, unless they say so",
            _ => "\nhelp: make the column NOT NULL, in the database and in `table!`; on PostgreSQL, the key NULLS NOT DISTINCT",
        });
    let message = if key.is_computed(column) {
        message
    } else {
        message
            .with("\nhelp: or name it in a literal row, `values = { ")
            .with(column)
            .with(": .. }`, with a value that is no `Option`")
    };
    message
        .with("\nhelp: or if no row has a NULL there, and nothing else is to be checked: ")
        .with_unchecked(target)
}

const fn claimed(why: &str, table: &str, target: &str) -> Message {
    Message::new()
        .with("that `")
        .with(target)
        .with("` is a unique key of `")
        .with(table)
        .with("`, only `table!` says: ")
        .with(why)
        .with("\nhelp: declare it by hand, with its other keys if there are any: `unique_keys! { ")
        .with(table)
        .with(": }`; `verify_unique_keys` compares that with the database")
}

const fn may_be_null(sql: &str, target: &str, key: &UniqueKey) -> Message {
    Message::new()
        .with("`")
        .with(sql)
        .with("` may be NULL, for all that is known, and NULLs never conflict: each such row would be one more\nthe key: ")
        .with_key(key)
        .with("\nhelp: if it never is, or no row has a NULL there: ")
        .with_unchecked(target)
}

const fn unknown(check: &Check, table: &str, target: &str, declaration: &str) -> Message {
    let Check {
        keys,
        wanted,
        source,
        ..
    } = *check;
    let text = match wanted {
        Wanted::Elements { .. } => Message::new()
            .with("`")
            .with(target)
            .with("` is not a unique key of `")
            .with(table),
        Wanted::Key(name) => Message::new()
            .with("`")
            .with(table)
            .with("` has no unique key named `")
            .with(name),
        Wanted::Constraint(name) => Message::new()
            .with("`")
            .with(table)
            .with("` has no unique constraint named `")
            .with(name),
        // No key is missed.
        Wanted::Any => Message::new(),
    };
    let text = text
        .with("`, as far as is declared\nknown keys:")
        .with_keys(keys);
    if let Some((before, name)) = wanted.is_nearly(keys) {
        return text
            .with("\nhelp: ")
            .with(before)
            .with("`conflict = key(")
            .with(name)
            .with(")`?");
    }
    let text = match source {
        Source::Migrations => text.with("\nhelp: if the database has it, a migration has to create it; or leave the table out of them by `except = (..)`, and list its keys: `unique_keys! { ")
            .with(table)
            .with(": ")
            .with(declaration)
            .with("; }`"),
        Source::Hand | Source::Table => text
            .with("\nhelp: if the database has it, declare it in `unique_keys!`: `")
            .with(table)
            .with(": ")
            .with(declaration)
            .with(";`"),
    };
    if matches!(wanted, Wanted::Key(_)) {
        return text;
    }
    text.with("\nhelp: to go without the check: ")
        .with_unchecked(target)
}

impl Wanted {
    /// The name of a key that was probably meant, and what to say of it.
    const fn is_nearly(self, keys: &[UniqueKey]) -> Option<(&'static str, &'static str)> {
        let mut i = 0;
        while i < keys.len() {
            if let Some(name) = keys[i].name {
                match self {
                    Self::Elements { .. } if self.is_on_columns_of(&keys[i]) => {
                        return Some(("that key is partial; do you mean ", name));
                    }
                    Self::Constraint(wanted) if same(wanted, name) => {
                        return Some(("that is an index and no constraint; do you mean ", name));
                    }
                    Self::Key(wanted) | Self::Constraint(wanted) if is_slip_of(wanted, name) => {
                        return Some(("do you mean ", name));
                    }
                    _ => {}
                }
            }
            i += 1;
        }
        match self {
            Self::Key(wanted) | Self::Constraint(wanted) => match only_with_part(keys, wanted) {
                Some(name) => Some(("do you mean ", name)),
                None => None,
            },
            _ => None,
        }
    }
}

/// The one name of a key that has the words of `part` in it: `links_live_slug` of `live_slug`.
const fn only_with_part(keys: &[UniqueKey], part: &str) -> Option<&'static str> {
    let mut found: Option<&'static str> = None;
    let mut i = 0;
    while i < keys.len() {
        if let Some(name) = keys[i].name {
            if has_words(name, part) {
                match found {
                    // One key of several backends has one name.
                    Some(other) if !same(other, name) => return None,
                    _ => found = Some(name),
                }
            }
        }
        i += 1;
    }
    found
}

/// Whether `part` is in `name`, from the beginning of a word to the end of one.
pub(super) const fn has_words(name: &str, part: &str) -> bool {
    let (name, part) = (name.as_bytes(), part.as_bytes());
    let mut at = 0;
    while !part.is_empty() && at + part.len() <= name.len() {
        let (before, rest) = name.split_at(at);
        let (there, behind) = rest.split_at(part.len());
        if matches!(before, [] | [.., b'_']) && matches!(behind, [] | [b'_', ..]) {
            let mut i = 0;
            while i < part.len() && there[i].eq_ignore_ascii_case(&part[i]) {
                i += 1;
            }
            if i == part.len() {
                return true;
            }
        }
        at += 1;
    }
    false
}

/// Whether two words differ by no more than two letters in a row.
pub(super) const fn is_slip_of(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    while let ([x, after @ ..], [y, rest @ ..]) = (a, b) {
        if *x != *y {
            break;
        }
        (a, b) = (after, rest);
    }
    while let ([before @ .., x], [rest @ .., y]) = (a, b) {
        if *x != *y {
            break;
        }
        (a, b) = (before, rest);
    }
    a.len() <= 2 && b.len() <= 2
}
