//! Detects that the computer slept. Timers sleep with it, and a page that stays visible gets no event when it wakes.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::signals::{PageFocus, page_focus};
use super::{Timer, now_ms};

/// Time between two looks at the clock.
const EVERY_MS: u64 = 1_000;
/// A look that is late by more than this was not delayed by work alone.
const LATE_MS: u64 = 5_000;

/// Detects sleep until it is dropped.
#[derive(Debug)]
pub struct SleepWatch(#[expect(dead_code, reason = "held for its drop")] Rc<RefCell<Option<Timer>>>);

/// Calls back after the computer seems to have slept.
#[must_use]
pub fn watch_sleep(slept: impl Fn() + 'static) -> SleepWatch {
    let timer = Rc::<RefCell<Option<Timer>>>::default();
    schedule_look(&timer, Rc::new(slept), Rc::new(Cell::new(now_ms())));
    SleepWatch(timer)
}

fn schedule_look(timer: &Rc<RefCell<Option<Timer>>>, slept: Rc<dyn Fn()>, looked_ms: Rc<Cell<u64>>) {
    let weak = Rc::downgrade(timer);
    let next = Timer::after(EVERY_MS, move || {
        let Some(timer) = weak.upgrade() else { return };
        let now_ms = now_ms();
        let late = now_ms.saturating_sub(looked_ms.replace(now_ms)) > EVERY_MS + LATE_MS;
        // Browsers throttle the timers of a hidden page, and it gets an event when it is visible again.
        if late && page_focus() != PageFocus::Hidden {
            slept();
        }
        schedule_look(&timer, slept, looked_ms);
    });
    timer.replace(Some(next));
}
