//! One interleaving: who directs the sessions, and how each comes to its end.

use std::any::Any;
use std::panic::resume_unwind;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::LoadConnection;

use super::session::News;
use super::{Event, Script, ScriptError, Seen, Transcript};
use crate::{Wait, Waits, Watched};

/// Why it ended before its end.
pub(super) enum Stop {
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

pub(super) struct Run<'s, 'a, Conn> {
    script: &'s Script<'a, Conn>,
    pub(super) deadline: Duration,
    pub(super) monitor: Conn,
    orders: Vec<Sender<usize>>,
    pub(super) inbox: Receiver<(usize, News)>,
    pub(super) sessions: Vec<Watched>,
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
        let until = after(self.deadline);
        for _ in 0..self.sessions.len() {
            match self.inbox.recv_timeout(left(until)) {
                Ok((session, News::Ready(id))) => self.sessions[session].id = id,
                Ok((session, news)) => self.ended(session, news)?,
                Err(_) => return Err(self.late("connecting".to_owned(), &[])),
            }
        }
        Ok(())
    }

    /// Has a session take its next step, and sees all of them through until they have ended or
    /// wait.
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
        let until = after(self.script.patience);
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

    /// Takes note of what a session has to say.
    pub(super) fn ended(&mut self, session: usize, news: News) -> Result<(), Stop> {
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
    pub(super) fn name_of_step(&self, session: usize) -> String {
        let step = self.taken[session].saturating_sub(1);
        self.script.sessions[session].steps[step].name.clone()
    }

    fn blocking(&self, session: usize, waits: &[Wait]) -> Vec<String> {
        let of = waits.iter().filter(|wait| wait.waiting == session);
        of.map(|wait| self.script.sessions[wait.blocking].name.clone())
            .collect()
    }

    pub(super) fn late(&mut self, step: String, waits: &[Wait]) -> Stop {
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

    /// Lets every session go. Those that do nothing close their connections at once, which rolls
    /// back and lets go of their locks, so that those that wait come to the end of their step and
    /// do the same. After an error, what does not end by that is ended by the database.
    fn end(mut self, after_an_error: bool) {
        self.orders.clear();
        if !after_an_error {
            return;
        }
        let until = after(Duration::from_secs(1));
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

/// The moment when this time is over; a year from now, should there be no such moment.
pub(super) fn after(time: Duration) -> Instant {
    let now = Instant::now();
    let year = Duration::from_secs(365 * 24 * 60 * 60);
    now.checked_add(time).unwrap_or(now + year)
}

pub(super) fn left(until: Instant) -> Duration {
    until.saturating_duration_since(Instant::now())
}
