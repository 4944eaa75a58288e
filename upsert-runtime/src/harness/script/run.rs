//! One interleaving: who directs the sessions, and how each comes to its end.

use std::any::Any;
use std::panic::resume_unwind;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::LoadConnection;

use super::session::News;
use super::{Event, Script, ScriptError, Seen, Transcript};
use crate::dialect::{Wait, Waits, Watched};

/// Between two looks at the sessions.
const POLL: Duration = Duration::from_millis(10);

/// Why it ended before its end.
enum Stop {
    Error(ScriptError),
    /// A step has panicked.
    Panic(Box<dyn Any + Send>),
}

impl From<ScriptError> for Stop {
    fn from(error: ScriptError) -> Self {
        Self::Error(error)
    }
}

/// Runs the steps in the order of `turns`: the sessions whose turn it is.
pub(super) fn run<Conn>(
    script: &Script<'_, Conn>,
    turns: &[usize],
    deadline: Duration,
) -> Result<Transcript, ScriptError>
where
    Conn: LoadConnection<Backend: Waits>,
{
    script.prepare()?;
    let monitor = script.connect("monitor")?;
    let connect = &*script.connect;
    let result = thread::scope(|scope| {
        let (news, inbox) = mpsc::channel();
        let mut orders = Vec::new();
        for (number, session) in script.sessions.iter().enumerate() {
            let (order, ordered) = mpsc::channel();
            orders.push(order);
            let news = news.clone();
            scope.spawn(move || session.follow(number, connect, ordered, &news));
        }
        let mut run = Run {
            script,
            deadline,
            monitor,
            orders,
            inbox,
            sessions: vec![Watched::default(); script.sessions.len()],
            taken: vec![0; script.sessions.len()],
            ended: vec![None; script.sessions.len()],
            waiting: Vec::new(),
            transcript: Transcript::default(),
        };
        let result = run.all(turns);
        run.end(result.is_err());
        result
    });
    match result {
        Ok(transcript) => Ok(transcript),
        Err(Stop::Error(error)) => Err(error),
        Err(Stop::Panic(payload)) => resume_unwind(payload),
    }
}

struct Run<'s, 'a, Conn> {
    script: &'s Script<'a, Conn>,
    deadline: Duration,
    monitor: Conn,
    orders: Vec<Sender<usize>>,
    inbox: Receiver<(usize, News)>,
    sessions: Vec<Watched>,
    /// How many steps each session has begun.
    taken: Vec<usize>,
    /// How the step of a session has ended, until it is in the transcript.
    ended: Vec<Option<Seen>>,
    /// The sessions whose step is in the transcript as one that waits, in that order.
    waiting: Vec<usize>,
    transcript: Transcript,
}

impl<Conn> Run<'_, '_, Conn>
where
    Conn: LoadConnection<Backend: Waits>,
{
    fn all(&mut self, turns: &[usize]) -> Result<Transcript, Stop> {
        self.connected()?;
        for session in turns {
            self.step(*session)?;
        }
        Ok(std::mem::take(&mut self.transcript))
    }

    /// Waits until every session is connected.
    fn connected(&mut self) -> Result<(), Stop> {
        let until = Instant::now() + self.deadline;
        for _ in 0..self.sessions.len() {
            match self.inbox.recv_timeout(left(until)) {
                Ok((session, News::Ready(id))) => self.sessions[session].id = id,
                Ok((session, news)) => self.ended(session, news)?,
                Err(_) => return Err(self.late("connecting".to_owned(), &[])),
            }
        }
        Ok(())
    }

    /// Has a session take its next step, and sees all of them through until they have ended or wait.
    fn step(&mut self, session: usize) -> Result<(), Stop> {
        let step = self.taken[session];
        if self.sessions[session].running {
            self.until_it_ends(session, step)?;
        }
        self.taken[session] += 1;
        self.sessions[session].running = true;
        // A thread that has gone has sent its last news before.
        let _ = self.orders[session].send(step);
        let waits = self.settle(session)?;

        if let Some(seen) = self.ended[session].take() {
            self.write(session, seen);
        } else {
            let blocking = self.blocking(session, &waits);
            self.write(session, Seen::Waiting(blocking));
            self.waiting.push(session);
        }
        self.write_ended();
        Ok(())
    }

    /// Gives a session that waits the time that the script allows it to end by itself.
    fn until_it_ends(&mut self, session: usize, step: usize) -> Result<(), Stop> {
        let until = Instant::now() + self.script.patience;
        while self.sessions[session].running {
            match self.inbox.recv_timeout(left(until)) {
                Ok((session, news)) => self.ended(session, news)?,
                Err(_) => break,
            }
        }
        let waits = self.settle(session)?;
        self.write_ended();
        if !self.sessions[session].running {
            return Ok(());
        }
        let session_of = &self.script.sessions[session];
        Err(Stop::Error(ScriptError::Impossible {
            step: session_of.steps[step].name.clone(),
            session: session_of.name.clone(),
            waits_for: self.blocking(session, &waits),
            taken: self.taken.iter().sum(),
            transcript: std::mem::take(&mut self.transcript),
        }))
    }

    /// Waits until each running session has ended its step, or waits, by what the database says now, for one that does
    /// nothing: who waits for whom then. It is `session` that was last told to do something.
    fn settle(&mut self, session: usize) -> Result<Vec<Wait>, Stop> {
        let until = Instant::now() + self.deadline;
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
            if self.is_settled(&waits, &last) {
                return Ok(waits);
            }
            last = waits;
        }
        Ok(Vec::new())
    }

    /// Whether nothing moves until somebody is told to.
    ///
    /// Who waits for an idle session does so until that one goes on. A wait for another that waits may end in the moment in
    /// which it was looked up, so that such an answer counts when it is given twice. Sessions that wait for each other
    /// have a deadlock, which the database ends.
    fn is_settled(&self, waits: &[Wait], last: &[Wait]) -> bool {
        let idle = |session: usize| !self.sessions[session].running;
        let mut stuck: Vec<bool> = (0..self.sessions.len()).map(idle).collect();
        let mut direct = stuck.clone();
        for _ in 0..self.sessions.len() {
            for wait in waits {
                stuck[wait.waiting] |= stuck[wait.blocking];
                direct[wait.waiting] |= idle(wait.blocking);
            }
        }
        let all = |of: &[bool]| of.iter().all(|holds| *holds);
        all(&stuck) && (all(&direct) || waits == last)
    }

    /// Takes note of what a session has to say.
    fn ended(&mut self, session: usize, news: News) -> Result<(), Stop> {
        match news {
            News::Ready(_) => Ok(()),
            News::NotConnected(error) => Err(Stop::Error(ScriptError::Connection {
                whose: self.script.sessions[session].name.clone(),
                error,
            })),
            News::Failed(error) => Err(Stop::Error(ScriptError::Monitor { error })),
            News::Panicked(payload) => {
                self.sessions[session].running = false;
                Err(Stop::Panic(payload))
            }
            News::Ended {
                seen,
                in_transaction,
            } => {
                self.sessions[session].running = false;
                self.sessions[session].in_transaction = in_transaction;
                self.ended[session] = Some(seen);
                Conn::Backend::done(&mut self.monitor, &mut self.sessions, session)
                    .map_err(|error| Stop::Error(ScriptError::Monitor { error }))
            }
        }
    }

    /// Writes down the steps that waited and have ended, in the order in which they began to wait.
    fn write_ended(&mut self) {
        for session in std::mem::take(&mut self.waiting) {
            match self.ended[session].take() {
                Some(seen) => self.write(session, seen),
                None => self.waiting.push(session),
            }
        }
    }

    fn write(&mut self, session: usize, seen: Seen) {
        let event = Event {
            session: self.script.sessions[session].name.clone(),
            step: self.name_of_step(session),
            seen,
        };
        self.transcript.events.push(event);
    }

    /// The step that the session has begun last.
    fn name_of_step(&self, session: usize) -> String {
        let step = self.taken[session].saturating_sub(1);
        self.script.sessions[session].steps[step].name.clone()
    }

    fn blocking(&self, session: usize, waits: &[Wait]) -> Vec<String> {
        let of = waits.iter().filter(|wait| wait.waiting == session);
        of.map(|wait| self.script.sessions[wait.blocking].name.clone())
            .collect()
    }

    fn late(&mut self, step: String, waits: &[Wait]) -> Stop {
        let name = |session: usize| self.script.sessions[session].name.clone();
        let waits = waits.iter();
        Stop::Error(ScriptError::Deadline {
            step,
            deadline: self.deadline,
            waits: waits
                .map(|wait| (name(wait.waiting), name(wait.blocking)))
                .collect(),
            transcript: std::mem::take(&mut self.transcript),
        })
    }

    /// Lets every session go. Those that do nothing close their connections at once, which rolls back and lets go of their
    /// locks, so that those that wait come to the end of their step and do the same. After an error, what does not end by
    /// that is ended by the database.
    fn end(mut self, after_an_error: bool) {
        self.orders.clear();
        if !after_an_error {
            return;
        }
        let until = Instant::now() + Duration::from_secs(1);
        while self.sessions.iter().any(|session| session.running) {
            match self.inbox.recv_timeout(left(until)) {
                Ok((session, _)) => self.sessions[session].running = false,
                Err(_) => break,
            }
        }
        for session in self.sessions.iter().filter(|session| session.running) {
            // There is an error to report already.
            let _ = Conn::Backend::end(&mut self.monitor, session);
        }
    }
}

fn left(until: Instant) -> Duration {
    until.saturating_duration_since(Instant::now())
}
