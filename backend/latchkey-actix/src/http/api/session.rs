//! `/api/login`, `/api/verify-session`, `/api/logout`, `/api/refresh-session`.

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    http::header::{CONTENT_TYPE, HeaderName, HeaderValue, SET_COOKIE},
    web::Data,
};
use latchkey_shared::{Login, api};

use crate::{
    cache::cached_session::{PreparedCheck, Remaining},
    domain::{email, token::Token},
    http::{
        cookie::SessionCookie,
        device_cookie::DeviceCookie,
        error::ApiError,
        extract::{self, ApiJson, CurrentSession, SESSION_HEADER, check_session_header, unauthorized},
        request_state::RequestState,
        spa::Spa,
    },
    service::{ActiveSession, Client, LoginContext, NewLogin, RefreshOutcome, SessionService, Verdict},
};

const USER_HEADER: HeaderName = HeaderName::from_static(api::USER_HEADER);
const BUILD_HEADER: HeaderName = HeaderName::from_static(api::BUILD_HEADER);
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// The detail for users whose browser would drop the cookie without a word.
const NOT_KEPT: &str = "This page was opened over plain http, where your browser does not keep the cookie of this site. Open it with \
                        https:// in the address.";

/// `POST /api/login`: begins a session for an e-mail address and a password, and sets its cookie.
pub async fn log_in(
    request: HttpRequest,
    service: Data<SessionService>,
    cookie: Data<SessionCookie>,
    device_cookie: Data<DeviceCookie>,
    client: Client,
    ApiJson(login): ApiJson<Login>,
) -> Result<HttpResponse, ApiError> {
    if email::normalise(&login.email).is_none() {
        return Err(ApiError::Unacceptable("`email` is not an e-mail address.".into()));
    }
    if login.password.is_empty() {
        return Err(ApiError::Unacceptable("`password` is empty.".into()));
    }
    if cookie.is_dropped_by_sender_of(request.headers()) {
        tracing::warn!(
            "a user signs in over plain http, and LATCHKEY_PUBLIC_URL is https: browsers would not keep the cookie"
        );
        return Err(ApiError::Unacceptable(NOT_KEPT.into()));
    }
    // Checked after the body has arrived: the session may have ended meanwhile.
    let current = match extract::verify(&request).await? {
        Verdict::Active(session) => Some(session),
        Verdict::Ended(_) | Verdict::Unavailable(_) => None,
    };
    let device = device_cookie.presented(request.headers());
    let NewLogin { token, session, device } = service.log_in(login, LoginContext { current, device, client }).await?;
    let mut answer = signed_in(&cookie, &token, &session);
    if let Some(device) = device {
        answer.headers_mut().append(SET_COOKIE, device_cookie.set(&device));
    }
    Ok(answer)
}

/// The answer to a log-in: 200 with the user, the session and its cookie.
#[must_use]
pub fn signed_in(cookie: &SessionCookie, token: &Token, session: &ActiveSession) -> HttpResponse {
    let set = if session.is_remembered() { cookie.set(token) } else { cookie.set_until_browser_closes(token) };
    HttpResponse::Ok().insert_header((SET_COOKIE, set)).json(session.signed_in())
}

/// `GET /api/verify-session`: the small answer that clients ask for on every route change. `X-Auth-User` is for reverse proxies that
/// ask on behalf of another program.
///
/// Every answer, 401 and 503 too, names the build of the app that the server has, so that an open page notices a deployment.
pub async fn verify(request: HttpRequest, session: Result<CurrentSession, ApiError>) -> HttpResponse {
    let Ok(RequestState { spa, .. }) = RequestState::of(&request) else {
        return ApiError::NotMounted.error_response();
    };
    match session {
        Ok(CurrentSession(session)) => verified(session.check(), session.remaining(), spa),
        Err(error) => {
            let mut answer = error.error_response();
            name_build(&mut answer, spa);
            answer
        }
    }
}

/// The answer to a check of an active session: 200 with the session and the id of its user.
#[must_use]
pub fn verified(check: &PreparedCheck, remaining: Remaining, spa: &Option<Spa>) -> HttpResponse {
    let mut answer = HttpResponse::Ok()
        .append_header((CONTENT_TYPE, HeaderValue::from_static("application/json")))
        .append_header((USER_HEADER, check.user_id()))
        .body(check.verified_json(remaining));
    name_build(&mut answer, spa);
    answer
}

fn name_build(answer: &mut HttpResponse, spa: &Option<Spa>) {
    if let Some(spa) = spa {
        answer.headers_mut().insert(BUILD_HEADER, spa.build().clone());
    }
}

/// What a log-out clears: pages that the browser has loaded ahead of time contain the user's data. The cache stays, because it has
/// the app's files only; storage and other cookies belong to other parts of the site.
const CLEARED_CACHES: &str = r#""prefetchCache", "prerenderCache""#;

/// `POST /api/logout`: ends the session. 204 also if there is none, because the outcome is the same.
pub async fn log_out(
    request: HttpRequest,
    service: Data<SessionService>,
    cookie: Data<SessionCookie>,
    client: Client,
) -> Result<HttpResponse, ApiError> {
    let presented = cookie.presented(request.headers());
    if let Some(token) = &presented.token {
        if request.headers().contains_key(SESSION_HEADER) {
            match service.verify(Some(token)).await {
                Verdict::Active(session) => check_session_header(&request, &session)?,
                Verdict::Ended(_) => {}
                Verdict::Unavailable(error) => return Err(error.into()),
            }
        }
        service.log_out(token, &client).await?;
    }
    let mut answer = HttpResponse::NoContent();
    if presented.removable {
        answer.insert_header((SET_COOKIE, cookie.removal())).insert_header((CLEAR_SITE_DATA, CLEARED_CACHES));
    }
    Ok(answer.finish())
}

/// `POST /api/refresh-session`: moves the session's deadline, and the cookie's `Max-Age` with it.
pub async fn refresh(
    request: HttpRequest,
    service: Data<SessionService>,
    cookie: Data<SessionCookie>,
    CurrentSession(session): CurrentSession,
) -> Result<HttpResponse, ApiError> {
    let session = match service.refresh(&session).await? {
        RefreshOutcome::Refreshed(session) => session,
        RefreshOutcome::Ended(reason) => return Err(unauthorized(&request, reason)),
        RefreshOutcome::Disabled => return Err(ApiError::RefreshDisabled),
    };
    let token = cookie.presented(request.headers()).token;
    Ok(token.map_or_else(|| HttpResponse::Ok().json(session.signed_in()), |token| signed_in(&cookie, &token, &session)))
}
