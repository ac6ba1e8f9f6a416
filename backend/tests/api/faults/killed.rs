//! A server that is killed under load: `kill -9`, a crash, a machine that loses its power.

use std::cell::RefCell;

use futures_util::future::join_all;
use latchkey_shared::{ErrorCode, Login, api};
use reqwest::Method;

use super::fleet::{Fleet, Server, assert_unavailable, said};
use crate::support::{Answer, Client, PASSWORD};

const USERS: usize = 4;

/// What users of a server were answered before it was killed.
#[derive(Default)]
struct Answered {
    /// Cookies of log-ins.
    in_use: Vec<String>,
    /// Cookies of log-outs.
    left: Vec<String>,
}

#[actix_web::test]
async fn what_a_killed_server_answered_survives_it_and_nothing_is_half_made() {
    let fleet = Fleet::start(1, &[]).await;
    fleet.add_users((0..USERS).map(|number| format!("user{number}"))).await;
    let answered = RefCell::<Answered>::default();
    for round in 1..=4 {
        let doomed = fleet.another().await;
        let url = doomed.url.clone();
        let enough = async {
            let is_enough = async || answered.borrow().in_use.len() >= round * 6;
            crate::support::raw::eventually(is_enough).await;
            let log = doomed.program.kill();
            assert!(!log.contains("panicked"), "{log}");
        };
        let users = (0..2 * USERS).map(|user| until_killed(&fleet, &url, user % USERS, &answered));
        tokio::join!(join_all(users), enough);
    }
    let restarted = fleet.another().await;
    let answered = answered.into_inner();
    assert_true(&fleet, &fleet.servers[0], &answered).await;
    assert_true(&fleet, &restarted, &answered).await;
    fleet.assert_whole().await;
    assert!(!answered.left.is_empty(), "somebody has signed out");
}

/// Logs in again and again, and out every third time, until the server is gone.
async fn until_killed(fleet: &Fleet, url: &str, user: usize, answered: &RefCell<Answered>) {
    for round in 0.. {
        let client = Client::new(&fleet.http, url, None);
        let login = Login { email: format!("user{user}@example.org"), password: PASSWORD.into(), remember: None };
        let Some(answer) = answer_to(client.request(Method::POST, api::LOGIN).json(&login)).await else { return };
        if answer.status == 503 {
            assert_unavailable(&answer);
            continue;
        }
        assert_eq!(answer.status, 200, "{answer:?}");
        let cookie = answer.set_cookie().unwrap().split(';').next().unwrap().to_owned();
        if round % 3 > 0 {
            answered.borrow_mut().in_use.push(cookie);
            continue;
        }
        let client = Client::new(&fleet.http, url, Some(cookie.clone()));
        let Some(answer) = answer_to(client.request(Method::POST, api::LOGOUT)).await else { return };
        if answer.status == 503 {
            // Nobody knows, and so it says nothing.
            assert_unavailable(&answer);
            continue;
        }
        assert_eq!(answer.status, 204, "{answer:?}");
        answered.borrow_mut().left.push(cookie);
    }
}

/// The answer, if there was one.
async fn answer_to(request: reqwest::RequestBuilder) -> Option<Answer> {
    let response = request.send().await.ok()?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Some(Answer { status, headers, body: response.bytes().await.ok()?.to_vec() })
}

async fn assert_true(fleet: &Fleet, server: &Server, Answered { in_use, left }: &Answered) {
    let client = |cookie: &String| Client::new(&fleet.http, &server.url, Some(cookie.clone()));
    for cookie in in_use {
        let answer = said(async || client(cookie).verify().await).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    for cookie in left {
        said(async || client(cookie).verify().await).await.assert_problem(ErrorCode::SignedOut);
    }
}
