use super::explain::{has_words, is_slip_of};
use super::{Check, Wanted, keeps};
use crate::keys::{Backends, KeyColumn, KeyElement, KeyKind, Nulls, Numbered, UniqueKey};

const fn column(name: &'static str) -> KeyElement {
    KeyElement::Column(plain(name))
}

const fn plain(name: &'static str) -> KeyColumn {
    KeyColumn::new(name, false)
}

const fn nullable(name: &'static str) -> KeyElement {
    KeyElement::Column(KeyColumn::new(name, true))
}

const fn with_default(name: &'static str) -> KeyElement {
    KeyElement::Column(plain(name).with_default())
}

const LOWER_NAME: KeyElement = KeyElement::Expression {
    sql: "lower(name)",
    columns: &[plain("name")],
    nulls: Nulls::Of(&["name"]),
};

const PARTS: KeyElement = KeyElement::Expression {
    sql: "array_length(parts, 1)",
    columns: &[plain("parts")],
    nulls: Nulls::Unknown,
};

const fn key(name: &'static str, elements: &'static [KeyElement]) -> UniqueKey {
    UniqueKey {
        name: Some(name),
        kind: KeyKind::Index,
        elements,
        predicate: None,
        nulls_not_distinct: false,
        backends: Backends::ALL,
    }
}

const fn primary(elements: &'static [KeyElement]) -> UniqueKey {
    UniqueKey {
        kind: KeyKind::PrimaryKey,
        ..key("t_pkey", elements)
    }
}

const fn columns(columns: &'static [&'static str]) -> Wanted {
    Wanted::Elements {
        columns,
        expressions: &[],
        predicate: false,
    }
}

fn check(keys: &'static [UniqueKey], wanted: Wanted, row: Option<&[&str]>) -> Check {
    Check::new(keys, wanted, row)
}

fn problem(keys: &'static [UniqueKey], wanted: Wanted, row: Option<&[&str]>) -> Option<String> {
    // Here the panic is one at run time.
    let check = check(keys, wanted, row);
    let panic = std::panic::catch_unwind(|| check.must_hold(["t", "(..)", "(..)"])).err()?;
    panic.downcast_ref::<String>().cloned()
}

fn is_key(keys: &'static [UniqueKey], wanted: Wanted) -> bool {
    problem(keys, wanted, None).is_none()
}

const AB: &[UniqueKey] = &[key("ab", &[column("a"), column("b")])];

#[test]
fn the_order_of_columns_makes_no_difference() {
    assert!(is_key(AB, columns(&["a", "b"])));
    assert!(is_key(AB, columns(&["b", "a"])));
}

#[test]
fn fewer_more_or_other_columns_are_another_target() {
    for other in [&["a"][..], &["b"], &["a", "b", "c"], &["a", "c"]] {
        assert!(!is_key(AB, columns(other)), "{other:?}");
    }
    assert!(!is_key(&[], columns(&["a"])));
}

#[test]
fn a_key_that_says_a_column_twice_is_none_on_another_column() {
    const TWICE: &[UniqueKey] = &[key("aa", &[column("a"), column("a")])];
    for other in [&["a", "b"][..], &["b", "a"], &["b", "b"]] {
        assert!(!is_key(TWICE, columns(other)), "{other:?}");
    }
    // Nor is it a target of SQLite, which counts.
    assert!(!is_key(TWICE, columns(&["a"])));
    const THRICE: &[UniqueKey] = &[key("aab", &[column("a"), column("a"), column("b")])];
    assert!(!is_key(THRICE, columns(&["a", "b", "c"])));
}

#[test]
fn an_expression_is_not_its_column() {
    const KEYS: &[UniqueKey] = &[key("lower", &[LOWER_NAME])];
    let expression = |columns| Wanted::Elements {
        columns: &[],
        expressions: columns,
        predicate: false,
    };
    assert!(is_key(KEYS, expression(&[&["name"]])));
    assert!(!is_key(KEYS, expression(&[&["email"]])));
    assert!(!is_key(KEYS, expression(&[&["name", "email"]])));
    assert!(!is_key(KEYS, columns(&["name"])));
    const PLAIN: &[UniqueKey] = &[key("name", &[column("name")])];
    assert!(!is_key(PLAIN, expression(&[&["name"]])));
}

#[test]
fn a_partial_key_wants_a_predicate_and_a_whole_one_may_have_it() {
    const PARTIAL: &[UniqueKey] = &[UniqueKey {
        predicate: Some("b > 0"),
        ..key("partial", &[column("a")])
    }];
    const WHOLE: &[UniqueKey] = &[key("whole", &[column("a")])];
    let with = Wanted::Elements {
        columns: &["a"],
        expressions: &[],
        predicate: true,
    };
    assert!(is_key(PARTIAL, with));
    assert!(is_key(WHOLE, with));
    let without = problem(PARTIAL, columns(&["a"]), None).unwrap_or_default();
    assert!(
        without.ends_with("that key is partial; do you mean `conflict = key(partial)`?"),
        "{without}"
    );
}

#[test]
fn a_key_is_found_by_its_name() {
    assert!(is_key(AB, Wanted::Key("ab")));
    assert!(!is_key(AB, Wanted::Key("ba")));
    const PRIMARY: &[UniqueKey] = &[primary(&[column("a")])];
    assert!(is_key(PRIMARY, Wanted::Constraint("t_pkey")));
}

#[test]
#[cfg(feature = "postgres")]
fn an_index_is_no_constraint() {
    assert!(!is_key(AB, Wanted::Constraint("ab")));
}

#[test]
fn a_constraint_is_not_looked_for_where_postgresql_is_not_used() {
    const KEYS: &[UniqueKey] = &[UniqueKey {
        backends: Backends::SQLITE,
        ..key("ab", &[column("a"), column("b")])
    }];
    let check = check(KEYS, Wanted::Constraint("t_pkey"), None);
    assert!(check.problem.is_none() && check.sqlite);
    assert!(is_key(AB, Wanted::Constraint("t_pkey")) != cfg!(feature = "postgres"));
}

#[test]
fn a_part_of_the_name_of_one_key_is_enough_to_guess_it() {
    const LINKS: &[UniqueKey] = &[
        key("links_live_slug", &[column("slug")]),
        key("links_url", &[column("url")]),
    ];
    let text = |name| problem(LINKS, Wanted::Key(name), None).unwrap_or_default();
    for part in ["live_slug", "LIVE", "links_live"] {
        let text = text(part);
        assert!(
            text.contains("do you mean `conflict = key(links_live_slug)`?"),
            "{text}"
        );
    }
    // That of two, a part of a word, and none.
    for part in ["links", "ive_slug", ""] {
        let text = text(part);
        assert!(!text.contains("do you mean"), "{text}");
    }
    assert!(has_words("a_b", "a_b") && !has_words("a_b", "a_"));
}

#[test]
fn a_column_that_can_be_null_is_refused_where_nulls_are_distinct() {
    const DISTINCT: UniqueKey = key("key", &[column("a"), nullable("b")]);
    const NOT_DISTINCT: &[UniqueKey] = &[UniqueKey {
        nulls_not_distinct: true,
        ..DISTINCT
    }];
    let text = problem(&[DISTINCT], columns(&["a", "b"]), None).unwrap_or_default();
    assert!(text.starts_with("`b` can be NULL"), "{text}");
    assert!(is_key(NOT_DISTINCT, columns(&["a", "b"])));
}

#[test]
fn an_expression_that_may_be_null_is_refused_where_nulls_are_distinct_but_for_a_caller_who_knows() {
    const ROOM_PARTS: UniqueKey = key("room_parts", &[column("room"), PARTS]);
    let text = problem(&[ROOM_PARTS], Wanted::Key("room_parts"), None).unwrap_or_default();
    assert!(
        text.starts_with("`array_length(parts, 1)` may be NULL"),
        "{text}"
    );
    let unchecked = Check::unchecked(&[ROOM_PARTS], "room_parts");
    assert!(unchecked.problem.is_none() && unchecked.mysql && unchecked.sole);
    let unknown = Check::unchecked(&[ROOM_PARTS], "rooms");
    assert!(unknown.problem.is_some());
    const EQUAL: &[UniqueKey] = &[UniqueKey {
        nulls_not_distinct: true,
        ..ROOM_PARTS
    }];
    let check = check(EQUAL, Wanted::Key("room_parts"), None);
    assert!(check.problem.is_none() && check.postgres && !check.sqlite && !check.mysql);
}

#[test]
fn a_literal_row_names_every_column_of_the_key() {
    assert_eq!(
        problem(AB, columns(&["a", "b"]), Some(&["b", "c", "a"])),
        None
    );
    let text = problem(AB, columns(&["a", "b"]), Some(&["a", "c"])).unwrap_or_default();
    assert!(text.starts_with("the row does not name `b`"), "{text}");
    // A row that cannot be seen may be anything.
    assert_eq!(problem(AB, columns(&["a", "b"]), None), None);
}

const fn made(name: &'static str, from: &'static [&'static str]) -> KeyElement {
    KeyElement::Column(plain(name).computed_from(from))
}

/// What of `set` is said to move a row away from its key.
fn moved(
    keys: &'static [UniqueKey],
    wanted: Wanted,
    set: &[&str],
    proposed: &[&str],
) -> Vec<String> {
    let check = check(keys, wanted, None);
    let both = set.iter().chain(proposed);
    let moved = both.filter(|column| check.moved(column, proposed).is_some());
    moved.map(|column| (*column).to_owned()).collect()
}

#[test]
fn a_column_of_the_key_is_told_from_one_of_another_key() {
    const KEYS: &[UniqueKey] = &[key("a", &[column("a")]), key("name", &[LOWER_NAME])];
    assert_eq!(moved(KEYS, columns(&["a"]), &["a", "name"], &[]), ["a"]);
    assert_eq!(moved(KEYS, columns(&["a"]), &[], &["a", "name"]), ["a"]);
    let by_name = Wanted::Key("name");
    assert_eq!(moved(KEYS, by_name, &["a", "name"], &[]), ["name"]);
    // What is proposed is the same in both rows.
    assert_eq!(moved(KEYS, by_name, &["a"], &["name"]), [""; 0]);
}

#[test]
fn what_a_key_is_made_of_becomes_what_is_proposed_all_of_it_or_none() {
    const SUM: KeyElement = KeyElement::Expression {
        sql: "a + b + c",
        columns: &[plain("a"), plain("b"), plain("c")],
        nulls: Nulls::Of(&["a", "b", "c"]),
    };
    const KEYS: &[UniqueKey] = &[
        key("sum", &[SUM, column("c")]),
        key("made", &[made("g", &["A", "b"])]),
        key(
            "lower",
            &[KeyElement::Expression {
                sql: "lower(g)",
                columns: &[plain("g").computed_from(&["a", "b"])],
                nulls: Nulls::Of(&["g"]),
            }],
        ),
        key("other", &[column("a")]),
    ];
    for name in ["sum", "made", "lower"] {
        let key = Wanted::Key(name);
        assert_eq!(moved(KEYS, key, &["a"], &[]), ["a"], "{name}");
        assert_eq!(moved(KEYS, key, &["a"], &["b"]), ["a", "b"], "{name}");
        assert_eq!(moved(KEYS, key, &[], &["a"]), ["a"], "{name}");
        assert_eq!(moved(KEYS, key, &["n"], &["a", "b"]), [""; 0], "{name}");
    }
    assert_eq!(
        moved(KEYS, Wanted::Key("sum"), &[], &["a", "b", "c"]),
        ["c"]
    );
    assert_eq!(moved(KEYS, columns(&["a"]), &["b"], &[]), [""; 0]);
}

#[test]
fn rest_keeps_the_primary_key_and_the_named_one() {
    const KEYS: &[UniqueKey] = &[
        primary(&[column("id")]),
        key("name", &[column("tenant"), LOWER_NAME]),
    ];
    assert!(keeps(KEYS, None, "id"));
    assert!(!keeps(KEYS, None, "tenant"));
    assert!(keeps(KEYS, Some("name"), "tenant"));
    assert!(!keeps(KEYS, Some("name"), "n"));
    // What is inside of an expression becomes what is proposed.
    assert!(!keeps(KEYS, Some("name"), "name"));
}

#[test]
fn a_key_of_some_backends_is_one_there() {
    const KEYS: &[UniqueKey] = &[
        key("a", &[column("a")]).on(Backends::POSTGRES),
        key("b", &[column("a")]).on(Backends::MYSQL),
        key("c", &[column("c")]).on(Backends::SQLITE),
    ];
    let check = check(KEYS, columns(&["a"]), None);
    assert_eq!(
        (check.postgres, check.sqlite, check.mysql),
        (true, false, true)
    );
}

mod sole {
    use super::*;

    fn is_sole(keys: &'static [UniqueKey], row: Option<&[&str]>) -> bool {
        check(keys, columns(&["email"]), row).sole
    }

    const USERS: &[UniqueKey] = &[primary(&[column("id")]), key("email", &[column("email")])];

    #[test]
    fn another_key_counts_if_the_row_could_hit_it() {
        assert!(!is_sole(USERS, None), "the row cannot be seen");
        assert!(!is_sole(USERS, Some(&["id", "email"])));
        assert!(is_sole(USERS, Some(&["email", "name"])), "`id` is new");
    }

    #[test]
    fn a_default_can_hit() {
        const SLOTS: &[UniqueKey] = &[
            key("email", &[column("email")]),
            key("slot", &[with_default("slot")]),
        ];
        assert!(!is_sole(SLOTS, Some(&["email"])));
    }

    #[test]
    fn a_key_with_all_columns_of_the_target_adds_nothing() {
        const KEYS: &[UniqueKey] = &[
            key("email", &[column("email")]),
            key("again", &[column("email")]),
            key("more", &[column("name"), column("email")]),
        ];
        assert!(is_sole(KEYS, None));
        // But the target does not cover the key that has fewer.
        assert!(!check(KEYS, columns(&["name", "email"]), None).sole);
    }

    #[test]
    fn keys_of_other_backends_do_not_count() {
        const KEYS: &[UniqueKey] = &[
            key("email", &[column("email")]),
            key("name", &[column("name")]).on(Backends::POSTGRES),
        ];
        assert!(is_sole(KEYS, None));
    }
}

#[test]
fn a_left_out_number_that_can_run_out_counts_and_a_literal_zero_is_none() {
    const fn numbered(numbered: Numbered) -> KeyElement {
        KeyElement::Column(plain("id").numbered(numbered))
    }
    const EMAIL: UniqueKey = key("email", &[column("email")]);
    let numbers = |id: &'static [KeyElement], zeros: &[&str], lasts, target: &'static [&str]| {
        let keys = Box::leak(Box::new([primary(id), EMAIL]));
        let row: &[&str] = if target == ["id"] {
            &["id", "n"]
        } else {
            &["email", "n"]
        };
        let numbers = check(keys, columns(target), Some(row))
            .counting(Some(row), zeros, lasts)
            .numbers;
        (numbers.last, numbers.given)
    };
    let met = |id, lasts| numbers(id, &[], lasts, &["email"]).0;
    assert!(met(&[const { numbered(Numbered::Forever) }], false));
    assert!(!met(&[const { numbered(Numbered::Limited) }], true));
    assert!(met(&[const { numbered(Numbered::No) }], false));
    assert!(met(&[const { numbered(Numbered::Unknown) }], true));
    assert!(!met(&[const { numbered(Numbered::Unknown) }], false));
    // Of more than one column nobody says which is numbered.
    const TWO: &[KeyElement] = &[numbered(Numbered::Unknown), column("b")];
    assert!(!met(TWO, true));
    // What has the target in it is met by no row that does not meet the target.
    const WITH_TARGET: &[KeyElement] = &[numbered(Numbered::Limited), column("email")];
    assert!(met(WITH_TARGET, false));

    let given = |id, zeros: &[&str]| numbers(id, zeros, true, &["id"]).1;
    assert!(!given(&[const { numbered(Numbered::Limited) }], &["id"]));
    assert!(!given(&[const { numbered(Numbered::Unknown) }], &["id"]));
    assert!(given(&[const { numbered(Numbered::No) }], &["id"]));
    assert!(given(&[const { numbered(Numbered::Forever) }], &["n"]));
}

#[test]
fn a_slip_is_two_letters_at_most() {
    for slip in [
        "users_emial",
        "users_emai",
        "users_mail",
        "user_email",
        "users_emmail",
    ] {
        assert!(is_slip_of(slip, "users_email"), "{slip}");
    }
    for other in ["users_name", "email", ""] {
        assert!(!is_slip_of(other, "users_email"), "{other}");
    }
}

#[test]
fn a_list_of_keys_that_is_too_long_is_cut_before_the_help() {
    const MANY: &[UniqueKey] = &[key("a_name_that_is_not_short_at_all", &[LOWER_NAME]); 100];
    let text = problem(MANY, columns(&["a"]), None).unwrap_or_default();
    assert_eq!(text.matches("lower(name)").count(), 16);
    assert!(
        text.contains("\n    and more\nhelp: ") && text.ends_with('`'),
        "{text}"
    );
}

#[test]
fn what_only_postgres_can_be_is_a_key_there_alone() {
    const NULLS: &[UniqueKey] = &[UniqueKey {
        nulls_not_distinct: true,
        ..key("nulls", &[nullable("a")])
    }];
    let on = |check: Check| (check.postgres, check.sqlite, check.mysql);
    assert_eq!(
        on(check(NULLS, columns(&["a"]), None)),
        (true, false, false)
    );
    const PARTIAL: &[UniqueKey] = &[UniqueKey {
        predicate: Some("b > 0"),
        ..key("partial", &[column("a")])
    }];
    assert_eq!(
        on(check(PARTIAL, Wanted::Key("partial"), None)),
        (true, true, false)
    );
}

#[test]
fn a_target_that_may_be_a_key_with_nulls_is_refused() {
    const KEYS: &[UniqueKey] = &[
        UniqueKey {
            predicate: Some("deleted = 0"),
            ..key("live", &[nullable("email")])
        },
        UniqueKey {
            predicate: Some("email is not null"),
            ..key("there", &[column("email")])
        },
    ];
    let written_out = Wanted::Elements {
        columns: &["email"],
        expressions: &[],
        predicate: true,
    };
    assert!(!is_key(KEYS, written_out));
    assert!(is_key(KEYS, Wanted::Key("there")));
}

#[test]
fn each_expression_of_a_target_is_one_of_the_key() {
    const KEYS: &[UniqueKey] = &[key("both", &[LOWER_NAME, LOWER_NAME])];
    let target = Wanted::Elements {
        columns: &[],
        expressions: &[&["name"], &["email"]],
        predicate: false,
    };
    assert!(!is_key(KEYS, target));
}

#[test]
#[cfg(feature = "postgres")]
fn a_constraint_is_on_columns_and_on_all_rows() {
    const KEYS: &[UniqueKey] = &[
        UniqueKey {
            kind: KeyKind::Constraint,
            predicate: Some("b > 0"),
            ..key("partial", &[column("a")])
        },
        UniqueKey {
            kind: KeyKind::Constraint,
            ..key("lower", &[LOWER_NAME])
        },
    ];
    assert!(!is_key(KEYS, Wanted::Constraint("partial")));
    assert!(!is_key(KEYS, Wanted::Constraint("lower")));
}

#[test]
fn where_keys_could_not_be_read_nothing_more_is_said() {
    const BROKEN: &[UniqueKey] = &[UniqueKey::UNKNOWN];
    let check = check(BROKEN, columns(&["a"]), Some(&[]));
    assert!(check.problem.is_none() && check.postgres && check.sqlite && check.mysql && check.sole);
}

#[test]
fn a_computed_column_of_the_key_is_not_asked_for() {
    const SLUG: UniqueKey = key(
        "slug",
        &[KeyElement::Column(plain("slug").computed_from(&["title"]))],
    );
    const WANTED: Wanted = Wanted::Elements {
        columns: &["slug"],
        expressions: &[],
        predicate: false,
    };
    let check = Check::new(const { &[SLUG] }, WANTED, Some(&["title"]));
    assert!(check.problem.is_none());
    const NAMED: UniqueKey = key("slug", &[column("slug")]);
    let check = Check::new(const { &[NAMED] }, WANTED, Some(&["title"]));
    assert!(check.problem.is_some());
}

#[test]
fn a_column_that_each_update_changes_is_in_no_key_that_a_row_keeps() {
    const KEYS: &[UniqueKey] = &[key(
        "ts",
        &[column("a"), KeyElement::Column(plain("ts").set_at_update())],
    )];
    let text = problem(KEYS, columns(&["a", "ts"]), Some(&["a", "ts"])).unwrap_or_default();
    assert!(
        text.starts_with("`ts` is in the conflict target, and `ON UPDATE`"),
        "{text}"
    );
}

#[test]
fn a_column_of_the_key_by_another_name_is_one_of_it() {
    const KEYS: &[UniqueKey] = &[key(
        "id",
        &[KeyElement::Column(
            plain("id").also_called(&["rowid", "oid"]),
        )],
    )];
    let names = ["rowid", "RowId", "oid", "_rowid_", "n"];
    assert_eq!(
        moved(KEYS, columns(&["id"]), &names, &[]),
        ["rowid", "RowId", "oid"]
    );
}
