//! How long the bodies of requests may be. The middleware refuses a request that announces a longer body before anything of it
//! arrives; a body that does not announce its length is cut off by the extractor that reads it.

use actix_web::http::header::{CONTENT_LENGTH, HeaderMap};
use latchkey_shared::api;

/// The limits: [`api::MAX_BODY_BYTES`] but for the routes for which an app raises it.
#[derive(Clone, Debug, Default)]
pub struct BodyLimits {
    raised: Vec<(RoutePattern, usize)>,
}

/// A path whose segments in braces stand for any segment; a last one such as `{tail:.*}` for any number of them.
#[derive(Clone, Debug)]
struct RoutePattern(Vec<Segment>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Literal(String),
    Any,
    Tail,
}

impl BodyLimits {
    /// Sets the limit of a route, in bytes.
    pub fn set(&mut self, route: &str, bytes: usize) {
        self.raised.push((RoutePattern::new(route), bytes));
    }

    /// The longest body that a request to a path may have, in bytes: what was set for it last.
    #[must_use]
    pub fn limit(&self, path: &str) -> usize {
        let raised = self.raised.iter().rev().find(|(route, _)| route.matches(path));
        raised.map_or(api::MAX_BODY_BYTES, |(_, bytes)| *bytes)
    }

    /// The limit that a request exceeds by the length that it announces, if it does.
    #[must_use]
    pub fn is_exceeded(&self, path: &str, headers: &HeaderMap) -> Option<usize> {
        let announced = headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse::<u64>().ok()?;
        // Most requests need not look for their route.
        if announced <= api::MAX_BODY_BYTES as u64 && self.raised.is_empty() {
            return None;
        }
        let limit = self.limit(path);
        (announced > limit as u64).then_some(limit)
    }
}

impl RoutePattern {
    fn new(route: &str) -> Self {
        let segment = |segment: &str| match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) if name.ends_with(":.*") => Segment::Tail,
            Some(_) => Segment::Any,
            None => Segment::Literal(segment.to_owned()),
        };
        Self(route.split('/').map(segment).collect())
    }

    fn matches(&self, path: &str) -> bool {
        let mut segments = path.split('/');
        for expected in &self.0 {
            let matches = match (expected, segments.next()) {
                (Segment::Tail, _) => return true,
                (Segment::Any, Some(segment)) => !segment.is_empty(),
                (Segment::Literal(literal), Some(segment)) => segment == literal,
                (_, None) => false,
            };
            if !matches {
                return false;
            }
        }
        segments.next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn limits() -> BodyLimits {
        let mut limits = BodyLimits::default();
        limits.set("/api/notes/{id}/picture", 1_000_000);
        limits.set("/files/{path:.*}", 2_000_000);
        limits.set("/api/small", 10);
        limits
    }

    #[test]
    fn only_the_route_that_it_was_raised_for_has_a_higher_limit() {
        let limits = limits();
        assert_eq!(limits.limit("/api/notes/17/picture"), 1_000_000);
        assert_eq!((limits.limit("/files/a/b.png"), limits.limit("/files/")), (2_000_000, 2_000_000));
        for other in ["/api/notes/17", "/api/notes//picture", "/api/notes/17/picture/more", "/api/login", "/", "/file"]
        {
            assert_eq!(limits.limit(other), api::MAX_BODY_BYTES, "{other}");
        }
    }

    #[test]
    fn a_body_that_announces_more_than_its_limit_is_too_long() {
        let exceeded = |path, length: &'static str| {
            let headers = [(CONTENT_LENGTH, HeaderValue::from_static(length))].into_iter().collect();
            limits().is_exceeded(path, &headers)
        };
        assert_eq!(exceeded("/api/notes/17/picture", "1000000"), None);
        assert_eq!(exceeded("/api/notes/17/picture", "1000001"), Some(1_000_000));
        assert_eq!(exceeded("/api/login", "16385"), Some(api::MAX_BODY_BYTES));
        assert_eq!(exceeded("/api/small", "11"), Some(10));
        assert_eq!(exceeded("/api/login", "16384"), None);
        assert_eq!(limits().is_exceeded("/", &HeaderMap::new()), None, "it says nothing");
    }
}
