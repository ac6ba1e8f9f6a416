//! Sends requests to a server, and reads its answers.

use std::{net::Ipv4Addr, time::Duration};

use anyhow::{Context, Result};
use latchkey_shared::{Device, EndedSessions, Login, PasswordChange, Problem, SessionId, SignedIn, Verified, api};
use reqwest::{
    Client, Method, RequestBuilder, Response, StatusCode,
    header::{COOKIE, HeaderMap, SET_COOKIE},
    redirect::Policy,
};

use crate::model::{Answer, PasswordKey, Request};

/// How long a client waits; longer than the proxy.
const PATIENCE: Duration = Duration::from_secs(15);

/// The name of the session cookie, with the character after it.
const SESSION_COOKIE: &str = "session=";

/// A client of one server, or of the proxy before all.
#[derive(Clone, Debug)]
pub struct Api {
    http: Client,
    site: String,
}

/// Who sends a request.
#[derive(Clone, Copy, Debug)]
pub struct Sender<'a> {
    pub email: &'a str,
    /// Its number, from which its address is made.
    pub browser: usize,
    /// The `Cookie` header.
    pub cookie: Option<&'a str>,
}

/// An answer, and the session cookie in it.
#[derive(Clone, Debug)]
pub struct Reply {
    pub answer: Answer,
    pub cookie: Option<String>,
}

impl Api {
    pub fn new(site: String) -> Result<Self> {
        let http = Client::builder().no_proxy().redirect(Policy::none()).timeout(PATIENCE).build()?;
        Ok(Self { http, site })
    }

    /// Whether the server can do its work.
    pub async fn is_ready(&self) -> bool {
        let ready = self.http.get(format!("{}{}", self.site, api::READYZ)).timeout(Duration::from_secs(1)).send().await;
        ready.is_ok_and(|ready| ready.status() == StatusCode::OK)
    }

    /// Sends a request of a browser.
    pub async fn send(&self, request: &Request, sender: Sender<'_>) -> Reply {
        let unavailable = Reply { answer: Answer::Unavailable, cookie: None };
        let Some(call) = self.call(request, sender) else { return unavailable };
        let Ok(response) = call.send().await else { return unavailable };
        let (status, cookie) = (response.status(), session_cookie(response.headers()));
        if matches!(status, StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT) {
            let answer = match cookie {
                None => Answer::Unavailable,
                Some(_) => Answer::Strange(format!("{status} with a session cookie")),
            };
            return Reply { answer, cookie: None };
        }
        match read(request, status, response).await {
            Ok(answer) => Reply { answer, cookie },
            // The connection broke off in the middle of the answer.
            Err(error) if error.downcast_ref().is_some_and(|error: &reqwest::Error| !error.is_decode()) => unavailable,
            Err(error) => Reply { answer: Answer::Strange(format!("{status}: {error:#}")), cookie: None },
        }
    }

    fn call(&self, request: &Request, Sender { email, browser, cookie }: Sender<'_>) -> Option<RequestBuilder> {
        let call = |method, path: &str| self.http.request(method, format!("{}{path}", self.site));
        let call = match request {
            Request::LogIn { password, .. } => {
                let login = Login { email: email.into(), password: text(*password), remember: None };
                call(Method::POST, api::LOGIN).json(&login)
            }
            Request::Check(_) => call(Method::GET, api::VERIFY_SESSION),
            Request::List(_) => call(Method::GET, api::SESSIONS),
            Request::Refresh(_) => call(Method::POST, api::REFRESH_SESSION),
            Request::LogOut(_) => call(Method::POST, api::LOGOUT),
            Request::Revoke { target: SessionId(target), .. } => {
                call(Method::DELETE, &api::SESSION.replace("{id}", target))
            }
            Request::RevokeOthers(_) => call(Method::DELETE, api::SESSIONS),
            Request::ChangePassword { from, to, .. } => {
                let change = PasswordChange { current_password: text(*from), new_password: text(*to) };
                call(Method::POST, api::PASSWORD).json(&change)
            }
            Request::Command(_) => return None,
        };
        let call = call.header("X-Forwarded-For", address(browser).to_string());
        Some(if let Some(cookie) = cookie { call.header(COOKIE, cookie) } else { call })
    }
}

/// A password in clear.
pub fn text(PasswordKey(number): PasswordKey) -> String {
    format!("soaked password {number}")
}

/// The address of a browser.
fn address(browser: usize) -> Ipv4Addr {
    Ipv4Addr::from_bits(Ipv4Addr::new(10, 0, 0, 1).to_bits() + u32::try_from(browser).unwrap_or_default())
}

fn session_cookie(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
    let mut cookies = cookies.filter(|cookie| cookie.starts_with(SESSION_COOKIE));
    cookies.next().map(|cookie| cookie.split(';').next().unwrap_or_default().to_owned())
}

async fn read(request: &Request, status: StatusCode, response: Response) -> Result<Answer> {
    if status == StatusCode::NO_CONTENT {
        return Ok(Answer::Done);
    }
    let body = response.bytes().await?;
    if status == StatusCode::OK {
        return Ok(match request {
            Request::LogIn { .. } | Request::ChangePassword { .. } => {
                Answer::Started(serde_json::from_slice::<SignedIn>(&body)?.session.id)
            }
            Request::Refresh(_) => Answer::Active(serde_json::from_slice::<SignedIn>(&body)?.session.id),
            Request::Check(_) => Answer::Active(serde_json::from_slice::<Verified>(&body)?.session.id),
            Request::List(_) => {
                let devices: Vec<Device> = serde_json::from_slice(&body)?;
                Answer::Listed(devices.into_iter().map(|device| device.id).collect())
            }
            Request::RevokeOthers(_) => serde_json::from_slice::<EndedSessions>(&body).map(|_| Answer::Done)?,
            Request::LogOut(_) | Request::Revoke { .. } | Request::Command(_) => Answer::Strange("200".into()),
        });
    }
    let problem: Problem = serde_json::from_slice(&body).context("no problem details")?;
    let code = problem.error_code();
    Ok(match (status.as_u16(), problem.code.as_str(), code.end_reason()) {
        (401, "bad-credentials", _) => Answer::BadCredentials,
        (401, _, Some(reason)) => Answer::Ended(reason),
        (429, "too-many-attempts", _) => Answer::TooManyAttempts,
        _ => Answer::Strange(format!("{status} {}: {}", problem.code, problem.detail)),
    })
}
