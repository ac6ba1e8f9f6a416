//! The client's and the log's view of a problem.

use latchkey_shared::{EndReason, Problem as WireProblem};

use super::*;
use crate::{http::error::ApiError, store::StoreError};

#[derive(Debug, thiserror::Error)]
#[error("cannot save the note")]
struct SaveError(#[source] std::io::Error);

fn save() -> Result<(), SaveError> {
    Err(SaveError(std::io::Error::other("disk /dev/sda1 is full")))
}

fn cause(answer: &HttpResponse) -> String {
    answer.extensions().get::<Cause>().unwrap().text.clone()
}

#[test]
fn an_error_of_the_app_is_opaque_to_the_client_and_complete_in_the_log() {
    fn handler() -> Result<(), Problem> {
        save()?;
        Ok(())
    }
    let by_hand = save().map_err(Problem::internal).unwrap_err();
    for problem in [handler().unwrap_err(), by_hand] {
        let answer = problem.error_response();
        assert_eq!((answer.status().as_u16(), problem.body().error_code()), (500, ErrorCode::Internal));
        assert!(!problem.to_string().contains("note") && !problem.to_string().contains("disk"));
        assert_eq!(cause(&answer), "cannot save the note: disk /dev/sda1 is full");
    }
    assert_eq!(cause(&Problem::internal("a text").error_response()), "a text");
}

#[test]
fn latchkeys_own_errors_keep_their_answer() {
    let problem = |error: ApiError| Problem::from(error);
    let ended = problem(ApiError::Unauthorized { reason: EndReason::SessionIdle, removal: None });
    assert_eq!((ended.body().code.as_str(), ended.status_code().as_u16()), ("session-idle", 401));
    assert!(ended.error_response().headers().contains_key(header::WWW_AUTHENTICATE));
    let outage = Problem::from(StoreError("secret".into()));
    assert_eq!((outage.body().error_code(), outage.to_string().contains("secret")), (ErrorCode::Unavailable, false));
    assert!(cause(&outage.error_response()).contains("secret"));
}

#[test]
fn actixs_errors_keep_their_status_and_5xx_lose_their_text() {
    let problem = |error: actix_web::Error| Problem::from(error);
    let refused = problem(actix_web::error::ErrorBadRequest("no number"));
    assert_eq!((refused.body().error_code(), refused.body().detail.as_str()), (ErrorCode::Malformed, "no number"));
    let failed = problem(actix_web::error::ErrorBadGateway("secret"));
    assert_eq!((failed.status_code().as_u16(), failed.to_string().contains("secret")), (502, false));
    assert_eq!((failed.body().code.as_str(), cause(&failed.error_response()).as_str()), ("bad-gateway", "secret"));
    let own = Problem::not_found("There is no such note.");
    assert_eq!(problem(own.into()).body().detail, "There is no such note.");
}

#[test]
fn an_outage_of_the_apps_own_has_retry_after() {
    let problem = Problem::unavailable(std::io::Error::other("connection refused"));
    let answer = problem.error_response();
    assert_eq!((answer.status().as_u16(), problem.body().error_code()), (503, ErrorCode::Unavailable));
    assert_eq!(answer.headers().get(header::RETRY_AFTER).unwrap(), "1");
    assert_eq!(cause(&answer), "connection refused");
}

#[test]
fn a_problem_of_the_app_is_sent_as_it_is() {
    let kind = "urn:notes:problem:locked";
    let problem = Problem::custom(StatusCode::LOCKED, kind, "locked", "Note locked", "Ada is editing it.");
    let problem = problem.with_header(header::RETRY_AFTER, HeaderValue::from(30));
    let answer = problem.error_response();
    assert_eq!(
        (answer.status().as_u16(), answer.headers().get(header::RETRY_AFTER).unwrap()),
        (423, &HeaderValue::from(30))
    );
    assert_eq!(answer.headers().get(header::CONTENT_TYPE).unwrap(), api::PROBLEM_JSON);
    let WireProblem { kind: sent, code, status, .. } = problem.body();
    assert_eq!((sent.as_str(), code.as_str(), *status), (kind, "locked", 423));
}

#[test]
fn every_status_has_a_code() {
    for status in 400..=599 {
        let Ok(status) = StatusCode::from_u16(status) else { continue };
        let problem = Problem::of_status(status, "detail");
        assert_eq!((problem.status_code(), problem.body().status), (status, status.as_u16()));
        let code = &problem.body().code;
        assert!(
            !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'),
            "{status}: {code}"
        );
    }
    assert_eq!(Problem::forbidden("no").body().code, "forbidden");
    assert_eq!(Problem::conflict("no").body().kind, "about:blank");
}
