//! The API, called behind the browser's back and past the proxy: another device, or the same cookie in other hands.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use latchkey_shared::{Login, Problem, api};
use reqwest::{
    Client, RequestBuilder, Response, StatusCode,
    header::{COOKIE, SET_COOKIE},
    redirect::Policy,
};

use crate::{PASSWORD, Server};

/// The person's other device, a program.
#[derive(Debug)]
pub struct Device {
    api: Api,
    /// What opens its session, `name=value`.
    pub cookie: String,
}

impl Device {
    /// Signs in there.
    ///
    /// # Errors
    /// It cannot.
    pub async fn sign_in(server: &Server, email: &str) -> Result<Self> {
        let api = Api::new(server.address())?;
        let login = Login { email: email.into(), password: PASSWORD.into(), remember: None };
        let answer = api.http.post(format!("{}{}", api.site, api::LOGIN)).json(&login).send().await?;
        let set = answer.error_for_status()?.headers().get(SET_COOKIE).cloned().context("no cookie")?;
        let cookie = set.to_str()?.split(';').next().unwrap_or_default().to_owned();
        Ok(Self { api, cookie })
    }

    /// What the server says to a call: the status, and the code of the problem if it is one.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn call(&self, method: &str, path: &str) -> Result<String> {
        let call = self.api.http.request(method.parse()?, format!("{}{path}", self.api.site));
        summary(call.header(COOKIE, &self.cookie).send().await?).await
    }

    /// Ends all other sessions of the person.
    ///
    /// # Errors
    /// It cannot.
    pub async fn end_others(&self) -> Result<()> {
        let call = self.api.http.delete(format!("{}{}", self.api.site, api::SESSIONS));
        call.header(COOKIE, &self.cookie).send().await?.error_for_status()?;
        Ok(())
    }
}

/// A client of a server.
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

    /// Ends the session of a cookie.
    pub(crate) async fn log_out(&self, cookie: &str) -> Result<()> {
        let call = self.http.post(format!("{}{}", self.site, api::LOGOUT));
        call.header(COOKIE, cookie).send().await?.error_for_status()?;
        Ok(())
    }

    /// What the server says of a cookie: `200`, or the status and the code of the problem.
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
