//! One request, one answer, in plain data. What the answer means is for `api` to say.

use latchkey_shared::api::BUILD_HEADER;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestCache, RequestCredentials, RequestInit};

/// What is asked.
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
    /// How long the whole answer may take.
    pub timeout_ms: u32,
}

/// What came back, from the server or from something in between.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// `Content-Type`, or nothing.
    pub content_type: String,
    /// `Retry-After`, as it stands.
    pub retry_after: Option<String>,
    /// [`BUILD_HEADER`]: the build of the app that the server has.
    pub build: Option<String>,
    /// The whole body.
    pub body: String,
}

/// No answer: offline, refused, timed out, broken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoAnswer;

impl From<JsValue> for NoAnswer {
    fn from(_error: JsValue) -> Self {
        Self
    }
}

/// Asks, with this site's cookies and past every cache.
///
/// # Errors
/// When no complete answer came in time.
pub async fn fetch(request: Request<'_>) -> Result<Response, NoAnswer> {
    let headers = Headers::new()?;
    for (name, value) in request.headers {
        headers.set(name, value)?;
    }
    let options = RequestInit::new();
    options.set_method(request.method);
    options.set_headers(&headers);
    options.set_credentials(RequestCredentials::SameOrigin);
    options.set_cache(RequestCache::NoStore);
    options.set_signal(Some(&AbortSignal::timeout_with_u32(request.timeout_ms)));
    if let Some(body) = request.body {
        options.set_body(&body.into());
    }
    let window = web_sys::window().ok_or(NoAnswer)?;
    let response = JsFuture::from(window.fetch_with_str_and_init(request.path, &options)).await?;
    let response: web_sys::Response = response.dyn_into()?;
    let body = JsFuture::from(response.text()?).await?;
    Ok(Response {
        status: response.status(),
        content_type: response.headers().get("content-type")?.unwrap_or_default(),
        retry_after: response.headers().get("retry-after")?,
        build: response.headers().get(BUILD_HEADER)?,
        body: body.as_string().unwrap_or_default(),
    })
}
