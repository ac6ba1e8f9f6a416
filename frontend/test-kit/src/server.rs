//! A server inside the page: it takes the place of `fetch`, counts what it is asked, and answers as it is told.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, Request, Response, ResponseInit};

use super::wire::Reply;

/// How a call is answered.
enum Behaviour {
    /// At once, always alike.
    Replies(Reply),
    /// Later, when the test says so; the waiting callers.
    Holds(Vec<Function>),
    /// Not at all: the network is gone.
    Unreachable,
}

/// One call that was made.
#[derive(Clone, Debug)]
pub struct Asked {
    pub call: String,
    pub session: Option<String>,
    pub keepalive: bool,
    pub signal: Option<AbortSignal>,
    request: Request,
}

impl Asked {
    /// What a header said.
    pub fn header(&self, name: &str) -> Option<String> {
        self.request.headers().get(name).unwrap()
    }

    /// Where it was sent.
    pub fn url(&self) -> String {
        self.request.url()
    }

    /// What was sent.
    pub async fn bytes(&self) -> Vec<u8> {
        let buffer = JsFuture::from(self.request.array_buffer().unwrap()).await;
        js_sys::Uint8Array::new(&buffer.unwrap()).to_vec()
    }

    /// What was sent, as text.
    pub async fn body(&self) -> String {
        let text = JsFuture::from(self.request.text().unwrap()).await;
        text.unwrap().as_string().unwrap()
    }
}

#[derive(Default)]
struct State {
    asked: Vec<Asked>,
    behaviours: HashMap<String, Behaviour>,
}

/// Gives `fetch` back when it is dropped.
pub struct Server {
    state: Rc<RefCell<State>>,
    real_fetch: JsValue,
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
        Self { state, real_fetch, _fetch: fetch }
    }

    /// From now on this call (`GET /api/me`) is answered like this.
    pub fn replies(&self, call: &str, reply: Reply) -> &Self {
        self.behave(call, Behaviour::Replies(reply))
    }

    /// From now on this call gets no answer: the network is gone.
    pub fn unreachable(&self, call: &str) -> &Self {
        self.behave(call, Behaviour::Unreachable)
    }

    /// From now on this call waits for [`release`](Self::release).
    pub fn holds(&self, call: &str) -> &Self {
        self.behave(call, Behaviour::Holds(Vec::new()))
    }

    /// Answers those who wait, and from now on all others at once.
    pub fn release(&self, call: &str, reply: Reply) -> &Self {
        let held = self.state.borrow_mut().behaviours.remove(call);
        if let Some(Behaviour::Holds(waiting)) = held {
            for resolve in waiting {
                resolve.call1(&JsValue::NULL, &response(&reply)).unwrap();
            }
        }
        self.replies(call, reply)
    }

    /// How often this call was made.
    pub fn count(&self, call: &str) -> usize {
        self.state.borrow().asked.iter().filter(|asked| asked.call == call).count()
    }

    /// What was sent with the last such call.
    pub async fn last_body(&self, call: &str) -> String {
        let last = self.asked().into_iter().rfind(|asked| asked.call == call);
        last.unwrap_or_else(|| panic!("no {call}")).body().await
    }

    /// Every call that was made.
    pub fn asked(&self) -> Vec<Asked> {
        self.state.borrow().asked.clone()
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
        self.asked.push(Asked { call: call.clone(), session, keepalive, signal, request });
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
