//! Notices that the machine slept: timers sleep with it, and a page that stays in front is told nothing.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::signals::{PageFocus, page_focus};
use super::{Timer, now_ms};

/// How often the clock is looked at, while the page can be seen.
const EVERY_MS: u64 = 1_000;
/// A look that comes so much late was held up by more than work.
const LATE_MS: u64 = 5_000;

/// Watches until it is dropped.
#[derive(Debug)]
pub struct SleepWatch(#[expect(dead_code, reason = "held for its drop")] Rc<RefCell<Option<Timer>>>);

/// Calls back when the machine seems to have slept.
#[must_use]
pub fn watch_sleep(slept: impl Fn() + 'static) -> SleepWatch {
    let timer = Rc::<RefCell<Option<Timer>>>::default();
    look_again(&timer, Rc::new(slept), Rc::new(Cell::new(now_ms())));
    SleepWatch(timer)
}

fn look_again(timer: &Rc<RefCell<Option<Timer>>>, slept: Rc<dyn Fn()>, looked_ms: Rc<Cell<u64>>) {
    let weak = Rc::downgrade(timer);
    let next = Timer::after(EVERY_MS, move || {
        let Some(timer) = weak.upgrade() else { return };
        let now_ms = now_ms();
        let late = now_ms.saturating_sub(looked_ms.replace(now_ms)) > EVERY_MS + LATE_MS;
        // Timers of a hidden page are slow by design, and it is told when it is seen again.
        if late && page_focus() != PageFocus::Hidden {
            slept();
        }
        look_again(&timer, slept, looked_ms);
    });
    timer.replace(Some(next));
}
