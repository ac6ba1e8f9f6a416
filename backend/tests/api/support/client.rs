//! A client that keeps the session cookie as a browser does.

use std::time::Duration;

use latchkey_shared::{Login, api};
use reqwest::{Method, RequestBuilder, header::HeaderMap};

use super::{Answer, EMAIL, PASSWORD, contract::assert_documented};

/// The headers of a browser's navigation to a page.
pub fn navigation() -> HeaderMap {
    let headers = [("sec-fetch-dest", "document"), ("sec-fetch-mode", "navigate"), ("sec-fetch-site", "none")];
    headers.into_iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
}

/// A client of a server. It stores the cookie that the server sets, and sends it.
#[derive(Clone)]
pub struct Client<'a> {
    http: &'a reqwest::Client,
    url: &'a str,
    /// The `Cookie` header that the client sends.
    pub cookie: Option<String>,
}

impl<'a> Client<'a> {
    /// A client of the server at a URL.
    pub fn new(http: &'a reqwest::Client, url: &'a str, cookie: Option<String>) -> Self {
        Self { http, url, cookie }
    }

    pub async fn log_in(&mut self) -> Answer {
        self.log_in_as(EMAIL, PASSWORD).await
    }

    pub async fn log_in_as(&mut self, email: &str, password: &str) -> Answer {
        let login = Login { email: email.into(), password: password.into(), remember: None };
        let request = self.request(Method::POST, api::LOGIN).json(&login);
        self.send(request).await
    }

    pub async fn verify(&mut self) -> Answer {
        self.get(api::VERIFY_SESSION).await
    }

    /// Checks the session until the answer is not 200, that is, until the server has applied another process's change.
    pub async fn until_ended(&self) -> Answer {
        let checks = async {
            loop {
                let answer = self.clone().verify().await;
                if answer.status != 200 {
                    return answer;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(10), checks).await.unwrap()
    }

    pub async fn log_out(&mut self) -> Answer {
        self.send(self.request(Method::POST, api::LOGOUT)).await
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// Navigates to a page.
    pub async fn open(&mut self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).headers(navigation())).await
    }

    /// Sends a request with a JSON body.
    pub async fn call(&mut self, method: Method, path: &str, body: serde_json::Value) -> Answer {
        self.send(self.request(method, path).json(&body)).await
    }

    /// Sends a DELETE without a body.
    pub async fn delete(&mut self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// A request with the cookie, which the test completes.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url));
        match &self.cookie {
            Some(cookie) => request.header("Cookie", cookie),
            None => request,
        }
    }

    /// Sends a request, and stores or removes the cookie as the answer says. Asserts that the OpenAPI document has the answer.
    pub async fn send(&mut self, request: RequestBuilder) -> Answer {
        let request = request.build().unwrap();
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let answer = Answer::of(self.http.execute(request).await.unwrap()).await;
        assert_documented(&method, &path, &answer);
        if let Some(set) = answer.set_cookie() {
            let value = set.split(';').next().unwrap();
            self.cookie = (!set.contains("Max-Age=0")).then(|| value.to_owned());
        }
        answer
    }
}
