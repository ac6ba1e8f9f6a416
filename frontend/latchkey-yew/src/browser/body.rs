//! The body of a request, as a value of JavaScript's: any number of requests can carry it.

use std::fmt;

use js_sys::{JSON, Uint8Array};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

/// The body of a request. Clones share its content.
#[derive(Clone, PartialEq)]
pub struct Body(JsValue);

impl Body {
    /// JSON, as `serde_json` would write it.
    ///
    /// # Errors
    /// The value cannot be written as JSON; why, for programmers.
    pub fn json(value: &impl Serialize) -> Result<Self, String> {
        let value = value.serialize(&Serializer::json_compatible()).map_err(|error| error.to_string())?;
        Self::stringify(&value)
    }

    fn stringify(value: &JsValue) -> Result<Self, String> {
        let text = JSON::stringify(value).ok().filter(|text| text.is_string());
        text.map(|text| Self(text.into())).ok_or_else(|| "it is not a value that JSON has".to_owned())
    }

    /// Bytes as they are.
    #[must_use]
    pub fn bytes(bytes: &[u8]) -> Self {
        Self(Uint8Array::from(bytes).into())
    }

    /// The text, if the body is one.
    #[must_use]
    pub fn as_text(&self) -> Option<String> {
        self.0.as_string()
    }

    pub(super) const fn value(&self) -> &JsValue {
        &self.0
    }
}

/// Without its content, which may be a password.
impl fmt::Debug for Body {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Body(…)")
    }
}
