//! Sends one request through gloo-net and returns the whole answer as plain data. What the answer means is decided in `api`.
//!
//! gloo-net's request builder knows neither `keepalive` nor a time-out, so the request is built here and handed over. It
//! panics when a request fails with something that is not a JavaScript `Error`: never abort with a reason of another kind.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use gloo_net::http;
use js_sys::Reflect;
use latchkey_shared::api::BUILD_HEADER;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestCache, RequestCredentials, RequestInit, RequestRedirect};

use super::Timer;
use super::promise::promise;

/// A request to this site.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// `GET`, `POST`…
    pub method: &'static str,
    /// A path of this site.
    pub path: &'a str,
    /// Names and values.
    pub headers: &'a [(&'static str, &'a str)],
    /// The body, if there is one.
    pub body: Option<&'a str>,
    /// Whether the browser still sends it when the page is closed meanwhile.
    pub keepalive: bool,
    /// How long the whole answer may take, its body included.
    pub timeout_ms: u32,
}

/// An answer, from the server or from something between it and the browser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// `Content-Type`, or nothing.
    pub content_type: String,
    /// `Retry-After`, unparsed.
    pub retry_after: Option<String>,
    /// [`BUILD_HEADER`]: the build of the app that the server has.
    pub build: Option<String>,
    /// The whole body.
    pub body: String,
}

/// No complete answer came: offline, refused, timed out, broken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoAnswer;

impl From<JsValue> for NoAnswer {
    fn from(_error: JsValue) -> Self {
        Self
    }
}

impl From<gloo_net::Error> for NoAnswer {
    fn from(_error: gloo_net::Error) -> Self {
        Self
    }
}

/// Sends a request with this site's cookies and past every cache.
///
/// # Errors
/// No complete answer came in time.
pub async fn fetch(request: Request<'_>) -> Result<Response, NoAnswer> {
    // The time-out does not rely on the controller, which old browsers lack: without one, the request just goes on unheard.
    let controller = AbortController::new().ok();
    let (timed_out, time_out) = promise();
    let _timer = Timer::after(request.timeout_ms.into(), move || {
        let _ = time_out.call0(&JsValue::NULL);
    });
    let mut timed_out = pin!(JsFuture::from(timed_out));
    let mut answer = pin!(send(request, controller.as_ref()));
    poll_fn(|context| {
        if let Poll::Ready(answer) = answer.as_mut().poll(context) {
            return Poll::Ready(answer);
        }
        timed_out.as_mut().poll(context).map(|_| {
            if let Some(controller) = &controller {
                controller.abort();
            }
            Err(NoAnswer)
        })
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
        options.set_body(&body.into());
    }
    let built = web_sys::Request::new_with_str_and_init(request.path, &options)?;
    let response = http::Request::from(built).send().await?;
    let header = |name| response.headers().get(name);
    Ok(Response {
        status: response.status(),
        content_type: header("content-type").unwrap_or_default(),
        retry_after: header("retry-after"),
        build: header(BUILD_HEADER),
        body: response.text().await?,
    })
}
