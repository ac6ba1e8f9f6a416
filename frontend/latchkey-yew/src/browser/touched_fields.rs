//! Whether fields that the user typed into hold something that is not saved yet, and the browser's own question before it
//! leaves a page that does.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsCast;
use web_sys::{BeforeUnloadEvent, Element, Event};

use super::Listener;

/// The fields that the user typed into.
#[derive(Debug, Default)]
pub struct TouchedFields(Vec<Element>);

impl TouchedFields {
    /// Remembers the field that an `input` event comes from. A password that the browser fills in to prove who is there is
    /// nobody's work.
    pub fn touch(&mut self, event: &Event) {
        let field = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let is_proof = |field: &Element| field.get_attribute("autocomplete").as_deref() == Some("current-password");
        if let Some(field) = field.filter(|field| !is_proof(field) && !self.0.contains(field)) {
            self.0.push(field);
        }
    }

    /// Whether one of them that is still in the page holds something else than what the page put into it.
    #[must_use]
    pub fn any_unsaved(&mut self) -> bool {
        self.0.retain(|field| field.is_connected());
        self.0.iter().any(|field| differ(field, "value", "defaultValue") || differ(field, "checked", "defaultChecked"))
    }
}

/// Whether two properties differ. What is no text field has not all of them: a list that was chosen from counts as changed.
fn differ(field: &Element, now: &str, before: &str) -> bool {
    let get = |name: &str| Reflect::get(field, &name.into()).unwrap_or_default();
    !Object::is(&get(now), &get(before))
}

/// Has the browser ask before it leaves the page, if something is unsaved then, until the listener is dropped. Browsers do
/// not keep a page for the Back button that listens for it, so listen only while there is something to lose.
#[must_use]
pub fn ask_before_unload(any_unsaved: impl Fn() -> bool + 'static) -> Option<Listener> {
    let window = web_sys::window()?;
    Some(Listener::new(&window, "beforeunload", move |event| {
        if !any_unsaved() {
            return;
        }
        event.prevent_default();
        // Older browsers ask only for this.
        if let Some(event) = event.dyn_ref::<BeforeUnloadEvent>() {
            event.set_return_value("unsaved");
        }
    }))
}
