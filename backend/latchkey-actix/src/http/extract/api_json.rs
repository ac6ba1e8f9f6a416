//! `ApiJson`: the JSON body of a request.

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header, web::Payload as Body};
use serde::{
    Deserializer,
    de::{DeserializeOwned, Error as _, IgnoredAny, Visitor},
    forward_to_deserialize_any,
};

use super::Extraction;
use crate::http::{error::ApiError, middleware::body_limit::BodyLimit, server::exchange::body_received};

/// The JSON body of a request. Whether unknown fields are rejected is up to the type (`#[serde(deny_unknown_fields)]`).
///
/// Rejects a body that is not declared as `application/json` (415), is not JSON (400), does not fit the type (422), is longer than
/// the route's [`BodyLimit`] (413) or arrives too slowly (408), each as a problem. A struct is parsed only from an object.
#[derive(Clone, Debug)]
pub struct ApiJson<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for ApiJson<T> {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let declared = request.mime_type().ok().flatten().is_some_and(|mime| mime.essence_str() == "application/json")
            && request.headers().get(header::CONTENT_ENCODING).is_none_or(|encoding| encoding == "identity");
        let payload = payload.take();
        let request = request.clone();
        Box::pin(async move {
            if !declared {
                return Err(ApiError::UnsupportedMediaType);
            }
            let limit = BodyLimit::of(&request);
            let body = Body::from_request(&request, &mut { payload }).await;
            let body = body.map_err(|error| ApiError::Malformed(error.to_string()))?;
            let bytes = tokio::time::timeout(limit.time(), body.to_bytes_limited(limit.0)).await;
            let bytes = bytes.map_err(|_| ApiError::RequestTimeout)?;
            let bytes = bytes.map_err(|_| ApiError::BodyTooLarge { limit: limit.0 })?;
            body_received(&request);
            let bytes = bytes.map_err(|error| ApiError::Malformed(error.to_string()))?;
            parse(&bytes).map(Self)
        })
    }
}

/// Parses a body: 400 if it is not JSON, 422 if it does not fit the type.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let malformed = |error: serde_json::Error| ApiError::Malformed(error.to_string());
    serde_json::from_slice::<IgnoredAny>(bytes).map_err(malformed)?;
    let is_object = bytes.trim_ascii_start().starts_with(b"{");
    let mut json = serde_json::Deserializer::from_slice(bytes);
    T::deserialize(TopLevel { json: &mut json, is_object }).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => ApiError::Unacceptable(format!("The body is not acceptable: {error}.")),
        _ => malformed(error),
    })
}

/// A deserializer that accepts only an object for a struct; serde alone would accept an array too.
struct TopLevel<'a, 'de> {
    json: &'a mut serde_json::Deserializer<serde_json::de::SliceRead<'de>>,
    is_object: bool,
}

impl<'de> Deserializer<'de> for TopLevel<'_, 'de> {
    type Error = serde_json::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        if !self.is_object {
            return Err(serde_json::Error::custom("it must be a JSON object"));
        }
        self.json.deserialize_struct(name, fields, visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        self.json.deserialize_option(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.json.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        self.json.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

#[cfg(test)]
mod tests;
