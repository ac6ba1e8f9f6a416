//! The app's pages. The page table decides which pages need a session. Each page has the session embedded, so that its first load needs
//! no check.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method, StatusCode,
        header::{
            ACCEPT, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CROSS_ORIGIN_OPENER_POLICY, LOCATION, REFERRER_POLICY,
            VARY,
        },
    },
    web::Data,
};
use latchkey_shared::{Access, InitialSession, api};

use super::{
    Spa,
    asset::{Asset, encoding_for},
    index_page::IndexPage,
};
use crate::{
    http::{
        error::{ApiError, cause_of_outage},
        extract::{self, is_navigation, touch},
    },
    service::Verdict,
};

/// The well-known path at which password managers look for the page for changing the password.
const CHANGE_PASSWORD: &str = "/.well-known/change-password";

/// How a path is answered.
#[derive(Debug)]
enum Target<'a> {
    File(&'a Asset),
    /// A permanent redirect to another path.
    MovedTo(String),
    ChangePasswordPage(&'a str),
    Page(Access),
    NoPage,
    NoFile,
}

/// Answers a request for a path outside of the API, with a file or a page of the app.
///
/// # Errors
/// There is no app, no such file, or the method is neither GET nor HEAD.
pub async fn serve(request: HttpRequest, spa: Data<Option<Spa>>) -> Result<HttpResponse, ApiError> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(ApiError::MethodNotAllowed { allow: "GET, HEAD".into() });
    }
    let Some(spa) = spa.as_ref() else {
        return Err(ApiError::NotFound(
            "This server has no built app: `cargo xtask run` builds one, `trunk serve` serves one.",
        ));
    };
    match target(spa, &request) {
        Target::File(file) => Ok(file.answer(request.headers())),
        Target::MovedTo(location) => Ok(redirect(StatusCode::PERMANENT_REDIRECT, &location)),
        Target::ChangePasswordPage(path) => Ok(redirect(StatusCode::SEE_OTHER, path)),
        Target::Page(access) => document(&request, spa, Some(access)).await,
        Target::NoPage => document(&request, spa, None).await,
        Target::NoFile => Err(ApiError::NotFound("There is no such file.")),
    }
}

/// Finds the target of a request: a file if there is one, otherwise a page.
fn target<'a>(spa: &'a Spa, request: &HttpRequest) -> Target<'a> {
    let path = request.path();
    if let Some(file) = spa.assets.get(path) {
        return Target::File(file);
    }
    if let Some(page) = spa.change_password_page.as_deref().filter(|_| path == CHANGE_PASSWORD) {
        return Target::ChangePasswordPage(page);
    }
    // Browsers request a file that should not exist here, to find out whether a 200 below `/.well-known/` is meaningful.
    if path.starts_with("/.well-known/") && spa.pages.as_ref().is_none_or(|pages| pages.access(path).is_none()) {
        return Target::NoFile;
    }
    // The proxy should have sent this to the program: a redirect would only hide that.
    if spa.guarded_next(path).is_some() {
        return Target::NoPage;
    }
    if let Some(location) = without_trailing_slash(path, request.uri().query()) {
        return Target::MovedTo(location);
    }
    let looks_like_a_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    match &spa.pages {
        Some(_) => match spa.access(path) {
            Some(access) => Target::Page(access),
            None if looks_like_a_file => Target::NoFile,
            None => Target::NoPage,
        },
        // Without a page table every path is a page, so only `Accept` distinguishes a page from a missing file.
        None if looks_like_a_file && !accepts_html(request) => Target::NoFile,
        None => Target::Page(Access::Public),
    }
}

fn accepts_html(request: &HttpRequest) -> bool {
    let accept = request.headers().get(ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

/// Answers a request with a page, or redirects it to the sign-in page. `page` is the page's access; `None` renders the app with 404.
async fn document(request: &HttpRequest, spa: &Spa, page: Option<Access>) -> Result<HttpResponse, ApiError> {
    // Only pages need the session; files are the same for all users.
    let verdict = match extract::verify(request).await? {
        // A navigation is activity of the user; prefetches and requests from other sites are not.
        Verdict::Active(session) if page.is_some() && is_navigation(request) => {
            Verdict::Active(touch(request, session)?)
        }
        other => other,
    };
    let elsewhere = match (page, &verdict) {
        (Some(Access::SignedIn), Verdict::Ended(reason)) => {
            let next = request.uri().path_and_query().map_or("/", |next| next.as_str());
            spa.sign_in_url(Some(next), *reason)
        }
        // A signed-in user does not need the app to reach a guarded program.
        (Some(Access::SignedOut), Verdict::Active(_)) => guarded_next(request, spa),
        _ => None,
    };
    let status = if page.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let mut answer = match elsewhere {
        Some(location) => redirect(StatusCode::SEE_OTHER, &location),
        None => render(request, &spa.index, status, initial_session(&verdict)),
    };
    if let Verdict::Unavailable(error) = &verdict {
        answer.extensions_mut().insert(cause_of_outage(error));
    }
    Ok(answer)
}

fn redirect(status: StatusCode, location: &str) -> HttpResponse {
    HttpResponse::build(status).insert_header((LOCATION, location)).finish()
}

/// The location without trailing slashes, or `None` if there are none to remove. A path that browsers would take for another host, such
/// as `//host`, is not redirected.
fn without_trailing_slash(path: &str, query: Option<&str>) -> Option<String> {
    let shorter = path.trim_end_matches('/');
    let is_same_site = !shorter.starts_with("//") && !shorter.starts_with("/\\");
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    (shorter.len() < path.len() && !shorter.is_empty() && is_same_site).then(|| format!("{shorter}{query}"))
}

/// The guarded program to which the query of the sign-in page leads.
fn guarded_next(request: &HttpRequest, spa: &Spa) -> Option<String> {
    let query: Vec<(String, String)> = serde_urlencoded::from_str(request.query_string()).ok()?;
    let (_, next) = query.into_iter().find(|(name, _)| name == "next")?;
    spa.guarded_next(&next).map(str::to_owned)
}

/// The session to embed in a page; `None` if the store does not answer.
fn initial_session(verdict: &Verdict) -> Option<InitialSession> {
    match verdict {
        Verdict::Active(session) => Some(InitialSession::Active(session.signed_in())),
        Verdict::Ended(reason) => Some(InitialSession::Ended { reason: *reason }),
        Verdict::Unavailable(_) => None,
    }
}

/// Renders the page with the session embedded. Nothing from the request is reflected and nothing is secret, so compression
/// opens no length side channel (BREACH).
fn render(
    request: &HttpRequest,
    index: &IndexPage,
    status: StatusCode,
    initial: Option<InitialSession>,
) -> HttpResponse {
    let name = match &initial {
        Some(InitialSession::Active(signed_in)) => Some(escape(&signed_in.user.name)),
        Some(InitialSession::Ended { .. }) | None => None,
    };
    let page = index.render(initial.as_ref().map(embed).as_deref(), name.as_deref());
    let mut answer = HttpResponse::build(status);
    answer
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, index.content_security_policy.header().clone()))
        // Not `no-referrer`, with which browsers send `Origin: null` even for the own site's mutations.
        .insert_header((REFERRER_POLICY, "same-origin"))
        .insert_header((CROSS_ORIGIN_OPENER_POLICY, "same-origin"))
        .insert_header((VARY, "Accept-Encoding"));
    match encoding_for(request.headers())
        .and_then(|encoding| Some((encoding.name, encoding.compress_fast(page.as_bytes()).ok()?)))
    {
        Some((name, body)) => answer.insert_header((CONTENT_ENCODING, name)).body(body),
        None => answer.body(page),
    }
}

/// Escapes a text for HTML.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The session as a script element. `<` is escaped, so that a name cannot close the element.
fn embed(initial: &InitialSession) -> String {
    let json = serde_json::to_string(initial).unwrap_or_default().replace('<', "\\u003c");
    format!(r#"<script type="application/json" id="{}">{json}</script>"#, api::INITIAL_SESSION_ELEMENT)
}

#[cfg(test)]
mod tests;
