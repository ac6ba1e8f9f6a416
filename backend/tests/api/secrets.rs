//! Tokens and passwords appear only where they must: not in a log at its most verbose level, a URL, an answer's body or other headers, the
//! database or the commands' output. The test uses all of the real binary and searches all of its output.

use std::fs;

use jiff::Timestamp;
use latchkey_actix::{
    Token,
    store::{Account, NewSession},
};
use latchkey_shared::{Login, PasswordChange, SessionId, User, UserId, api};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    command_line::latchkey,
    support::{
        Client, EMAIL, PASSWORD, TestApp,
        database::{Database, on_postgres},
        program::Program,
        shell::Shell,
    },
};

const WRONG_PASSWORD: &str = "incorrect horse battery staple";
const DATABASE_PASSWORD: &str = "letmeintothedatabase";
const LINK_PASSWORD: &str = "and only in this test is this one";
const NEW_PASSWORD: &str = "only in this test is this password";

/// All answers of the server except the cookies that it sets, and all tokens in those cookies.
#[derive(Default)]
struct Recording {
    all: String,
    tokens: Vec<String>,
    link_token: String,
}

impl Recording {
    async fn send(&mut self, client: &mut Client<'_>, method: Method, path: &str, body: Option<Value>) {
        let request = client.request(method, path);
        let answer = client.send(body.iter().fold(request, reqwest::RequestBuilder::json)).await;
        for (name, value) in answer.headers.iter().filter(|(name, _)| *name != "set-cookie") {
            self.all += &format!("{name}: {}\n", value.to_str().unwrap());
        }
        self.all += &String::from_utf8_lossy(&answer.body);
        self.tokens.extend(client.cookie.iter().map(|cookie| cookie.replace("session=", "")));
    }
}

#[actix_web::test]
async fn no_secret_is_in_a_log_an_answer_the_database_or_an_operators_output() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("dist")).unwrap();
    fs::write(folder.path().join("dist/index.html"), crate::support::INDEX).unwrap();
    let database = Database::missing(folder.path()).await;
    let database_url = &*with_password(&database.url);
    latchkey(
        &folder,
        &["user", "add", EMAIL, "--create", "--password-stdin", "--database-url", database_url],
        PASSWORD,
    );
    let flags = ["--log", "trace", "--session-refresh", "sliding", "--dist", "dist", "--database-url", database_url];
    let program = Program::start(folder.path(), &flags);
    let url = program.url();
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let (mut client, mut recorded) = (Client::new(&http, &url, None), Recording::default());

    let log_in = |password| Some(json!({"email": EMAIL, "password": password}));
    recorded.send(&mut client, Method::POST, api::LOGIN, log_in(WRONG_PASSWORD)).await;
    recorded.send(&mut client, Method::POST, api::LOGIN, log_in(PASSWORD)).await;
    let stream = client.request(Method::GET, api::SESSION_EVENTS).send().await.unwrap();
    for path in [api::VERIFY_SESSION, api::ME, api::SESSIONS, "/", "/dashboard", "/auth", "/nowhere", api::OPENAPI] {
        recorded.send(&mut client, Method::GET, path, None).await;
    }
    recorded.send(&mut client, Method::PATCH, api::ME, Some(json!({"name": "Ada"}))).await;
    recorded.send(&mut client, Method::POST, api::REFRESH_SESSION, None).await;
    for current in [NEW_PASSWORD, PASSWORD] {
        let change = json!({"current_password": current, "new_password": NEW_PASSWORD});
        recorded.send(&mut client, Method::POST, api::PASSWORD, Some(change)).await;
    }
    recorded.send(&mut client, Method::POST, api::LOGIN, Some(json!({"password": PASSWORD, "email": 1}))).await;
    let invite = ["user", "invite", "new@example.org", "--create-user", "--database-url", database_url];
    let link = String::from_utf8(latchkey(&folder, &invite, "").stdout).unwrap();
    recorded.link_token = link.trim_end().split_once("#token=").unwrap().1.to_owned();
    let set = json!({"token": recorded.link_token, "password": LINK_PASSWORD});
    for _ in ["it works", "and works once"] {
        recorded.send(&mut client.clone(), Method::POST, api::SET_PASSWORD, Some(set.clone())).await;
    }
    for command in [&["user", "list"][..], &["sessions", "list"], &["audit", "--since", "1h"], &["migrate"]] {
        let words: Vec<_> = command.iter().copied().chain(["--database-url", database_url]).collect();
        recorded.all += &String::from_utf8_lossy(&latchkey(&folder, &words, "").stdout);
    }
    recorded.send(&mut client.clone(), Method::POST, api::LOGOUT, None).await;
    recorded.send(&mut client, Method::GET, "/dashboard", None).await;
    recorded.all += &stream.text().await.unwrap();
    recorded.all += &program.kill();
    for name in ["test.db", "test.db-wal"] {
        let content = fs::read(folder.path().join(name)).unwrap_or_default();
        recorded.all += &String::from_utf8_lossy(&content);
    }
    if on_postgres() {
        let mut shell = Shell::open(&database).await;
        recorded.all += &shell.value::<String>("SELECT database_to_xml(true, false, '')::text").await;
    }

    for known in [
        EMAIL,
        "path=\"/api/login\"",
        "\"name\":\"Ada\"",
        "event: ended",
        "log-in",
        "invalid-link",
        "$argon2id$",
        "TRACE",
    ] {
        assert!(recorded.all.contains(known), "the search can find {known}");
    }
    recorded.tokens.dedup();
    assert_eq!(recorded.tokens.len(), 2, "one token per authentication");
    for secret in recorded.tokens.iter().map(String::as_str).chain([
        PASSWORD,
        WRONG_PASSWORD,
        NEW_PASSWORD,
        LINK_PASSWORD,
        DATABASE_PASSWORD,
        &recorded.link_token,
    ]) {
        let place = recorded.all.find(secret).map(|at| &recorded.all[at.saturating_sub(300)..at]);
        assert_eq!(place, None, "the output before a secret");
    }
}

/// Adds a password to a PostgreSQL URL. The temporary cluster does not ask for it.
fn with_password(url: &str) -> String {
    url.replace("postgres@", &format!("postgres:{DATABASE_PASSWORD}@"))
}

#[actix_web::test]
async fn debug_output_shows_no_secret() {
    let app = TestApp::start().await;
    let client = app.signed_in().await;
    let text = client.cookie.as_deref().unwrap().replace("session=", "");
    let token = Token::parse(text.as_bytes()).unwrap();
    let session = NewSession {
        id: SessionId("id".into()),
        token_hash: token.hash(),
        user_id: UserId("id".into()),
        created_at: Timestamp::UNIX_EPOCH,
        expires_at: Timestamp::UNIX_EPOCH,
        ip: None,
        user_agent: None,
        remembered: true,
        replaces: Some(token.hash()),
        idle: None,
    };
    let user = User::new(UserId("id".into()), EMAIL, "Ada", 1);
    let account = Account { user, password_hash: PASSWORD.into(), disabled: false, created_at: Timestamp::UNIX_EPOCH };
    let login = Login { email: EMAIL.into(), password: PASSWORD.into(), remember: None };
    let change = PasswordChange { current_password: PASSWORD.into(), new_password: PASSWORD.into() };
    let verdict = app.service().verify(Some(&token)).await;
    let all = format!("{token:?} {session:?} {account:?} {login:?} {change:?} {verdict:?}");
    assert!(all.contains(EMAIL) && !all.contains(PASSWORD) && !all.contains(&text), "{all}");
    assert!(!all.contains(&format!("{:?}", token.hash().0)), "{all}");
}
