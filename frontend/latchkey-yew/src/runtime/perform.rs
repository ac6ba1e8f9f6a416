//! Performs what the machine asks for, and hands the answers back to it.

use latchkey_shared::SessionId;
use wasm_bindgen_futures::spawn_local;

use super::api::{self, ApiError, SessionRequest};
use super::cookie_lock::{self, Waits};
use super::manager::SessionManager;
use super::new_build;
use crate::browser::{Mode, Timer, date_ms, lock, now_ms};
use crate::core::effect::{Alarm, Effect};
use crate::core::event::Event;

impl SessionManager {
    pub(super) fn perform(&self, effect: Effect) {
        match effect {
            Effect::Check { generation, active_at_ms } => self.check(generation, active_at_ms),
            Effect::FetchUser { generation } => {
                let done = move |answer: Result<_, _>, _| Event::UserFetched { generation, answer: answer.into() };
                self.call(api::me(self.api_base()), None, Waits::Not, done);
            }
            Effect::SignIn(login) => {
                let session = self.asker().map(|(_, session)| session);
                let done =
                    |answer: Result<_, _>, sent_at_ms| Event::SignInAnswered { answer: answer.into(), sent_at_ms };
                self.call(api::login(self.api_base(), &login), session, Waits::ForSignOuts, done);
            }
            Effect::Refresh(session) => {
                let done =
                    |answer: Result<_, _>, sent_at_ms| Event::RefreshAnswered { answer: answer.into(), sent_at_ms };
                self.call(api::refresh(self.api_base()), Some(session), Waits::ForAll, done);
            }
            Effect::SignOut(session) => {
                let done = |answer: Result<_, _>, _| Event::SignOutAnswered(answer.into());
                self.call(api::logout(self.api_base()), Some(session), Waits::ForNobody, done);
            }
            Effect::ShowNotice(notice) => {
                let session = self.0.machine.borrow().last_session().cloned();
                self.0.notifier.notify(notice, session);
            }
            Effect::WithdrawNotice => self.0.notifier.withdraw(),
            Effect::NotifyTabs(message) => {
                if let (Some(channel), Some(message)) = (&*self.0.channel.borrow(), message.message(date_ms())) {
                    channel.post(&message);
                }
            }
            Effect::LoadPage => new_build::load_new_build(),
            Effect::Schedule { timer, after_ms } => {
                let handle = self.weak_callback(Self::handle);
                let due = move || handle(timer.event());
                let started = match timer {
                    Alarm::Retry => Timer::roughly_after(after_ms, due),
                    Alarm::Warning | Alarm::Deadline | Alarm::Activity | Alarm::SignOutLate => {
                        Timer::after(after_ms, due)
                    }
                };
                self.0.timers[timer as usize].replace(Some(started));
            }
        }
    }

    fn check(&self, generation: u64, active_at_ms: Option<u64>) {
        let manager = self.clone();
        spawn_local(async move {
            let held = lock(Mode::Shared).await;
            let sent_at_ms = now_ms();
            let call =
                api::verify_session(manager.api_base(), active_at_ms.map(|at_ms| sent_at_ms.saturating_sub(at_ms)));
            let answer = call.parts.send(None).await;
            drop(held);
            let new_build = answer.as_ref().is_ok_and(new_build::is_new_build);
            let answer = answer.and_then(|response| (call.read)(&response)).into();
            manager.handle(Event::Checked { generation, answer, sent_at_ms, new_build });
        });
    }

    /// Makes a call, and takes what its answer means.
    fn call<T: 'static>(
        &self,
        call: SessionRequest<T>,
        session: Option<SessionId>,
        waits: Waits,
        meaning: impl FnOnce(Result<T, ApiError>, u64) -> Event + 'static,
    ) {
        let manager = self.clone();
        spawn_local(async move {
            let (answer, sent_at_ms) = cookie_lock::call(call, session, waits).await;
            manager.handle(meaning(answer, sent_at_ms));
        });
    }
}
