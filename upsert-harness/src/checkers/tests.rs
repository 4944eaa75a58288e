#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::time::Duration;

use super::{Violation, counter, tickets, unique};
use crate::{Action, Answer, History, Operation, Value};

/// `thread: began-ended`, and what happened to the row "a".
fn operation(
    thread: usize,
    (began, ended): (u64, u64),
    action: Action,
    answer: Answer,
) -> Operation {
    Operation {
        thread,
        round: 0,
        key: "a".to_owned(),
        action,
        began: Duration::from_millis(began),
        ended: Duration::from_millis(ended),
        answer,
    }
}

fn history(operations: Vec<Operation>) -> History {
    History {
        operations,
        seed: 7,
        repeat: "UPSERT_RACE_SEED=7 cargo test".to_owned(),
        // Most of these tests are about two or three operations.
        threads_may_fail: true,
    }
}

fn failed() -> Answer {
    Answer::Failed("deadlock".to_owned())
}

fn unknown() -> Answer {
    Answer::Unknown("connection reset".to_owned())
}

fn added(by: i64, answer: Answer) -> Operation {
    operation(0, (0, 1), Action::Increment(by), answer)
}

fn done() -> Answer {
    Answer::Acknowledged(Value::Nothing)
}

fn ticket(thread: usize, time: (u64, u64), n: i64) -> Operation {
    let answer = Answer::Acknowledged(Value::Counter(n));
    operation(thread, time, Action::Increment(1), answer)
}

fn created(thread: usize, created: bool) -> Operation {
    let answer = Answer::Acknowledged(Value::Created(created));
    operation(thread, (0, 1), Action::Create, answer)
}

fn text(result: Result<(), Violation>) -> String {
    result.unwrap_err().to_string()
}

mod counters {
    use super::*;

    #[test]
    fn the_sum_of_what_was_acknowledged_is_stored() {
        let history = history(vec![
            added(5, done()),
            added(-2, done()),
            added(100, failed()),
        ]);
        counter(&history, [("a", 3)]).unwrap();
    }

    #[test]
    fn what_is_unknown_may_have_been_applied_or_not() {
        let history = history(vec![
            added(5, done()),
            added(2, unknown()),
            added(-1, unknown()),
        ]);
        for n in [4, 5, 6, 7] {
            counter(&history, [("a", n)]).unwrap();
        }
        for n in [3, 8] {
            assert!(text(counter(&history, [("a", n)])).contains("are 4 to 7"));
        }
    }

    #[test]
    fn a_lost_increment_and_one_too_many_are_told() {
        let history = history(vec![added(1, done()), added(1, done())]);
        assert!(text(counter(&history, [("a", 1)])).contains("1 of them are lost"));
        assert!(
            text(counter(&history, [("a", 4)])).contains("2 were applied that nobody asked for")
        );
        assert!(text(counter(&history, [])).contains("2 of them are lost"));
    }

    #[test]
    fn what_returned_more_than_is_stored_is_named() {
        let history = history(vec![ticket(0, (0, 1), 1), ticket(1, (2, 3), 2)]);
        let violation = counter(&history, [("a", 1)]).unwrap_err();
        assert_eq!(violation.operations, [history.operations[1].clone()]);
    }

    #[test]
    fn a_counter_of_nobody_is_noticed() {
        let history = history(vec![added(1, done())]);
        assert!(text(counter(&history, [("a", 1), ("b", 1)])).contains("the counter \"b\" is 1"));
        counter(&history, [("a", 1), ("b", 0)]).unwrap();
    }

    #[test]
    fn what_is_unknown_does_not_hide_what_was_acknowledged() {
        let tickets = [1, 2, 4, 5].map(|n| ticket(0, (n - 1, n), n as i64));
        let unknown = operation(1, (0, 9), Action::Increment(1), unknown());
        let history = history(tickets.into_iter().chain([unknown]).collect());
        counter(&history, [("a", 5)]).unwrap();
        assert!(
            text(counter(&history, [("a", 4)]))
                .contains("one has returned more than that, and is lost")
        );
    }

    #[test]
    fn a_counter_that_is_stored_twice_is_told() {
        let history = history(vec![added(1, done())]);
        assert!(
            text(counter(&history, [("a", 7), ("a", 1)])).contains("stored twice, as 7 and as 1")
        );
    }
}

#[test]
fn a_history_in_which_nothing_was_done_proves_nothing() {
    let words = "the race proves nothing";
    for (operations, threads_may_fail) in [
        (vec![], true),
        (vec![added(1, failed())], true),
        (vec![added(1, unknown())], false),
    ] {
        let history = History {
            threads_may_fail,
            ..history(operations)
        };
        assert!(text(counter(&history, [])).contains(words));
        assert!(text(tickets(&history)).contains(words));
        assert!(text(unique(&history, [])).contains(words));
    }
    // What may have been done is something, if threads may fail.
    counter(&history(vec![added(1, unknown())]), [("a", 1)]).unwrap();
}

#[test]
fn a_thread_that_got_nothing_done_proves_nothing() {
    let words = "the race proves nothing of 2 of its 3 threads, which got nothing done: \
                 2 acknowledged, 2 failed, 1 of unknown outcome";
    let strict = |action, answers: [Answer; 2]| {
        let one = answers.map(|answer| operation(0, (0, 1), action, answer));
        let others = [(1, failed()), (1, unknown()), (2, failed())]
            .map(|(thread, answer)| operation(thread, (0, 1), action, answer));
        History {
            threads_may_fail: false,
            ..history(one.into_iter().chain(others).collect())
        }
    };
    let told = |history: &History, result: Result<(), Violation>| {
        let violation = result.unwrap_err();
        assert!(violation.what.starts_with(words), "{violation}");
        let first = [&history.operations[2], &history.operations[4]];
        assert!(violation.operations.iter().eq(first), "{violation}");
    };
    let counted = [1, 2].map(|n| Answer::Acknowledged(Value::Counter(n)));
    let counted = strict(Action::Increment(1), counted);
    told(&counted, tickets(&counted));
    told(&counted, counter(&counted, [("a", 2)]));
    let created = [true, false].map(|is_new| Answer::Acknowledged(Value::Created(is_new)));
    let created = strict(Action::Create, created);
    told(&created, unique(&created, ["a"]));

    // One that had nothing to do, such as the thread that makes the faults, is no thread of the
    // race.
    let alone = History {
        threads_may_fail: false,
        ..history(vec![ticket(3, (0, 1), 1)])
    };
    tickets(&alone).unwrap();
}

mod of_tickets {
    use super::*;

    #[test]
    fn one_to_n_in_any_order_of_threads_is_right() {
        tickets(&history(vec![
            ticket(0, (0, 5), 2),
            ticket(1, (0, 6), 1),
            ticket(0, (5, 7), 3),
        ]))
        .unwrap();
    }

    #[test]
    fn a_number_twice_is_a_lost_increment() {
        let history = history(vec![ticket(0, (0, 5), 1), ticket(1, (0, 6), 1)]);
        let text = text(tickets(&history));
        assert!(
            text.contains("two increments of \"a\" returned 1: one of them is lost"),
            "{text}"
        );
        assert!(
            text.contains("thread 0") && text.contains("thread 1"),
            "{text}"
        );
        assert!(
            text.contains("seed 7, repeated by: UPSERT_RACE_SEED=7 cargo test"),
            "{text}"
        );
    }

    #[test]
    fn a_missing_number_is_an_increment_of_nobody() {
        let gap = history(vec![ticket(0, (0, 1), 1), ticket(0, (2, 3), 4)]);
        assert!(text(tickets(&gap)).contains("went from 1 to 4 and nobody counted 2 to 3"));
        let late = history(vec![ticket(0, (0, 1), 2), ticket(0, (2, 3), 4)]);
        assert!(text(tickets(&late)).contains("went from 0 to 2 and nobody counted 1"));
    }

    #[test]
    fn a_counter_that_was_there_before_is_told() {
        let of = |numbers: &[i64]| {
            let tickets = (1..)
                .zip(numbers)
                .map(|(at, n)| ticket(0, (at, at + 1), *n));
            history(tickets.collect())
        };
        for (numbers, lowest) in [
            (&[2][..], 2),
            (&[801, 802, 803], 801),
            (&[0, 1], 0),
            (&[-5, -4], -5),
            (&[i64::MIN], i64::MIN),
            (&[i64::MAX], i64::MAX),
        ] {
            let text = text(tickets(&of(numbers)));
            let expected = format!(
                "the counter \"a\" was not at 0 when the race began: the lowest number that an increment returned is {lowest};"
            );
            assert!(text.starts_with(&expected), "{text}");
        }
        // Something else is wrong besides: it may be all that is.
        assert!(text(tickets(&of(&[2, 5]))).contains("went from 0 to 2 and nobody counted 1"));
        let unknown = operation(1, (0, 9), Action::Increment(1), unknown());
        let after_unknown = history(vec![unknown.clone(), ticket(0, (1, 2), 2)]);
        tickets(&after_unknown).unwrap();
        let later = history(vec![unknown, ticket(0, (1, 2), 3), ticket(0, (2, 3), 5)]);
        assert!(text(tickets(&later)).contains("was not at 0"));
    }

    #[test]
    fn an_unknown_increment_explains_one_missing_number() {
        let unknown = operation(1, (0, 9), Action::Increment(1), unknown());
        let one = vec![ticket(0, (0, 1), 1), unknown.clone(), ticket(0, (2, 3), 3)];
        tickets(&history(one)).unwrap();
        let two = vec![ticket(0, (0, 1), 1), unknown, ticket(0, (2, 3), 4)];
        assert!(tickets(&history(two)).is_err());
        let too_late = operation(1, (8, 9), Action::Increment(1), super::unknown());
        let before = vec![ticket(0, (0, 1), 1), ticket(0, (2, 3), 3), too_late];
        assert!(
            text(tickets(&history(before)))
                .contains("0 increments of unknown outcome had begun by then")
        );
        // Failed is not unknown.
        let failed = operation(1, (0, 9), Action::Increment(1), failed());
        let gap = vec![ticket(0, (0, 1), 1), failed, ticket(0, (2, 3), 3)];
        assert!(tickets(&history(gap)).is_err());
    }

    #[test]
    fn a_thread_sees_its_counter_rise() {
        let history = history(vec![
            ticket(0, (0, 1), 2),
            ticket(1, (0, 9), 3),
            ticket(0, (2, 3), 1),
        ]);
        assert!(text(tickets(&history)).contains("went from 2 back to 1 for one thread"));
    }

    #[test]
    fn what_had_ended_has_the_lower_number() {
        let history = history(vec![ticket(0, (0, 1), 2), ticket(1, (2, 3), 1)]);
        assert!(text(tickets(&history)).contains("had ended before one began that returned less"));
    }

    #[test]
    fn what_is_no_ticket_is_refused() {
        assert!(
            tickets(&history(vec![added(
                2,
                Answer::Acknowledged(Value::Counter(2))
            )]))
            .is_err()
        );
        assert!(tickets(&history(vec![added(1, done())])).is_err());
    }
}

mod of_rows {
    use super::*;

    #[test]
    fn one_row_and_one_creator_is_right() {
        unique(&history(vec![created(0, true), created(1, false)]), ["a"]).unwrap();
    }

    #[test]
    fn two_rows_two_creators_or_none_are_told() {
        let one = history(vec![created(0, true)]);
        assert!(text(unique(&one, ["a", "a"])).contains("is stored in 2 rows"));
        assert!(text(unique(&one, [])).contains("is not stored"));
        let two = history(vec![created(0, true), created(1, true)]);
        assert!(text(unique(&two, ["a"])).contains("2 operations created \"a\""));
        let nobody = history(vec![created(0, false)]);
        assert!(text(unique(&nobody, ["a"])).contains("nobody has created it"));
        let found = operation(
            0,
            (0, 1),
            Action::Create,
            Answer::Acknowledged(Value::Created(false)),
        );
        let creator = operation(
            1,
            (2, 3),
            Action::Create,
            Answer::Acknowledged(Value::Created(true)),
        );
        let early = history(vec![found, creator]);
        assert!(text(unique(&early, ["a"])).contains("was found before it was created"));
    }

    #[test]
    fn a_closure_that_does_not_say_whether_it_created_the_row_is_told() {
        for value in [Value::Nothing, Value::Counter(1)] {
            let silent = operation(1, (0, 1), Action::Create, Answer::Acknowledged(value));
            let violation =
                unique(&history(vec![created(0, true), silent.clone()]), ["a"]).unwrap_err();
            assert!(
                violation
                    .what
                    .ends_with("have it return a bool, or a row and a bool"),
                "{violation}"
            );
            assert_eq!(violation.operations, [silent]);
        }
        let increments = history(vec![added(1, done())]);
        assert!(text(unique(&increments, ["a"])).contains("no operation is one of `Turn::create`"));
    }

    #[test]
    fn an_unknown_operation_may_have_created_the_row() {
        let unknown = operation(1, (0, 1), Action::Create, unknown());
        let found = vec![created(0, false), unknown];
        unique(&history(found), ["a"]).unwrap();
        let failed = operation(1, (0, 1), Action::Create, failed());
        assert!(unique(&history(vec![created(0, false), failed]), ["a"]).is_err());
    }

    #[test]
    fn an_unknown_operation_cannot_have_created_what_was_found_before_it_began() {
        let found = |time| {
            let answer = Answer::Acknowledged(Value::Created(false));
            operation(0, time, Action::Create, answer)
        };
        let later = operation(1, (3, 4), Action::Create, unknown());
        let early = history(vec![found((0, 1)), later.clone()]);
        assert!(text(unique(&early, ["a"])).contains("was found before it was created"));
        unique(&history(vec![found((2, 3)), later]), ["a"]).unwrap();
        // Who says that it has created the row has.
        let created = Answer::Acknowledged(Value::Created(true));
        let creator = operation(2, (6, 9), Action::Create, created);
        let other = operation(1, (0, 2), Action::Create, unknown());
        let twice = history(vec![found((1, 4)), creator, other]);
        assert!(text(unique(&twice, ["a"])).contains("was found before it was created"));
    }
}
