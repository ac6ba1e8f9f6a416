//! Which answers are replaced by problems.

use actix_web::{
    HttpResponse,
    error::{ErrorBadRequest, ErrorInternalServerError},
    http::{
        StatusCode,
        header::{ALLOW, RETRY_AFTER, SET_COOKIE},
    },
    test::TestRequest,
};

use super::*;

fn answer(response: HttpResponse) -> ServiceResponse<BoxBody> {
    replace(ServiceResponse::new(TestRequest::get().to_http_request(), response))
}

fn is_problem(answer: &ServiceResponse<BoxBody>) -> bool {
    answer.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == "application/problem+json")
}

#[test]
fn headers_are_kept_and_not_duplicated() {
    let mut response = HttpResponse::ServiceUnavailable();
    response.insert_header((RETRY_AFTER, 30)).insert_header((ALLOW, "GET"));
    response.append_header((SET_COOKIE, "a=1")).append_header((SET_COOKIE, "b=2"));
    let answer = answer(response.finish());
    let values = |name| answer.headers().get_all(name).map(|value| value.to_str().unwrap()).collect::<Vec<_>>();
    assert!(is_problem(&answer));
    assert_eq!((values(RETRY_AFTER), values(ALLOW), values(SET_COOKIE)), (vec!["30"], vec!["GET"], vec!["a=1", "b=2"]));
}

#[test]
fn an_error_of_actix_is_a_problem_and_the_cause_of_a_failure_goes_to_the_log() {
    let refused = answer(HttpResponse::from_error(ErrorBadRequest("no number")));
    assert!(is_problem(&refused) && refused.response().extensions().get::<Cause>().is_none());
    let failed = answer(HttpResponse::from_error(ErrorInternalServerError("secret")));
    assert!(is_problem(&failed));
    assert_eq!(failed.response().extensions().get::<Cause>().unwrap().text, "secret");
}

#[test]
fn answers_with_a_body_of_the_apps_own_are_kept() {
    for response in [
        HttpResponse::Ok().finish(),
        HttpResponse::NotModified().finish(),
        HttpResponse::NotFound().body("words"),
        HttpResponse::NotFound().content_type("text/html").finish(),
        HttpResponse::BadRequest().json("words"),
        HttpResponse::from_error(Problem::custom(StatusCode::CONFLICT, "urn:x", "x", "X", "x")),
    ] {
        let (status, size) = (response.status(), response.body().size());
        let answer = answer(response);
        assert_eq!((answer.status(), answer.response().body().size()), (status, size));
    }
}
