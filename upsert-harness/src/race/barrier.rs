//! Where the threads of a race wait for each other.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Where all threads of a [`Race`](crate::Race) wait for each other, like [`std::sync::Barrier`]:
/// what lies between two waits is done by all of them at once, so that what goes wrong now and then
/// in production goes wrong each time.
///
/// A thread that has ended or panicked is not waited for. [`Turn::barrier`](crate::Turn::barrier)
/// has it.
#[derive(Debug, Clone)]
pub struct Barrier(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    all_here: Condvar,
}

#[derive(Debug)]
struct State {
    threads: usize,
    waiting: usize,
    /// How often all have been here.
    released: usize,
}

impl Barrier {
    pub(super) fn new(threads: usize) -> Self {
        let state = State {
            threads,
            waiting: 0,
            released: 0,
        };
        Self(Arc::new(Shared {
            state: Mutex::new(state),
            all_here: Condvar::new(),
        }))
    }

    /// Waits until every thread that is still in the race is here. One that comes from another
    /// round or another `wait` counts like all others.
    pub fn wait(&self) {
        let mut state = self.state();
        state.waiting += 1;
        let before = state.released;
        self.release_if_all_are_here(&mut state);
        while state.released == before {
            let woken = self.0.all_here.wait(state);
            state = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// One thread less is waited for.
    pub(super) fn leave(&self) {
        let mut state = self.state();
        state.threads -= 1;
        self.release_if_all_are_here(&mut state);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn release_if_all_are_here(&self, state: &mut State) {
        if state.waiting == state.threads {
            state.waiting = 0;
            state.released += 1;
            self.0.all_here.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn all_are_waited_for_each_time() {
        let barrier = &Barrier::new(3);
        let here = &AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(move || {
                    for round in 1..=100 {
                        here.fetch_add(1, Ordering::SeqCst);
                        barrier.wait();
                        assert_eq!(here.load(Ordering::SeqCst), 3 * round);
                        barrier.wait();
                    }
                });
            }
        });
    }

    #[test]
    fn whoever_has_left_is_not_waited_for() {
        let barrier = &Barrier::new(3);
        thread::scope(|scope| {
            for waits in 0..3 {
                scope.spawn(move || {
                    (0..waits).for_each(|_| barrier.wait());
                    barrier.leave();
                });
            }
        });
    }
}
