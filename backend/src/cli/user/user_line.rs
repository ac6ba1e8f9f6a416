//! A user as a line of JSON, in the files of `latchkey user import` and `latchkey user export`.

use std::{fmt, time::Duration};

use latchkey_actix::{InvalidInput, NewUser, Timestamp, shared::UserId, store::Account};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor},
};
use serde_json::Value;

/// How far the clock of the program that wrote a file may be ahead.
const CLOCK_DIFFERENCE: Duration = Duration::from_secs(60 * 60);

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
    /// A field occurs twice, and one of its values would be ignored.
    #[error("a field twice")]
    DoubledField,
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

/// Parses a line at an instant, which `created_at` cannot be after.
///
/// # Errors
/// [`InvalidLine`].
pub fn parse(line: &str, now: Timestamp) -> Result<NewUser, InvalidLine> {
    let mut fields: Fields = serde_json::from_str(line).map_err(|_| InvalidLine::NoObject)?;
    if fields.has_doubled() {
        return Err(InvalidLine::DoubledField);
    }
    let email = text(&mut fields, "email")?.ok_or(InvalidLine::NoEmail)?;
    let mut user = NewUser::new(&email)?;
    if let Some(name) = text(&mut fields, "name")? {
        user = user.named(&name)?;
    }
    if let Some(hash) = text(&mut fields, "password_hash")? {
        if hash.is_empty() {
            return Err(InvalidLine::Type("password_hash", "a hash, or absent for a user without a password"));
        }
        user = user.with_password_hash(&hash)?;
    }
    match fields.remove("disabled") {
        None | Some(Value::Null | Value::Bool(false)) => {}
        Some(Value::Bool(true)) => user = user.disabled(),
        Some(_) => return Err(InvalidLine::Type("disabled", "true or false")),
    }
    if let Some(created_at) = text(&mut fields, "created_at")? {
        let created_at: Result<Timestamp, _> = created_at.parse();
        let created_at = created_at.map_err(|_| InvalidLine::Type("created_at", "an RFC 3339 instant"))?;
        let latest = now.saturating_add(CLOCK_DIFFERENCE).unwrap_or(Timestamp::MAX);
        // Instants before 1970 are how some programs write that they know none.
        if !(Timestamp::UNIX_EPOCH..=latest).contains(&created_at) {
            return Err(InvalidLine::Type("created_at", "an instant since 1970 that is not in the future"));
        }
        user = user.created_at(created_at);
    }
    if let Some(id) = text(&mut fields, "id")? {
        user = user.with_id(UserId(id))?;
    }
    if fields.0.is_empty() { Ok(user) } else { Err(InvalidLine::UnknownField) }
}

/// Removes a field that must be text. `null` is no value.
fn text(fields: &mut Fields, name: &'static str) -> Result<Option<String>, InvalidLine> {
    match fields.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(InvalidLine::Type(name, "text")),
    }
}

/// The fields of an object, in their order. Not a derived type, whose errors repeat values, and not a map, which keeps one of two fields.
struct Fields(Vec<(String, Value)>);

impl Fields {
    fn has_doubled(&self) -> bool {
        let Self(fields) = self;
        fields.iter().enumerate().any(|(index, (name, _))| fields[..index].iter().any(|(other, _)| other == name))
    }

    fn remove(&mut self, name: &str) -> Option<Value> {
        let index = self.0.iter().position(|(other, _)| other == name)?;
        Some(self.0.remove(index).1)
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "$2b$04$3GeL5h2sGoyysMeiQra1yegQxc4WTsuM4Zy3TD1Afe2BGMYlhMQwm";

    fn parse(line: &str) -> Result<NewUser, InvalidLine> {
        super::parse(line, "2026-01-15T12:00:00Z".parse().unwrap())
    }

    #[test]
    fn a_user_was_added_between_1970_and_now() {
        let at = |created_at: &str| parse(&format!(r#"{{"email":"a@b","created_at":"{created_at}"}}"#));
        for then in ["1970-01-01T00:00:00Z", "2024-02-29T12:00:00Z", "2026-01-15T12:00:00Z", "2026-01-15T12:59:59Z"] {
            assert!(at(then).is_ok(), "{then}");
        }
        for never in ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2026-01-15T13:00:01Z", "2999-01-01T00:00:00Z"] {
            assert!(at(never).unwrap_err().to_string().contains("not in the future"), "{never}");
        }
    }

    #[test]
    fn a_line_needs_an_address_only() {
        let user = parse(r#"{"email":"Ada@Example.org"}"#).unwrap();
        assert_eq!((user.email(), user.has_no_password(), user.id()), ("ada@example.org", true, None));
        assert_eq!(
            user,
            parse(r#"{"email":"ada@example.org","name":null,"password_hash":null,"disabled":false}"#).unwrap()
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
            (r#"{"email":"a@b","email":"HASH"}"#, "a field twice"),
            (r#"{"email":"a@b","password_hash":"HASH","password_hash":null}"#, "a field twice"),
            (r#"{"email":"a@b","HASH":1,"HASH":1}"#, "a field twice"),
            (r#"{"email":"a@b","password_hash":""}"#, "a hash, or absent"),
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
