//! Which bodies are accepted for which types.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::*;

#[derive(Debug, PartialEq, Deserialize)]
struct Note {
    title: String,
    tags: Option<Vec<String>>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Wrapped(Note);

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Change {
    Rename(String),
    Delete,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Tagged {
    Move { to: u8 },
}

fn read<T: DeserializeOwned>(json: &str) -> Result<T, String> {
    parse(json.as_bytes()).map_err(|error| error.to_problem().body().code.clone())
}

#[test]
fn every_json_type_is_accepted() {
    let note = || Note { title: "a".into(), tags: None };
    assert_eq!(read::<Note>(r#" {"title":"a","unknown":1} "#), Ok(note()));
    assert_eq!(read::<Wrapped>(r#"{"title":"a"}"#), Ok(Wrapped(note())));
    assert_eq!(read::<Vec<Note>>(r#"[{"title":"a"}]"#), Ok(vec![note()]));
    assert_eq!(read::<Option<Note>>("null"), Ok(None));
    assert_eq!(read::<(u8, String)>(r#"[1,"a"]"#), Ok((1, "a".into())));
    assert_eq!(read::<String>(r#""a""#), Ok("a".into()));
    assert_eq!(read::<u64>("18446744073709551615"), Ok(u64::MAX));
    assert_eq!(read::<f64>("1"), Ok(1.0));
    assert_eq!(read::<Change>(r#"{"rename":"b"}"#), Ok(Change::Rename("b".into())));
    assert_eq!(read::<Change>(r#""delete""#), Ok(Change::Delete));
    assert_eq!(read::<Tagged>(r#"{"kind":"move","to":7}"#), Ok(Tagged::Move { to: 7 }));
    assert_eq!(read::<BTreeMap<String, u8>>(r#"{"a":1}"#), Ok([("a".into(), 1)].into()));
    assert_eq!(read::<serde_json::Value>("[1]"), Ok(serde_json::json!([1])));
    assert_eq!(read::<()>("null"), Ok(()));
}

#[test]
fn a_struct_is_parsed_from_an_object_only() {
    for json in [r#"["a",null]"#, "null", "1", "\"a\"", "{}", r#"{"title":1}"#] {
        assert_eq!(read::<Note>(json).unwrap_err(), "unacceptable", "{json}");
        assert_eq!(read::<Wrapped>(json).unwrap_err(), "unacceptable", "{json}");
    }
}

#[test]
fn invalid_json_is_malformed_for_every_type() {
    for json in ["", "{", "{}}", "nul", "[1,]", "1 2", "{\"title\":\"a\"} x"] {
        assert_eq!(read::<Note>(json).unwrap_err(), "malformed", "{json}");
        assert_eq!(read::<serde_json::Value>(json).unwrap_err(), "malformed", "{json}");
    }
}
