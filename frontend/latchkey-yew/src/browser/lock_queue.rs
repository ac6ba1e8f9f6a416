//! A fair asynchronous read-write lock within this tab. It uses nothing of the browser.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

/// Whether a lock can be shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockMode {
    /// Shared with other `Shared` holders.
    Shared,
    /// Held alone.
    Exclusive,
}

/// The queue for the lock. Clones are handles to the same queue.
#[derive(Clone, Debug, Default)]
pub struct LockQueue(Rc<RefCell<State>>);

#[derive(Debug, Default)]
struct State {
    next_id: u64,
    /// The holders of the lock, then those that wait, in the order of their requests.
    entries: VecDeque<Entry>,
}

#[derive(Debug)]
struct Entry {
    id: u64,
    mode: LockMode,
    waker: Option<Waker>,
}

/// A place in the queue, which holds the lock once it is granted. Dropping it leaves the queue.
#[derive(Debug)]
pub struct Permit {
    id: u64,
    queue: LockQueue,
}

impl LockQueue {
    /// Waits for the lock. Dropping the future leaves the queue.
    pub async fn acquire(&self, mode: LockMode) -> Permit {
        let permit = self.enqueue(mode);
        poll_fn(|context| {
            let mut state = self.0.borrow_mut();
            if state.is_granted(permit.id) {
                return Poll::Ready(());
            }
            if let Some(entry) = state.entries.iter_mut().find(|entry| entry.id == permit.id) {
                entry.waker = Some(context.waker().clone());
            }
            Poll::Pending
        })
        .await;
        permit
    }

    fn enqueue(&self, mode: LockMode) -> Permit {
        let mut state = self.0.borrow_mut();
        let id = state.next_id;
        state.next_id += 1;
        state.entries.push_back(Entry { id, mode, waker: None });
        Permit { id, queue: self.clone() }
    }
}

impl State {
    /// Whether an entry holds the lock: it is the first, or it and all before it are shared.
    fn is_granted(&self, id: u64) -> bool {
        let first = self.entries.front().is_some_and(|first| first.id == id);
        first || self.entries.iter().take_while(|entry| entry.id <= id).all(|entry| entry.mode == LockMode::Shared)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let wakers: Vec<_> = {
            let mut state = self.queue.0.borrow_mut();
            state.entries.retain(|entry| entry.id != self.id);
            state.entries.iter_mut().filter_map(|entry| entry.waker.take()).collect()
        };
        wakers.into_iter().for_each(Waker::wake);
    }
}

#[cfg(test)]
mod tests;
