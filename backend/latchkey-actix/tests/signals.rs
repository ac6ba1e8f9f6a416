//! `serve` and the signals of the process: one test, because signals reach the whole process.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop loudly")]

use std::{process::Command, time::Duration};

use actix_web::{App, HttpServer, web};
use latchkey_actix::{Latchkey, SqliteStore};
use tokio::time::timeout;

/// Less than the 30 seconds for which actix-web would wait.
const SOON: Duration = Duration::from_secs(15);

fn terminate_this_process() {
    let pid = std::process::id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
}

async fn never() -> &'static str {
    std::future::pending().await
}

#[actix_web::test]
async fn the_first_signal_finishes_requests_and_the_second_one_does_not_wait() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&format!("sqlite://{}/test.db", folder.path().display())).await.unwrap();
    let latchkey = Latchkey::builder(store).public_url("http://127.0.0.1").start().await.unwrap();
    let mounted = latchkey.clone();
    let app = move || {
        App::new().configure(mounted.routes()).route("/api/never", web::get().to(never)).wrap(mounted.middleware())
    };
    let server = HttpServer::new(app).workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", server.addrs()[0]);
    let serving = {
        let (latchkey, server) = (latchkey.clone(), server.run());
        actix_web::rt::spawn(async move { latchkey.serve(server).await })
    };
    assert_eq!(reqwest::get(format!("{url}/readyz")).await.unwrap().status(), 200);
    let hanging = actix_web::rt::spawn(reqwest::get(format!("{url}/api/never")));
    tokio::time::sleep(Duration::from_millis(200)).await;

    terminate_this_process();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!serving.is_finished() && !hanging.is_finished(), "it waits for the request");
    terminate_this_process();
    let ended = timeout(SOON, serving).await.expect("it does not wait any longer");
    assert!(ended.unwrap().is_ok());
    assert!(!hanging.is_finished(), "its request ends with the process");
}
