//! Columns of each affinity: <https://sqlite.org/datatype3.html#determination_of_column_affinity>.

use super::Columns;

pub(super) const COLUMNS: Columns = &[
    (
        "text",
        &[
            "''",
            "' '",
            "'x'",
            "'12'",
            "'9e999'",
            "'2020-01-01'",
            "char(1)",
            "'a b'",
            "'%'",
        ],
    ),
    (
        "integer",
        &[
            "0",
            "1",
            "-1",
            "2",
            "-9223372036854775808",
            "9223372036854775807",
        ],
    ),
    ("real", &["0.0", "9e999", "-9e999", "1.5", "-0.0", "1e-320"]),
    ("numeric", &["0", "'x'", "1.5", "9e999", "-7", "x''"]),
    ("blob", &["x''", "x'00'", "x'ff61'", "1", "'q'", "9e999"]),
];
