//! `GET /api/forward-auth`: whether a request may reach a program that Latchkey guards. A reverse proxy asks before it passes the request on,
//! with the request's headers, and gives the client any answer but a 200.

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    http::header::{HeaderName, HeaderValue, LOCATION, RETRY_AFTER, VARY},
};
use latchkey_shared::{ErrorCode, User, api};
use tracing::Level;

use crate::{
    http::{
        error::{ApiError, cause_of_outage},
        extract::touch_if_active,
        forwarded_request::ForwardedRequest,
        problem::{Cause, Problem, RETRY_AFTER_S},
        request_state::RequestState,
    },
    service::Verdict,
};

const USER_HEADER: HeaderName = HeaderName::from_static(api::USER_HEADER);
const EMAIL_HEADER: HeaderName = HeaderName::from_static(api::EMAIL_HEADER);
const NAME_HEADER: HeaderName = HeaderName::from_static(api::NAME_HEADER);

/// What the answer depends on, for proxies that cache it in spite of `no-store`.
const VARY_BY: HeaderValue = HeaderValue::from_static("Cookie, Accept, Sec-Fetch-Mode, X-Requested-With");

/// The page for users while it is unknown whether they are signed in. The policy of all answers allows it no style.
const UNAVAILABLE_PAGE: &str = include_str!("unavailable.html");

/// `GET /api/forward-auth`: 200 with the user in headers if the session is active. Otherwise a navigation gets a redirect to the sign-in
/// page, and a program the 401 with the reason; 503 if the store does not answer.
///
/// The request is another program's, so its `X-Session` is ignored, and no answer removes a cookie: the page that the user comes to next
/// does.
pub async fn ask(request: HttpRequest) -> HttpResponse {
    let mut answer = match answer(&request).await {
        Ok(answer) => answer,
        Err(error) => error.error_response(),
    };
    answer.headers_mut().insert(VARY, VARY_BY);
    answer
}

async fn answer(request: &HttpRequest) -> Result<HttpResponse, ApiError> {
    let RequestState { service, cookie, proxies, spa } = RequestState::of(request)?;
    let asked = ForwardedRequest::of(request, proxies.peer(request));
    match service.verify(cookie.presented(request.headers()).token.as_ref()).await {
        Verdict::Active(session) => {
            let session = touch_if_active(request, session)?;
            if explains(request) {
                let text = "the session was not active before, and is now".into();
                return Ok(unavailable(asked.wants_page, Cause { text, level: Level::DEBUG }));
            }
            Ok(allowed(session.user()))
        }
        Verdict::Ended(reason) => {
            let spa = spa.as_ref().as_ref().filter(|_| asked.wants_page);
            match spa.and_then(|spa| spa.sign_in_url(asked.way_back(spa), reason)) {
                Some(location) => Ok(HttpResponse::SeeOther().insert_header((LOCATION, location)).finish()),
                None => Err(ApiError::Unauthorized { reason, removal: None }),
            }
        }
        Verdict::Unavailable(error) => Ok(unavailable(asked.wants_page, cause_of_outage(&error))),
    }
}

/// Whether the proxy has been refused already, and asks again for the answer to pass on, because it could not keep the first one. Then
/// there is no 200, which the client would take for the program's answer.
fn explains(request: &HttpRequest) -> bool {
    let mut parameters = request.query_string().split('&').map(|pair| pair.split('=').next());
    request.path() == api::FORWARD_AUTH && parameters.any(|name| name == Some(api::EXPLAIN_PARAMETER))
}

/// The 200 with the user of the session.
fn allowed(user: &User) -> HttpResponse {
    let is_plain_ascii = |byte: u8| byte.is_ascii_graphic() && byte != b'%';
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    HttpResponse::Ok()
        .insert_header((USER_HEADER, user.id.0.as_str()))
        .insert_header((EMAIL_HEADER, percent_encoded(&user.email, is_plain_ascii)))
        .insert_header((NAME_HEADER, percent_encoded(&user.name, is_unreserved)))
        .finish()
}

fn percent_encoded(text: &str, is_kept: impl Fn(u8) -> bool) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if is_kept(byte) {
            encoded.push(byte.into());
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
        encoded
    })
}

/// The 503: a page of words for a user, a problem for a program.
fn unavailable(wants_page: bool, cause: Cause) -> HttpResponse {
    let mut answer = if wants_page {
        HttpResponse::ServiceUnavailable()
            .insert_header((RETRY_AFTER, RETRY_AFTER_S))
            .content_type("text/html; charset=utf-8")
            .body(UNAVAILABLE_PAGE)
    } else {
        Problem::new(ErrorCode::Unavailable, "The server cannot answer at the moment. Try again.").error_response()
    };
    answer.extensions_mut().insert(cause);
    answer
}
