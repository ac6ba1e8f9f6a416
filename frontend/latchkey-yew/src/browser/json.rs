//! JSON through the browser's parser. A parser in the bundle would add a tenth to its size.

use std::fmt;

use js_sys::JSON;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use super::Body;

/// A parsed JSON value. Parsing is separate from reading types, so that its code is compiled only once.
#[derive(Debug)]
pub struct Json(JsValue);

impl Json {
    /// Parses JSON; `None` if the text is not JSON.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        JSON::parse(text).ok().map(Self)
    }

    /// Converts the value into a type.
    ///
    /// # Errors
    /// The value does not fit the type. The message is for developers.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, JsonMismatch> {
        serde_wasm_bindgen::from_value(self.0.clone()).map_err(JsonMismatch)
    }
}

/// Why a JSON value does not fit a type.
#[derive(Debug)]
pub struct JsonMismatch(serde_wasm_bindgen::Error);

impl fmt::Display for JsonMismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Reads a value from JSON; `None` if the text is not JSON or does not fit the type.
#[must_use]
pub fn from_json<T: DeserializeOwned>(text: &str) -> Option<T> {
    Json::parse(text)?.read().ok()
}

/// Writes a value as JSON; `None` if that is not possible.
#[must_use]
pub fn to_json(value: &impl Serialize) -> Option<String> {
    Body::json(value).ok()?.as_text()
}
