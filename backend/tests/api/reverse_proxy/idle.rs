//! Connections between a proxy and Latchkey that nobody has used for a while, on a line with a delay. A server that closes them first meets
//! requests that are on their way, and a proxy does not repeat a POST.

use std::time::Duration;

use futures_util::future::join_all;
use latchkey_shared::ErrorCode;
use latchkey_test_postgres::Gate;
use latchkey_test_proxies::Scheme;

use super::{http, proxies};
use crate::support::{Client, EMAIL, TestApp};

/// What a line between two data centres takes, in one direction.
const DELAY: Duration = Duration::from_millis(20);

#[actix_web::test]
async fn a_post_succeeds_after_any_time_without_requests() {
    let app = TestApp::start().await;
    let line = Gate::before_server(app.address()).await;
    line.delay(DELAY);
    let (http, proxies) = (http(), proxies(Scheme::Http, line.address));
    // Around the times at which servers by default close idle connections, and after the minute at which proxies do.
    let pauses = [4900, 4950, 4980, 5000, 9_980, 60_000, 61_000].map(Duration::from_millis);
    let posts = proxies.iter().flat_map(|proxy| pauses.map(|pause| (proxy, pause))).map(async |(proxy, pause)| {
        let mut client = Client::new(&http, &proxy.url, None);
        for pause in [Duration::ZERO, pause] {
            tokio::time::sleep(pause).await;
            let answer = client.log_in_as(EMAIL, "").await;
            assert_eq!(answer.status, ErrorCode::Unacceptable.status(), "{:?} after {pause:?}", proxy.kind);
        }
    });
    join_all(posts).await;
}
