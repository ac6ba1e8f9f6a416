//! The client of an app, in a session, on a page that keeps what is typed into it.

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;

use latchkey_shared::InitialSession;
use latchkey_test_kit::{Page, settle};
use latchkey_yew::toast::Toasts;
use latchkey_yew::{
    ApiClient, GuardedSwitch, SessionConfig, SessionProvider, SessionUi, Texts, Toaster, use_api, use_toasts,
};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::app::Route;

thread_local! {
    static CLIENT: RefCell<Option<ApiClient>> = const { RefCell::new(None) };
    static TOASTS: RefCell<Option<Toasts>> = const { RefCell::new(None) };
}

#[component]
fn Work() -> Html {
    CLIENT.set(Some(use_api()));
    TOASTS.set(Some(use_toasts()));
    html! { <><h1>{ "Work" }</h1><input id="work" /></> }
}

#[derive(Clone, PartialEq, Properties)]
struct AppProps {
    initial: Option<InitialSession>,
    texts: Texts,
}

#[component]
fn App(props: &AppProps) -> Html {
    let config = SessionConfig::default().with_initial_session(props.initial.clone()).with_texts(props.texts.clone());
    html! {
        <BrowserRouter>
            <SessionProvider<Route> {config}>
                <GuardedSwitch<Route> render={|_: Route| html! { <Work /> }} />
                <SessionUi />
                <Toaster />
            </SessionProvider<Route>>
        </BrowserRouter>
    }
}

/// The client of a page at an address, into which the server wrote `initial`.
pub async fn client(address: &str, initial: Option<InitialSession>) -> (Page, ApiClient) {
    client_with(address, initial, Texts::default()).await
}

/// The same with other texts.
pub async fn client_with(address: &str, initial: Option<InitialSession>, texts: Texts) -> (Page, ApiClient) {
    let page = Page::open::<App>(address, AppProps { initial, texts }).await;
    (page, CLIENT.take().unwrap())
}

/// The toasts of the page that was opened last.
pub fn toasts() -> Toasts {
    TOASTS.take().unwrap()
}

/// What becomes of something that was begun.
pub struct Started<T>(Rc<RefCell<Option<T>>>);

impl<T> Started<T> {
    /// What became of it, if it is over.
    pub fn outcome(&self) -> Option<T> {
        self.0.take()
    }
}

/// Begins something, and lets everything happen that can.
pub async fn begin<T: 'static>(work: impl Future<Output = T> + 'static) -> Started<T> {
    let outcome = Rc::<RefCell<Option<T>>>::default();
    let over = Rc::clone(&outcome);
    spawn_local(async move {
        let done = work.await;
        over.replace(Some(done));
    });
    settle().await;
    Started(outcome)
}
