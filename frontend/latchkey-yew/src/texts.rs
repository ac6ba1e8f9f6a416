//! Every word that the library shows, in English by default.

use latchkey_shared::{EndReason, ErrorCode};
use yew::AttrValue;

use crate::end_cause::EndCause;
use crate::view::{Failure, Refusal};

/// A heading of two or three words, and a sentence or two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The heading.
    pub title: AttrValue,
    /// The sentences; may be empty.
    pub detail: AttrValue,
}

impl Message {
    /// A message of a heading and sentences.
    pub fn new(title: impl Into<AttrValue>, detail: impl Into<AttrValue>) -> Self {
        Self { title: title.into(), detail: detail.into() }
    }
}

/// Every word that the library shows. `{time}` and `{n}` stand for what is filled in.
///
/// ```
/// use latchkey_yew::{SessionConfig, Texts};
///
/// let texts = Texts { sign_in: "Anmelden".into(), password: "Passwort".into(), ..Texts::default() };
/// let config = SessionConfig::default().with_texts(texts);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    /// Nobody was signed in; shown on the sign-in page.
    pub session_missing: Message,
    /// The session reached its deadline.
    pub session_expired: Message,
    /// Nothing was done in the session for longer than the idle limit.
    pub session_idle: Message,
    /// The session was ended from another device, or by an operator.
    pub session_revoked: Message,
    /// The user signed out.
    pub signed_out: Message,
    /// The password was changed elsewhere.
    pub password_changed: Message,
    /// An operator disabled the account.
    pub account_disabled: Message,

    /// A sign-out that did nothing, because another session has begun in this browser since.
    pub not_signed_out: Message,
    /// A sign-out that the server has not confirmed yet.
    pub sign_out_unconfirmed: Message,
    /// This browser did not keep the cookie of the session that it had signed in to.
    pub cookie_not_kept: Message,

    /// Label of the field for the e-mail address.
    pub email: AttrValue,
    /// Label of the field for the password.
    pub password: AttrValue,
    /// What is wrong with an empty e-mail address.
    pub email_missing: AttrValue,
    /// What is wrong with an empty password.
    pub password_missing: AttrValue,
    /// Name of the button that shows what is typed into a password field.
    pub show_characters: AttrValue,
    /// Label of the box that keeps the session beyond the browser's.
    pub remember: AttrValue,
    /// What follows from that box.
    pub remember_hint: AttrValue,
    /// The button that signs in.
    pub sign_in: AttrValue,
    /// Why signing in failed when address or password are wrong; the server's own words if `None`.
    pub bad_credentials: Option<AttrValue>,
    /// Why something failed when the server could not be reached.
    pub unreachable: AttrValue,
    /// Heading above the wait after too many attempts.
    pub too_many_attempts: AttrValue,
    /// The wait after too many attempts, with `{time}`.
    pub try_again_in: AttrValue,
    /// That wait is over.
    pub try_again_now: AttrValue,
    /// A length of time as it is read aloud, with `{n}`.
    pub seconds: AttrValue,
    /// One minute, as it is read aloud.
    pub minute: AttrValue,
    /// Several minutes as they are read aloud, with `{n}`.
    pub minutes: AttrValue,

    /// Name of the warning before the session's end.
    pub expiry: AttrValue,
    /// The warning, with the counted-down `{time}`.
    pub expires_in: AttrValue,
    /// The warning as it is read aloud two minutes before the end.
    pub expires_within_two_minutes: AttrValue,
    /// The warning as it is read aloud a minute before the end.
    pub expires_within_a_minute: AttrValue,
    /// The warning as it is read aloud half a minute before the end.
    pub expires_within_30_seconds: AttrValue,
    /// The warning as it is read aloud ten seconds before the end.
    pub expires_within_10_seconds: AttrValue,
    /// The button that prolongs the session.
    pub stay_signed_in: AttrValue,
    /// The button that opens the dialog, where the session cannot be prolonged.
    pub sign_in_again: AttrValue,
    /// Why the session was not prolonged when the server could not be reached.
    pub not_prolonged: AttrValue,

    /// What the dialog over a page says below the reason of the end.
    pub reauth_after_end: AttrValue,
    /// The dialog's button that gives the page up.
    pub leave: AttrValue,
    /// The dialog that asks for the password before something that needs it.
    pub reauth_to_confirm: Message,
    /// The button that gives that up.
    pub cancel: AttrValue,
    /// The dialog that begins a new session before the end of the old one.
    pub reauth_before_end: Message,
    /// The button that puts that off.
    pub not_now: AttrValue,

    /// The line that says that the server does not answer, with the `{time}` of the day since when.
    pub reconnecting: AttrValue,
    /// What it adds when something else answers in the server's place.
    pub foreign_answers: AttrValue,
    /// The button that loads the page anew then.
    pub reload: AttrValue,

    /// Name of the region in which toasts show.
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
            "The server cannot be reached and has not confirmed it. Keep this page open: it will, as soon as it answers.",
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
        not_prolonged: text("The server cannot be reached, so your session was not prolonged. Try again."),
        reauth_after_end: text("Sign in again to go on where you were. Nothing is lost."),
        leave: text("Leave"),
        reauth_to_confirm: message(
            "Is it still you?",
            "You signed in a while ago. Enter your password once more to go on.",
        ),
        cancel: text("Cancel"),
        reauth_before_end: message("Sign in again", "Your session ends soon. Sign in again to go on in a new one."),
        not_now: text("Not now"),
        reconnecting: text("Reconnecting… no answer since {time}. Your work is safe."),
        foreign_answers: text(
            "Something else answers in the server’s place: a sign-in of your network may have run out.",
        ),
        reload: text("Load the page anew"),
        notifications: text("Notifications"),
        close_notification: text("Close notification"),
    };

    /// Why a session ended, in words; the server's own for a reason that this build does not know.
    #[must_use]
    pub fn end(&self, cause: &EndCause) -> Message {
        match cause {
            EndCause::Known(reason) => self.end_reason(*reason).clone(),
            EndCause::Other { title, detail } => Message::new(title.clone(), detail.clone()),
        }
    }

    /// Why there is no session, in words.
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

    /// Why something did not work, in words.
    #[must_use]
    pub fn failure(&self, failure: &Failure) -> AttrValue {
        match failure {
            Failure::Refused(refusal) => self.refusal(refusal),
            Failure::Unreachable => self.unreachable.clone(),
            Failure::CookieNotKept => self.cookie_not_kept.detail.clone(),
        }
    }

    fn refusal(&self, Refusal { code, detail }: &Refusal) -> AttrValue {
        let own = self.bad_credentials.as_ref().filter(|_| *code == ErrorCode::BadCredentials);
        own.cloned().unwrap_or_else(|| detail.clone().into())
    }
}

impl Default for Texts {
    fn default() -> Self {
        Self::ENGLISH
    }
}

/// What stands before and after the placeholder of a text, whatever its name; everything stands before one that is missing.
pub(crate) fn around(text: &str) -> (&str, &str) {
    let placeholder = text.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?.1)));
    placeholder.unwrap_or((text, ""))
}

/// A text with something in the place of its placeholder, if it has one.
pub(crate) fn fill(text: &str, with: &str) -> String {
    let (before, after) = around(text);
    if before.len() == text.len() { text.to_owned() } else { [before, with, after].concat() }
}

#[cfg(test)]
mod tests;
