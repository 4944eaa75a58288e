//! `where =` on MySQL and MariaDB: `column = if(condition, value, column)` writes back what is
//! stored where the condition does not hold, so every value of the column's type has to come out of
//! `if` as it went in.
//!
//! The types that are allowed are in dialect/mysql.rs; each is here with the values at its ends,
//! and with columns that `table!` calls by another type than they have.

use std::io::Write;

use diesel::connection::SimpleConnection;
use diesel::expression::AsExpression;
use diesel::mysql::Mysql;
use diesel::mysql::data_types::{MysqlTime, MysqlTimestampType};
use diesel::prelude::*;
use diesel::serialize::{IsNull, Output, ToSql};
use diesel::sql_types::{Numeric, Text};
use upsert_runtime::upsert;

/// A decimal, in the characters in which the client sends it.
#[derive(Debug, Clone, Copy, AsExpression)]
#[diesel(sql_type = Numeric)]
struct Decimal(&'static str);

impl ToSql<Numeric, Mysql> for Decimal {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> diesel::serialize::Result {
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}

const DATE: MysqlTime = MysqlTime::new(
    2001,
    2,
    3,
    0,
    0,
    0,
    0,
    false,
    MysqlTimestampType::MYSQL_TIMESTAMP_DATE,
    0,
);
const TIME: MysqlTime = MysqlTime::new(
    0,
    0,
    0,
    4,
    5,
    6,
    789_012,
    true,
    MysqlTimestampType::MYSQL_TIMESTAMP_TIME,
    0,
);
const DATETIME: MysqlTime = MysqlTime::new(
    2001,
    2,
    3,
    4,
    5,
    6,
    789_012,
    false,
    MysqlTimestampType::MYSQL_TIMESTAMP_DATETIME,
    0,
);

fn none<T>(_: &T) -> Option<T> {
    None
}

fn bytes(conn: &mut MysqlConnection) -> String {
    #[derive(QueryableByName)]
    struct Bytes {
        #[diesel(sql_type = Text)]
        bytes: String,
    }
    let bytes = "SELECT concat_ws(' ', hex(value), hex(or_null), cast(value AS CHAR), cast(or_null AS CHAR)) AS bytes FROM kept";
    diesel::sql_query(bytes)
        .get_result::<Bytes>(conn)
        .unwrap()
        .bytes
}

/// Whatever is stored stays what it is, to the byte, whatever would have been written.
macro_rules! is_kept {
    ($($(#[$meta:meta])* $name:ident: $sql:literal as $ty:ty, [$($stored:expr),+ $(,)?], $value:expr;)+) => {$(
        $(#[$meta])*
        #[test]
        fn $name() {
            mod schema {
                diesel::table! {
                    use diesel::sql_types::*;
                    use diesel::mysql::sql_types::*;

                    kept (id) {
                        id -> Integer,
                        value -> $ty,
                        or_null -> Nullable<$ty>,
                    }
                }
            }
            use schema::kept;
            let db = crate::database::mysql(stringify!($name));
            let conn = &mut db.connect();
            conn.batch_execute(concat!("CREATE TABLE kept (id INT PRIMARY KEY, value ", $sql, " NOT NULL, or_null ", $sql, " NULL)")).unwrap();
            let mut changed = Vec::new();
            for stored in [$($stored),+] {
                conn.batch_execute(&format!("REPLACE INTO kept VALUES (1, {stored}, {stored})")).unwrap();
                let before = bytes(conn);
                macro_rules! stays {
                    ($of:literal, $set:tt) => {
                        let result = upsert!(kept, values = { id: 1, value: $value, or_null: $value }, conflict = (id), set = $set, where = kept.id.lt(0)).execute(conn);
                        let after = bytes(conn);
                        if result != Ok(1) || after != before {
                            changed.push(format!("{stored}, {}: {result:?}: {before}, then {after}", $of));
                        }
                    };
                }
                stays!("a value", { value = $value, or_null = $value });
                stays!("the proposed value", { value, or_null });
                stays!("the other column", { or_null = kept.value });
                stays!("NULL", { or_null = none(&$value) });
            }
            assert_eq!(changed.join("\n"), "");
        }
    )+};
}

is_kept! {
    bool: "BOOL" as Bool, ["FALSE", "TRUE", "7", "-128"], true;
    tiny: "TINYINT" as TinyInt, ["-128", "127"], 3_i8;
    small: "SMALLINT" as SmallInt, ["-32768", "32767"], 3_i16;
    int: "INT" as Integer, ["-2147483648", "2147483647"], 3;
    year: "YEAR" as Integer, ["0", "'0000'", "1901", "2155", "70"], 2001;
    bit: "BIT(40)" as BigInt, ["0", "b'1000000000000000000000000000000000000001'"], 3_i64;
    bigint: "BIGINT" as BigInt, ["-9223372036854775808", "9223372036854775807"], 3_i64;
    unsigned_tiny: "TINYINT UNSIGNED" as Unsigned<TinyInt>, ["0", "255"], 3_u8;
    unsigned_small: "SMALLINT UNSIGNED" as Unsigned<SmallInt>, ["0", "65535"], 3_u16;
    unsigned_int: "INT UNSIGNED" as Unsigned<Integer>, ["0", "4294967295"], 3_u32;
    unsigned_bigint: "BIGINT UNSIGNED" as Unsigned<BigInt>, ["0", "18446744073709551615", "9223372036854775808"], 3_u64;
    unsigned_as_signed: "BIGINT UNSIGNED" as BigInt, ["0", "18446744073709551615", "9223372036854775808"], 3_i64;
    bigint_as_int: "BIGINT" as Integer, ["-9223372036854775808", "9223372036854775807"], 3;
    float: "FLOAT" as Float, ["0.1", "3.4028234e38", "1.17549435e-38", "1e-45", "16777217", "-0e0"], 0.3_f32;
    double: "DOUBLE" as Double, ["0.1", "1.7976931348623157e308", "5e-324", "-0e0"], 0.3;
    decimal: "DECIMAL(20,5)" as Numeric, ["0.1", "-999999999999999.99999"], Decimal("1.5");
    decimal_65: "DECIMAL(65,0)" as Numeric, ["repeat('9', 65)", "concat('-', repeat('9', 65))"], Decimal("1.55555");
    decimal_65_30: "DECIMAL(65,30)" as Numeric, ["concat(repeat('9', 35), '.', repeat('9', 30))"], Decimal("1e10");
    decimal_unsigned_zerofill: "DECIMAL(10,2) UNSIGNED ZEROFILL" as Numeric, ["0", "1.25"], Decimal("1.5");
    char: "CHAR(5) CHARACTER SET latin1" as Text, ["''", "'a'", "x'ff81'"], "x";
    varchar: "VARCHAR(500)" as Text, ["''", "'a  '", "repeat('€', 500)"], "x";
    varchar_cp932: "VARCHAR(50) CHARACTER SET cp932" as Text, ["_cp932 x'8790'", "_cp932 x'FA4A'", "_cp932 x'ED40'"], "x";
    text: "TEXT" as Text, ["''", "repeat('a', 65535)"], "x";
    longtext: "LONGTEXT" as Text, ["''", "repeat('a', 1000000)"], "x";
    enumeration: "ENUM('a', 'b', '')" as Text, ["'a'", "'b'", "''"], "a";
    set: "SET('a', 'b')" as Text, ["'a,b'", "'b'", "''"], "a";
    binary: "BINARY(4)" as Binary, ["''", "x'00ff'"], vec![1_u8, 255, 0];
    varbinary: "VARBINARY(4)" as Binary, ["''", "x'00ff00'"], vec![1_u8, 255, 0];
    blob: "BLOB" as Binary, ["''", "x'00ff00'", "repeat(x'ff', 65535)"], vec![1_u8, 255, 0];
    date: "DATE" as Date, ["'1000-01-01'", "'9999-12-31'", "'0001-01-01'"], DATE;
    datetime: "DATETIME" as Datetime, ["'1000-01-01'", "'9999-12-31 23:59:59'", "'2026-10-25 02:30:00'"], DATETIME;
    datetime_6: "DATETIME(6)" as Datetime, ["'1000-01-01'", "'9999-12-31 23:59:59.999999'"], DATETIME;
    timestamp_in_utc: "TIMESTAMP" as Datetime, ["'1970-01-01 00:00:01'", "'2026-10-25 02:30:00'"], DATETIME;
    // The control: a type that is wrong in `table!`, beside which `if` is a double.
    #[should_panic(expected = "9007199254740993, then")]
    bigint_as_double: "BIGINT" as Double, ["9007199254740993"], 0.3;
    time_6: "TIME(6)" as Time, ["'-838:59:59.000000'", "'00:00:00.000001'"], TIME;
}

diesel::table! {
    touched (id) {
        id -> Integer,
        n -> Nullable<Integer>,
        plain -> Nullable<Integer>,
        at -> Nullable<Datetime>,
    }
}

/// What the documentation says of rows that are left alone: a NULL that meets a DEFAULT bumps the
/// time, unless that is assigned too, and BEFORE UPDATE triggers run.
#[test]
fn a_row_that_is_left_alone_is_written() -> QueryResult<()> {
    let db = crate::database::mysql("a_row_that_is_left_alone_is_written");
    let conn = &mut db.connect();
    conn.batch_execute(
        "CREATE TABLE touched (id INT PRIMARY KEY, n INT NULL DEFAULT 5, plain INT NULL,
            at DATETIME NULL ON UPDATE CURRENT_TIMESTAMP);
         INSERT INTO touched VALUES (1, NULL, NULL, NULL);",
    )?;
    let is_bumped = |conn: &mut MysqlConnection| {
        let bumped = touched::table
            .filter(touched::at.is_not_null())
            .count()
            .get_result::<i64>(conn);
        diesel::sql_query("UPDATE touched SET at = NULL").execute(conn)?;
        bumped.map(|bumped| bumped > 0)
    };
    let row = || (touched::id.eq(1), touched::n.eq(2), touched::plain.eq(3));
    let never = touched::id.lt(0);
    upsert!(touched, values = row(), conflict = (id), set = nothing).execute(conn)?;
    assert!(!is_bumped(conn)?);
    upsert!(touched, values = row(), conflict = (id), set = < plain >, where = never)
        .execute(conn)?;
    assert!(!is_bumped(conn)?);
    upsert!(touched, values = row(), conflict = (id), set = < n >, where = never).execute(conn)?;
    assert!(is_bumped(conn)?);
    upsert!(touched, values = row(), conflict = (id), set = < n, at >, where = never)
        .execute(conn)?;
    assert!(!is_bumped(conn)?);
    conn.batch_execute("CREATE TRIGGER t BEFORE UPDATE ON touched FOR EACH ROW SET NEW.plain = 7")?;
    upsert!(touched, values = row(), conflict = (id), set = nothing).execute(conn)?;
    assert_eq!(
        touched::table.select(touched::plain).first(conn),
        Ok(Some(7))
    );
    Ok(())
}
