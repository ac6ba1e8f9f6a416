//! Another program behind reverse proxies that ask Latchkey about every request, in the configurations of docs/proxies. `cargo xtask test`
//! installs the proxies; without them, these tests are skipped.

mod guarded;
mod idle;
mod outages;
mod passing;
mod tls;

use latchkey_shared::{EndReason, ErrorCode, SignedIn, api};
use latchkey_test_proxies::{Kind, Proxy, Scheme, Upstreams};
use reqwest::Method;

use crate::support::{Answer, Client, TestApp};

/// How browsers say that they open a page: the last one on plain http, where they do not say it in `Sec-Fetch-Mode`.
const NAVIGATIONS: [(&str, &str); 2] =
    [("Sec-Fetch-Mode", "navigate"), ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")];

/// Latchkey and the program behind all proxies.
struct Stand {
    app: TestApp,
    proxies: Vec<Proxy>,
    http: reqwest::Client,
}

impl Stand {
    async fn start() -> Self {
        let app = TestApp::start_with(&["--guarded", "/reports/", "--trusted-proxies", "127.0.0.1"]).await;
        let latchkey = app.address();
        Self { proxies: proxies(Scheme::Http, latchkey), http: http(), app }
    }

    fn client<'a>(&'a self, proxy: &'a Proxy, cookie: Option<&str>) -> Client<'a> {
        Client::new(&self.http, &proxy.url, cookie.map(str::to_owned))
    }
}

/// All proxies that are installed, in front of Latchkey at an address and a program of their own.
fn proxies(scheme: Scheme, latchkey: std::net::SocketAddr) -> Vec<Proxy> {
    let upstreams = Upstreams { latchkey, program: guarded::start() };
    Kind::ALL.into_iter().filter_map(|kind| Proxy::start(kind, scheme, upstreams)).collect()
}

fn http() -> reqwest::Client {
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// Opens a page as a browser does.
async fn open(client: &Client<'_>, path: &str, navigation: (&str, &str)) -> Answer {
    let request = client.request(Method::GET, path).header(navigation.0, navigation.1);
    client.clone().send(request).await
}

#[actix_web::test]
async fn a_user_signs_in_and_is_back_at_the_wanted_page() {
    let stand = Stand::start().await;
    for proxy in &stand.proxies {
        for navigation in NAVIGATIONS {
            let mut client = stand.client(proxy, None);
            let refused = open(&client, "/reports/?x=1", navigation).await;
            let location = "/auth?next=%2Freports%2F%3Fx%3D1&reason=session-missing";
            assert_eq!((refused.status, refused.header("location")), (303, Some(location)), "{:?}", proxy.kind);
            assert_eq!(refused.header("cache-control"), Some("no-store"));
            let page = open(&client, location, navigation).await;
            assert!(page.status == 200 && page.text().contains("latchkey-guarded"), "{:?}", proxy.kind);
            let SignedIn { user, .. } = client.log_in().await.json();
            let back = open(&client, location, navigation).await;
            assert_eq!((back.status, back.header("location")), (303, Some("/reports/?x=1")));
            let report = open(&client, "/reports/?x=1", navigation).await;
            assert_eq!((report.status, report.text()), (200, guarded::greeting(&user, "?x=1", "")), "{:?}", proxy.kind);
        }
    }
}

#[actix_web::test]
async fn a_form_that_was_sent_without_a_session_leads_back_to_the_programs_first_page() {
    let stand = Stand::start().await;
    for proxy in &stand.proxies {
        let client = stand.client(proxy, None);
        let request =
            client.request(Method::POST, "/reports/save?x=1").header("Sec-Fetch-Mode", "navigate").body("a=1");
        let answer = client.clone().send(request).await;
        let location = Some("/auth?next=%2Freports%2F&reason=session-missing");
        assert_eq!((answer.status, answer.header("location")), (303, location), "{:?}", proxy.kind);
    }
}

#[actix_web::test]
async fn the_program_gets_the_user_and_not_what_the_client_claims() {
    let stand = Stand::start().await;
    for proxy in &stand.proxies {
        let mut client = stand.client(proxy, None);
        let SignedIn { user, .. } = client.log_in().await.json();
        let body = "x".repeat(100_000);
        let mut forged = client.request(Method::POST, "/reports/").body(body.clone());
        for name in ["X-Auth-User", "X_Auth_User", "X-Auth_User", "x_auth-user", "X-Auth-Email", "X_AUTH_NAME"] {
            forged = forged.header(name, "somebody else");
        }
        forged = forged.header(api::SESSION_HEADER, "another session").header("X-Forwarded-Uri", "//evil.example");
        let answer = client.clone().send(forged).await;
        assert_eq!((answer.status, answer.text()), (200, guarded::greeting(&user, "", &body)), "{:?}", proxy.kind);
        // Proxies drop the headers that `Connection` names.
        let starving =
            client.request(Method::GET, "/reports/").header("Connection", "keep-alive, X-Auth-User, x-auth-name");
        let answer = client.clone().send(starving).await;
        assert_eq!((answer.status, answer.text()), (200, guarded::greeting(&user, "", "")), "{:?}", proxy.kind);
    }
}

#[actix_web::test]
async fn a_client_cannot_choose_the_way_back() {
    let stand = Stand::start().await;
    for proxy in &stand.proxies {
        let client = stand.client(proxy, None);
        let names = ["X-Forwarded-Uri", "X-Original-URI", "X-Forwarded-Method", "X-Original-Method"];
        let request = client.request(Method::GET, "/reports/?x=1").header("Sec-Fetch-Mode", "navigate");
        let request = names.iter().fold(request, |request, name| request.header(*name, "/reports/forged"));
        let location = client.clone().send(request).await.header("location").map(str::to_owned);
        let expected = "/auth?next=%2Freports%2F%3Fx%3D1&reason=session-missing";
        assert_eq!(location.as_deref(), Some(expected), "{:?}", proxy.kind);
    }
}

#[actix_web::test]
async fn a_program_gets_the_401_with_its_reason_and_keeps_the_cookie() {
    let stand = Stand::start().await;
    let revoked = stand.app.signed_in().await;
    stand.app.end(&revoked, EndReason::SessionRevoked).await;
    for proxy in &stand.proxies {
        for (cookie, code) in
            [(None, ErrorCode::SessionMissing), (revoked.cookie.as_deref(), ErrorCode::SessionRevoked)]
        {
            for method in [Method::GET, Method::POST] {
                let client = stand.client(proxy, cookie);
                let answer = client.clone().send(client.request(method, "/reports/?x=1")).await;
                answer.assert_problem(code);
                assert_eq!(answer.set_cookie(), None, "{:?}", proxy.kind);
                let challenges: Vec<_> = answer.headers.get_all("www-authenticate").iter().collect();
                assert_eq!(challenges, [r#"Session realm="latchkey""#], "{:?}", proxy.kind);
            }
            let page = open(&stand.client(proxy, cookie), "/reports/", NAVIGATIONS[0]).await;
            assert_eq!((page.status, page.set_cookie()), (303, None), "{:?}", proxy.kind);
            assert_eq!(page.header("www-authenticate"), None, "{:?}: a redirect is no challenge", proxy.kind);
        }
    }
}

#[actix_web::test]
async fn the_programs_own_answers_pass() {
    let stand = Stand::start().await;
    let cookie = stand.app.signed_in().await.cookie;
    for proxy in &stand.proxies {
        for (path, status) in
            [("/reports/500", 500), ("/reports/401", 401), ("/reports/403", 403), ("/reports/503", 503)]
        {
            for navigation in NAVIGATIONS {
                let answer = open(&stand.client(proxy, cookie.as_deref()), path, navigation).await;
                assert_eq!((answer.status, answer.text().as_str()), (status, "its own"), "{:?} {path}", proxy.kind);
            }
        }
    }
}

#[actix_web::test]
async fn what_a_proxy_asks_for_itself_opens_nothing() {
    let stand = Stand::start().await;
    let cookie = stand.app.signed_in().await.cookie;
    for proxy in &stand.proxies {
        let client = stand.client(proxy, None);
        for path in ["/_forward_auth", "/_refused", "/_outage"] {
            let answer = client.clone().get(path).await;
            assert!([401, 404, 503].contains(&answer.status), "{:?} {path}: {answer:?}", proxy.kind);
        }
        client.clone().verify().await.assert_problem(ErrorCode::SessionMissing);
        assert_eq!(stand.client(proxy, cookie.as_deref()).verify().await.status, 200, "{:?}", proxy.kind);
    }
}

#[actix_web::test]
async fn events_pass_the_proxy_as_they_happen() {
    let stand = Stand::start().await;
    for proxy in &stand.proxies {
        let mut client = stand.client(proxy, stand.app.signed_in().await.cookie.as_deref());
        for path in [api::SESSION_EVENTS, "/reports/events"] {
            let mut stream = client.request(Method::GET, path).send().await.unwrap();
            let of_latchkey = path == api::SESSION_EVENTS;
            let begin = if of_latchkey { "data: {\"user_version\":1}\n\n" } else { ": open\n\n" };
            guarded::read_until(&mut stream, begin).await;
            if of_latchkey {
                assert_eq!(client.clone().log_out().await.status, 204);
                assert!(guarded::next_chunk(&mut stream).await.unwrap().starts_with(b"event: ended\n"));
                assert_eq!(guarded::next_chunk(&mut stream).await, None, "{:?}", proxy.kind);
                client = stand.client(proxy, stand.app.signed_in().await.cookie.as_deref());
            }
        }
    }
}
