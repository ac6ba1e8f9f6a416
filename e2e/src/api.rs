//! The API, called behind the browser's back and past the gate: another device, or the same cookie in other hands.

use std::net::SocketAddr;

use anyhow::Result;
use latchkey_shared::{Problem, api};
use reqwest::{Client, RequestBuilder, StatusCode, header::COOKIE, redirect::Policy};

/// A client of a server.
#[derive(Debug)]
pub(crate) struct Api {
    http: Client,
    site: String,
}

impl Api {
    pub(crate) fn at(address: SocketAddr) -> Result<Self> {
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
        let answer = self.get(api::VERIFY_SESSION).header(COOKIE, cookie).send().await?;
        let status = answer.status();
        if status.is_success() {
            return Ok(status.as_str().to_owned());
        }
        let problem: Problem = answer.json().await?;
        Ok(format!("{} {}", status.as_str(), problem.code.as_str()))
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.site))
    }
}
