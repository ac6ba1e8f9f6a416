//! Performs the machine's effects, and turns the answers into events.

use latchkey_shared::SessionId;
use wasm_bindgen_futures::spawn_local;

use super::api::{self, ApiError, ApiResponse, RequestParts, SessionRequest};
use super::cookie_lock::{self, LockPolicy};
use super::manager::SessionManager;
use super::new_build;
use crate::browser::{Timer, next_frame, wall_clock_ms};
use crate::core::effect::{Alarm, Effect};
use crate::core::event::Event;

/// Makes an event of the result of a request and the time when it was sent.
type ToEvent = Box<dyn FnOnce(Result<ApiResponse, ApiError>, u64) -> Event>;

impl SessionManager {
    pub(super) fn perform(&self, effect: Effect) {
        match effect {
            Effect::Check { generation, active_at_ms } => self.check(generation, active_at_ms),
            Effect::FetchUser { generation } => {
                let to_event = move |answer: Result<_, _>, _| Event::UserFetched { generation, answer: answer.into() };
                self.send_session_request(api::me(self.api_base()), None, LockPolicy::Unlocked, to_event);
            }
            Effect::SignIn(login) => {
                let session = self.active_ids().map(|(_, session)| session);
                let to_event =
                    |answer: Result<_, _>, sent_at_ms| Event::SignInAnswered { answer: answer.into(), sent_at_ms };
                self.send_session_request(
                    api::login(self.api_base(), &login),
                    session,
                    LockPolicy::ExclusiveAfterSignOuts,
                    to_event,
                );
            }
            Effect::Refresh(session) => {
                let to_event =
                    |answer: Result<_, _>, sent_at_ms| Event::RefreshAnswered { answer: answer.into(), sent_at_ms };
                self.send_session_request(
                    api::refresh(self.api_base()),
                    Some(session),
                    LockPolicy::Exclusive,
                    to_event,
                );
            }
            Effect::SignOut(session) => {
                let to_event = |answer: Result<_, _>, _| Event::SignOutAnswered(answer.into());
                self.send_session_request(
                    api::logout(self.api_base()),
                    Some(session),
                    LockPolicy::DelaySignIns,
                    to_event,
                );
            }
            Effect::ShowNotice(notice) => {
                let session = self.0.machine.borrow().last_session().cloned();
                self.0.notifier.notify(notice, session);
            }
            Effect::WithdrawNotice => self.0.notifier.withdraw(),
            Effect::NotifyTabs(message) => {
                if let (Some(channel), Some(message)) = (&*self.0.channel.borrow(), message.message(wall_clock_ms())) {
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
        let SessionRequest { parts, read } = api::verify_session(self.api_base(), active_at_ms);
        let to_event = move |answer: Result<ApiResponse, ApiError>, sent_at_ms| {
            let new_build = answer.as_ref().is_ok_and(new_build::is_new_build);
            let answer = answer.and_then(|response| read(&response)).into();
            Event::Checked { generation, answer, sent_at_ms, new_build }
        };
        let manager = self.clone();
        spawn_local(async move {
            // Most checks belong to a navigation: the new page comes first.
            next_frame().await;
            manager.send_boxed(parts, None, LockPolicy::Shared, Box::new(to_event));
        });
    }

    /// Sends a request of the manager's own, and handles the event that `to_event` makes of the result and the time of sending.
    fn send_session_request<T: 'static>(
        &self,
        SessionRequest { parts, read }: SessionRequest<T>,
        session: Option<SessionId>,
        policy: LockPolicy,
        to_event: impl FnOnce(Result<T, ApiError>, u64) -> Event + 'static,
    ) {
        let to_event = move |answer: Result<ApiResponse, ApiError>, sent_at_ms| {
            to_event(answer.and_then(|response| read(&response)), sent_at_ms)
        };
        self.send_boxed(parts, session, policy, Box::new(to_event));
    }

    /// Sends any of these requests. Boxed, so that its code is compiled only once.
    fn send_boxed(&self, parts: RequestParts, session: Option<SessionId>, policy: LockPolicy, to_event: ToEvent) {
        let manager = self.clone();
        spawn_local(async move {
            let (answer, sent_at_ms) = cookie_lock::send_locked(&parts, session.as_ref(), policy).await;
            manager.handle(to_event(answer, sent_at_ms));
        });
    }
}
