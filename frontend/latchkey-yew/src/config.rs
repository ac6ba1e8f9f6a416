//! What an app can choose about its session.

use std::rc::Rc;
use std::time::Duration;

use latchkey_shared::InitialSession;
use yew::AttrValue;

use crate::core::settings::Settings;
use crate::texts::Texts;

/// What an app can choose about its session. Everything has a default, so that `SessionConfig::default()` is a complete one.
///
/// ```
/// use latchkey_yew::SessionConfig;
///
/// let config = SessionConfig::default().with_prefix("notes").with_api_base("/notes/api");
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SessionConfig {
    pub(crate) texts: Rc<Texts>,
    pub(crate) prefix: Option<AttrValue>,
    pub(crate) api_base: AttrValue,
    pub(crate) initial: InitialSource,
    pub(crate) settings: Settings,
}

/// Where the state of the session comes from with which the app begins.
#[derive(Clone, Debug)]
pub(crate) enum InitialSource {
    /// From what the server wrote into the page.
    Page,
    /// From the app.
    Given(Box<Option<InitialSession>>),
}

impl PartialEq for SessionConfig {
    /// Whether it is the same one: it is read once, so that what it says need not be compared.
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.texts, &other.texts)
    }
}

impl Default for SessionConfig {
    fn default() -> Self {
        Self {
            texts: Rc::default(),
            prefix: None,
            api_base: AttrValue::Static("/api"),
            initial: InitialSource::Page,
            settings: Settings::default(),
        }
    }
}

impl SessionConfig {
    /// The words that the library shows; [`Texts::ENGLISH`] by default.
    #[must_use]
    pub fn with_texts(self, texts: Texts) -> Self {
        Self { texts: Rc::new(texts), ..self }
    }

    /// What the names of the channels and locks between tabs and of the entries in the browser's storage begin with; by default the
    /// page's `<html data-latchkey-prefix="…">`, which the library's `start.js` reads too, and `latchkey` if it has none. Apps of one
    /// origin need a prefix each if, and only if, their sessions are different ones.
    #[must_use]
    pub fn with_prefix(self, prefix: impl Into<AttrValue>) -> Self {
        Self { prefix: Some(prefix.into()), ..self }
    }

    /// The path below which the server has its session routes; `/api` by default. Calls of the app's own are not changed by it.
    #[must_use]
    pub fn with_api_base(self, base: impl Into<AttrValue>) -> Self {
        let base = base.into();
        let trimmed = base.trim_end_matches('/');
        let api_base = if trimmed.len() == base.len() { base.clone() } else { trimmed.to_owned().into() };
        Self { api_base, ..self }
    }

    /// What is known of the session when the app begins, instead of what the server wrote into the page. With `None` the first thing
    /// that the app does is ask the server.
    #[must_use]
    pub fn with_initial_session(self, initial: Option<InitialSession>) -> Self {
        Self { initial: InitialSource::Given(Box::new(initial)), ..self }
    }

    /// How long before its end a session is warned of at most, to the millisecond; two minutes by default. Short lifetimes are warned
    /// of later: in their last tenth, but at least twenty seconds before the end where they are long enough for that.
    #[must_use]
    pub fn with_longest_warning(self, longest: Duration) -> Self {
        Self { settings: Settings { longest_warning_ms: milliseconds(longest), ..self.settings }, ..self }
    }

    /// How long an answer of the server's stays good for a user who comes back to the page, to the millisecond; a minute by default.
    /// A change of the route is always checked.
    #[must_use]
    pub fn with_recheck_after(self, age: Duration) -> Self {
        Self { settings: Settings { recheck_after_ms: milliseconds(age), ..self.settings }, ..self }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
