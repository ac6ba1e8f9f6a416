//! An answer that was read completely, and common assertions about it.

use latchkey_actix::testing::DEVICE_COOKIE;
use latchkey_shared::{ErrorCode, Problem};
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, body: response.bytes().await.unwrap().to_vec() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The `Set-Cookie` of the session cookie.
    pub fn set_cookie(&self) -> Option<&str> {
        let mut cookies = self.set_cookies().filter(|cookie| !cookie.contains(DEVICE_COOKIE));
        let first = cookies.next();
        assert_eq!(cookies.next(), None);
        first
    }

    /// The `Set-Cookie` of the device cookie.
    pub fn set_device_cookie(&self) -> Option<&str> {
        self.set_cookies().find(|cookie| cookie.contains(DEVICE_COOKIE))
    }

    fn set_cookies(&self) -> impl Iterator<Item = &str> {
        self.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap())
    }

    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    /// Asserts that the answer is a complete and consistent problem with a code.
    #[track_caller]
    pub fn assert_problem(&self, code: ErrorCode) {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let problem: Problem = self.json();
        assert_eq!((problem.error_code(), problem.status), (code, self.status));
        assert_eq!(self.status, code.status());
        assert_eq!((problem.title.as_str(), problem.detail.is_empty()), (code.title(), false));
        assert_eq!(self.header("cache-control"), Some("no-store"));
    }

    /// Asserts that the answer removes the session cookie.
    #[track_caller]
    pub fn assert_removes_cookie(&self) {
        assert_eq!(self.set_cookie(), Some("session=; Max-Age=0; HttpOnly; SameSite=Lax; Path=/"));
    }
}
