//! A file of the app, in each representation in which it can be sent.

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderValue},
    },
    web::Bytes,
};
use sha2::{Digest, Sha256};

use super::{
    SpaError,
    compressed::{ENCODINGS, Encoding},
};

const IMMUTABLE: &str = "public, max-age=31536000, immutable";
const REVALIDATE: &str = "no-cache";

/// A file of the app, in each representation in which it can be sent.
#[derive(Debug)]
pub struct Asset {
    content_type: HeaderValue,
    cache_control: HeaderValue,
    representations: Vec<Representation>,
}

/// One representation of a file. The plain one has no encoding; compressed ones exist if they are shorter.
#[derive(Debug)]
struct Representation {
    encoding: Option<&'static str>,
    etag: HeaderValue,
    body: Bytes,
}

impl Asset {
    /// The file at a path. `kept` returns the compressed form with an extension that lies beside the file, if there is one.
    ///
    /// # Errors
    /// It cannot be compressed, or its media type is not a valid header value.
    pub fn new(path: &str, content: Bytes, kept: impl Fn(&str) -> Option<Bytes>) -> Result<Self, SpaError> {
        let unusable = |error: &dyn std::fmt::Display| SpaError::file(path, error);
        let mime = mime_guess::from_path(path).first_or_octet_stream();
        let charset =
            if mime.type_() == "text" && mime.get_param("charset").is_none() { "; charset=utf-8" } else { "" };
        let content_type = HeaderValue::try_from(format!("{mime}{charset}")).map_err(|error| unusable(&error))?;
        let etag = hex(&Sha256::digest(&content));
        let mut representations = Vec::new();
        for encoding in ENCODINGS {
            let body =
                encoding.representation_of(&content, kept(encoding.extension)).map_err(|error| unusable(&error))?;
            if body.len() < content.len() {
                let etag =
                    HeaderValue::try_from(format!("\"{etag}-{}\"", encoding.name)).map_err(|error| unusable(&error))?;
                representations.push(Representation { encoding: Some(encoding.name), etag, body });
            }
        }
        let etag = HeaderValue::try_from(format!("\"{etag}\"")).map_err(|error| unusable(&error))?;
        representations.push(Representation { encoding: None, etag, body: content });
        let cache_control = HeaderValue::from_static(if is_hashed(path) { IMMUTABLE } else { REVALIDATE });
        Ok(Self { content_type, cache_control, representations })
    }

    /// The answer with the shortest representation that the client accepts, or 304 if the client has it already.
    #[must_use]
    pub fn answer(&self, request: &HeaderMap) -> HttpResponse {
        let accepts = |representation: &&Representation| {
            representation.encoding.is_none_or(|encoding| accepts(request, encoding))
        };
        let Some(representation) = self.representations.iter().find(accepts) else {
            return HttpResponse::NotAcceptable().finish();
        };
        let known = request.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
        let etag = representation.etag.to_str().unwrap_or_default();
        let unchanged =
            known.is_some_and(|tags| tags.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag));
        let mut answer = HttpResponse::build(if unchanged { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
        answer
            .insert_header((header::CACHE_CONTROL, self.cache_control.clone()))
            .insert_header((header::ETAG, representation.etag.clone()))
            .insert_header((header::VARY, "Accept-Encoding"));
        if unchanged {
            return answer.finish();
        }
        if let Some(encoding) = representation.encoding {
            answer.insert_header((header::CONTENT_ENCODING, encoding));
        }
        answer.insert_header((header::CONTENT_TYPE, self.content_type.clone())).body(representation.body.clone())
    }
}

/// The first 64 bits of a hash in hexadecimal, which suffice to distinguish versions of a file.
#[must_use]
pub fn hex(hash: &[u8]) -> String {
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The first of [`ENCODINGS`] that a client accepts.
#[must_use]
pub fn encoding_for(request: &HeaderMap) -> Option<Encoding> {
    ENCODINGS.into_iter().find(|encoding| accepts(request, encoding.name))
}

/// Whether `Accept-Encoding` lists an encoding and does not weigh it with zero.
fn accepts(request: &HeaderMap, encoding: &str) -> bool {
    let offers =
        request.get_all(header::ACCEPT_ENCODING).filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
    let mut offers = offers.map(|offer| offer.split_once(';').unwrap_or((offer, "q=1")));
    offers.any(|(name, weight)| {
        let weight = weight.trim().trim_start_matches("q=").parse::<f32>().unwrap_or(0.0);
        name.trim().eq_ignore_ascii_case(encoding) && weight > 0.0
    })
}

/// Whether a name carries the hash of its content, as Trunk writes it: up to 16 hexadecimal digits after the last dash, without
/// leading zeros. One hash in 65 536 has fewer than 12 digits, and one in 1 800 no letter; such names are treated as names
/// without a hash, like dates and versions, and are revalidated.
fn is_hashed(path: &str) -> bool {
    let hash = path.rsplit_once('-').map_or("", |(_, end)| end.split(['.', '_']).next().unwrap_or_default());
    let digits = |kind: fn(&u8) -> bool| hash.bytes().filter(kind).count();
    let (figures, letters) = (digits(u8::is_ascii_digit), digits(|byte| matches!(byte, b'a'..=b'f')));
    hash.len() >= 12 && figures + letters == hash.len() && figures > 0 && letters > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_name_with_a_hash_is_immutable() {
        assert!(is_hashed("/latchkey-frontend-0123456789abcdef_bg.wasm"));
        assert!(is_hashed("/main-0123456789abcdef.css"));
        for path in [
            "/favicon.svg",
            "/latchkey-frontend.js",
            "/main-0123.css",
            "/a-b/c.css",
            "/photo-20261125.jpg",
            "/scan-202611252034.pdf",
            "/export-1795638840000000.csv",
            "/theme-deadbeef.css",
            "/the-feedfacedeaf.html",
            "/main-0123456789abcdeg.css",
            "/snippets/app-0123456789abcdef/inline0.js",
        ] {
            assert!(!is_hashed(path), "{path}");
        }
    }

    #[test]
    fn a_hash_without_leading_zeros_is_recognised() {
        for path in ["/favicon-10f3afc46065231.svg", "/app-f3afc46065231_bg.wasm", "/main-3afc46065231.css"] {
            assert!(is_hashed(path), "{path}");
        }
    }

    #[test]
    fn an_encoding_of_weight_zero_is_not_accepted() {
        let accepts_br = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
            accepts(&headers, "br")
        };
        assert!(accepts_br("gzip, br") && accepts_br("BR;q=0.5") && accepts_br("br;q=1.0"));
        assert!(!accepts_br("gzip") && !accepts_br("br;q=0") && !accepts_br("broccoli") && !accepts_br(""));
    }
}
