//! A token or a password is nowhere but where it must be.

use std::fs;

use latchkey_shared::api;

use crate::support::{PASSWORD, TestApp};

#[actix_web::test]
async fn neither_token_nor_password_is_in_the_database_or_in_an_answer() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    let token = client.cookie.clone().unwrap().replace("session=", "");
    let mut seen = Vec::new();
    for path in [api::VERIFY_SESSION, api::ME, "/", "/dashboard"] {
        seen.extend(client.get(path).await.body);
    }
    for file in fs::read_dir(app.folder.path()).unwrap() {
        let path = file.unwrap().path();
        seen.extend(if path.is_file() { fs::read(path).unwrap() } else { Vec::new() });
    }
    let contains = |secret: &[u8]| seen.windows(secret.len()).any(|window| window == secret);
    assert!(contains(b"ada@example.org"), "the search can find something");
    assert!(!contains(token.as_bytes()) && !contains(PASSWORD.as_bytes()));
}
