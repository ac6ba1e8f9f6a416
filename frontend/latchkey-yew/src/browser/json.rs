//! JSON through the parser that every browser has: one of our own would add a tenth to what people download.

use std::fmt;

use js_sys::JSON;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use super::Body;

/// A value of JSON. Types are read from it apart from parsing it, so that the code of the latter is there only once.
#[derive(Debug)]
pub struct Json(JsValue);

impl Json {
    /// Parses JSON; nothing, if it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        JSON::parse(text).ok().map(Self)
    }

    /// Reads a value.
    ///
    /// # Errors
    /// It does not fit; why, for programmers.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, JsonMismatch> {
        serde_wasm_bindgen::from_value(self.0).map_err(JsonMismatch)
    }
}

/// Why a value of JSON does not fit into a type.
#[derive(Debug)]
pub struct JsonMismatch(serde_wasm_bindgen::Error);

impl fmt::Display for JsonMismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Reads JSON; nothing, if it is none or does not fit.
#[must_use]
pub fn from_json<T: DeserializeOwned>(text: &str) -> Option<T> {
    Json::parse(text)?.read().ok()
}

/// Writes JSON; nothing, if the value cannot be written.
#[must_use]
pub fn to_json(value: &impl Serialize) -> Option<String> {
    Body::json(value).ok()?.as_text()
}
