//! Patterns of the paths that a page has, as yew-router writes them.

use std::fmt;

/// A pattern of paths: `/notes/:id/edit`. `:name` stands for one segment, and a last `*name` for one or more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPattern {
    text: String,
    /// Empty for `/`.
    segments: Vec<Segment>,
}

/// A segment of a pattern. The order says how specific it is: later goes first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    /// `*name`: the rest of the path, at least one segment.
    Rest,
    /// `:name`: any one segment.
    Parameter,
    /// This very segment.
    Literal(String),
}

/// Why a text is no [`PathPattern`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    pattern: String,
    reason: &'static str,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} cannot be the path of a page: {}", self.pattern, self.reason)
    }
}

impl std::error::Error for PatternError {}

impl PathPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// [`PatternError`]: it does not begin with a slash, ends with one, has an empty segment, a dot segment, a query, a
    /// fragment, a nameless parameter, a `*name` that is not last, or it is below `/api`, which is the server's.
    pub fn parse(pattern: &str) -> Result<Self, PatternError> {
        let error = |reason| PatternError { pattern: pattern.to_owned(), reason };
        let Some(path) = pattern.strip_prefix('/') else {
            return Err(error("it must begin with a slash"));
        };
        if pattern.contains(['{', '}']) {
            return Err(error("a parameter is written :name"));
        }
        if pattern.contains(['?', '#', '\\']) || pattern.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(error("a path has no query, fragment, backslash or blank"));
        }
        let mut segments = Vec::new();
        if !path.is_empty() {
            for segment in path.split('/') {
                if segments.last() == Some(&Segment::Rest) {
                    return Err(error("nothing can follow *name"));
                }
                segments.push(Segment::parse(segment).map_err(error)?);
            }
        }
        if is_api(pattern) {
            return Err(error("everything below /api is the server's"));
        }
        Ok(Self { text: pattern.to_owned(), segments })
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether this is a pattern of a path, which has neither query nor fragment. Letter case matters, and so does a
    /// trailing slash. A parameter stands for no dot segment, because browsers resolve those.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        let Some(rest) = path.strip_prefix('/').filter(|_| !is_api(path)) else {
            return false;
        };
        if rest.is_empty() {
            return self.segments.is_empty();
        }
        let mut wanted = self.segments.iter();
        let mut matched_rest = false;
        for segment in rest.split('/') {
            let is_match = matched_rest
                || match wanted.next() {
                    Some(Segment::Literal(literal)) => literal == segment,
                    Some(Segment::Parameter) => true,
                    Some(Segment::Rest) => {
                        matched_rest = true;
                        true
                    }
                    None => false,
                };
            if !is_match || segment.is_empty() || is_dot_segment(segment) {
                return false;
            }
        }
        wanted.next().is_none()
    }

    /// Whether the pattern stands for more than one path.
    #[must_use]
    pub fn has_parameters(&self) -> bool {
        self.segments.iter().any(|segment| !matches!(segment, Segment::Literal(_)))
    }

    /// Whether both patterns match exactly the same paths.
    #[must_use]
    pub fn has_the_paths_of(&self, other: &Self) -> bool {
        self.segments == other.segments
    }

    /// Of two patterns that match a path, the one with the greater value is meant.
    pub(crate) fn specificity(&self) -> &(impl Ord + use<>) {
        &self.segments
    }
}

impl fmt::Display for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Segment {
    fn parse(segment: &str) -> Result<Self, &'static str> {
        match segment.split_at_checked(1) {
            None => Err("it has an empty segment, or ends with a slash"),
            Some((":" | "*", "")) => Err("a parameter needs a name"),
            Some((":", _)) => Ok(Self::Parameter),
            Some(("*", _)) => Ok(Self::Rest),
            Some(_) if is_dot_segment(segment) => Err("browsers resolve dot segments"),
            Some(_) => Ok(Self::Literal(segment.to_owned())),
        }
    }
}

/// Whether a browser resolves a segment instead of sending it: `.` and `..`, also percent-encoded.
pub(crate) fn is_dot_segment(segment: &str) -> bool {
    [".", "..", "%2e", ".%2e", "%2e.", "%2e%2e"].iter().any(|dots| segment.eq_ignore_ascii_case(dots))
}

/// Whether a path is the server's.
pub(crate) fn is_api(path: &str) -> bool {
    path.strip_prefix("/api").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests;
