//! An app with routes of its own, one for each thing that a handler may ask for.

use std::{io, sync::Mutex};

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{self, Bytes, Data, Form, Json, Path, Query, ServiceConfig},
};
use latchkey_actix::{
    ApiJson, Authenticated, BodyLimit, CurrentSession, MaybeSession, Problem, RecentlyAuthenticated, Verdict,
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Note {
    pub title: String,
}

#[derive(Default)]
pub struct Notes(pub Mutex<Vec<(u64, Note)>>);

#[derive(Deserialize)]
struct Page {
    page: u64,
}

pub fn routes(app: &mut ServiceConfig) {
    app.service(web::resource("/api/notes").get(list).post(import))
        .service(web::resource("/api/notes/{id}").get(read).put(save).delete(delete))
        .service(web::resource("/api/notes/{id}/touch").post(touch))
        .service(web::resource("/api/account").delete(close_account).post(show_code))
        .service(web::resource("/api/import").app_data(BodyLimit(200_000)).post(import))
        .service(web::resource("/api/picture").post(picture))
        .service(web::resource("/api/big-picture").app_data(web::PayloadConfig::new(200_000)).post(picture))
        .service(web::resource("/api/echo").post(echo))
        .service(web::resource("/api/json").post(actix_json))
        .service(web::resource("/api/form").post(actix_form))
        .service(web::resource("/api/greeting").get(greeting).post(greeting))
        .service(web::resource("/api/fails/question-mark").get(question_mark))
        .service(web::resource("/api/fails/internal").get(|| async { Problem::internal("secret 2").ok() }))
        .service(web::resource("/api/fails/actix").get(fails_with_an_error_of_actix))
        .service(web::resource("/api/fails/panic").get(panics).post(panics))
        .service(web::resource("/api/fails/down").get(|| async { Problem::unavailable("secret 4").ok() }))
        .service(
            web::resource("/api/fails/status").get(|| async { HttpResponse::build(StatusCode::BAD_GATEWAY).finish() }),
        )
        .service(web::resource("/api/refuses/custom").get(|| async { locked().ok() }))
        .service(web::resource("/api/refuses/forbidden").get(|| async { Problem::forbidden("Not yours.").ok() }))
        .service(web::resource("/api/refuses/teapot").get(|| async { HttpResponse::ImATeapot().finish() }))
        .service(
            web::resource("/api/refuses/own").get(|| async { HttpResponse::BadRequest().body("words of my own") }),
        );
}

fn locked() -> Problem {
    Problem::custom(StatusCode::CONFLICT, "urn:notes:problem:locked", "locked", "Note locked", "Ada is editing it.")
}

trait Refuse {
    fn ok(self) -> Result<HttpResponse, Problem>;
}

impl Refuse for Problem {
    fn ok(self) -> Result<HttpResponse, Problem> {
        Err(self)
    }
}

#[expect(clippy::panic, reason = "the test is about handlers that panic")]
async fn panics() -> HttpResponse {
    panic!("secret 5")
}

async fn list(_: CurrentSession, page: Query<Page>) -> String {
    page.page.to_string()
}

async fn read(_: CurrentSession, id: Path<u64>, notes: Data<Notes>) -> Result<Json<Note>, Problem> {
    let notes = notes.0.lock().map_err(|error| Problem::internal(error.to_string()))?;
    let found = notes.iter().find(|(known, _)| *known == *id);
    Ok(Json(found.ok_or_else(|| Problem::not_found("There is no such note."))?.1.clone()))
}

async fn save(
    Authenticated { session, body }: Authenticated<Note>,
    id: Path<u64>,
    notes: Data<Notes>,
) -> Result<HttpResponse, Problem> {
    if body.title.is_empty() {
        return Err(Problem::unacceptable("`title` is empty."));
    }
    let note = Note { title: format!("{} by {}", body.title, session.user().name) };
    notes.0.lock().map_err(|error| Problem::internal(error.to_string()))?.push((*id, note));
    Ok(HttpResponse::NoContent().finish())
}

async fn delete(_: CurrentSession, id: Path<u64>, notes: Data<Notes>) -> Result<HttpResponse, Problem> {
    notes.0.lock().map_err(|error| Problem::internal(error.to_string()))?.retain(|(known, _)| *known != *id);
    Ok(HttpResponse::NoContent().finish())
}

async fn touch(session: CurrentSession) -> String {
    session.id().0.clone()
}

async fn close_account(Authenticated { session, body }: Authenticated<Note, RecentlyAuthenticated>) -> String {
    format!("{} {}", session.user().name, body.title)
}

async fn show_code(session: RecentlyAuthenticated) -> String {
    session.user().name.clone()
}

async fn import(Authenticated { body, .. }: Authenticated<Vec<Note>>) -> String {
    body.len().to_string()
}

async fn picture(_: CurrentSession, picture: Bytes) -> String {
    picture.len().to_string()
}

async fn echo(ApiJson(note): ApiJson<Note>) -> String {
    note.title
}

async fn actix_json(note: Json<Note>) -> String {
    note.title.clone()
}

async fn actix_form(note: Form<Note>) -> String {
    note.title.clone()
}

async fn greeting(MaybeSession(verdict): MaybeSession) -> String {
    match verdict {
        Verdict::Active(session) => format!("Hello, {}", session.user().name),
        Verdict::Ended(reason) => format!("Hello, stranger: {}", reason.as_str()),
        Verdict::Unavailable(_) => "Hello, whoever you are".into(),
    }
}

async fn question_mark() -> Result<String, Problem> {
    Ok(std::fs::read_to_string("/no/such/file/secret-1")?)
}

async fn fails_with_an_error_of_actix() -> Result<String, actix_web::Error> {
    Err(io::Error::other("secret 3").into())
}
