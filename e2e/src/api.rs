//! Calls of the API that bypass the browser and the proxy: another device, or the browser's own cookie.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use latchkey_shared::{Login, Problem, api};
use reqwest::{
    Client, RequestBuilder, Response, StatusCode,
    header::{COOKIE, SET_COOKIE},
    redirect::Policy,
};

use crate::{PASSWORD, Server};

/// A session of a user on another device, used through the API alone.
#[derive(Debug)]
pub struct Device {
    api: Api,
    /// The session cookie, `name=value`.
    pub cookie: String,
}

impl Device {
    /// Signs in on another device, with the password [`PASSWORD`].
    ///
    /// # Errors
    /// The log-in fails.
    pub async fn sign_in(server: &Server, email: &str) -> Result<Self> {
        let api = Api::new(server.address())?;
        let login = Login { email: email.into(), password: PASSWORD.into(), remember: None };
        let answer = api.http.post(format!("{}{}", api.site, api::LOGIN)).json(&login).send().await?;
        let set = answer.error_for_status()?.headers().get(SET_COOKIE).cloned().context("no cookie")?;
        let cookie = set.to_str()?.split(';').next().unwrap_or_default().to_owned();
        Ok(Self { api, cookie })
    }

    /// Sends a request and returns the status, followed by the problem's code if the answer is an error.
    ///
    /// # Errors
    /// The server does not answer, or an error has no problem details.
    pub async fn call(&self, method: &str, path: &str) -> Result<String> {
        let call = self.api.http.request(method.parse()?, format!("{}{path}", self.api.site));
        summary(call.header(COOKIE, &self.cookie).send().await?).await
    }

    /// Revokes all other sessions of the user.
    ///
    /// # Errors
    /// The request fails.
    pub async fn end_others(&self) -> Result<()> {
        let call = self.api.http.delete(format!("{}{}", self.api.site, api::SESSIONS));
        call.header(COOKIE, &self.cookie).send().await?.error_for_status()?;
        Ok(())
    }
}

/// An HTTP client for one server.
#[derive(Debug)]
pub(crate) struct Api {
    http: Client,
    site: String,
}

impl Api {
    pub(crate) fn new(address: SocketAddr) -> Result<Self> {
        let http = Client::builder().no_proxy().redirect(Policy::none()).build()?;
        let site = format!("http://{address}");
        Ok(Self { http, site })
    }

    pub(crate) async fn ready(&self) -> Result<bool> {
        Ok(self.get(api::READYZ).send().await?.status() == StatusCode::OK)
    }

    /// Logs out the session of a cookie.
    pub(crate) async fn log_out(&self, cookie: &str) -> Result<()> {
        let call = self.http.post(format!("{}{}", self.site, api::LOGOUT));
        call.header(COOKIE, cookie).send().await?.error_for_status()?;
        Ok(())
    }

    /// Checks the session of a cookie. Returns `200`, or the status and the problem's code.
    pub(crate) async fn verify(&self, cookie: &str) -> Result<String> {
        summary(self.get(api::VERIFY_SESSION).header(COOKIE, cookie).send().await?).await
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.site))
    }
}

async fn summary(answer: Response) -> Result<String> {
    let status = answer.status();
    if status.is_success() {
        return Ok(status.as_str().to_owned());
    }
    let problem: Problem = answer.json().await?;
    Ok(format!("{} {}", status.as_str(), problem.code))
}
