//! The fields that the user has typed into, and the browser's confirmation before it leaves a page with unsaved input.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsCast;
use web_sys::{BeforeUnloadEvent, Element, Event};

use super::Listener;

/// The fields that the user has typed into.
#[derive(Debug, Default)]
pub struct TouchedFields(Vec<Element>);

impl TouchedFields {
    /// Adds the field of an `input` event. A current password is left out: it is no work that could be lost.
    pub fn touch(&mut self, event: &Event) {
        let field = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let is_confirmation =
            |field: &Element| field.get_attribute("autocomplete").as_deref() == Some("current-password");
        if let Some(field) = field.filter(|field| !is_confirmation(field) && !self.0.contains(field)) {
            self.0.push(field);
        }
    }

    /// Whether any of them is still in the page with another value than the page has given it.
    #[must_use]
    pub fn any_unsaved(&mut self) -> bool {
        self.0.retain(|field| field.is_connected());
        self.0.iter().any(|field| differ(field, "value", "defaultValue") || differ(field, "checked", "defaultChecked"))
    }
}

/// Whether two properties differ. A `<select>` has no default value, so it counts as changed once it was used.
fn differ(field: &Element, now: &str, before: &str) -> bool {
    let get = |name: &str| Reflect::get(field, &name.into()).unwrap_or_default();
    !Object::is(&get(now), &get(before))
}

/// Makes the browser ask for confirmation before it leaves the page, if there is unsaved input then, until the listener is
/// dropped. Browsers keep no page with this listener in the back-forward cache, so use it only while there is unsaved input.
#[must_use]
pub fn ask_before_unload(any_unsaved: impl Fn() -> bool + 'static) -> Option<Listener> {
    let window = web_sys::window()?;
    Some(Listener::new(&window, "beforeunload", move |event| {
        if !any_unsaved() {
            return;
        }
        event.prevent_default();
        // For older browsers.
        if let Some(event) = event.dyn_ref::<BeforeUnloadEvent>() {
            event.set_return_value("unsaved");
        }
    }))
}
