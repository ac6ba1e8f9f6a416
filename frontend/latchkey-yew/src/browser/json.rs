//! JSON through the parser that every browser has: one of our own would add a tenth to what people download.

use js_sys::JSON;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

/// Reads JSON; nothing, if it is none or does not fit.
#[must_use]
pub fn from_json<T: DeserializeOwned>(text: &str) -> Option<T> {
    let value = JSON::parse(text).ok()?;
    serde_wasm_bindgen::from_value(value).ok()
}

/// Writes JSON; nothing, if the value cannot be written.
#[must_use]
pub fn to_json(value: &impl Serialize) -> Option<String> {
    let value: JsValue = serde_wasm_bindgen::to_value(value).ok()?;
    JSON::stringify(&value).ok()?.as_string()
}
