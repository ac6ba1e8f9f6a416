//! What users and operators do at the same time on two servers: who ends sessions wins, always, and after the answer.

use std::cell::{Cell, RefCell};

use futures_util::future::join_all;
use latchkey_shared::{ErrorCode, api};
use reqwest::Method;
use serde_json::json;
use tokio::sync::Barrier;

use super::fleet::{Fleet, assert_unavailable, said};
use crate::support::{Answer, PASSWORD};

const NEW_PASSWORD: &str = "another password that is fine";

#[actix_web::test]
async fn a_log_out_wins_against_refreshes_on_every_server_always() {
    const ROUNDS: usize = 15;
    const REFRESHES: usize = 4;
    let mut fleet = Fleet::start(2, &["--session-refresh", "sliding"]).await;
    let (before, after) = (Cell::new(0), Cell::new(0));
    for _ in 0..ROUNDS {
        let cookie = fleet.signed_in(0).await.cookie.unwrap();
        for server in 0..2 {
            let mut client = fleet.client_with(server, Some(&cookie));
            assert_eq!(said(async || client.verify().await).await.status, 200);
        }
        let start = Barrier::new(REFRESHES + 1);
        let refresh = async |number: usize| {
            let mut client = fleet.client_with(number % 2, Some(&cookie));
            start.wait().await;
            // A second one may come later than the log-out.
            for _ in 0..2 {
                let answer = client.send(client.request(Method::POST, api::REFRESH_SESSION)).await;
                match answer.status {
                    200 => before.set(before.get() + 1),
                    503 => assert_unavailable(&answer),
                    _ => {
                        answer.assert_problem(ErrorCode::SignedOut);
                        after.set(after.get() + 1);
                        return;
                    }
                }
            }
        };
        let leave = async {
            start.wait().await;
            let mut client = fleet.client_with(0, Some(&cookie));
            assert_eq!(said(async || client.log_out().await).await.status, 204);
            fleet.assert_refused(&cookie, ErrorCode::SignedOut).await;
        };
        tokio::join!(leave, join_all((0..REFRESHES).map(refresh)));
        // No refresh is under way any more.
        fleet.assert_refused(&cookie, ErrorCode::SignedOut).await;
    }
    assert!(before.get() > 0 && after.get() > 0, "they met: {before:?} and {after:?}");
    fleet.assert_unharmed();
}

/// Logs in on all servers as one user until somebody is refused everywhere; then who was let in has been thrown out by what happened
/// meanwhile, and whoever came after it was not let in.
struct LogIns<'a> {
    fleet: &'a Fleet,
    email: String,
    let_in: RefCell<Vec<String>>,
    refused: RefCell<Vec<Answer>>,
    is_over: Cell<bool>,
}

impl<'a> LogIns<'a> {
    async fn of(fleet: &'a Fleet, name: String) -> Self {
        let email = format!("{name}@example.org");
        fleet.add_users([name]).await;
        let (let_in, refused, is_over) = Default::default();
        Self { fleet, email, let_in, refused, is_over }
    }

    /// Until it is over, and once more.
    async fn go_on(&self, server: usize) {
        loop {
            let is_last = self.is_over.get();
            let mut client = self.fleet.client(server);
            let answer = client.log_in_as(&self.email, PASSWORD).await;
            match answer.status {
                200 => self.let_in.borrow_mut().push(client.cookie.unwrap()),
                503 => assert_unavailable(&answer),
                _ => return self.refused.borrow_mut().push(answer),
            }
            assert!(!is_last || answer.status == 503, "let in after what was answered");
        }
    }

    /// Runs what throws everybody out once two are in on each server.
    async fn meet(&self, what: impl AsyncFnOnce()) {
        let story = async {
            crate::support::raw::eventually(async || self.let_in.borrow().len() >= 4).await;
            what().await;
            self.is_over.set(true);
        };
        tokio::join!(story, join_all((0..4).map(|number| self.go_on(number % 2))));
    }

    async fn assert_out(self, let_in: ErrorCode, refused_for: ErrorCode) {
        let is_so = |answer: &Answer| {
            [refused_for, ErrorCode::TooManyAttempts].contains(&answer.json::<latchkey_shared::Problem>().error_code())
        };
        assert!(self.refused.borrow().iter().all(is_so), "{:?}", self.refused);
        for cookie in &self.let_in.into_inner() {
            self.fleet.assert_refused(cookie, let_in).await;
        }
    }

    /// How many of the user's sessions have not ended.
    async fn alive(&self) -> i64 {
        let query = format!(
            "SELECT count(*) FROM sessions s JOIN users u ON u.id = s.user_id
             WHERE s.ended_at IS NULL AND u.email = '{}'",
            self.email
        );
        self.fleet.shell().await.value(&query).await
    }
}

#[actix_web::test]
async fn no_log_in_with_the_old_password_outlives_its_change_by_an_operator() {
    let mut fleet = Fleet::start(2, &[]).await;
    for round in 0..4 {
        let log_ins = LogIns::of(&fleet, format!("round{round}")).await;
        let words = ["user", "set-password", &log_ins.email, "--password-stdin"];
        log_ins
            .meet(async || {
                fleet.latchkey(&words, NEW_PASSWORD).await;
                assert_eq!(log_ins.alive().await, 0, "the command has ended");
            })
            .await;
        assert_eq!(log_ins.alive().await, 0);
        log_ins.assert_out(ErrorCode::PasswordChanged, ErrorCode::BadCredentials).await;
    }
    fleet.assert_unharmed();
}

#[actix_web::test]
async fn no_log_in_with_the_old_password_outlives_its_change_by_the_user() {
    let mut fleet = Fleet::start(2, &[]).await;
    for round in 0..4 {
        let log_ins = LogIns::of(&fleet, format!("round{round}")).await;
        let mut changes = fleet.client(round % 2);
        assert_eq!(said(async || changes.log_in_as(&log_ins.email, PASSWORD).await).await.status, 200);
        let change = json!({"current_password": PASSWORD, "new_password": NEW_PASSWORD});
        log_ins
            .meet(async || {
                let change = async || changes.call(Method::POST, api::PASSWORD, change.clone()).await;
                let answer = said(change).await;
                assert_eq!(answer.status, 200, "{answer:?}");
                assert_eq!(log_ins.alive().await, 1, "that of whoever changed it");
            })
            .await;
        assert_eq!(log_ins.alive().await, 1);
        log_ins.assert_out(ErrorCode::PasswordChanged, ErrorCode::BadCredentials).await;
        assert_eq!(said(async || changes.verify().await).await.status, 200);
    }
    fleet.assert_unharmed();
}

#[actix_web::test]
async fn nobody_is_signed_in_to_an_account_after_it_was_disabled() {
    let mut fleet = Fleet::start(2, &[]).await;
    for round in 0..4 {
        let log_ins = LogIns::of(&fleet, format!("round{round}")).await;
        log_ins
            .meet(async || {
                fleet.latchkey(&["user", "disable", &log_ins.email], "").await;
                assert_eq!(log_ins.alive().await, 0, "the command has ended");
            })
            .await;
        assert_eq!(log_ins.alive().await, 0);
        log_ins.assert_out(ErrorCode::AccountDisabled, ErrorCode::AccountDisabled).await;
    }
    fleet.assert_unharmed();
}
