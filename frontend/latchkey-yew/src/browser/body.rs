//! The body of a request, as a JavaScript value that can be sent any number of times.

use std::fmt;

use js_sys::{JSON, Uint8Array};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

/// The body of a request. Clones share its content.
#[derive(Clone, PartialEq)]
pub struct Body(JsValue);

impl Body {
    /// A value as JSON, in the form that `serde_json` writes.
    ///
    /// # Errors
    /// The value cannot be written as JSON. The message is for developers.
    pub fn json(value: &impl Serialize) -> Result<Self, String> {
        let value = value.serialize(&Serializer::json_compatible()).map_err(|error| error.to_string())?;
        Self::stringify(&value)
    }

    fn stringify(value: &JsValue) -> Result<Self, String> {
        let text = JSON::stringify(value).ok().filter(|text| text.is_string());
        text.map(|text| Self(text.into())).ok_or_else(|| "it is not a value that JSON has".to_owned())
    }

    /// Bytes, sent unchanged.
    #[must_use]
    pub fn bytes(bytes: &[u8]) -> Self {
        Self(Uint8Array::from(bytes).into())
    }

    /// The body, if it is text.
    #[must_use]
    pub fn as_text(&self) -> Option<String> {
        self.0.as_string()
    }

    pub(super) const fn value(&self) -> &JsValue {
        &self.0
    }
}

/// Redacted, because the content may be a password.
impl fmt::Debug for Body {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Body(…)")
    }
}
