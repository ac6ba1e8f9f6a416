//! The background tasks belong to the handle.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use actix_web::App;
use latchkey_actix::{
    Latchkey, ServeError, decorate_store,
    store::{ChangeFeed, StoreError, sqlite::SqliteStore},
};
use tokio::time::timeout;

use crate::support::{Client, SOON, TestApp, latchkey, store};

async fn until_free(store: &Arc<SqliteStore>) {
    let free = async {
        while Arc::strong_count(store) > 1 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(SOON, free).await.unwrap_or_else(|_| panic!("somebody holds the store still"));
}

#[actix_web::test]
async fn they_end_with_the_last_handle() {
    let (store, _folder) = store().await;
    let store = Arc::new(store);
    let builder = Latchkey::builder_with_shared_store(store.clone()).public_url("http://127.0.0.1");
    let latchkey = builder.start().await.unwrap();
    let routes = latchkey.routes();
    drop(latchkey);
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(Arc::strong_count(&store) > 1, "whatever serves the routes keeps the tasks");
    drop(routes);
    until_free(&store).await;
}

#[actix_web::test]
async fn they_end_with_a_shutdown() {
    let (store, _folder) = store().await;
    let store = Arc::new(store);
    let builder = Latchkey::builder_with_shared_store(store.clone()).public_url("http://127.0.0.1");
    let latchkey = builder.start().await.unwrap();
    let before = Arc::strong_count(&store);
    latchkey.shutdown().await;
    drop(latchkey);
    until_free(&store).await;
    assert!(before > 1);
}

/// A store whose feed panics once it is told to.
struct Fragile {
    store: Arc<SqliteStore>,
    breaks: Arc<AtomicBool>,
}

impl Fragile {
    async fn around<T>(
        &self,
        _: &'static str,
        answer: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        answer.await
    }

    fn around_feed(&self, feed: Box<dyn ChangeFeed>) -> Box<dyn ChangeFeed> {
        Box::new(FragileFeed { feed, breaks: self.breaks.clone() })
    }
}

decorate_store!(Fragile);

struct FragileFeed {
    feed: Box<dyn ChangeFeed>,
    breaks: Arc<AtomicBool>,
}

#[async_trait::async_trait]
impl ChangeFeed for FragileFeed {
    async fn next(&mut self, wait: Duration) -> Result<latchkey_actix::store::Batch, StoreError> {
        assert!(!self.breaks.load(Ordering::SeqCst), "as the test wants it");
        self.feed.next(wait).await
    }
}

#[actix_web::test]
async fn a_server_stops_when_one_of_them_dies_and_says_which() {
    let (store, folder) = store().await;
    let breaks = Arc::new(AtomicBool::new(false));
    let store = Fragile { store: Arc::new(store), breaks: breaks.clone() };
    let latchkey = Latchkey::builder(store).public_url("http://127.0.0.1").start().await.unwrap();
    let mut app = TestApp::serve(latchkey, folder);
    assert_eq!(app.client().get("/readyz").await.status(), 200);
    breaks.store(true, Ordering::SeqCst);
    let ended = timeout(SOON, &mut app.serving).await.expect("it stops").unwrap();
    assert!(matches!(ended, Err(ServeError::TaskPanicked("follower"))), "{ended:?}");
    assert_eq!(ended.unwrap_err().to_string(), "the server stopped because its follower panicked");
}

#[actix_web::test]
async fn what_users_did_is_in_the_store_after_a_shutdown() {
    let (store, folder) = store().await;
    let store = Arc::new(store);
    let builder = Latchkey::builder_with_shared_store(store.clone()).public_url("http://127.0.0.1");
    let latchkey = builder.idle_timeout(Duration::from_secs(60)).start().await.unwrap();
    latchkey.admin().add_user(crate::support::EMAIL, "Ada", crate::support::PASSWORD).await.unwrap();
    let app = TestApp::serve(latchkey, folder);
    let client = app.signed_in().await;
    let seen = async || app.latchkey.admin().sessions(None, None).await.unwrap()[0].last_seen_at;
    let before = seen().await;
    tokio::time::sleep(Duration::from_millis(1100)).await;
    client.request(reqwest::Method::GET, "/api/me").header("x-activity", "0").send().await.unwrap();
    app.latchkey.shutdown().await;
    assert!(seen().await > before);
}

#[actix_web::test]
async fn metrics_are_served_where_the_app_wants_them() {
    let (latchkey, _folder) = latchkey(|builder| builder).await;
    let mounted = latchkey.clone();
    let app = move || App::new().configure(mounted.metrics_routes());
    let server =
        latchkey.bind("127.0.0.1:0", latchkey_actix::server::ServerOptions::default().workers(1), app).unwrap();
    let client = Client::new(&format!("http://{}", server.addresses()[0]));
    let serving = latchkey.clone();
    actix_web::rt::spawn(async move { serving.serve(server).await });
    assert!(client.get("/metrics").await.text().await.unwrap().contains("latchkey_verifications"));
    latchkey.shutdown().await;
}
