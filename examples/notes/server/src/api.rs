//! `/api/notes`: a user's own notes, and nobody else's.

use actix_web::web::{self, Data, Json, Path, ServiceConfig};
use actix_web::{HttpResponse, Responder};
use latchkey_actix::{Authenticated, CurrentSession, Problem};
use notes_types::{Draft, Note};

use crate::notes::Notes;

pub fn routes(app: &mut ServiceConfig) {
    app.service(web::resource("/api/notes").get(list).post(add));
    app.service(web::resource("/api/notes/{id}").get(read).put(save).delete(delete));
}

/// A session in the signature is all that it takes: without one the answer is a 401 that says why.
async fn list(session: CurrentSession, notes: Data<Notes>) -> Result<Json<Vec<Note>>, Problem> {
    Ok(Json(notes.all(session.user_id()).await?))
}

async fn read(session: CurrentSession, id: Path<i64>, notes: Data<Notes>) -> Result<Json<Note>, Problem> {
    found(notes.find(session.user_id(), *id).await?)
}

/// The session is checked when the whole body is there: one that ends while a slow body arrives does nothing more.
async fn add(request: Authenticated<Draft>, notes: Data<Notes>) -> Result<impl Responder, Problem> {
    let Authenticated { session, body } = request;
    let note = notes.add(session.user_id(), acceptable(body)?).await?;
    Ok(HttpResponse::Created().insert_header(("Location", format!("/api/notes/{}", note.id))).json(note))
}

async fn save(request: Authenticated<Draft>, id: Path<i64>, notes: Data<Notes>) -> Result<Json<Note>, Problem> {
    let Authenticated { session, body } = request;
    found(notes.save(session.user_id(), *id, acceptable(body)?).await?)
}

async fn delete(session: CurrentSession, id: Path<i64>, notes: Data<Notes>) -> Result<impl Responder, Problem> {
    let deleted = notes.delete(session.user_id(), *id).await?;
    found(deleted.then_some(()))?;
    Ok(HttpResponse::NoContent())
}

/// Another user's note is answered like one that is not there: nobody learns that it exists.
fn found<T>(note: Option<T>) -> Result<Json<T>, Problem> {
    note.map(Json).ok_or_else(|| Problem::not_found("There is no such note."))
}

fn acceptable(draft: Draft) -> Result<Draft, Problem> {
    match draft.mistake() {
        Some(mistake) => Err(Problem::unacceptable(mistake)),
        None => Ok(draft),
    }
}
