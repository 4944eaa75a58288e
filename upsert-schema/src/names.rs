//! The Rust names that Diesel gives to SQL names: `rust_name_for_sql_name` in
//! [`diesel_cli`](https://github.com/diesel-rs/diesel/blob/master/diesel_cli/src/infer_schema_internals/inference.rs).

const RESERVED: &str = "abstract async alignof as become box break const continue crate do else enum extern \
    false final fn for if impl in let loop macro match mod move mut offsetof override priv \
    proc pub pure ref return Self self sizeof static struct super trait true type typeof \
    unsafe unsized use virtual where while yield bool table columns";

/// The module that `diesel print-schema` makes for a table or a database schema.
pub fn table(sql: &str) -> String {
    if reserved(sql) {
        format!("{sql}_")
    } else if sql.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        sql.to_owned()
    } else {
        let mut name = String::with_capacity(sql.len());
        for c in sql.chars() {
            let c = if c.is_ascii_alphanumeric() { c } else { '_' };
            if c != '_' || !name.ends_with('_') {
                name.push(c);
            }
        }
        name
    }
}

/// The column that `diesel print-schema` makes for one of the table that Rust calls `table`.
pub fn column(sql: &str, table: &str) -> String {
    match sql == table {
        true => format!("{sql}_"),
        false => self::table(sql),
    }
}

/// The name of a key in a declaration: an identifier where it can be one, otherwise a string.
pub fn key(sql: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_identifier = !sql.starts_with(|c: char| c.is_ascii_digit())
        && !sql.is_empty()
        && sql.chars().all(is_part)
        && sql != "_"
        && !RESERVED.split(' ').any(|word| word == sql)
        && !["await", "dyn", "gen", "try", "unique", "primary"].contains(&sql);
    match is_identifier {
        true => sql.to_owned(),
        false => format!("{sql:?}"),
    }
}

/// The section that leaves tables out: their names, `t` or `schema.t`, as a path, or as a string
/// where Rust has no such name.
pub fn except(tables: &[impl AsRef<str>]) -> String {
    let is_digit = |c: char| c.is_ascii_digit();
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_name =
        |name: &str| !name.is_empty() && !name.starts_with(is_digit) && name.chars().all(is_part);
    let names = tables.iter().map(|table| {
        let table = table.as_ref();
        match table.split('.').all(is_name) {
            true => table.replace('.', "::"),
            false => format!("{table:?}"),
        }
    });
    format!("`except = ({})`", names.collect::<Vec<_>>().join(", "))
}

/// What leaves tables out, `t` or `schema.t`, and declares their keys by hand.
pub fn by_hand(tables: &[impl AsRef<str>]) -> String {
    let declared = tables.iter().map(|name| {
        let modules: Vec<String> = name.as_ref().split('.').map(table).collect();
        format!("schema::{}: (column);", modules.join("::"))
    });
    let (what, whose) = match tables {
        [_] => ("the table", "its"),
        _ => ("the tables", "their"),
    };
    format!(
        "leave {what} out, {}, and declare {whose} keys by hand: `unique_keys! {{ {} }}`",
        except(tables),
        declared.collect::<Vec<_>>().join(" ")
    )
}

fn reserved(name: &str) -> bool {
    RESERVED.split(' ').any(|word| word == name)
        || name == "is_nullable"
        || name.starts_with("__") && !name.ends_with('_')
}

#[cfg(test)]
mod tests {
    use crate::names::{column, key, table};

    #[test]
    fn a_name_is_left_alone_where_rust_can_have_it() {
        for name in ["users", "User", "a__b", "_a", "a_", "__a_", "r2d2"] {
            assert_eq!(table(name), name);
        }
    }

    #[test]
    fn a_reserved_name_ends_in_an_underscore() {
        assert_eq!(table("type"), "type_");
        assert_eq!(table("columns"), "columns_");
        assert_eq!(table("__typename"), "__typename_");
        assert_eq!(table("is_nullable"), "is_nullable_");
    }

    #[test]
    fn a_column_is_not_called_as_its_table() {
        assert_eq!(column("users", "users"), "users_");
        assert_eq!(column("email", "users"), "email");
        assert_eq!(column("Odd Name", "users"), "Odd_Name");
    }

    #[test]
    fn an_odd_key_name_is_a_string() {
        assert_eq!(key("users_email"), "users_email");
        assert_eq!(key("users.email"), "\"users.email\"");
        assert_eq!(key("type"), "\"type\"");
        assert_eq!(key("unique"), "\"unique\"");
        assert_eq!(key("1a"), "\"1a\"");
        assert_eq!(key("a\"\n"), "\"a\\\"\\n\"");
    }

    #[test]
    fn a_character_that_rust_cannot_have_is_an_underscore_and_runs_of_them_are_one() {
        assert_eq!(table("user-id"), "user_id");
        assert_eq!(table("user - id__x"), "user_id_x");
        assert_eq!(table("größe"), "gr_e");
        assert_eq!(table("-"), "_");
    }
}
