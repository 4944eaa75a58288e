//! Every interleaving, one after the other.

use std::fmt;

use diesel::connection::LoadConnection;

use super::interleaving::Interleavings;
use super::{Script, ScriptError, Transcript, run};
use crate::Waits;

/// The transcripts of every interleaving of a [`Script`], each as it is asked for. An error is the
/// last item.
#[must_use = "a script does nothing until it is run"]
pub struct Runs<'s, 'a, Conn> {
    script: &'s Script<'a, Conn>,
    interleavings: Option<Interleavings>,
    /// The beginning of interleavings that came to nothing.
    dead_end: Option<Vec<usize>>,
    impossible: usize,
}

impl<'s, 'a, Conn> Runs<'s, 'a, Conn> {
    pub(super) fn new(script: &'s Script<'a, Conn>) -> Self {
        Self {
            script,
            interleavings: Some(Interleavings::new(&script.outlines())),
            dead_end: None,
            impossible: 0,
        }
    }

    /// How many interleavings were impossible so far.
    #[must_use]
    pub fn impossible(&self) -> usize {
        self.impossible
    }
}

impl<Conn> Iterator for Runs<'_, '_, Conn>
where
    Conn: LoadConnection<Backend: Waits>,
{
    type Item = Result<Transcript, ScriptError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let turns = self.interleavings.as_mut()?.next()?;
            let begins_alike = |dead_end: &Vec<usize>| turns.starts_with(dead_end);
            if self.dead_end.as_ref().is_some_and(begins_alike) {
                self.impossible += 1;
                continue;
            }
            let deadline = self.script.checked();
            match deadline.and_then(|deadline| run::run(self.script, &turns, deadline)) {
                Err(ScriptError::Impossible { taken, .. }) => {
                    self.dead_end = Some(turns[..=taken].to_vec());
                    self.impossible += 1;
                }
                Err(error) => {
                    self.interleavings = None;
                    return Some(Err(error));
                }
                transcript => return Some(transcript),
            }
        }
    }
}

impl<Conn> fmt::Debug for Runs<'_, '_, Conn> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Runs")
            .field("script", &self.script)
            .field("impossible", &self.impossible)
            .finish_non_exhaustive()
    }
}
