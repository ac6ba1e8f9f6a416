//! https and HTTP/2 in front, with the cookie that is bound to the host.

use std::sync::Arc;

use http_body_util::{BodyExt, Full};
use hyper::{
    Request, Response, Version,
    body::{Bytes, Incoming},
    client::conn::http2::{self, SendRequest},
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use latchkey_shared::{Login, SignedIn, api};
use latchkey_test_proxies::{Proxy, Scheme};
use tokio::net::TcpStream;
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        pki_types::{CertificateDer, pem::PemObject},
    },
};

use super::{guarded, proxies};
use crate::support::{EMAIL, PASSWORD, TestApp};

/// A browser's connection.
struct Browser {
    connection: SendRequest<Full<Bytes>>,
    authority: String,
    cookie: String,
}

impl Browser {
    async fn at(proxy: &Proxy) -> Self {
        let authority = proxy.url.strip_prefix("https://").unwrap().to_owned();
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(proxy.certificate.as_ref().unwrap().as_bytes()).unwrap()).unwrap();
        let mut config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec()];
        let port = authority.rsplit(':').next().unwrap();
        let stream = TcpStream::connect(format!("127.0.0.1:{port}")).await.unwrap();
        let stream =
            TlsConnector::from(Arc::new(config)).connect("localhost".try_into().unwrap(), stream).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]), "{:?}", proxy.kind);
        let (connection, driver) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
        actix_web::rt::spawn(driver);
        Self { connection, authority, cookie: String::new() }
    }

    async fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: String) -> Response<Incoming> {
        let request = Request::builder().method(method).uri(format!("https://{}{path}", self.authority));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let request = request.header("cookie", &self.cookie).body(Full::from(body)).unwrap();
        let answer = self.connection.send_request(request).await.unwrap();
        assert_eq!(answer.version(), Version::HTTP_2);
        answer
    }
}

async fn text(answer: Response<Incoming>) -> String {
    String::from_utf8(answer.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

#[actix_web::test]
async fn with_https_and_http_2_a_user_signs_in_and_is_back() {
    let flags = ["--guarded", "/reports/", "--trusted-proxies", "127.0.0.1", "--public-url", "https://localhost"];
    let app = TestApp::start_with(&flags).await;
    for proxy in proxies(Scheme::Https, app.address()) {
        let mut browser = Browser::at(&proxy).await;
        let navigation = [("sec-fetch-mode", "navigate")];
        let refused = browser.send("GET", "/reports/?x=1", &navigation, String::new()).await;
        let location = "/auth?next=%2Freports%2F%3Fx%3D1&reason=session-missing";
        assert_eq!(
            (refused.status().as_u16(), refused.headers()["location"].to_str().unwrap()),
            (303, location),
            "{:?}",
            proxy.kind
        );
        let login =
            serde_json::to_string(&Login { email: EMAIL.into(), password: PASSWORD.into(), remember: None }).unwrap();
        let headers = [("content-type", "application/json"), ("sec-fetch-site", "same-origin")];
        let answer = browser.send("POST", api::LOGIN, &headers, login).await;
        let cookies = answer.headers().get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
        let cookie = cookies.into_iter().find(|cookie| cookie.starts_with("__Host-session=")).unwrap();
        browser.cookie = cookie.split(';').next().unwrap().to_owned();
        let SignedIn { user, .. } = serde_json::from_str(&text(answer).await).unwrap();
        let report = browser.send("GET", "/reports/?x=1", &navigation, String::new()).await;
        assert_eq!(text(report).await, guarded::greeting(&user, "?x=1", ""), "{:?}", proxy.kind);
        let posted = browser.send("POST", "/reports/", &[(api::USER_HEADER, "somebody else")], "a body".into()).await;
        assert_eq!(text(posted).await, guarded::greeting(&user, "", "a body"), "{:?}", proxy.kind);
    }
}
