//! The orders in which the steps of several sessions can be taken.

use super::{ScriptError, Session};

/// The names of a session and of its steps.
#[derive(Debug, Clone)]
pub(super) struct Outline<'s> {
    pub(super) session: &'s str,
    pub(super) steps: Vec<&'s str>,
}

impl<'s> Outline<'s> {
    pub(super) fn of<Conn>(session: &'s Session<'_, Conn>) -> Self {
        Self {
            session: &session.name,
            steps: session.steps.iter().map(|step| &*step.name).collect(),
        }
    }
}

/// No name is there twice.
pub(super) fn check(outlines: &[Outline<'_>]) -> Result<(), ScriptError> {
    let sessions = outlines.iter().map(|outline| outline.session).collect();
    let steps = outlines.iter().flat_map(|outline| &outline.steps);
    for mut names in [sessions, steps.copied().collect::<Vec<_>>()] {
        names.sort_unstable();
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(ScriptError::Duplicate {
                name: pair[0].to_owned(),
            });
        }
    }
    Ok(())
}

/// Whose turn it is, step after step, when the steps are taken in the order of these names.
pub(super) fn of_names(
    outlines: &[Outline<'_>],
    names: &[&str],
) -> Result<Vec<usize>, ScriptError> {
    let mut taken = vec![0; outlines.len()];
    let mut turns = Vec::new();
    for name in names {
        let find = |outline: &Outline<'_>| outline.steps.iter().position(|step| step == name);
        let found = outlines.iter().enumerate();
        let mut found = found.filter_map(|(session, outline)| Some((session, find(outline)?)));
        let Some((session, step)) = found.next() else {
            return Err(ScriptError::unknown(name, outlines));
        };
        let expected = taken[session];
        if step < expected {
            return Err(ScriptError::Repeated {
                step: (*name).to_owned(),
            });
        }
        if step > expected {
            return Err(ScriptError::OutOfOrder {
                step: (*name).to_owned(),
                session: outlines[session].session.to_owned(),
                expected: outlines[session].steps[expected].to_owned(),
            });
        }
        taken[session] += 1;
        turns.push(session);
    }
    let missing = outlines.iter().zip(taken);
    let missing = missing.flat_map(|(outline, taken)| &outline.steps[taken..]);
    let missing: Vec<_> = missing.map(|step| (*step).to_owned()).collect();
    if missing.is_empty() {
        Ok(turns)
    } else {
        Err(ScriptError::Missing { steps: missing })
    }
}

/// Every order, one after the other: the permutations of a list in which each session is as often
/// as it has steps, in their lexicographic order.
#[derive(Debug)]
pub(super) struct Interleavings {
    next: Option<Vec<usize>>,
}

impl Interleavings {
    pub(super) fn new(outlines: &[Outline<'_>]) -> Self {
        let sessions = outlines.iter().enumerate();
        let turns = sessions.flat_map(|(session, outline)| vec![session; outline.steps.len()]);
        Self {
            next: Some(turns.collect()),
        }
    }
}

impl Iterator for Interleavings {
    type Item = Vec<usize>;

    fn next(&mut self) -> Option<Vec<usize>> {
        let turns = self.next.take()?;
        self.next = following(turns.clone());
        Some(turns)
    }
}

/// <https://en.wikipedia.org/wiki/Permutation#Generation_in_lexicographic_order>
fn following(mut turns: Vec<usize>) -> Option<Vec<usize>> {
    let rise = turns.windows(2).rposition(|pair| pair[0] < pair[1])?;
    let larger = turns.iter().rposition(|turn| *turn > turns[rise])?;
    turns.swap(rise, larger);
    turns[rise + 1..].reverse();
    Some(turns)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by a panic")]
mod tests {
    use super::{Interleavings, Outline, check, of_names};

    fn outlines() -> [Outline<'static>; 2] {
        let outline = |session, steps: &[&'static str]| Outline {
            session,
            steps: steps.to_vec(),
        };
        [
            outline("a", &["a reads", "a writes"]),
            outline("b", &["b reads", "b writes"]),
        ]
    }

    fn error(names: &[&str]) -> String {
        of_names(&outlines(), names).unwrap_err().to_string()
    }

    #[test]
    fn two_sessions_of_two_steps_interleave_in_six_ways() {
        let all: Vec<_> = Interleavings::new(&outlines()).collect();
        assert_eq!(
            all,
            [
                [0, 0, 1, 1],
                [0, 1, 0, 1],
                [0, 1, 1, 0],
                [1, 0, 0, 1],
                [1, 0, 1, 0],
                [1, 1, 0, 0]
            ]
        );
    }

    #[test]
    fn three_sessions_interleave_in_every_way_once() {
        let mut outlines = outlines().to_vec();
        outlines.push(Outline {
            session: "c",
            steps: vec!["1", "2", "3"],
        });
        let all: Vec<_> = Interleavings::new(&outlines).collect();
        let different: std::collections::BTreeSet<_> = all.iter().collect();
        // 7! / (2! 2! 3!)
        assert_eq!((all.len(), different.len()), (210, 210));
    }

    #[test]
    fn no_session_has_one_empty_interleaving() {
        assert_eq!(Interleavings::new(&[]).collect::<Vec<_>>(), [[0; 0]]);
    }

    #[test]
    fn names_say_whose_turn_it_is() {
        let turns = of_names(&outlines(), &["a reads", "b reads", "b writes", "a writes"]);
        assert_eq!(turns.unwrap(), [0, 1, 1, 0]);
    }

    #[test]
    fn a_name_that_is_not_there_has_a_suggestion() {
        assert_eq!(
            error(&["a raeds"]),
            "there is no step \"a raeds\"\n\
             help: \"a reads\"?\n\
             help: the steps are \"a reads\", \"a writes\", \"b reads\", \"b writes\""
        );
    }

    #[test]
    fn a_name_that_is_like_none_has_no_suggestion() {
        assert!(!error(&["commit"]).contains('?'));
    }

    #[test]
    fn a_step_before_its_turn_is_refused() {
        assert_eq!(
            error(&["b writes"]),
            "\"b writes\" is not the next step of session \"b\": \"b reads\" comes first"
        );
    }

    #[test]
    fn a_step_is_taken_once() {
        assert_eq!(
            error(&["a reads", "a reads"]),
            "the step \"a reads\" is listed twice"
        );
    }

    #[test]
    fn a_step_that_is_left_out_is_named() {
        assert_eq!(
            error(&["a reads", "b reads", "b writes"]),
            "the interleaving leaves out \"a writes\""
        );
    }

    #[test]
    fn two_steps_or_sessions_of_one_name_are_refused() {
        let [a, mut b] = outlines();
        b.steps[1] = "a reads";
        let text = |outlines: &[Outline<'_>]| check(outlines).unwrap_err().to_string();
        let expected = "the name \"a reads\" is listed twice";
        assert_eq!(text(&[a.clone(), b.clone()]), expected);
        b.steps.clear();
        b.session = "a";
        assert_eq!(text(&[a, b]), "the name \"a\" is listed twice");
        assert!(check(&outlines()).is_ok());
    }
}
