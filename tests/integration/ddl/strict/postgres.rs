//! Columns of PostgreSQL's types, and what its catalogue has of them.

use super::Columns;
use super::forms::{Form, Overload, Subject};

/// By the names that `format_type` has.
pub(super) const COLUMNS: Columns = &[
    (
        "text",
        &[
            "''",
            "' '",
            "'x'",
            "'12'",
            "'a b'",
            "E'\\x01\\x1f'",
            "'2020-01-01'",
            "'hex'",
            "'base64'",
            "'escape'",
            "'day'",
            "'month'",
            "'century'",
            "'UTC'",
            "'Europe/Berlin'",
            "'1 day'",
            "'true'",
            "'{}'",
            "'empty'",
            "'::1'",
            "'00000000-0000-0000-0000-000000000000'",
            "'00:00:00:00:00:00'",
            "'00:00:00:00:00:00:00:00'",
            "'12:00'",
            "'LATIN1'",
        ],
    ),
    ("character varying", &["''", "' '", "'x'", "'12'"]),
    ("character(3)", &["''", "'x'", "'12'"]),
    ("name", &["''", "'x'", "'UTF8'", "'LATIN1'"]),
    ("\"char\"", &["''", "'x'"]),
    ("bytea", &["''", "'x'", "'\\x00'", "'\\xff61'"]),
    ("smallint", &["0", "1", "-1", "32767"]),
    ("integer", &["0", "1", "-1", "2147483647", "-2147483648"]),
    (
        "bigint",
        &[
            "0",
            "1",
            "-1",
            "9223372036854775807",
            "-9223372036854775808",
        ],
    ),
    ("real", &["'0'", "'NaN'", "'Infinity'", "'-1.5'"]),
    (
        "double precision",
        &[
            "'0'",
            "'NaN'",
            "'Infinity'",
            "'-Infinity'",
            "'1.5'",
            "'1e308'",
        ],
    ),
    (
        "numeric",
        &["'0'", "'NaN'", "'Infinity'", "'-2.5'", "'1e40'"],
    ),
    ("money", &["'0'", "'-1.5'", "'92233720368547758.07'"]),
    (
        "date",
        &[
            "'infinity'",
            "'-infinity'",
            "'2020-02-29'",
            "'4713-01-01 BC'",
            "'5874897-12-31'",
        ],
    ),
    (
        "time without time zone",
        &["'00:00'", "'24:00'", "'12:34:56.789'"],
    ),
    ("time with time zone", &["'00:00+15'", "'24:00-15'"]),
    (
        "timestamp without time zone",
        &[
            "'infinity'",
            "'-infinity'",
            "'2020-02-29 12:00'",
            "'4713-01-01 BC'",
            "'294276-12-31'",
        ],
    ),
    (
        "timestamp with time zone",
        &[
            "'infinity'",
            "'-infinity'",
            "'2020-02-29 12:00Z'",
            "'4713-01-01 BC'",
            "'294276-12-30'",
        ],
    ),
    (
        "interval",
        &[
            "'0'",
            "'1 day'",
            "'-1 month'",
            "'1 hour'",
            "'178000000 years'",
        ],
    ),
    ("boolean", &["true", "false"]),
    ("bit(1)", &["'0'", "'1'"]),
    ("bit varying", &["''", "'0'", "'10101'"]),
    ("inet", &["'0.0.0.0/0'", "'::1'", "'10.0.0.1/8'"]),
    ("cidr", &["'0.0.0.0/0'", "'10.0.0.0/8'"]),
    ("macaddr", &["'00:00:00:00:00:00'"]),
    ("macaddr8", &["'00:00:00:00:00:00:00:00'"]),
    ("uuid", &["'00000000-0000-0000-0000-000000000000'"]),
    ("oid", &["'0'", "'4294967295'"]),
    ("json", &["'null'", "'1'", "'{}'", "'\"x\"'"]),
    (
        "jsonb",
        &["'null'", "'1'", "'{}'", "'\"x\"'", "'[]'", "'true'"],
    ),
    ("tsvector", &["''", "'a b'"]),
    ("tsquery", &["''", "'a & b'"]),
    ("int4range", &["'empty'", "'(,)'", "'[1,2)'"]),
    ("int8range", &["'empty'", "'(,)'", "'[1,2)'"]),
    ("numrange", &["'empty'", "'(,)'", "'[1,2)'"]),
    ("tsrange", &["'empty'", "'(,)'", "'[2020-01-01,)'"]),
    ("tstzrange", &["'empty'", "'(,)'", "'[2020-01-01,)'"]),
    ("daterange", &["'empty'", "'(,)'", "'[2020-01-01,)'"]),
    ("int4multirange", &["'{}'", "'{(,)}'", "'{[1,2)}'"]),
    ("tstzmultirange", &["'{}'", "'{(,)}'"]),
    ("integer[]", &["'{}'", "'{1}'", "'{NULL}'"]),
    ("text[]", &["'{}'", "'{x}'", "'{NULL}'"]),
    ("point", &["'(0,0)'", "'(1,NaN)'"]),
    ("lseg", &["'((0,0),(1,1))'", "'((5,5),(6,6))'"]),
    ("path", &["'((0,0),(1,1))'", "'[(0,0),(1,1)]'"]),
    ("box", &["'(0,0),(1,1)'", "'(5,5),(6,6)'"]),
    ("polygon", &["'((0,0),(1,1))'"]),
    ("line", &["'{1,1,1}'", "'{1,1,2}'"]),
    ("circle", &["'<(0,0),1>'", "'<(0,0),0>'"]),
    ("xid", &["'0'"]),
    ("tid", &["'(0,0)'"]),
    ("pg_lsn", &["'0/0'"]),
];

/// Those of which a constant needs no cast.
pub(super) const IS_CONSTANT: &[&str] = &["text", "integer", "bigint", "smallint", "boolean"];

/// All functions and operators.
pub(super) const OVERLOADS: &str = "SELECT proname::text AS name, 'function' AS kind, (
    SELECT coalesce(string_agg(CASE provariadic WHEN 0 THEN format_type(t, NULL) ELSE format_type(
        CASE WHEN n = pronargs THEN provariadic ELSE t END, NULL) END, '|' ORDER BY n), '')
    FROM unnest(proargtypes) WITH ORDINALITY arguments (t, n)) AS arguments
    FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'f' AND NOT proretset
    UNION ALL SELECT oprname::text, 'operator', concat_ws('|',
        CASE oprleft WHEN 0 THEN NULL ELSE format_type(oprleft, NULL) END, format_type(oprright, NULL))
    FROM pg_operator WHERE oprnamespace = 'pg_catalog'::regnamespace ORDER BY 2, 1, 3";

/// Whether a value of the type `column` is one of `kind`.
pub(super) fn fits(column: &str, kind: &str) -> bool {
    let is_array = column.ends_with("[]");
    let is_multirange = column.ends_with("multirange");
    let is_range = column.ends_with("range") && !is_multirange;
    match kind {
        "anyelement" | "anycompatible" => column == "integer",
        "anynonarray" | "anycompatiblenonarray" => !is_array,
        "anyarray" | "anycompatiblearray" => is_array,
        "anyrange" | "anycompatiblerange" => is_range,
        "anymultirange" | "anycompatiblemultirange" => is_multirange,
        "character" => column == "character(3)",
        "bit" => column == "bit(1)",
        kind => column == kind,
    }
}

/// Whether there is a column for it.
fn has(kind: &str) -> bool {
    kind == "\"any\"" || COLUMNS.iter().any(|(column, _)| fits(column, kind))
}

/// All that the catalogue has of `subject`; of what is none of its functions, but syntax, with all
/// types.
pub(super) fn forms(subject: &Subject<&str>, overloads: &[Overload]) -> Vec<Form> {
    let kinds = || COLUMNS.iter().map(|(kind, _)| *kind);
    match *subject {
        Subject::Function(name @ ("greatest" | "least" | "nullif")) => kinds()
            .map(|kind| Form::new(Subject::Function(name.to_owned()), &[kind; 2]))
            .collect(),
        Subject::Function("trim") => [&["text"][..], &["text"; 2], &["bytea"; 2]]
            .map(|kinds| Form::new(Subject::Function("trim".to_owned()), kinds))
            .to_vec(),
        Subject::Function(name) => {
            let subject = Subject::Function(name.to_owned());
            let mut forms = overloaded(&subject, (name, "function"), overloads);
            if name == "concat" {
                let more =
                    (2..4).map(|number| Form::new(subject.clone(), &["\"any\""; 3][..number]));
                forms.extend(more);
            }
            forms
        }
        Subject::Operator(mark) => {
            let name = if mark == "!=" { "<>" } else { mark };
            let subject = Subject::Operator(mark.to_owned());
            overloaded(&subject, (name, "operator"), overloads)
        }
        Subject::Cast(kind) => {
            let kind = match kind {
                // Columns can be of them, and values cannot; and an extension.
                "smallserial" | "serial" | "bigserial" | "serial2" | "serial4" | "serial8"
                | "citext" => return Vec::new(),
                "double" => "double precision",
                kind => kind,
            };
            kinds()
                .map(|from| Form::new(Subject::Cast(kind.to_owned()), &[from]))
                .collect()
        }
    }
}

fn overloaded(subject: &Subject, named: (&str, &str), overloads: &[Overload]) -> Vec<Form> {
    let is = |overload: &&Overload| (&*overload.name, &*overload.kind) == named;
    let arguments = overloads.iter().filter(is);
    arguments
        .map(|overload| overload.arguments.split('|').collect::<Vec<_>>())
        .filter(|arguments| arguments.iter().all(|kind| has(kind)))
        .map(|arguments| Form::new(subject.clone(), &arguments))
        .collect()
}
