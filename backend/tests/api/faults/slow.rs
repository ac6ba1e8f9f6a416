//! A database that is slow: tables and rows that others hold locked, and a long way to it.

use std::{cell::Cell, time::Duration};

use futures_util::future::join_all;
use latchkey_actix::clock::Monotonic;
use latchkey_shared::api;
use reqwest::Method;
use serde_json::json;

use super::{
    CHECK, MARGIN,
    fleet::{Fleet, Server, assert_unavailable, new_name},
    load::ANSWER,
};
use crate::support::{Answer, Client, EMAIL, PASSWORD, database::on_postgres, raw::eventually};

/// How long what servers and their database say to each other is under way. Half of it would do for a check from memory.
const ONE_WAY: Duration = Duration::from_millis(100);

#[actix_web::test]
async fn whatever_others_hold_locked_every_answer_comes_in_time_and_checks_from_memory_go_on() {
    if !on_postgres() {
        return;
    }
    let mut fleet = Fleet::start(1, &[]).await;
    let forgets = Server::start(fleet.folder.path(), &fleet.database.url, &["--cache-staleness", "0s"]).await;
    let kept = fleet.signed_in(0).await;
    for tables in ["users", "sessions", "audit, devices, login_attempts"] {
        let mut leaves = fleet.signed_in(0).await;
        assert_eq!(kept.clone().verify().await.status, 200, "it is remembered");
        let mut shell = fleet.shell().await;
        shell.run(&format!("BEGIN; LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")).await;
        let is_over = Cell::new(false);
        let check = async {
            while !is_over.get() {
                let answer = kept.clone().verify().await;
                assert_eq!(answer.status, 200, "{tables}: {answer:?}");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let calls = async {
            let reads = Client::new(&fleet.http, &forgets.url, kept.cookie.clone());
            let (mut renames, mut lists, mut errs) = (kept.clone(), kept.clone(), fleet.client(0));
            let reads = join_all((0..6).map(|_| async { in_time(CHECK, reads.clone().verify()).await }));
            let log_ins = join_all((0..6).map(|_| async { in_time(ANSWER, fleet.client(0).log_in()).await }));
            let rename = renames.call(Method::PATCH, api::ME, json!({"name": new_name()}));
            let (reads, log_ins, left, ..) = tokio::join!(
                reads,
                log_ins,
                in_time(ANSWER, leaves.log_out()),
                in_time(ANSWER, rename),
                in_time(ANSWER, errs.log_in_as(EMAIL, "wrong")),
                in_time(ANSWER, lists.get(api::SESSIONS)),
            );
            assert!(!log_ins.contains(&200), "{tables}: each of them is needed");
            assert_eq!(reads.contains(&200), !["users", "sessions"].contains(&tables), "{tables}: {reads:?}");
            assert_ne!(left, 204, "{tables}");
            is_over.set(true);
        };
        tokio::join!(check, calls);
        shell.run("COMMIT").await;
        eventually(async || leaves.log_out().await.status == 204).await;
        fleet.signed_in(0).await;
    }
    fleet.assert_unharmed();
}

async fn timed(call: impl Future<Output = Answer>) -> (Duration, Answer) {
    let begin = Monotonic::now();
    let answer = call.await;
    (Monotonic::now().since(begin), answer)
}

/// The status of an answer, which came in time. If it is not what was asked for, it is a 503 or that the password is wrong.
async fn in_time(longest: Duration, call: impl Future<Output = Answer>) -> u16 {
    let (took, answer) = timed(call).await;
    assert!(took < longest + MARGIN, "{took:?} {answer:?}");
    match answer.status {
        503 => assert_unavailable(&answer),
        401 => answer.assert_problem(latchkey_shared::ErrorCode::BadCredentials),
        _ => {}
    }
    answer.status
}

#[actix_web::test]
async fn who_waits_for_a_user_that_somebody_holds_is_in_nobody_elses_way() {
    if !on_postgres() {
        return;
    }
    let mut fleet = Fleet::start(1, &[]).await;
    fleet.add_users(["bob".into()]).await;
    let mut shell = fleet.shell().await;
    shell.run("BEGIN; SELECT 1 FROM users WHERE email = 'bob@example.org' FOR UPDATE").await;
    let waits = Cell::new(true);
    let mut bob = fleet.client(0);
    let bob = async {
        assert_eq!(in_time(ANSWER, bob.log_in_as("bob@example.org", PASSWORD)).await, 503);
        waits.set(false);
    };
    let ada = async {
        let mut rounds = 0;
        while waits.get() {
            let mut ada = fleet.signed_in(0).await;
            assert_eq!(ada.log_out().await.status, 204);
            rounds += 1;
        }
        assert!(rounds > 1, "beside Bob's");
    };
    tokio::join!(bob, ada);
    fleet.assert_unharmed();
}

#[actix_web::test]
async fn a_long_way_to_the_database_delays_no_check_from_memory_and_bounds_every_other_answer() {
    if !on_postgres() {
        return;
    }
    let (mut fleet, gate) = Fleet::behind_gate().await;
    let mut kept = fleet.signed_in(0).await;

    gate.delay(ONE_WAY);
    let waits = Cell::new(true);
    let log_ins = async {
        join_all((0..4).map(|_| async { in_time(ANSWER, fleet.client(0).log_in()).await })).await;
        waits.set(false);
    };
    let checks = async {
        let mut times = Vec::new();
        while waits.get() {
            let (took, answer) = timed(kept.verify()).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            times.push(took);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        times.sort();
        times[times.len() / 2]
    };
    let (_, typically) = tokio::join!(log_ins, checks);
    assert!(typically < ONE_WAY, "{typically:?}");
    gate.open();

    // Further than anybody waits.
    gate.delay(Duration::from_secs(1));
    let (mut leaves, mut renames) = (kept.clone(), kept.clone());
    let late = async { join_all((0..8).map(|_| async { in_time(CHECK, kept.clone().verify()).await })).await };
    tokio::join!(
        late,
        join_all((0..4).map(|_| async { in_time(ANSWER, fleet.client(0).log_in()).await })),
        in_time(ANSWER, renames.call(Method::PATCH, api::ME, json!({"name": new_name()}))),
        in_time(ANSWER, leaves.log_out()),
    );
    gate.open();
    eventually(async || fleet.client(0).log_in().await.status == 200).await;
    fleet.assert_unharmed();
}
