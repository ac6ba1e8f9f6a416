//! A browser of a user: it logs in, uses its session, manages the others, and logs out.

use std::sync::Arc;

use fastrand::Rng;

use crate::{
    api::Reply,
    model::{Answer, Request, UserKey},
    world::{Holding, World},
};

/// One of the browsers of a user.
#[derive(Debug)]
pub struct Browser {
    pub world: Arc<World>,
    pub user: UserKey,
    /// Its number among all browsers.
    pub number: usize,
    pub rng: Rng,
    session: Option<Holding>,
}

impl Browser {
    pub fn new(world: Arc<World>, user: UserKey, number: usize, rng: Rng) -> Self {
        Self { world, user, number, rng, session: None }
    }

    /// Acts until everybody stops. Returns the session that it has then.
    pub async fn run(mut self) -> Option<Holding> {
        while !self.world.is_over() {
            match self.session.clone() {
                None => self.log_in().await,
                Some(session) => self.act(session).await,
            }
            self.world.pause(&mut self.rng, 20..120).await;
        }
        self.session
    }

    async fn log_in(&mut self) {
        let passwords = self.world.witness.oracle().passwords(self.user);
        let is_wrong = self.rng.u8(..) < 8;
        let password = if is_wrong { None } else { self.rng.choice(passwords) };
        let password = password.unwrap_or_else(|| self.world.new_password());
        let request = Request::LogIn { user: self.user, password, browser: self.number };
        let reply = {
            let _turn = self.world.log_ins.acquire().await;
            self.world.ask(&request, self.user, self.number, None).await
        };
        match reply.answer {
            Answer::TooManyAttempts => self.world.pause(&mut self.rng, 1000..2000).await,
            // As `Retry-After` asks. Everybody at once would keep the servers from recovering.
            Answer::Unavailable => self.world.pause(&mut self.rng, 200..1500).await,
            _ => self.start(&reply),
        }
    }

    /// Does one of the things that one does with a session.
    async fn act(&mut self, session: Holding) {
        let id = session.id.clone();
        let request = match self.rng.u32(0..1000) {
            0..40 => Request::LogOut(id),
            40..90 => Request::Refresh(id),
            90..100 => Request::RevokeOthers(id),
            100..120 => {
                let passwords = self.world.witness.oracle().passwords(self.user);
                let Some(from) = self.rng.choice(passwords) else { return };
                Request::ChangePassword { by: id, from, to: self.world.new_password() }
            }
            120..170 => Request::List(id),
            _ => Request::Check(id),
        };
        let reply = self.send(&request, &session).await;
        // Now and then, one from the list is ended: also one whose log-in had no answer.
        if let (Answer::Listed(listed), true) = (&reply.answer, self.rng.bool()) {
            let others = listed.iter().filter(|listed| **listed != session.id);
            if let Some(target) = self.rng.choice(others.cloned().collect::<Vec<_>>()) {
                self.send(&Request::Revoke { by: session.id.clone(), target }, &session).await;
            }
        }
    }

    async fn send(&mut self, request: &Request, session: &Holding) -> Reply {
        let reply = self.world.ask(request, self.user, self.number, Some(&session.cookie)).await;
        let has_ended = matches!(
            (&reply.answer, request),
            (Answer::Ended(_), _)
                | (Answer::Done, Request::LogOut(_))
                | (Answer::Started(_), Request::ChangePassword { .. })
        );
        if has_ended && let Some(ended) = self.session.take() {
            self.world.keep_ghost(ended);
        }
        self.start(&reply);
        reply
    }

    /// Keeps the session that a reply started.
    fn start(&mut self, reply: &Reply) {
        if let (Answer::Started(id), Some(cookie)) = (&reply.answer, &reply.cookie) {
            self.session = Some(Holding { user: self.user, id: id.clone(), cookie: cookie.clone() });
        }
    }
}
