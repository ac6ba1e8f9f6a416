//! The judgement of answers that say more than that a session is active or has ended.

use latchkey_shared::{EndReason, SessionId};

use super::{
    At, Kind, Oracle, PasswordKey, Ticket, Violation,
    request::{Answer, Request, UserKey},
    session::Session,
};

impl Oracle {
    pub(super) fn judge_log_in(
        &mut self,
        ticket: Ticket,
        request: &Request,
        answer: &Answer,
        begun: At,
        now: At,
    ) -> Option<Violation> {
        let Request::LogIn { user, password, browser } = request else { return None };
        let account = &mut self.accounts[user.0];
        let wrong = |why: &str| Some(Violation::new(Kind::Wrong, format!("{request:?}: {answer:?}; {why}")));
        match answer {
            Answer::Started(session) => {
                account.forget_failures(*browser);
                let violation = if !account.passwords.may_be_right(*password, begun, now) {
                    wrong("the password is not in force")
                } else if account.standing.disabled().is_some_and(|disabled| disabled < begun) {
                    wrong("the account is disabled")
                } else {
                    account.passwords.confirm(*password, now);
                    None
                };
                self.start(ticket, *user, *password, session, begun, now);
                violation
            }
            Answer::BadCredentials => {
                account.count_failure(*browser);
                self.judge_rejection(*user, *password, request, begun, now)
            }
            Answer::Ended(EndReason::AccountDisabled) if account.standing.may_be_disabled(begun) => None,
            Answer::Ended(EndReason::AccountDisabled) => wrong("the account is not disabled"),
            Answer::TooManyAttempts if account.may_throttle(*browser) => None,
            Answer::TooManyAttempts => wrong("there were not so many"),
            _ => wrong("it is no answer to a log-in"),
        }
    }

    pub(super) fn judge_change(
        &mut self,
        ticket: Ticket,
        request: &Request,
        (by, from, to): (&SessionId, PasswordKey, PasswordKey),
        new: &SessionId,
        begun: At,
        now: At,
    ) -> Option<Violation> {
        let user = self.sessions.get(by)?.user;
        let passwords = &mut self.accounts[user.0].passwords;
        let possible = passwords.may_be_right(from, begun, now) && passwords.may_be_right(to, begun, now);
        if possible {
            passwords.confirm(to, now);
        }
        self.start(ticket, user, to, new, begun, now);
        (!possible).then(|| Violation::new(Kind::Wrong, format!("{request:?}: the old password is not in force")))
    }

    /// Judges the answer that a password is wrong.
    pub(super) fn judge_rejection(
        &mut self,
        user: UserKey,
        password: PasswordKey,
        request: &Request,
        begun: At,
        now: At,
    ) -> Option<Violation> {
        let passwords = &mut self.accounts[user.0].passwords;
        if !passwords.may_be_wrong(password, begun) {
            return Some(Violation::new(Kind::Wrong, format!("{request:?}: rejected, and the password is in force")));
        }
        passwords.note_rejected(password, begun, now);
        self.end_by_password(user);
        None
    }

    /// The list comes from the store: all sessions that are active are in it, and none that ended before.
    pub(super) fn judge_list(&self, by: &SessionId, listed: &[SessionId], begun: At) -> Vec<Violation> {
        let Some(user) = self.sessions.get(by).map(|session| session.user) else { return Vec::new() };
        let of_user = self.sessions.iter().filter(|(_, session)| session.user == user);
        let judge = |(id, session): (&SessionId, &Session)| {
            let is_listed = listed.contains(id);
            let (kind, why) = match session.ended() {
                Some(ended) if is_listed && ended < begun => (Kind::Resurrected, "has ended, and the list has it"),
                None if !is_listed && session.causes.is_empty() && session.started <= begun => {
                    (Kind::Lost, "has not ended, and the list does not have it")
                }
                _ => return None,
            };
            Some(Violation::new(kind, format!("List({by:?}): {id:?} {why}")))
        };
        of_user.filter_map(judge).collect()
    }
}
