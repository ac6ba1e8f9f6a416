//! A user as a line of JSON, in the files of `latchkey user import` and `latchkey user export`.

use latchkey_actix::{InvalidInput, NewUser, Timestamp, shared::UserId, store::Account};
use serde::Serialize;
use serde_json::{Map, Value};

/// A user as a line of JSON. Only the address is required.
#[derive(Serialize)]
pub struct UserLine<'a> {
    email: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    password_hash: &'a str,
    disabled: bool,
    created_at: String,
    id: &'a str,
}

/// Why a line is no user. The message contains no value of the line, which may be a password hash.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLine {
    /// The line is no JSON object.
    #[error("not a JSON object on one line")]
    NoObject,
    /// The line has another field.
    #[error("a field other than email, name, password_hash, disabled, created_at and id")]
    UnknownField,
    /// There is no address.
    #[error("no `email`")]
    NoEmail,
    /// A field has another type.
    #[error("`{0}` must be {1}")]
    Type(&'static str, &'static str),
    /// A value is not acceptable.
    #[error(transparent)]
    Value(#[from] InvalidInput),
}

impl<'a> From<&'a Account> for UserLine<'a> {
    fn from(Account { user, password_hash, disabled, created_at }: &'a Account) -> Self {
        Self {
            email: &user.email,
            name: &user.name,
            password_hash,
            disabled: *disabled,
            created_at: created_at.to_string(),
            id: &user.id.0,
        }
    }
}

/// Parses a line.
///
/// # Errors
/// [`InvalidLine`].
pub fn parse(line: &str) -> Result<NewUser, InvalidLine> {
    // Not by a derived `Deserialize`, whose errors repeat values.
    let mut fields: Map<String, Value> = serde_json::from_str(line).map_err(|_| InvalidLine::NoObject)?;
    let email = text(&mut fields, "email")?.ok_or(InvalidLine::NoEmail)?;
    let mut user = NewUser::new(&email)?;
    if let Some(name) = text(&mut fields, "name")? {
        user = user.named(&name)?;
    }
    if let Some(hash) = text(&mut fields, "password_hash")?.filter(|hash| !hash.is_empty()) {
        user = user.with_password_hash(&hash)?;
    }
    match fields.remove("disabled") {
        None | Some(Value::Null | Value::Bool(false)) => {}
        Some(Value::Bool(true)) => user = user.disabled(),
        Some(_) => return Err(InvalidLine::Type("disabled", "true or false")),
    }
    if let Some(created_at) = text(&mut fields, "created_at")? {
        let created_at: Result<Timestamp, _> = created_at.parse();
        user = user.created_at(created_at.map_err(|_| InvalidLine::Type("created_at", "an RFC 3339 instant"))?);
    }
    if let Some(id) = text(&mut fields, "id")? {
        user = user.with_id(UserId(id))?;
    }
    if fields.is_empty() { Ok(user) } else { Err(InvalidLine::UnknownField) }
}

/// Removes a field that must be text. `null` is no value.
fn text(fields: &mut Map<String, Value>, name: &'static str) -> Result<Option<String>, InvalidLine> {
    match fields.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(InvalidLine::Type(name, "text")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "$2b$04$3GeL5h2sGoyysMeiQra1yegQxc4WTsuM4Zy3TD1Afe2BGMYlhMQwm";

    #[test]
    fn a_line_needs_an_address_only() {
        let user = parse(r#"{"email":"Ada@Example.org"}"#).unwrap();
        assert_eq!((user.email(), user.has_no_password(), user.id()), ("ada@example.org", true, None));
        assert_eq!(
            user,
            parse(r#"{"email":"ada@example.org","name":null,"password_hash":"","disabled":false}"#).unwrap()
        );
        assert!(!parse(&format!(r#"{{"email":"a@b","password_hash":"{HASH}"}}"#)).unwrap().has_no_password());
    }

    #[test]
    fn an_invalid_line_is_explained_without_its_values() {
        for (line, said) in [
            ("", "not a JSON object"),
            ("HASH", "not a JSON object"),
            ("[\"HASH\"]", "not a JSON object"),
            (r#"{"email":"a@b"} HASH"#, "not a JSON object"),
            (r#"{"name":"HASH"}"#, "no `email`"),
            (r#"{"email":1}"#, "`email` must be text"),
            (r#"{"email":"HASH"}"#, "not an e-mail address"),
            (r#"{"email":"a@b","name":" "}"#, "A name has 1 to 100"),
            (r#"{"email":"a@b","name":["HASH"]}"#, "`name` must be text"),
            (r#"{"email":"a@b","password":"HASH"}"#, "a field other than"),
            (r#"{"email":"a@b","HASH":1}"#, "a field other than"),
            (r#"{"email":"a@b","password_hash":{"HASH":1}}"#, "`password_hash` must be text"),
            (r#"{"email":"a@b","password_hash":"HASH$"}"#, "must be a PHC string"),
            (
                r#"{"email":"a@b","password_hash":"$2b$31$3GeL5h2sGoyysMeiQra1yegQxc4WTsuM4Zy3TD1Afe2BGMYlhMQwm"}"#,
                "too expensive",
            ),
            (r#"{"email":"a@b","disabled":"HASH"}"#, "`disabled` must be true or false"),
            (r#"{"email":"a@b","created_at":"HASH"}"#, "RFC 3339"),
            (r#"{"email":"a@b","created_at":0}"#, "`created_at` must be text"),
            (r#"{"email":"a@b","id":""}"#, "An id has 1 to 64"),
            (r#"{"email":"a@b","id":"HASH"}"#, "An id has 1 to 64"),
        ] {
            let error = parse(&line.replace("HASH", HASH)).unwrap_err();
            let (display, debug) = (error.to_string(), format!("{error:?}"));
            assert!(display.contains(said), "{line}: {display}");
            assert!(!display.contains("3GeL") && !debug.contains("3GeL"), "{line}: {display} {debug}");
        }
    }
}
