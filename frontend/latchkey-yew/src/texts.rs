//! The texts that the library shows, in English by default.

mod current;

use latchkey_shared::{EndReason, ErrorCode};
use yew::AttrValue;

use crate::end_cause::EndCause;
use crate::view::{Failure, Refusal};

pub(crate) use current::{current, set_current};

/// A title and a detail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// A few words.
    pub title: AttrValue,
    /// A sentence or two; may be empty.
    pub detail: AttrValue,
}

impl Message {
    /// A message of a title and a detail.
    pub fn new(title: impl Into<AttrValue>, detail: impl Into<AttrValue>) -> Self {
        Self { title: title.into(), detail: detail.into() }
    }
}

/// The texts that the library shows. `{time}` and `{n}` are placeholders.
///
/// ```
/// use latchkey_yew::{SessionConfig, Texts};
///
/// let texts = Texts { sign_in: "Anmelden".into(), password: "Passwort".into(), ..Texts::default() };
/// let config = SessionConfig::default().with_texts(texts);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    /// No user was signed in; shown on the sign-in page.
    pub session_missing: Message,
    /// The session reached its deadline.
    pub session_expired: Message,
    /// The user was inactive for longer than the idle limit.
    pub session_idle: Message,
    /// The session was ended from another device, or by an operator.
    pub session_revoked: Message,
    /// The user signed out.
    pub signed_out: Message,
    /// The password was changed in another session.
    pub password_changed: Message,
    /// An operator disabled the account.
    pub account_disabled: Message,

    /// The sign-out did nothing, because another session is active in this browser.
    pub not_signed_out: Message,
    /// The server has not confirmed the sign-out yet.
    pub sign_out_unconfirmed: Message,
    /// The browser did not keep the session cookie.
    pub cookie_not_kept: Message,

    /// Label of the field for the e-mail address.
    pub email: AttrValue,
    /// Label of the field for the password.
    pub password: AttrValue,
    /// The error of an empty e-mail address.
    pub email_missing: AttrValue,
    /// The error of an empty password.
    pub password_missing: AttrValue,
    /// Name of the button that shows the characters of a password.
    pub show_characters: AttrValue,
    /// Label of the checkbox to stay signed in after the browser is closed.
    pub remember: AttrValue,
    /// The hint below that checkbox.
    pub remember_hint: AttrValue,
    /// The button that signs in.
    pub sign_in: AttrValue,
    /// The error of a wrong e-mail address or password; the server's own text if `None`.
    pub bad_credentials: Option<AttrValue>,
    /// The error of a request when the server is unreachable.
    pub unreachable: AttrValue,
    /// The error of a request after another session has begun in this browser.
    pub session_changed: AttrValue,
    /// The error of a request that needs a new proof of the password, which the user did not give.
    pub not_confirmed: AttrValue,
    /// The error of a request that needs a session when nobody is signed in.
    pub not_signed_in: AttrValue,
    /// The error of a request that browsers do not send.
    pub invalid_request: AttrValue,
    /// The title of the message about a rate limit.
    pub too_many_attempts: AttrValue,
    /// The countdown of a rate limit, with `{time}`.
    pub try_again_in: AttrValue,
    /// The rate limit is over.
    pub try_again_now: AttrValue,
    /// Seconds, for screen readers, with `{n}`.
    pub seconds: AttrValue,
    /// One minute, for screen readers.
    pub minute: AttrValue,
    /// Several minutes, for screen readers, with `{n}`.
    pub minutes: AttrValue,

    /// Name of the warning before the session's end.
    pub expiry: AttrValue,
    /// The warning, with the remaining `{time}`.
    pub expires_in: AttrValue,
    /// The warning two minutes before the end, for screen readers.
    pub expires_within_two_minutes: AttrValue,
    /// The warning a minute before the end, for screen readers.
    pub expires_within_a_minute: AttrValue,
    /// The warning half a minute before the end, for screen readers.
    pub expires_within_30_seconds: AttrValue,
    /// The warning ten seconds before the end, for screen readers.
    pub expires_within_10_seconds: AttrValue,
    /// The button that extends the session.
    pub stay_signed_in: AttrValue,
    /// The button that opens the dialog, if the session cannot be extended.
    pub sign_in_again: AttrValue,
    /// The session was not extended, because the server is unreachable.
    pub not_extended: AttrValue,

    /// The text of the dialog below the reason why the session ended.
    pub reauth_after_end: AttrValue,
    /// The button that closes the dialog and leaves the page.
    pub leave: AttrValue,
    /// The dialog that asks for the password before an action that needs it.
    pub reauth_to_confirm: Message,
    /// The button that cancels the action.
    pub cancel: AttrValue,
    /// The dialog that starts a new session before the old one ends.
    pub reauth_before_end: Message,
    /// The button that closes that dialog.
    pub not_now: AttrValue,

    /// The line while the server is unreachable, with the `{time}` of day since when.
    pub reconnecting: AttrValue,
    /// What that line adds when something else answers instead of the server.
    pub foreign_answers: AttrValue,
    /// The button that reloads the page then.
    pub reload: AttrValue,

    /// Name of the region in which toasts are shown.
    pub notifications: AttrValue,
    /// Name of the button that closes a toast.
    pub close_notification: AttrValue,
}

const fn text(text: &'static str) -> AttrValue {
    AttrValue::Static(text)
}

const fn message(title: &'static str, detail: &'static str) -> Message {
    Message { title: text(title), detail: text(detail) }
}

const fn reason(reason: EndReason) -> Message {
    message(reason.title(), reason.detail())
}

impl Texts {
    /// The default.
    pub const ENGLISH: Self = Self {
        session_missing: reason(EndReason::SessionMissing),
        session_expired: reason(EndReason::SessionExpired),
        session_idle: reason(EndReason::SessionIdle),
        session_revoked: reason(EndReason::SessionRevoked),
        signed_out: reason(EndReason::SignedOut),
        password_changed: reason(EndReason::PasswordChanged),
        account_disabled: reason(EndReason::AccountDisabled),
        not_signed_out: message(
            "Not signed out",
            "You have signed in again since this page was opened. Sign out once more to end that session.",
        ),
        sign_out_unconfirmed: message(
            "Signed out on this device",
            "The server cannot be reached and has not confirmed it. Keep this page open: the sign-out is sent again until the server confirms it.",
        ),
        cookie_not_kept: message(
            "Not signed in",
            "This browser did not keep the cookie: allow cookies for this site and sign in again. If they are allowed, \
             the address in the address bar may not be the one that this site is set up for.",
        ),
        email: text("Email"),
        password: text("Password"),
        email_missing: text("Enter the address of your account."),
        password_missing: text("Enter your password."),
        show_characters: text("Show characters"),
        remember: text("Keep me signed in"),
        remember_hint: text(
            "Clear this on a computer that is not your own. Your session then ends with the browser, and sooner in any case.",
        ),
        sign_in: text("Sign in"),
        bad_credentials: None,
        unreachable: text("The server cannot be reached right now. Try again in a moment."),
        session_changed: text("Another session has begun in this browser. Look at the page again before you go on."),
        not_confirmed: text("Nothing was done, because you did not confirm your password."),
        not_signed_in: text("You are not signed in."),
        invalid_request: text("This request could not be sent."),
        too_many_attempts: text("Too many attempts"),
        try_again_in: text("Try again in {time}."),
        try_again_now: text("You can try again now."),
        seconds: text("{n} seconds"),
        minute: text("1 minute"),
        minutes: text("{n} minutes"),
        expiry: text("End of the session"),
        expires_in: text("Your session ends in {time}"),
        expires_within_two_minutes: text("Your session ends within two minutes."),
        expires_within_a_minute: text("Your session ends within a minute."),
        expires_within_30_seconds: text("Your session ends within 30 seconds."),
        expires_within_10_seconds: text("Your session ends within 10 seconds."),
        stay_signed_in: text("Stay signed in"),
        sign_in_again: text("Sign in again"),
        not_extended: text("The server cannot be reached, so your session was not extended. Try again."),
        reauth_after_end: text("Sign in again to continue where you were. Nothing is lost."),
        leave: text("Leave"),
        reauth_to_confirm: message(
            "Is it still you?",
            "You signed in a while ago. Enter your password again to continue.",
        ),
        cancel: text("Cancel"),
        reauth_before_end: message("Sign in again", "Your session ends soon. Sign in again to continue in a new one."),
        not_now: text("Not now"),
        reconnecting: text("Reconnecting… no answer since {time}. Your work is safe."),
        foreign_answers: text(
            "Something else answers instead of the server. The sign-in to your network may have expired.",
        ),
        reload: text("Reload the page"),
        notifications: text("Notifications"),
        close_notification: text("Close notification"),
    };

    /// The message for the end of a session; the server's own for a reason that this build does not know.
    #[must_use]
    pub fn end(&self, cause: &EndCause) -> Message {
        match cause {
            EndCause::Known(reason) => self.end_reason(*reason).clone(),
            EndCause::Other { title, detail } => Message::new(title.clone(), detail.clone()),
        }
    }

    /// The message for a known reason.
    #[must_use]
    pub const fn end_reason(&self, reason: EndReason) -> &Message {
        match reason {
            EndReason::SessionMissing => &self.session_missing,
            EndReason::SessionIdle => &self.session_idle,
            EndReason::SessionRevoked => &self.session_revoked,
            EndReason::SignedOut => &self.signed_out,
            EndReason::PasswordChanged => &self.password_changed,
            EndReason::AccountDisabled => &self.account_disabled,
            _ => &self.session_expired,
        }
    }

    /// The message for a failure.
    #[must_use]
    pub fn failure(&self, failure: &Failure) -> AttrValue {
        match failure {
            Failure::Refused(Refusal { code, detail }) => self.refusal(*code, detail),
            Failure::Unreachable => self.unreachable.clone(),
            Failure::CookieNotKept => self.cookie_not_kept.detail.clone(),
        }
    }

    /// The message for a refusal with a code: the server's own `detail` for one that has no text here.
    pub(crate) fn refusal(&self, code: ErrorCode, detail: &str) -> AttrValue {
        let own = match code {
            ErrorCode::BadCredentials => self.bad_credentials.as_ref(),
            ErrorCode::SessionChanged => Some(&self.session_changed),
            ErrorCode::TooManyAttempts => Some(&self.too_many_attempts),
            other => other.end_reason().map(|reason| &self.end_reason(reason).detail),
        };
        own.cloned().unwrap_or_else(|| detail.to_owned().into())
    }
}

impl Default for Texts {
    fn default() -> Self {
        Self::ENGLISH
    }
}

/// The parts of a text before and after its placeholder, whatever its name; the whole text and nothing if it has none.
pub(crate) fn around(text: &str) -> (&str, &str) {
    let placeholder = text.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?.1)));
    placeholder.unwrap_or((text, ""))
}

/// A text with its placeholder replaced, if it has one.
pub(crate) fn fill(text: &str, with: &str) -> String {
    let (before, after) = around(text);
    if before.len() == text.len() { text.to_owned() } else { [before, with, after].concat() }
}

#[cfg(test)]
mod tests;
