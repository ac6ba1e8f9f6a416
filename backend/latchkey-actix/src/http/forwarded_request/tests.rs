//! What proxies and browsers say about a request.

use actix_web::test::TestRequest;

use super::*;

fn forwarded(path: &str, headers: &[(&str, &str)], peer: Peer) -> ForwardedRequest {
    let request = headers.iter().fold(TestRequest::with_uri(path), |request, header| request.append_header(*header));
    ForwardedRequest::of(&request.to_http_request(), peer)
}

fn wants_page(headers: &[(&str, &str)]) -> bool {
    forwarded("/api/forward-auth", headers, Peer::Unknown).wants_page
}

fn uri(path: &str, headers: &[(&str, &str)]) -> Option<String> {
    forwarded(path, headers, Peer::Trusted).uri
}

#[test]
fn browsers_say_that_they_open_a_page() {
    let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    for page in [
        vec![("Sec-Fetch-Mode", "navigate")],
        vec![("Sec-Fetch-Mode", "navigate"), ("Accept", "*/*")],
        vec![("Accept", accept)],
        vec![("Accept", "TEXT/HTML ;q=0.5")],
        vec![("Accept", "application/json"), ("Accept", "text/html")],
    ] {
        assert!(wants_page(&page), "{page:?}");
    }
}

#[test]
fn what_is_not_opened_as_a_page_is_a_programs() {
    for program in [
        vec![],
        vec![("Accept", "*/*")],
        vec![("Accept", "application/json, text/plain, */*")],
        vec![("Accept", "text/*")],
        vec![("Accept", "text/htmlx")],
        vec![("Accept", "application/json, text/html;q=0")],
        vec![("Accept", "text/html;q=0.0")],
        vec![("Accept", "text/html"), ("Sec-Fetch-Mode", "cors")],
        vec![("Accept", "text/html"), ("Sec-Fetch-Mode", "websocket")],
        vec![("Accept", "text/html, */*; q=0.01"), ("X-Requested-With", "XMLHttpRequest")],
    ] {
        assert!(!wants_page(&program), "{program:?}");
    }
}

#[test]
fn a_trusted_proxy_says_what_was_wanted_in_a_header_or_in_the_path() {
    let wanted = "/reports/?x=1&explain";
    for header in ["X-Forwarded-Uri", "X-Original-URI"] {
        assert_eq!(uri("/api/forward-auth", &[(header, wanted)]).as_deref(), Some(wanted));
    }
    assert_eq!(uri(&format!("/api/forward-auth{wanted}"), &[("X-Forwarded-Uri", "/x")]).as_deref(), Some(wanted));
    assert_eq!(uri("/api/forward-auth", &[]), None);
    assert_eq!(uri("/api/forward-auth?x=1", &[]), None);
}

#[test]
fn what_was_wanted_is_a_path_and_a_query_without_a_fragment() {
    for wanted in ["/reports/a?x=1#frag", "/reports/a?x=1#", "/reports/a?x=1#a#b?c"] {
        for header in ["X-Forwarded-Uri", "X-Original-URI"] {
            assert_eq!(uri("/api/forward-auth", &[(header, wanted)]).as_deref(), Some("/reports/a?x=1"), "{wanted}");
        }
    }
    assert_eq!(uri("/api/forward-auth", &[("X-Forwarded-Uri", "#")]).as_deref(), Some(""));
}

#[test]
fn contradictions_and_what_is_no_text_are_ignored() {
    let both = [("X-Forwarded-Uri", "/reports/"), ("X-Original-URI", "/wiki/")];
    assert_eq!(uri("/api/forward-auth", &both), None);
    assert_eq!(uri("/api/forward-auth", &[both[0], ("X-Forwarded-Uri", "/x")]), None);
    assert_eq!(uri("/api/forward-auth", &[both[0], both[0]]).as_deref(), Some("/reports/"));
    assert_eq!(uri("/api/forward-auth", &[("X-Forwarded-Uri", "/caf\u{e9}")]), None);
}

#[test]
fn nobody_else_is_believed() {
    let headers = [("X-Forwarded-Uri", "/reports/")];
    for path in ["/api/forward-auth", "/api/forward-auth/reports/"] {
        assert_eq!(forwarded(path, &headers, Peer::Unknown).uri, None);
    }
}

#[test]
fn only_what_was_read_can_be_read_again() {
    for (method, sent) in
        [("GET", Sent::Nothing), ("HEAD", Sent::Nothing), ("POST", Sent::Something), ("x", Sent::Something)]
    {
        for header in ["X-Forwarded-Method", "X-Original-Method"] {
            assert_eq!(forwarded("/api/forward-auth", &[(header, method)], Peer::Trusted).sent, sent, "{method}");
        }
    }
    let put = TestRequest::with_uri("/api/forward-auth/reports/").method(Method::PUT);
    assert_eq!(ForwardedRequest::of(&put.to_http_request(), Peer::Trusted).sent, Sent::Something);
    let put = TestRequest::with_uri("/api/forward-auth/reports/").method(Method::PUT);
    let put = put.insert_header(("X-Forwarded-Method", "GET")).to_http_request();
    assert_eq!(ForwardedRequest::of(&put, Peer::Trusted).sent, Sent::Something, "no header hides the method");
}

#[test]
fn one_header_that_names_another_method_is_enough() {
    let (forwarded_method, original) = ("X-Forwarded-Method", "X-Original-Method");
    for (methods, sent) in [
        ([(original, "GET"), (forwarded_method, "POST")], Sent::Something),
        ([(original, "POST"), (forwarded_method, "GET")], Sent::Something),
        ([(original, "GET"), (original, "POST")], Sent::Something),
        ([(original, "DELETE"), (original, "HEAD")], Sent::Something),
        ([(forwarded_method, "POST"), (forwarded_method, "PUT")], Sent::Something),
        ([(forwarded_method, "GET"), (original, "\u{e9}")], Sent::Something),
        ([(forwarded_method, "GET"), (forwarded_method, "")], Sent::Something),
        ([(forwarded_method, "GET, POST"), (original, "GET")], Sent::Something),
        ([(forwarded_method, "GET"), (original, "HEAD")], Sent::Nothing),
        ([(original, "GET"), (original, "GET")], Sent::Nothing),
    ] {
        assert_eq!(forwarded("/api/forward-auth", &methods, Peer::Trusted).sent, sent, "{methods:?}");
    }
}
