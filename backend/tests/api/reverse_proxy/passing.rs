//! What passes a proxy on its way to the program: the path as it was sent, and nothing that only the proxy may say.

use latchkey_shared::{SignedIn, api};
use reqwest::Method;

use super::{NAVIGATIONS, Stand, guarded, open};

/// Every character of a header's name that is no letter and no digit (RFC 9110): CGI makes the same of all of them.
const SEPARATORS: &str = "!#$%&'*+-.^_`|~";

/// As many headers as every proxy takes in one request.
const HEADERS: usize = 60;

#[actix_web::test]
async fn no_spelling_of_a_forged_user_reaches_the_program() {
    let stand = Stand::start().await;
    let pairs = SEPARATORS.chars().flat_map(|first| SEPARATORS.chars().map(move |second| (first, second)));
    let names: Vec<_> = pairs.map(|(first, second)| format!("X{first}Auth{second}User")).collect();
    for proxy in &stand.proxies {
        let mut client = stand.client(proxy, None);
        let SignedIn { user, .. } = client.log_in().await.json();
        for names in names.chunks(HEADERS) {
            let forged = client.request(Method::GET, "/reports/");
            let forged = names.iter().fold(forged, |request, name| request.header(name, "admin"));
            let answer = client.clone().send(forged).await;
            assert_eq!((answer.status, answer.text()), (200, guarded::greeting(&user, "", "")), "{:?}", proxy.kind);
        }
    }
}

#[actix_web::test]
async fn a_path_arrives_as_it_was_sent() {
    let stand = Stand::start().await;
    for proxy in &stand.proxies {
        let client = stand.client(proxy, stand.app.signed_in().await.cookie.as_deref());
        for path in ["a%2Fb", "a%3Bb;c", "a//b", "x%7E~", "caf%C3%A9", "100%25?x=a%2Fb&y=%3B"] {
            let path = format!("/reports/as-sent/{path}");
            let answer = client.clone().get(&path).await;
            assert_eq!((answer.status, answer.text()), (200, path), "{:?}", proxy.kind);
        }
        // Latchkey gets it so too.
        let wanted = "/reports/a%2Fb%3B?x=%2F";
        let refused = open(&stand.client(proxy, None), wanted, NAVIGATIONS[0]).await;
        let location = "/auth?next=%2Freports%2Fa%252Fb%253B%3Fx%3D%252F&reason=session-missing";
        assert_eq!(refused.header("location"), Some(location), "{:?}", proxy.kind);
    }
}

#[actix_web::test]
async fn the_program_gets_what_the_proxy_says_and_no_claim_of_the_clients() {
    let stand = Stand::start().await;
    for proxy in &stand.proxies {
        let client = stand.client(proxy, stand.app.signed_in().await.cookie.as_deref());
        let names = guarded::CLAIMS.iter().filter(|name| **name != "x-forwarded-for");
        let request = client.request(Method::GET, "/reports/claims").header("X-Forwarded-For", "203.0.113.9");
        let request = names.fold(request, |request, name| request.header(*name, "/reports/forged"));
        let answer = client.clone().send(request).await;
        assert_eq!((answer.status, answer.text().as_str()), (200, "x-forwarded-for=127.0.0.1"), "{:?}", proxy.kind);
    }
}

#[actix_web::test]
async fn the_session_is_found_in_any_of_several_cookie_lines() {
    let stand = Stand::start().await;
    for proxy in &stand.proxies {
        let session = stand.app.signed_in().await.cookie.unwrap();
        let client = stand.client(proxy, None);
        for path in ["/reports/", api::VERIFY_SESSION] {
            for lines in [["theme=dark; lang=en", &*session], [&session, "theme=a,b"]] {
                let request = client.request(Method::GET, path);
                let request = lines.into_iter().fold(request, |request, line| request.header("Cookie", line));
                assert_eq!(client.clone().send(request).await.status, 200, "{:?} {path} {lines:?}", proxy.kind);
            }
        }
    }
}

#[actix_web::test]
async fn the_prefix_without_its_slash_leads_to_the_program() {
    let stand = Stand::start().await;
    for proxy in &stand.proxies {
        let answer = open(&stand.client(proxy, None), "/reports", NAVIGATIONS[0]).await;
        let location = answer.header("location").map(|location| location.replace(&proxy.url, ""));
        assert_eq!((answer.status, location.as_deref()), (301, Some("/reports/")), "{:?}", proxy.kind);
    }
}
