//! Keeps a check and a log-in apart, in this tab and across tabs, with the browser's Web Locks: otherwise a late 401,
//! which removes the cookie, could remove the one that a log-in has just set. Browsers without Web Locks (and pages on
//! plain http) do without. A second lock says which tab listens to the server for all of them.
//!
//! web-sys hides Web Locks behind an unstable flag, so the one call is bound here.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// What a check and a log-in share: the session cookie.
const COOKIE: &str = "latchkey-cookie";
/// What the tab has that listens to the server for all of them.
const EVENTS: &str = "latchkey-events";

#[wasm_bindgen]
extern "C" {
    type LockManager;

    #[wasm_bindgen(method)]
    fn request(this: &LockManager, name: &str, options: &JsValue, granted: &Function) -> Promise;
}

/// With whom a lock is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// With others who only ask.
    Shared,
    /// With nobody.
    Exclusive,
}

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    release: Option<Function>,
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some(release) = &self.release {
            let _ = release.call0(&JsValue::NULL);
        }
    }
}

/// Waits for the cookie's lock. A browser that cannot give one does not stop anybody.
pub async fn lock(mode: Mode) -> Lock {
    hold(COOKIE, mode).await.unwrap_or(Lock { release: None })
}

/// Waits until this tab is the one that listens to the server for all of them, which it is until the lock is dropped or
/// the tab closes. Nothing, in a browser that cannot tell tabs apart.
pub async fn lead() -> Option<Lock> {
    hold(EVENTS, Mode::Exclusive).await
}

async fn hold(name: &str, mode: Mode) -> Option<Lock> {
    let locks = lock_manager()?;
    let (granted, grant) = promise();
    let (released, release) = promise();
    let hold = Closure::once_into_js(move |_lock: JsValue| {
        let _ = grant.call0(&JsValue::NULL);
        released
    });
    let request = locks.request(name, &options(mode), hold.unchecked_ref());
    // The request itself settles first only if it is refused.
    let _ = JsFuture::from(Promise::race(&Array::of2(&granted, &request))).await;
    Some(Lock { release: Some(release) })
}

fn lock_manager() -> Option<LockManager> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    (!locks.is_undefined()).then(|| locks.unchecked_into())
}

fn options(mode: Mode) -> JsValue {
    let options = Object::new();
    let mode = match mode {
        Mode::Shared => "shared",
        Mode::Exclusive => "exclusive",
    };
    let _ = Reflect::set(&options, &"mode".into(), &mode.into());
    options.into()
}

/// A promise, and the function that fulfils it.
fn promise() -> (Promise, Function) {
    let mut fulfil = None;
    let promise = Promise::new(&mut |resolve, _reject| fulfil = Some(resolve));
    (promise, fulfil.unwrap_or_default())
}
