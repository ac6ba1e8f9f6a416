//! Latchkey does not answer: users and programs are told so in seconds, and nobody is signed out.

use std::{
    net::{SocketAddr, TcpListener},
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use latchkey_test_proxies::{Proxy, Scheme, free_address};

use super::{NAVIGATIONS, Stand, http, open, proxies};
use crate::support::{Answer, Client};

/// The longest time that a request for the program may take while Latchkey is frozen.
const PATIENCE: Duration = Duration::from_secs(10);

fn assert_is_an_outage(proxy: &Proxy, page: &Answer, program: &Answer) {
    for answer in [page, program] {
        assert_eq!((answer.status, answer.set_cookie()), (503, None), "{:?}: {answer:?}", proxy.kind);
        assert_eq!(answer.header("retry-after"), Some("1"), "{:?}: {answer:?}", proxy.kind);
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{:?}: {answer:?}", proxy.kind);
    }
    let kind = page.header("content-type").unwrap();
    assert!(kind == "text/html; charset=utf-8" && page.text().contains("try again</a>"), "{:?}: {page:?}", proxy.kind);
    program.assert_problem(latchkey_shared::ErrorCode::Unavailable);
}

/// A page and a program's request, at the same time.
async fn ask(client: &Client<'_>, path: &str) -> (Answer, Answer) {
    let mut program = client.clone();
    let (page, program) = tokio::join!(open(client, path, NAVIGATIONS[1]), program.get(path));
    (page, program)
}

#[actix_web::test]
async fn an_outage_of_the_store_is_a_503_with_words_and_no_sign_out() {
    let stand = Stand::start().await;
    let cookie = stand.app.signed_in().await.cookie;
    stand.app.store.switch_off();
    for proxy in &stand.proxies {
        let (page, program) = ask(&stand.client(proxy, cookie.as_deref()), "/reports/").await;
        assert_is_an_outage(proxy, &page, &program);
    }
}

/// Asks through all proxies in front of an address at the same time.
async fn ask_all(latchkey: SocketAddr, path: &str) {
    let (http, proxies) = (http(), proxies(Scheme::Http, latchkey));
    let asked = proxies.iter().map(async |proxy| {
        let (page, program) = ask(&Client::new(&http, &proxy.url, Some("session=x".into())), path).await;
        assert_is_an_outage(proxy, &page, &program);
    });
    join_all(asked).await;
}

#[actix_web::test]
async fn latchkey_down_is_a_503_with_words() {
    ask_all(free_address(), "/reports/?x=1").await;
    // Latchkey's own pages.
    ask_all(free_address(), "/dashboard").await;
}

#[actix_web::test]
#[expect(clippy::disallowed_methods, reason = "other processes run by real time")]
async fn a_frozen_latchkey_holds_nobody_for_long() {
    // The kernel accepts connections, and nobody answers.
    let frozen = TcpListener::bind("127.0.0.1:0").unwrap();
    let begin = Instant::now();
    ask_all(frozen.local_addr().unwrap(), "/reports/").await;
    assert!(begin.elapsed() < PATIENCE, "{:?}", begin.elapsed());
}
