//! Keeps a check and a log-in apart, in this tab and across tabs: otherwise a late 401, which removes the cookie, could remove
//! the one that a log-in has just set. Within the tab a queue does it, across tabs the browser's Web Locks; a browser without
//! them (and a page on plain http) has the queue alone. A second lock says which tab listens to the server for all of them.
//!
//! web-sys hides Web Locks behind an unstable flag, so the one call is bound here.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::Timer;
use super::names::name;
use super::promise::promise;
use super::turn::{Queue, Turn};
use super::watch::Held;

pub use super::turn::Mode;

/// What a check and a log-in share: the session cookie.
const COOKIE: &str = "cookie";
/// What sign-outs in flight share, which wait for nobody, and what a log-in waits for, whose cookie their answers would remove.
const SIGN_OUT: &str = "sign-out";
/// What the tab has that listens to the server for all of them.
const EVENTS: &str = "events";
/// How long to wait for other tabs at most. A tab that the browser has frozen keeps its locks; a call lasts for a second or so.
const LONGEST_WAIT_MS: u64 = 5_000;

thread_local! {
    static QUEUE: Queue = Queue::default();
    /// Whether another tab kept the cookie's lock for too long, and still does.
    static STUCK: Cell<bool> = const { Cell::new(false) };
}

#[wasm_bindgen]
extern "C" {
    type LockManager;

    #[wasm_bindgen(method, catch)]
    fn request(this: &LockManager, name: &str, options: &JsValue, granted: &Function) -> Result<Promise, JsValue>;
}

/// A lock that is held until it is dropped, or until the app breaks.
#[derive(Debug)]
pub struct Lock {
    _among_tabs: Option<AmongTabs>,
    /// The browser's lock goes first.
    _in_tab: Option<Turn>,
}

/// A lock of the browser's, or a place in the queue for it.
#[derive(Debug)]
struct AmongTabs {
    release: Function,
    granted: Rc<Cell<bool>>,
    /// Settles when the lock is granted or refused.
    answered: Promise,
    /// Settles when the lock is released or refused.
    over: Promise,
    _held: Held,
}

/// Waits for the cookie's lock: for as long as it takes in this tab, and for a few seconds at most for other tabs.
pub async fn lock(mode: Mode) -> Lock {
    let in_tab = QUEUE.with(Queue::clone).turn(mode).await;
    let among_tabs = if STUCK.get() { None } else { AmongTabs::line_up(COOKIE, mode) };
    let among_tabs = match among_tabs {
        Some(lock) => lock.within(LONGEST_WAIT_MS).await.unwrap_or_else(note_stuck),
        None => None,
    };
    Lock { _among_tabs: among_tabs, _in_tab: Some(in_tab) }
}

/// Waits for the cookie's lock as [`lock`] does, and for sign-outs in flight: for a log-in, whose cookie must be the last word.
pub async fn lock_for_sign_in() -> (Lock, Lock) {
    let sign_outs = match AmongTabs::line_up(SIGN_OUT, Mode::Exclusive) {
        Some(lock) => lock.within(LONGEST_WAIT_MS).await.unwrap_or_default(),
        None => None,
    };
    (lock(Mode::Exclusive).await, Lock { _among_tabs: sign_outs, _in_tab: None })
}

/// Has log-ins in other tabs wait for a sign-out, which itself waits for nothing.
#[must_use]
pub fn hold_sign_ins() -> Lock {
    Lock { _among_tabs: AmongTabs::line_up(SIGN_OUT, Mode::Shared), _in_tab: None }
}

/// Goes without a lock that another tab has kept for too long, and does so until it is to be had again.
fn note_stuck(over: Promise) -> Option<AmongTabs> {
    STUCK.set(true);
    spawn_local(async move {
        let _ = JsFuture::from(over).await;
        STUCK.set(false);
    });
    None
}

/// Waits until this tab is the one that listens to the server for all of them, which it is until the lock is dropped or
/// the tab closes. Nothing, in a browser that cannot tell tabs apart.
pub async fn acquire_leadership() -> Option<Lock> {
    let lock = AmongTabs::line_up(EVENTS, Mode::Exclusive)?;
    lock.answer().await;
    lock.granted.get().then(|| Lock { _among_tabs: Some(lock), _in_tab: None })
}

impl AmongTabs {
    /// Asks for a lock. Nothing, in a browser that has none.
    fn line_up(lock: &str, mode: Mode) -> Option<Self> {
        let locks = lock_manager()?;
        let (given, give) = promise();
        let (released, release) = promise();
        let granted = Rc::<Cell<bool>>::default();
        let granting = Rc::clone(&granted);
        let hold = Closure::once_into_js(move |_lock: JsValue| {
            granting.set(true);
            let _ = give.call0(&JsValue::NULL);
            released
        });
        let over = locks.request(&name(lock), &options(mode), hold.unchecked_ref()).ok()?;
        // The request itself settles first only if it is refused.
        let answered = Promise::race(&Array::of2(&given, &over));
        let held = Held::closed_by(&release);
        Some(Self { release, granted, answered, over, _held: held })
    }

    async fn answer(&self) {
        let _ = JsFuture::from(self.answered.clone()).await;
    }

    /// Waits so long at most. A lock that comes too late is released as soon as it is granted; that promise settles then.
    async fn within(self, longest_ms: u64) -> Result<Option<Self>, Promise> {
        let (late, stop_waiting) = promise();
        let timer = Timer::after(longest_ms, move || drop(stop_waiting.call0(&JsValue::NULL)));
        let _ = JsFuture::from(Promise::race(&Array::of2(&self.answered, &late))).await;
        drop(timer);
        if self.granted.get() { Ok(Some(self)) } else { Err(self.over.clone()) }
    }
}

impl Drop for AmongTabs {
    fn drop(&mut self) {
        let _ = self.release.call0(&JsValue::NULL);
    }
}

fn lock_manager() -> Option<LockManager> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    locks.is_object().then(|| locks.unchecked_into())
}

fn options(mode: Mode) -> JsValue {
    let options = Object::new();
    let mode = match mode {
        Mode::Shared => "shared",
        Mode::Exclusive => "exclusive",
    };
    // A plain object takes every property.
    let _ = Reflect::set(&options, &"mode".into(), &mode.into());
    options.into()
}
