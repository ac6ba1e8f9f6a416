//! An app in the document, as a user sees and uses it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use gloo_timers::future::sleep;
use latchkey_yew::internals::{LockMode, lock};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Document, Element, Event, EventInit, HtmlElement, HtmlInputElement, KeyboardEvent, KeyboardEventInit};
use yew::html::BaseComponent;
use yew::{AppHandle, Renderer};

/// Removes the app from the document when it is dropped.
pub struct Page {
    root: Element,
}

thread_local! {
    /// Takes the last page out. A test that failed does not drop its own: wasm does not unwind.
    static LEAVE: RefCell<Option<Box<dyn FnOnce()>>> = const { RefCell::new(None) };
}

fn leave() {
    // A failed test may have left a pending sign-out.
    let storage = web_sys::window().unwrap().local_storage().unwrap().unwrap();
    storage.clear().unwrap();
    if let Some(leave) = LEAVE.take() {
        leave();
    }
}

/// Lets everything happen that can happen without another answer from the server: an answer can lead to another page, and
/// that to another question.
pub async fn settle() {
    for _ in 0..3 {
        sleep(Duration::from_millis(20)).await;
        yew::scheduler::flush().await;
        locks_are_granted().await;
    }
}

/// The browser takes its time to grant locks, but grants them in order: ours comes after those that the app asked for.
/// Waits for a moment at most, because the app may hold one until the test lets the server answer.
async fn locks_are_granted() {
    let granted = Rc::new(Cell::new(false));
    let grant = Rc::clone(&granted);
    spawn_local(async move {
        drop(lock(LockMode::Shared).await);
        grant.set(true);
    });
    for _ in 0..20 {
        sleep(Duration::from_millis(10)).await;
        if granted.get() {
            break;
        }
    }
}

fn document() -> Document {
    web_sys::window().unwrap().document().unwrap()
}

/// The path and query of the current address.
pub fn address() -> String {
    let location = web_sys::window().unwrap().location();
    location.pathname().unwrap() + &location.search().unwrap()
}

/// The fragment of that address.
pub fn fragment() -> String {
    web_sys::window().unwrap().location().hash().unwrap()
}

/// Goes one step back in the history, as the browser's button does.
pub async fn back() {
    web_sys::window().unwrap().history().unwrap().back().unwrap();
    sleep(Duration::from_millis(50)).await;
    settle().await;
}

/// Sends a bare event to the window.
pub async fn window_event(kind: &str) {
    let event = Event::new(kind).unwrap();
    web_sys::window().unwrap().dispatch_event(&event).unwrap();
    settle().await;
}

/// Presses a key wherever the focus is.
pub async fn press(key: &str) {
    let options = KeyboardEventInit::new();
    options.set_key(key);
    options.set_bubbles(true);
    options.set_cancelable(true);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &options).unwrap();
    let focused = document().active_element().unwrap();
    focused.dispatch_event(&event).unwrap();
    settle().await;
}

/// The id of what has the focus.
pub fn focused() -> String {
    document().active_element().map(|element| element.id()).unwrap_or_default()
}

impl Page {
    /// Opens an app at an address.
    pub async fn open<C: BaseComponent>(address: &str, props: C::Properties) -> Self {
        let page = Self::start::<C>(address, props);
        settle().await;
        page
    }

    /// The same, without waiting for anything.
    pub fn start<C: BaseComponent>(address: &str, props: C::Properties) -> Self {
        let history = web_sys::window().unwrap().history().unwrap();
        history.push_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(address)).unwrap();
        Self::mount::<C>(props)
    }

    /// Puts a component into the document.
    pub fn mount<C: BaseComponent>(props: C::Properties) -> Self {
        leave();
        let root = document().create_element("div").unwrap();
        document().body().unwrap().append_child(&root).unwrap();
        let handle: AppHandle<C> = Renderer::with_root_and_props(root.clone(), props).render();
        let mounted = root.clone();
        LEAVE.set(Some(Box::new(move || {
            handle.destroy();
            mounted.remove();
        })));
        Self { root }
    }

    pub fn text(&self) -> String {
        self.root.text_content().unwrap_or_default()
    }

    pub fn find(&self, selector: &str) -> Option<HtmlElement> {
        let found = self.root.query_selector(selector).unwrap();
        found.map(JsCast::unchecked_into)
    }

    pub fn count(&self, selector: &str) -> u32 {
        self.root.query_selector_all(selector).unwrap().length()
    }

    /// The link, button or heading with these words.
    pub fn named(&self, selector: &str, name: &str) -> Option<HtmlElement> {
        let all = self.root.query_selector_all(selector).unwrap();
        (0..all.length())
            .map(|index| all.item(index).unwrap().unchecked_into::<HtmlElement>())
            .find(|element| element.text_content().unwrap_or_default().trim() == name)
    }

    /// Clicks the link or button with these words.
    pub async fn click(&self, name: &str) {
        let found = self.named("a, button", name);
        found.unwrap_or_else(|| panic!("no link or button {name:?} in {:?}", self.text())).click();
        settle().await;
    }

    /// The value of a field.
    pub fn value(&self, selector: &str) -> String {
        self.find(selector).unwrap().unchecked_into::<HtmlInputElement>().value()
    }

    /// The error that is shown for a field.
    pub fn error_of(&self, selector: &str) -> Option<String> {
        let note = self.find(selector)?.get_attribute("aria-describedby")?;
        self.find(&format!("#{note}.lk-field__error"))?.text_content()
    }

    /// Types into the field with this type.
    pub fn type_into(&self, kind: &str, text: &str) {
        self.fill(&format!("input[type={kind}]"), text);
    }

    /// Types into a field.
    pub fn fill(&self, selector: &str, text: &str) {
        let field: HtmlInputElement = self.find(selector).unwrap().unchecked_into();
        field.set_value(text);
        let options = EventInit::new();
        options.set_bubbles(true);
        field.dispatch_event(&Event::new_with_event_init_dict("input", &options).unwrap()).unwrap();
    }

    /// Fills in the sign-in form and sends it.
    pub async fn sign_in(&self) {
        self.type_into("email", "ada@example.org");
        self.type_into("password", "correct horse");
        self.find("form button[type=submit]").unwrap().click();
        settle().await;
    }

    /// Sends a bare event to an element, as the pointer or the focus would.
    pub async fn event(&self, selector: &str, kind: &str) {
        let options = EventInit::new();
        options.set_bubbles(true);
        let event = Event::new_with_event_init_dict(kind, &options).unwrap();
        self.find(selector).unwrap().dispatch_event(&event).unwrap();
        settle().await;
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        leave();
    }
}
