//! Locks within this tab and across tabs. They keep a check and a log-in apart: a late 401 to the check removes the cookie, and
//! could remove the one that the log-in has just set. Another lock elects the tab that reads the event stream for all tabs.
//!
//! Within the tab a queue is used, across tabs the browser's Web Locks. Old browsers and pages on plain http have no Web Locks,
//! only the queue. web-sys has Web Locks behind an unstable flag, so their one method is bound in this file.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AbortSignal;

use super::Timer;
use super::deferred::deferred;
use super::lock_queue::{LockQueue, Permit};
use super::names::prefixed;
use super::page_left::page_left;
use super::page_watch::CrashGuard;

pub use super::lock_queue::LockMode;

/// The event of a signal that aborts.
const ABORT: &str = "abort";
/// The lock on the session cookie, for checks (shared) and log-ins (exclusive).
const COOKIE: &str = "cookie";
/// Held by sign-outs in flight, which do not wait for it. A log-in waits for it, because their answers remove the cookie.
const SIGN_OUT: &str = "sign-out";
/// Held by the tab that reads the event stream for all tabs.
const EVENTS: &str = "events";
/// The longest wait for other tabs. A frozen tab keeps its locks, while a call lasts for about a second.
const LONGEST_WAIT_MS: u64 = 5_000;

thread_local! {
    static QUEUE: LockQueue = LockQueue::default();
    /// Whether another tab has kept the cookie's lock for too long and has not released it yet.
    static OTHER_TAB_STUCK: Cell<bool> = const { Cell::new(false) };
}

#[wasm_bindgen]
extern "C" {
    type LockManager;

    #[wasm_bindgen(method, catch)]
    fn request(this: &LockManager, name: &str, options: &JsValue, granted: &Function) -> Result<Promise, JsValue>;
}

/// A lock that is held until it is dropped, until the tab leaves the page, or until the app crashes.
#[derive(Debug)]
pub struct Lock {
    _web_lock: Option<WebLock>,
    /// Dropped after the Web Lock, so that the next request of this tab finds that one free.
    _permit: Option<Permit>,
}

/// A request for a Web Lock, which holds the lock once it is granted.
#[derive(Debug)]
struct WebLock {
    release: Function,
    /// Aborts when the tab leaves the page: that releases the lock, and withdraws a request that still waits for it.
    page_left: Option<AbortSignal>,
    granted: Rc<Cell<bool>>,
    /// Settles when the lock is granted or the request is refused.
    settled: Promise,
    /// Settles when the lock is released or the request is refused.
    finished: Promise,
    _crash_guard: CrashGuard,
}

/// Waits for the cookie's lock: without limit for requests of this tab, and for at most a few seconds for other tabs.
pub async fn lock(mode: LockMode) -> Lock {
    let permit = QUEUE.with(LockQueue::clone).acquire(mode).await;
    let web_lock = if OTHER_TAB_STUCK.get() { None } else { WebLock::request(COOKIE, mode) };
    let web_lock = match web_lock {
        Some(lock) => lock.within(LONGEST_WAIT_MS).await.unwrap_or_else(skip_stuck_lock),
        None => None,
    };
    Lock { _web_lock: web_lock, _permit: Some(permit) }
}

/// Waits for the cookie's lock as [`lock`] does, and for sign-outs in flight, whose answers would remove the cookie of a log-in.
pub async fn lock_for_sign_in() -> (Lock, Lock) {
    let sign_outs = match WebLock::request(SIGN_OUT, LockMode::Exclusive) {
        Some(lock) => lock.within(LONGEST_WAIT_MS).await.unwrap_or_default(),
        None => None,
    };
    (lock(LockMode::Exclusive).await, Lock { _web_lock: sign_outs, _permit: None })
}

/// Makes log-ins in all tabs wait until the returned lock of a sign-out is dropped. The sign-out itself does not wait.
#[must_use]
pub fn delay_sign_ins() -> Lock {
    Lock { _web_lock: WebLock::request(SIGN_OUT, LockMode::Shared), _permit: None }
}

/// Does without the lock of other tabs until the tab that has kept it too long releases it.
fn skip_stuck_lock(finished: Promise) -> Option<WebLock> {
    OTHER_TAB_STUCK.set(true);
    spawn_local(async move {
        let _ = JsFuture::from(finished).await;
        OTHER_TAB_STUCK.set(false);
    });
    None
}

/// Waits until this tab reads the event stream for all tabs. It does until the lock is dropped or the tab closes. Returns
/// `None` without Web Locks.
pub async fn acquire_leadership() -> Option<Lock> {
    let lock = WebLock::request(EVENTS, LockMode::Exclusive)?;
    lock.settle().await;
    lock.granted.get().then(|| Lock { _web_lock: Some(lock), _permit: None })
}

/// Whether tabs can keep apart by locks. They cannot on plain http, but for localhost, and in old browsers.
#[must_use]
pub fn web_locks_exist() -> bool {
    lock_manager().is_some()
}

impl WebLock {
    /// Requests a lock; `None` in a browser without Web Locks.
    fn request(lock: &str, mode: LockMode) -> Option<Self> {
        let locks = lock_manager()?;
        let (grant, resolve_grant) = deferred();
        let (released, release) = deferred();
        let granted = Rc::<Cell<bool>>::default();
        let granting = Rc::clone(&granted);
        let hold = Closure::once_into_js(move |_lock: JsValue| {
            granting.set(true);
            let _ = resolve_grant.call0(&JsValue::NULL);
            released
        });
        let page_left = page_left();
        let options = options(mode, page_left.as_ref());
        let finished = locks.request(&prefixed(lock), &options, hold.unchecked_ref()).ok()?;
        if let Some(signal) = &page_left {
            // It never fails with these arguments.
            let _ = signal.add_event_listener_with_callback(ABORT, &release);
        }
        // The request itself settles first only if it is refused.
        let settled = Promise::race(&Array::of2(&grant, &finished));
        let crash_guard = CrashGuard::closed_by(&release);
        Some(Self { release, page_left, granted, settled, finished, _crash_guard: crash_guard })
    }

    async fn settle(&self) {
        let _ = JsFuture::from(self.settled.clone()).await;
    }

    /// Waits for the lock until a time-out. After that, the lock is released as soon as it is granted; the promise in the error
    /// settles then.
    async fn within(self, longest_ms: u64) -> Result<Option<Self>, Promise> {
        let (time_out, resolve_time_out) = deferred();
        let timer = Timer::after(longest_ms, move || drop(resolve_time_out.call0(&JsValue::NULL)));
        let _ = JsFuture::from(Promise::race(&Array::of2(&self.settled, &time_out))).await;
        drop(timer);
        if self.granted.get() { Ok(Some(self)) } else { Err(self.finished.clone()) }
    }
}

impl Drop for WebLock {
    fn drop(&mut self) {
        let _ = self.release.call0(&JsValue::NULL);
        if let Some(signal) = &self.page_left {
            let _ = signal.remove_event_listener_with_callback(ABORT, &self.release);
        }
    }
}

fn lock_manager() -> Option<LockManager> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    locks.is_object().then(|| locks.unchecked_into())
}

fn options(mode: LockMode, withdrawn: Option<&AbortSignal>) -> JsValue {
    let options = Object::new();
    let mode = match mode {
        LockMode::Shared => "shared",
        LockMode::Exclusive => "exclusive",
    };
    // A plain object takes every property.
    let _ = Reflect::set(&options, &"mode".into(), &mode.into());
    if let Some(signal) = withdrawn {
        let _ = Reflect::set(&options, &"signal".into(), signal);
    }
    options.into()
}
