//! JSON through the parser that every browser has: one of our own would add a tenth to what people download.

use js_sys::JSON;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use super::Body;

/// Reads JSON; nothing, if it is none or does not fit.
#[must_use]
pub fn from_json<T: DeserializeOwned>(text: &str) -> Option<T> {
    parse_json(text).ok()
}

/// Reads JSON.
///
/// # Errors
/// It is none, or does not fit; why, for programmers.
pub fn parse_json<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_wasm_bindgen::from_value(value_of(text)?).map_err(|error| error.to_string())
}

fn value_of(text: &str) -> Result<JsValue, String> {
    JSON::parse(text).map_err(|_| "it is not JSON".to_owned())
}

/// Writes JSON; nothing, if the value cannot be written.
#[must_use]
pub fn to_json(value: &impl Serialize) -> Option<String> {
    Body::json(value).ok()?.as_text()
}
