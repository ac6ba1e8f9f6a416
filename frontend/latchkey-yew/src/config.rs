//! The configuration of the session.

use std::rc::Rc;
use std::time::Duration;

use latchkey_shared::InitialSession;
use yew::AttrValue;

use crate::core::settings::Settings;
use crate::texts::Texts;

/// The configuration of the session. Everything has a default.
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
    pub(crate) offers_remember: bool,
}

/// The source of the initial state of the session.
#[derive(Clone, Debug)]
pub(crate) enum InitialSource {
    /// What the server embedded in the page.
    Page,
    /// A value of the app.
    Given(Box<Option<InitialSession>>),
}

impl PartialEq for SessionConfig {
    /// Compares identities only: the configuration is read once, so changes have no effect.
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
            offers_remember: true,
        }
    }
}

impl SessionConfig {
    /// The texts that the library shows; [`Texts::ENGLISH`] by default.
    #[must_use]
    pub fn with_texts(self, texts: Texts) -> Self {
        Self { texts: Rc::new(texts), ..self }
    }

    /// The prefix of the names of channels, locks and storage entries. The default is that of the
    /// page's `<html data-latchkey-prefix="…">`, which the library's `start.js` reads too, or `latchkey`. Apps on one
    /// origin need different prefixes if and only if they have different sessions.
    #[must_use]
    pub fn with_prefix(self, prefix: impl Into<AttrValue>) -> Self {
        Self { prefix: Some(prefix.into()), ..self }
    }

    /// The base path of the server's session routes; `/api` by default. It does not affect the app's own requests.
    #[must_use]
    pub fn with_api_base(self, base: impl Into<AttrValue>) -> Self {
        let base = base.into();
        let trimmed = base.trim_end_matches('/');
        let api_base = if trimmed.len() == base.len() { base.clone() } else { trimmed.to_owned().into() };
        Self { api_base, ..self }
    }

    /// The initial state of the session, in place of the one that the server embedded in the page. With `None`, the app starts
    /// with a check.
    #[must_use]
    pub fn with_initial_session(self, initial: Option<InitialSession>) -> Self {
        Self { initial: InitialSource::Given(Box::new(initial)), ..self }
    }

    /// Whether the library's forms, on the sign-in page and in the dialog, offer the choice to stay signed in; true by default.
    /// Without it, every session is remembered.
    #[must_use]
    pub fn with_remember_choice(self, offers_remember: bool) -> Self {
        Self { offers_remember, ..self }
    }

    /// The longest time between the warning and the end of the session, in whole milliseconds; two minutes by default. For short
    /// lifetimes it is a tenth of the lifetime, but at least twenty seconds, and at most half of the lifetime.
    #[must_use]
    pub fn with_longest_warning(self, longest: Duration) -> Self {
        Self { settings: Settings { longest_warning_ms: milliseconds(longest), ..self.settings }, ..self }
    }

    /// How old the last answer may be when the user comes back to the page without a new check, in whole milliseconds; a minute by
    /// default. A change of the route is always checked.
    #[must_use]
    pub fn with_recheck_after(self, age: Duration) -> Self {
        Self { settings: Settings { recheck_after_ms: milliseconds(age), ..self.settings }, ..self }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
