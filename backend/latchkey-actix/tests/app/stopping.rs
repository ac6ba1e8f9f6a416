//! How an app on actix-web's own server stops.

use std::{future::pending, time::Duration};

use actix_web::App;
use latchkey_actix::server::ServerOptions;
use tokio::{sync::oneshot, time::timeout};

use crate::support::{Client, SOON, TestApp, latchkey};

#[actix_web::test]
async fn a_stop_does_not_wait_for_event_streams() {
    let mut app = TestApp::start().await;
    let mut stream = app.signed_in().await.open_stream().await;
    timeout(SOON, app.latchkey.shutdown()).await.expect("it stops soon");
    assert!(matches!(timeout(SOON, &mut app.serving).await, Ok(Ok(Ok(())))), "serve has returned");
    while let Ok(Some(_)) = stream.chunk().await {}
    assert!(reqwest::get(&app.url).await.is_err(), "nobody listens any more");
}

#[actix_web::test]
async fn whatever_future_an_app_likes_stops_it() {
    let (latchkey, _folder) = latchkey(|builder| builder).await;
    let mounted = latchkey.clone();
    let app = move || App::new().configure(mounted.routes()).wrap(mounted.middleware());
    let server = latchkey.bind("127.0.0.1:0", ServerOptions::default().workers(1), app).unwrap();
    let mut client = Client::new(&format!("http://{}", server.addresses()[0]));
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = {
        let latchkey = latchkey.clone();
        actix_web::rt::spawn(async move { latchkey.serve_until(server, async { drop(stopped.await) }).await })
    };
    client.log_in().await;
    let _stream = client.open_stream().await;
    stop.send(()).unwrap();
    assert!(matches!(timeout(SOON, serving).await, Ok(Ok(Ok(())))));
}

#[actix_web::test]
async fn a_stopped_app_is_not_ready_and_can_be_stopped_again() {
    let app = TestApp::start().await;
    assert_eq!(app.client().get("/readyz").await.status(), 200);
    timeout(SOON, async { tokio::join!(app.latchkey.shutdown(), app.latchkey.shutdown()) }).await.expect("both return");
    let (latchkey, _folder) = latchkey(|builder| builder).await;
    timeout(SOON, latchkey.shutdown()).await.expect("also one that serves nothing");
}

#[actix_web::test]
async fn a_server_that_starts_after_the_shutdown_stops_at_once() {
    let (latchkey, _folder) = latchkey(|builder| builder).await;
    latchkey.shutdown().await;
    let mounted = latchkey.clone();
    let app = move || App::new().configure(mounted.routes()).wrap(mounted.middleware());
    let server = latchkey.bind("127.0.0.1:0", ServerOptions::default().workers(1), app).unwrap();
    timeout(SOON, latchkey.serve_until(server, pending())).await.expect("it stops").unwrap();
}

#[actix_web::test]
async fn an_app_that_drops_serve_can_still_shut_down() {
    let app = TestApp::start().await;
    app.serving.abort();
    tokio::time::sleep(Duration::from_millis(10)).await;
    timeout(SOON, app.latchkey.shutdown()).await.expect("nothing is waited for");
}
