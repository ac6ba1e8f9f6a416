//! The Content-Security-Policy of pages.

use actix_web::http::header::HeaderValue;

/// A Content-Security-Policy: sources by directive.
#[derive(Clone, Debug)]
pub struct ContentSecurityPolicy {
    directives: Vec<(String, Vec<String>)>,
    header: HeaderValue,
}

/// A directive or a source that is not valid in a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' cannot stand in a Content-Security-Policy")]
pub struct PolicyError(String);

impl ContentSecurityPolicy {
    /// The policy of a page with inline scripts and styles, which are named by their hashes: its own files and nothing else. A page
    /// with a `<base>` may use it for the own site.
    #[must_use]
    pub fn new(scripts: &[String], styles: &[String], has_base: bool) -> Self {
        let own = |directive: &str, more: &[String]| (directive.to_owned(), [&["'self'".to_owned()], more].concat());
        let none = |directive: &str| (directive.to_owned(), vec!["'none'".to_owned()]);
        let wasm = ["'wasm-unsafe-eval'".to_owned()];
        let directives = vec![
            none("default-src"),
            own("script-src", &[&wasm, scripts].concat()),
            own("style-src", styles),
            own("img-src", &["data:".to_owned()]),
            own("font-src", &[]),
            own("media-src", &[]),
            own("worker-src", &[]),
            own("connect-src", &[]),
            own("manifest-src", &[]),
            if has_base { own("base-uri", &[]) } else { none("base-uri") },
            own("form-action", &[]),
            none("frame-ancestors"),
        ];
        let header = header(&directives).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"));
        Self { directives, header }
    }

    /// Adds a source to a directive.
    ///
    /// # Errors
    /// The directive or the source is not a single word.
    pub fn allow(mut self, directive: &str, source: &str) -> Result<Self, PolicyError> {
        for word in [directive, source] {
            if word.is_empty() || !word.bytes().all(|byte| byte.is_ascii_graphic() && !b";,".contains(&byte)) {
                return Err(PolicyError(word.into()));
            }
        }
        match self.directives.iter_mut().find(|(known, _)| known == directive) {
            Some((_, sources)) => {
                sources.retain(|known| known != "'none'");
                sources.push(source.into());
            }
            None => self.directives.push((directive.into(), vec![source.into()])),
        }
        self.header = header(&self.directives).map_err(|_| PolicyError(source.into()))?;
        Ok(self)
    }

    /// The header's value.
    #[must_use]
    pub fn header(&self) -> &HeaderValue {
        &self.header
    }
}

fn header(directives: &[(String, Vec<String>)]) -> Result<HeaderValue, actix_web::http::header::InvalidHeaderValue> {
    let directives = directives.iter().map(|(directive, sources)| format!("{directive} {}", sources.join(" ")));
    HeaderValue::try_from(directives.collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_added_to_its_directive_and_replaces_none() {
        let policy = ContentSecurityPolicy::new(&[], &[], false);
        let policy = policy.allow("img-src", "https://images.example").unwrap().allow("frame-src", "'self'").unwrap();
        let policy = policy.allow("frame-ancestors", "https://portal.example").unwrap();
        let header = policy.header().to_str().unwrap();
        assert!(header.contains("img-src 'self' data: https://images.example;"), "{header}");
        assert!(header.ends_with("frame-ancestors https://portal.example; frame-src 'self'"), "{header}");
    }

    #[test]
    fn a_source_is_a_single_word() {
        for word in ["", "a b", "a;b", "a,b", "a\nb", "é"] {
            let policy = ContentSecurityPolicy::new(&[], &[], false);
            assert!(policy.clone().allow("img-src", word).is_err() && policy.allow(word, "'self'").is_err(), "{word}");
        }
    }
}
