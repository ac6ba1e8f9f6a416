//! Until `Toasts` has them itself.
use latchkey_yew::toast::{Toast, Toasts, Tone};
pub trait Shim {
    fn success(&self, text: &str);
    fn error(&self, text: String);
}
impl Shim for Toasts {
    fn success(&self, text: &str) {
        self.show(Toast::done("note", text.to_owned(), ""))
    }
    fn error(&self, text: String) {
        self.show(Toast { tone: Tone::Error, ..Toast::done("note", "Not done", text) })
    }
}
