//! The texts of the app that runs, for errors, which are written outside of components. A document has one app with sessions.

use std::cell::RefCell;
use std::rc::Rc;

use super::Texts;

thread_local! {
    static CURRENT: RefCell<Option<Rc<Texts>>> = const { RefCell::new(None) };
}

/// Sets the texts of the app, for what is not rendered.
pub(crate) fn set_current(texts: &Rc<Texts>) {
    CURRENT.set(Some(Rc::clone(texts)));
}

/// The texts of the app; the default without a [`SessionProvider`](crate::SessionProvider).
pub(crate) fn current() -> Rc<Texts> {
    CURRENT.with_borrow(Option::clone).unwrap_or_default()
}
