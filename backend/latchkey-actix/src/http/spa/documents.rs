//! The app's pages. The server decides, on the same table as the app, who may see a page, and writes into it what it
//! knows of the session, so that a page's first load asks nothing more.

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    http::{
        Method, StatusCode,
        header::{
            CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CROSS_ORIGIN_OPENER_POLICY, LOCATION, REFERRER_POLICY, VARY,
        },
    },
    web::Data,
};
use latchkey_shared::{Access, EndReason, InitialSession, Page, api};

use super::dist::{IndexPage, Spa, encoding_for};
use crate::{
    http::{
        error::{ApiError, Cause},
        extract::{MaybeSession, is_navigation, touch},
    },
    service::Verdict,
};

/// Where password managers look for the page on which a password is changed.
const CHANGE_PASSWORD: &str = "/.well-known/change-password";

/// Every path that is not the API's: a file of the app, or a page.
pub async fn serve(request: HttpRequest, dist: Data<Option<Spa>>) -> Result<HttpResponse, ApiError> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(ApiError::MethodNotAllowed { allow: "GET, HEAD" });
    }
    let Some(dist) = dist.as_ref() else {
        return Err(ApiError::NotFound(
            "This server has no built app: `cargo xtask run` builds one, `trunk serve` brings one.",
        ));
    };
    if let Some(asset) = dist.asset(request.path()) {
        return Ok(asset.answer(request.headers()));
    }
    if request.path() == CHANGE_PASSWORD {
        return Ok(HttpResponse::SeeOther().insert_header((LOCATION, Page::Account.path())).finish());
    }
    if let Some(location) = without_trailing_slash(request.path(), request.uri().query()) {
        return Ok(HttpResponse::PermanentRedirect().insert_header((LOCATION, location)).finish());
    }
    let page = Page::at(request.path());
    let looks_like_a_file = request.path().rsplit('/').next().is_some_and(|name| name.contains('.'));
    if page.is_none() && looks_like_a_file {
        return Err(ApiError::NotFound("There is no such file."));
    }
    // Only pages ask for the session: a file is the same for everybody.
    let MaybeSession(verdict) = MaybeSession::extract(&request).await?;
    let cause = if let Verdict::Unavailable(error) = &verdict { Some(Cause::of(error)) } else { None };
    let mut answer = match page {
        Some(page) => document(&request, dist.index(), page, verdict),
        None => render(&request, dist.index(), StatusCode::NOT_FOUND, initial_session(&verdict)),
    };
    if let Some(cause) = cause {
        answer.extensions_mut().insert(cause);
    }
    Ok(answer)
}

fn document(request: &HttpRequest, index: &IndexPage, page: Page, verdict: Verdict) -> HttpResponse {
    // Opening a page is something that a user does; loading it ahead of time, or as another site's image, is not.
    let verdict = match verdict {
        Verdict::Active(session) if is_navigation(request) => Verdict::Active(touch(request, session)),
        other => other,
    };
    match (page.access(), &verdict) {
        (Access::SignedIn, Verdict::Ended(reason)) => {
            let next = request.uri().path_and_query().map_or(page.path(), |next| next.as_str());
            HttpResponse::SeeOther().insert_header((LOCATION, sign_in_url(next, *reason))).finish()
        }
        _ => render(request, index, StatusCode::OK, initial_session(&verdict)),
    }
}

/// Where a path with a trailing slash is: at the path without it. A path that a browser would take for another host when it
/// stands alone is nowhere.
fn without_trailing_slash(path: &str, query: Option<&str>) -> Option<String> {
    let shorter = path.trim_end_matches('/');
    let is_same_site = !shorter.starts_with("//") && !shorter.starts_with("/\\");
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    (shorter.len() < path.len() && !shorter.is_empty() && is_same_site).then(|| format!("{shorter}{query}"))
}

fn sign_in_url(next: &str, reason: EndReason) -> String {
    let query = serde_urlencoded::to_string([("next", next), ("reason", reason.as_str())]).unwrap_or_default();
    format!("{}?{query}", Page::Auth.path())
}

/// What a page is told; nothing, when nobody can tell.
fn initial_session(verdict: &Verdict) -> Option<InitialSession> {
    match verdict {
        Verdict::Active(session) => Some(InitialSession::Active(session.signed_in())),
        Verdict::Ended(reason) => Some(InitialSession::Ended { reason: *reason }),
        Verdict::Unavailable(_) => None,
    }
}

/// The page, with what it is told. It holds no secret and repeats nothing that the request brought, so that its length
/// tells nobody anything when it is compressed.
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
    let page = index.with(initial.as_ref().map(embed).as_deref(), name.as_deref());
    let mut answer = HttpResponse::build(status);
    answer
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, index.content_security_policy.clone()))
        // Not `no-referrer`: with it, browsers send `Origin: null` with our own mutations.
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

/// A text as HTML.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The session as an element of the page. A `<` in a name must not close it.
fn embed(initial: &InitialSession) -> String {
    let json = serde_json::to_string(initial).unwrap_or_default().replace('<', "\\u003c");
    format!(r#"<script type="application/json" id="{}">{json}</script>"#, api::INITIAL_SESSION_ELEMENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_out_of_the_page() {
        let id = latchkey_shared::UserId("u".into());
        let user = latchkey_shared::User::new(id, "a@b", "</script><script>alert(1)</script>", 1);
        let timestamp = || latchkey_shared::Timestamp("2026-01-01T00:00:00Z".into());
        let id = latchkey_shared::SessionId("s".into());
        let session = latchkey_shared::Session::new(id, timestamp(), timestamp(), 1);
        let initial = InitialSession::Active(latchkey_shared::SignedIn::new(user, session));
        let element = embed(&initial);
        assert_eq!(element.matches("</script>").count(), 1);
        let json = element.split_once('>').unwrap().1.strip_suffix("</script>").unwrap();
        assert_eq!(serde_json::from_str::<InitialSession>(json).unwrap(), initial);
    }

    #[test]
    fn a_name_is_text_in_the_page_too() {
        assert_eq!(escape("<b>Ada & co.</b>"), "&lt;b&gt;Ada &amp; co.&lt;/b&gt;");
    }

    #[test]
    fn a_path_without_its_slash_stays_on_the_site_and_keeps_its_query() {
        let location = |path, query| without_trailing_slash(path, query);
        assert_eq!(location("/dashboard/", None).as_deref(), Some("/dashboard"));
        assert_eq!(location("/a/b//", Some("x=/&y")).as_deref(), Some("/a/b?x=/&y"));
        for path in ["/", "//", "/dashboard", "//evil.example/", "///evil.example//", "/\\evil.example/"] {
            assert_eq!(location(path, None), None, "{path}");
        }
    }

    #[test]
    fn the_way_back_is_one_query_value() {
        assert_eq!(
            sign_in_url("/account?tab=a&next=//evil.example", EndReason::SessionExpired),
            "/auth?next=%2Faccount%3Ftab%3Da%26next%3D%2F%2Fevil.example&reason=session-expired",
        );
    }
}
