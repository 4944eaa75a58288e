//! Waiting until nothing moves.

use std::time::{Duration, Instant};

use diesel::connection::LoadConnection;

use super::ScriptError;
use super::run::{Run, Stop, after, left};
use crate::{Wait, Waits, Watched};

/// Between two looks at the sessions.
const POLL: Duration = Duration::from_millis(10);

impl<Conn> Run<'_, '_, Conn>
where
    Conn: LoadConnection<Backend: Waits>,
{
    /// Waits until each running session has ended its step, or waits, by what the database says
    /// now, for one that does nothing: who waits for whom then. `session` is the one that took the
    /// last step.
    pub(super) fn settle(&mut self, session: usize) -> Result<Vec<Wait>, Stop> {
        let until = after(self.deadline);
        let mut looks = 0;
        let mut last = Vec::new();
        while self.sessions.iter().any(|session| session.running) {
            if let Ok((session, news)) = self.inbox.recv_timeout(POLL.min(left(until))) {
                self.ended(session, news)?;
                (looks, last) = (0, Vec::new());
                continue;
            }
            if Instant::now() >= until {
                return Err(self.late(self.name_of_step(session), &last));
            }
            looks += 1;
            if looks < Conn::Backend::LOOKS {
                continue;
            }
            let answer = Conn::Backend::waits(&mut self.monitor, &self.sessions);
            let answer = answer.map_err(|error| ScriptError::Monitor { error })?;
            // `None` is asked again.
            let Some(mut waits) = answer else { continue };
            waits.sort_unstable();
            waits.dedup();
            // What ended meanwhile makes it another question.
            if let Ok((session, news)) = self.inbox.try_recv() {
                self.ended(session, news)?;
                (looks, last) = (0, Vec::new());
                continue;
            }
            if is_settled(&self.sessions, &waits, &last) {
                return Ok(waits);
            }
            last = waits;
        }
        Ok(Vec::new())
    }
}

/// Whether nothing moves until somebody is told to.
///
/// Who waits for an idle session does so until that one goes on. A wait for another that waits may
/// end in the moment in which it was looked up, so that such an answer counts when it is given
/// twice. Sessions that wait for each other have a deadlock, which the database ends.
fn is_settled(sessions: &[Watched], waits: &[Wait], last: &[Wait]) -> bool {
    let idle = |session: usize| !sessions[session].running;
    let mut stuck: Vec<bool> = (0..sessions.len()).map(idle).collect();
    let mut direct = stuck.clone();
    // A chain is no longer than there are sessions.
    for _ in 0..sessions.len() {
        for wait in waits {
            stuck[wait.waiting] |= stuck[wait.blocking];
            direct[wait.waiting] |= idle(wait.blocking);
        }
    }
    let all = |of: &[bool]| of.iter().all(|holds| *holds);
    all(&stuck) && (all(&direct) || waits == last)
}

#[cfg(test)]
mod tests {
    use super::is_settled;
    use crate::{Wait, Watched};

    /// Session 0 is idle, the others run.
    fn settled(waits: &[(usize, usize)], last: &[(usize, usize)]) -> bool {
        let sessions = [false, true, true].map(|running| Watched {
            running,
            ..Watched::default()
        });
        let [waits, last] = [waits, last].map(|waits| {
            let waits = waits.iter();
            let wait = |&(waiting, blocking)| Wait { waiting, blocking };
            waits.map(wait).collect::<Vec<_>>()
        });
        is_settled(&sessions, &waits, &last)
    }

    #[test]
    fn who_waits_for_an_idle_session_has_settled() {
        assert!(settled(&[(1, 0), (2, 0)], &[]));
        assert!(settled(&[(1, 0), (2, 0), (2, 1)], &[]));
    }

    #[test]
    fn who_waits_for_nobody_has_not() {
        assert!(!settled(&[], &[]));
        assert!(!settled(&[(1, 0)], &[(1, 0)]));
        assert!(!settled(&[(1, 2)], &[(1, 2)]));
    }

    #[test]
    fn a_chain_has_settled_when_it_is_seen_twice() {
        let chain = [(1, 0), (2, 1)];
        assert!(!settled(&chain, &[]));
        assert!(!settled(&chain, &[(1, 0), (2, 0)]));
        assert!(settled(&chain, &chain));
    }

    #[test]
    fn a_deadlock_has_not_settled() {
        let deadlock = [(1, 2), (2, 1)];
        assert!(!settled(&deadlock, &deadlock));
    }
}
