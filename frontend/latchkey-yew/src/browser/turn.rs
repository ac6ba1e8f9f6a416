//! Who may go first within this tab: a queue, in the order of asking. It knows no browser.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

/// With whom a lock is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// With others who only ask.
    Shared,
    /// With nobody.
    Exclusive,
}

/// A queue; clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Queue(Rc<RefCell<Line>>);

#[derive(Debug, Default)]
struct Line {
    next_id: u64,
    /// Those whose turn it is, and then those who wait, in the order in which they came.
    places: VecDeque<Place>,
}

#[derive(Debug)]
struct Place {
    id: u64,
    mode: Mode,
    waker: Option<Waker>,
}

/// A place in a queue; at its end, the others move up.
#[derive(Debug)]
pub struct Turn {
    id: u64,
    queue: Queue,
}

impl Queue {
    /// Waits for a turn. Whoever gives up waiting leaves the queue.
    pub async fn turn(&self, mode: Mode) -> Turn {
        let turn = self.line_up(mode);
        poll_fn(|context| {
            let mut line = self.0.borrow_mut();
            if line.has_come(turn.id) {
                return Poll::Ready(());
            }
            if let Some(place) = line.places.iter_mut().find(|place| place.id == turn.id) {
                place.waker = Some(context.waker().clone());
            }
            Poll::Pending
        })
        .await;
        turn
    }

    fn line_up(&self, mode: Mode) -> Turn {
        let mut line = self.0.borrow_mut();
        let id = line.next_id;
        line.next_id += 1;
        line.places.push_back(Place { id, mode, waker: None });
        Turn { id, queue: self.clone() }
    }
}

impl Line {
    /// Whether it is somebody's turn: nobody is before them, or only such as share with them.
    fn has_come(&self, id: u64) -> bool {
        let first = self.places.front().is_some_and(|first| first.id == id);
        first || self.places.iter().take_while(|place| place.id <= id).all(|place| place.mode == Mode::Shared)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let wakers: Vec<_> = {
            let mut line = self.queue.0.borrow_mut();
            line.places.retain(|place| place.id != self.id);
            line.places.iter_mut().filter_map(|place| place.waker.take()).collect()
        };
        wakers.into_iter().for_each(Waker::wake);
    }
}

#[cfg(test)]
mod tests;
