//! A fake server inside the page: it replaces `fetch` and event streams, records requests, and answers as the test sets it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, Request, Response, ResponseInit};

use super::streams::Streams;
use super::wire::Reply;

/// How requests are answered.
enum Behaviour {
    /// At once, always with this reply.
    Replies(Reply),
    /// When the test releases them; the resolvers of the waiting requests.
    Holds(Vec<Function>),
    /// Not at all, as without a network.
    Unreachable,
}

/// A request that was sent.
#[derive(Clone, Debug)]
pub struct SentRequest {
    pub call: String,
    pub session: Option<String>,
    pub keepalive: bool,
    pub signal: Option<AbortSignal>,
    request: Request,
}

impl SentRequest {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<String> {
        self.request.headers().get(name).unwrap()
    }

    /// The URL.
    pub fn url(&self) -> String {
        self.request.url()
    }

    /// The body.
    pub async fn bytes(&self) -> Vec<u8> {
        let buffer = JsFuture::from(self.request.array_buffer().unwrap()).await;
        js_sys::Uint8Array::new(&buffer.unwrap()).to_vec()
    }

    /// The body as text.
    pub async fn body(&self) -> String {
        let text = JsFuture::from(self.request.text().unwrap()).await;
        text.unwrap().as_string().unwrap()
    }
}

#[derive(Default)]
struct State {
    requests: Vec<SentRequest>,
    behaviours: HashMap<String, Behaviour>,
}

/// The fake server, whose event streams stay silent. Dropping it restores `fetch` and `EventSource`.
pub struct Server {
    state: Rc<RefCell<State>>,
    real_fetch: JsValue,
    /// A real stream would fail here after a while, and each loss of a stream starts a check that no test has asked for.
    _streams: Streams,
    _fetch: Closure<dyn FnMut(Request) -> Promise>,
}

impl Server {
    pub fn start() -> Self {
        let state = Rc::<RefCell<State>>::default();
        let answering = Rc::clone(&state);
        let fetch = Closure::<dyn FnMut(Request) -> Promise>::new(move |request: Request| {
            answering.borrow_mut().answer(&request)
        });
        let window = web_sys::window().unwrap();
        let real_fetch = Reflect::get(&window, &"fetch".into()).unwrap();
        Reflect::set(&window, &"fetch".into(), fetch.as_ref()).unwrap();
        Self { state, real_fetch, _streams: Streams::start(), _fetch: fetch }
    }

    /// Answers these requests (`GET /api/me`) with this reply from now on.
    pub fn replies(&self, call: &str, reply: Reply) -> &Self {
        self.behave(call, Behaviour::Replies(reply))
    }

    /// Fails these requests from now on, as without a network.
    pub fn unreachable(&self, call: &str) -> &Self {
        self.behave(call, Behaviour::Unreachable)
    }

    /// Holds these requests from now on, until [`release`](Self::release).
    pub fn holds(&self, call: &str) -> &Self {
        self.behave(call, Behaviour::Holds(Vec::new()))
    }

    /// Answers the waiting requests, and all later ones at once.
    pub fn release(&self, call: &str, reply: Reply) -> &Self {
        let held = self.state.borrow_mut().behaviours.remove(call);
        if let Some(Behaviour::Holds(waiting)) = held {
            for resolve in waiting {
                resolve.call1(&JsValue::NULL, &response(&reply)).unwrap();
            }
        }
        self.replies(call, reply)
    }

    /// How many of these requests were sent.
    pub fn count(&self, call: &str) -> usize {
        self.state.borrow().requests.iter().filter(|request| request.call == call).count()
    }

    /// The body of the last of these requests.
    pub async fn last_body(&self, call: &str) -> String {
        let last = self.requests().into_iter().rfind(|request| request.call == call);
        last.unwrap_or_else(|| panic!("no {call}")).body().await
    }

    /// All requests that were sent.
    pub fn requests(&self) -> Vec<SentRequest> {
        self.state.borrow().requests.clone()
    }

    fn behave(&self, call: &str, behaviour: Behaviour) -> &Self {
        self.state.borrow_mut().behaviours.insert(call.into(), behaviour);
        self
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        Reflect::set(&web_sys::window().unwrap(), &"fetch".into(), &self.real_fetch).unwrap();
    }
}

impl State {
    fn answer(&mut self, request: &Request) -> Promise {
        let url = web_sys::Url::new(&request.url()).unwrap();
        let call = format!("{} {}{}", request.method(), url.pathname(), url.search());
        let session = request.headers().get(latchkey_shared::api::SESSION_HEADER).unwrap();
        let keepalive = Reflect::get(request, &"keepalive".into()).unwrap().is_truthy();
        // A browser without abort signals has none.
        let signal = Reflect::get(request, &"signal".into()).unwrap().dyn_into().ok();
        let request = request.clone().unwrap();
        self.requests.push(SentRequest { call: call.clone(), session, keepalive, signal, request });
        match self.behaviours.get_mut(&call) {
            Some(Behaviour::Replies(reply)) => Promise::resolve(&response(reply)),
            Some(Behaviour::Holds(waiting)) => Promise::new(&mut |resolve, _| waiting.push(resolve)),
            Some(Behaviour::Unreachable) | None => Promise::reject(&js_sys::TypeError::new("Failed to fetch")),
        }
    }
}

fn response(reply: &Reply) -> JsValue {
    let headers = Headers::new().unwrap();
    headers.set("Content-Type", reply.content_type).unwrap();
    if let Some(retry_after) = reply.retry_after {
        headers.set("Retry-After", retry_after).unwrap();
    }
    let init = ResponseInit::new();
    init.set_status(reply.status);
    init.set_headers(&headers);
    let body = js_sys::Uint8Array::from(reply.body.as_slice());
    let body = (reply.status != 204).then_some(body.as_ref());
    Response::new_with_opt_buffer_source_and_init(body, &init).unwrap().into()
}
