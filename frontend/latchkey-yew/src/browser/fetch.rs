//! Sends one request through gloo-net and returns the complete response.
//!
//! gloo-net's request builder has neither `keepalive` nor a time-out, so the request is built in this file. gloo-net panics when
//! a request fails with a value that is not a JavaScript `Error`, so never abort with such a reason.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use gloo_net::http;
use js_sys::{ArrayBuffer, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestCache, RequestCredentials, RequestInit, RequestRedirect, TextDecoder};

use super::deferred::deferred;
use super::{Body, Timer};

/// A request to this site.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// `GET`, `POST`…
    pub method: &'a str,
    /// A path of this site, beginning with a slash.
    pub path: &'a str,
    /// Names and values. If a name is repeated, its last value is sent.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body, if there is one.
    pub body: Option<&'a Body>,
    /// Whether the browser completes the request if the page is closed meanwhile.
    pub keepalive: bool,
    /// Time-out for the whole response, its body included.
    pub timeout_ms: u64,
}

/// A response, from the server or from something between it and the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status; 0 for a redirect, which is not followed.
    pub status: u16,
    headers: Headers,
    body: ArrayBuffer,
}

impl Response {
    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).ok().flatten()
    }

    /// The length of the body, in bytes.
    #[must_use]
    pub fn length(&self) -> u32 {
        self.body.byte_length()
    }

    /// The body.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        Uint8Array::new(&self.body).to_vec()
    }

    /// The body as UTF-8, without a byte order mark. Invalid sequences become `U+FFFD`.
    #[must_use]
    pub fn text(&self) -> String {
        let decoded = TextDecoder::new().and_then(|decoder| decoder.decode_with_buffer_source(&self.body));
        decoded.unwrap_or_default()
    }
}

/// Why there is no complete response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchError {
    /// The connection failed or was interrupted.
    Offline,
    /// The time-out passed.
    TimedOut,
    /// The browser does not allow a header, the method or the body. The message is for developers.
    Invalid(String),
}

impl From<gloo_net::Error> for FetchError {
    fn from(_error: gloo_net::Error) -> Self {
        Self::Offline
    }
}

impl From<JsValue> for FetchError {
    fn from(error: JsValue) -> Self {
        let error = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
        Self::Invalid(error.unwrap_or_default())
    }
}

/// Aborts a request when it is dropped. In old browsers without `AbortController` the request continues.
struct AbortOnDrop(Option<AbortController>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

/// Sends a request with this site's cookies, bypassing all caches. Dropping the future aborts the request.
///
/// # Errors
/// There was no complete response in time, or the request is invalid.
pub async fn fetch(request: Request<'_>) -> Result<Response, FetchError> {
    // Aborting an answered request has no effect.
    let abort = AbortOnDrop(AbortController::new().ok());
    with_timeout(request.timeout_ms, send(request, abort.0.as_ref())).await.unwrap_or(Err(FetchError::TimedOut))
}

/// Waits for a future until a time-out; `None` if it is not ready by then.
pub async fn with_timeout<T>(timeout_ms: u64, work: impl Future<Output = T>) -> Option<T> {
    let (timed_out, time_out) = deferred();
    let _timer = Timer::after(timeout_ms, move || {
        let _ = time_out.call0(&JsValue::NULL);
    });
    let mut timed_out = pin!(JsFuture::from(timed_out));
    let mut work = pin!(work);
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending => timed_out.as_mut().poll(context).map(|_| None),
    })
    .await
}

async fn send(request: Request<'_>, controller: Option<&AbortController>) -> Result<Response, FetchError> {
    let headers = Headers::new()?;
    for (name, value) in request.headers {
        headers.set(name, value)?;
    }
    let options = RequestInit::new();
    options.set_method(request.method);
    options.set_headers(&headers);
    options.set_credentials(RequestCredentials::SameOrigin);
    options.set_cache(RequestCache::NoStore);
    // The API never redirects, so a redirect comes from something else and must be recognizable as such.
    options.set_redirect(RequestRedirect::Manual);
    options.set_signal(controller.map(AbortController::signal).as_ref());
    if request.keepalive {
        // web-sys has no setter for it. Browsers without support ignore the property.
        Reflect::set(&options, &"keepalive".into(), &true.into())?;
    }
    if let Some(body) = request.body {
        options.set_body(body.value());
    }
    let built = web_sys::Request::new_with_str_and_init(&url(request.path)?, &options)?;
    let response = http::Request::from(built).send().await?;
    let response = web_sys::Response::from(response);
    // A response with an incomplete body is not usable.
    let body = JsFuture::from(response.array_buffer()?).await.map_err(|_| FetchError::Offline)?;
    Ok(Response { status: response.status(), headers: response.headers(), body: body.unchecked_into() })
}

/// The absolute URL of a path of this site; a relative one would be resolved against the page's `<base>`.
fn url(path: &str) -> Result<String, FetchError> {
    let location = web_sys::window().and_then(|window| window.location().origin().ok());
    Ok([location.unwrap_or_default().as_str(), path].concat())
}
