//! Sends one request through gloo-net and returns the whole answer as plain data. What the answer means is decided in `api`.
//!
//! gloo-net's request builder knows neither `keepalive` nor a time-out, so the request is built here and handed over. It
//! panics when a request fails with something that is not a JavaScript `Error`: never abort with a reason of another kind.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use gloo_net::http;
use js_sys::{ArrayBuffer, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestCache, RequestCredentials, RequestInit, RequestRedirect, TextDecoder};

use super::promise::promise;
use super::{Body, Timer};

/// A request to this site.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// `GET`, `POST`…
    pub method: &'a str,
    /// A path of this site, which begins with a slash.
    pub path: &'a str,
    /// Names and values. The last one of a name counts.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body, if there is one.
    pub body: Option<&'a Body>,
    /// Whether the browser still sends it when the page is closed meanwhile.
    pub keepalive: bool,
    /// How long the whole answer may take, its body included.
    pub timeout_ms: u64,
}

/// An answer, from the server or from something between it and the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status; 0 for a redirection, which is not followed.
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

    /// The body as UTF-8, without a byte order mark. What is not UTF-8 becomes `U+FFFD`.
    #[must_use]
    pub fn text(&self) -> String {
        let decoded = TextDecoder::new().and_then(|decoder| decoder.decode_with_buffer_source(&self.body));
        decoded.unwrap_or_default()
    }
}

/// No complete answer came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// The connection failed or broke off.
    Offline,
    /// It did not come in time.
    TimedOut,
    /// The browser refused to send the request: a header, a method or a body that it does not allow. Why, for programmers.
    Invalid(String),
}

impl From<gloo_net::Error> for NoAnswer {
    fn from(_error: gloo_net::Error) -> Self {
        Self::Offline
    }
}

impl From<JsValue> for NoAnswer {
    fn from(error: JsValue) -> Self {
        let error = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
        Self::Invalid(error.unwrap_or_default())
    }
}

/// Aborts a request when it is dropped. Old browsers lack the controller: there, the request goes on unheard.
struct AbortOnDrop(Option<AbortController>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

/// Sends a request with this site's cookies and past every cache. Dropping the future aborts the request.
///
/// # Errors
/// No complete answer came in time.
pub async fn fetch(request: Request<'_>) -> Result<Response, NoAnswer> {
    // Aborting what has been answered does nothing.
    let abort = AbortOnDrop(AbortController::new().ok());
    within(request.timeout_ms, send(request, abort.0.as_ref())).await.unwrap_or(Err(NoAnswer::TimedOut))
}

/// Waits for a future, but no longer than so long; nothing, if it was not done by then.
pub async fn within<T>(timeout_ms: u64, work: impl Future<Output = T>) -> Option<T> {
    let (timed_out, time_out) = promise();
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

async fn send(request: Request<'_>, controller: Option<&AbortController>) -> Result<Response, NoAnswer> {
    let headers = Headers::new()?;
    for (name, value) in request.headers {
        headers.set(name, value)?;
    }
    let options = RequestInit::new();
    options.set_method(request.method);
    options.set_headers(&headers);
    options.set_credentials(RequestCredentials::SameOrigin);
    options.set_cache(RequestCache::NoStore);
    // The server leads nowhere: who does is another one, and is to be known as one that answered.
    options.set_redirect(RequestRedirect::Manual);
    options.set_signal(controller.map(AbortController::signal).as_ref());
    if request.keepalive {
        // web-sys has no setter for it, and browsers that do not know the property ignore it.
        Reflect::set(&options, &"keepalive".into(), &true.into())?;
    }
    if let Some(body) = request.body {
        options.set_body(body.value());
    }
    let built = web_sys::Request::new_with_str_and_init(&url(request.path)?, &options)?;
    let response = http::Request::from(built).send().await?;
    let response = web_sys::Response::from(response);
    // A body that breaks off is no answer.
    let body = JsFuture::from(response.array_buffer()?).await.map_err(|_| NoAnswer::Offline)?;
    Ok(Response { status: response.status(), headers: response.headers(), body: body.unchecked_into() })
}

/// The address of a path of this site. A `<base>` of the page's may lead to another one.
fn url(path: &str) -> Result<String, NoAnswer> {
    let location = web_sys::window().and_then(|window| window.location().origin().ok());
    Ok([location.unwrap_or_default().as_str(), path].concat())
}
