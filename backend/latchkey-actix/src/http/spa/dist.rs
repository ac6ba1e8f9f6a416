//! The built app, read once at start-up: the files with their compressed forms, and the page they belong to.

use std::{collections::HashMap, fs, path::Path};

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderValue},
    },
    web::Bytes,
};
use anyhow::{Context, bail};
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use super::{
    compressed::{self, ENCODINGS, Encoding},
    folder::{self, DistFile},
};
use latchkey_shared::api;

const IMMUTABLE: &str = "public, max-age=31536000, immutable";
const REVALIDATE: &str = "no-cache";

/// The built app.
#[derive(Debug)]
pub struct Spa {
    index: IndexPage,
    assets: HashMap<String, Asset>,
}

/// The app's page, with the places where a session goes.
#[derive(Debug)]
pub struct IndexPage {
    /// Up to the end of its head, where the session is.
    before: String,
    /// From there to where the user's name is.
    between: String,
    after: String,
    /// Which build of the app it is: as every other file's name stands in the page with its hash, the page's own hash.
    pub build: HeaderValue,
    /// What the page may load and run: its own files, and its own inline scripts and styles by their hash.
    pub content_security_policy: HeaderValue,
}

/// A file of the app in each form in which it can be sent.
#[derive(Debug)]
pub struct Asset {
    content_type: HeaderValue,
    cache_control: HeaderValue,
    representations: Vec<Representation>,
}

/// One form of a file. The plain form has no encoding; compressed ones are there if they are shorter.
#[derive(Debug)]
struct Representation {
    encoding: Option<&'static str>,
    etag: HeaderValue,
    body: Bytes,
}

impl Spa {
    /// Reads a folder.
    ///
    /// # Errors
    /// The folder or its `index.html` is not there, cannot be read, or is no page.
    pub fn load(folder: &Path) -> anyhow::Result<Self> {
        let mut html = None;
        let mut assets = HashMap::new();
        for entry in folder::files(folder)? {
            let path = entry.path.clone();
            let cannot_read = || format!("cannot read {path} in it");
            if path == "/index.html" {
                html = Some(fs::read_to_string(&entry.target).with_context(cannot_read)?);
            } else if !compressed::is_compressed_copy(&entry.file) {
                assets.insert(path.clone(), Asset::read(&entry).with_context(cannot_read)?);
            }
        }
        let html = html.context("there is no index.html in it")?;
        Ok(Self { index: IndexPage::new(&html)?, assets })
    }

    /// The app's page.
    #[must_use]
    pub fn index(&self) -> &IndexPage {
        &self.index
    }

    /// The file at a path.
    #[must_use]
    pub fn asset(&self, path: &str) -> Option<&Asset> {
        self.assets.get(path)
    }
}

impl IndexPage {
    fn new(html: &str) -> anyhow::Result<Self> {
        let Some(place) = html.find("</head>") else { bail!("its index.html has no </head>") };
        let build = hex(&Sha256::digest(html));
        let (head, body) = html.split_at(place);
        let before = format!(r#"{head}<meta name="{}" content="{build}">"#, api::BUILD_META);
        let (between, after) = body.split_at(place_of_name(body));
        let scripts = hashes(html, "script");
        let styles = hashes(html, "style");
        let policy = format!(
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self'{styles}; \
             img-src 'self' data:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; \
             frame-ancestors 'none'"
        );
        let content_security_policy = HeaderValue::try_from(policy)?;
        let build = HeaderValue::try_from(build)?;
        Ok(Self { before, between: between.into(), after: after.into(), build, content_security_policy })
    }

    /// The page with an element at the end of its head, and with the user's name as HTML.
    #[must_use]
    pub fn with(&self, element: Option<&str>, name: Option<&str>) -> String {
        [&self.before, element.unwrap_or_default(), &self.between, name.unwrap_or_default(), &self.after].concat()
    }
}

/// Where the content of the user's element begins; the end of a page that has none.
fn place_of_name(body: &str) -> usize {
    let Some(at) = body.find(api::INITIAL_USER_ELEMENT) else { return body.len() };
    body[at..].find('>').map_or(body.len(), |end| at + end + 1)
}

/// The CSP hashes of a page's inline elements of a name: ` 'sha256-…'` each.
fn hashes(html: &str, name: &str) -> String {
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let elements = html.split(&open).skip(1).filter_map(|rest| rest.split_once('>'));
    let inline = elements.filter(|(attributes, _)| !attributes.contains("src="));
    let contents = inline.filter_map(|(_, rest)| Some(rest.split_once(&close)?.0));
    contents.map(|text| format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(text)))).collect()
}

impl Asset {
    fn read(DistFile { path, file, target }: &DistFile) -> anyhow::Result<Self> {
        let bytes = fs::read(target)?;
        let mime = mime_guess::from_path(path).first_or_octet_stream();
        let charset =
            if mime.type_() == "text" && mime.get_param("charset").is_none() { "; charset=utf-8" } else { "" };
        let hash = Sha256::digest(&bytes);
        let mut representations = Vec::new();
        for encoding in ENCODINGS {
            let body = encoding.representation_of(file, &bytes)?;
            if body.len() < bytes.len() {
                representations.push(Representation::new(Some(encoding.name), &hash, body)?);
            }
        }
        representations.push(Representation::new(None, &hash, bytes)?);
        Ok(Self {
            content_type: HeaderValue::try_from(format!("{mime}{charset}"))?,
            cache_control: HeaderValue::from_static(if is_hashed(path) { IMMUTABLE } else { REVALIDATE }),
            representations,
        })
    }

    /// The file in the best form that the client accepts, or 304 if the client has it already.
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

impl Representation {
    fn new(encoding: Option<&'static str>, hash: &[u8], body: Vec<u8>) -> anyhow::Result<Self> {
        let hash = hex(hash);
        let suffix = encoding.map(|encoding| format!("-{encoding}")).unwrap_or_default();
        Ok(Self { encoding, etag: HeaderValue::try_from(format!("\"{hash}{suffix}\""))?, body: body.into() })
    }
}

/// The first 64 bits of a hash, which are enough to tell two files apart.
fn hex(hash: &[u8]) -> String {
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The best compression that a client accepts, for what is made for it alone.
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
/// leading zeros. One hash in 65 536 has fewer than 12 digits, and one in 1 800 no letter; those names count as names without a
/// hash, as dates and versions do, and are asked for again.
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
    fn a_hash_that_lost_its_leading_zeros_is_one() {
        for path in ["/favicon-10f3afc46065231.svg", "/app-f3afc46065231_bg.wasm", "/main-3afc46065231.css"] {
            assert!(is_hashed(path), "{path}");
        }
    }

    #[test]
    fn inline_scripts_and_styles_are_allowed_by_hash_and_files_are_not() {
        let page = "<head><script type=\"module\">go()</script><script src=\"a.js\"></script><style>p{}</style></head>";
        let index = IndexPage::new(page).unwrap();
        let policy = index.content_security_policy.to_str().unwrap();
        assert_eq!(policy.matches("sha256-").count(), 2);
        assert!(policy.contains(&STANDARD.encode(Sha256::digest("go()"))), "{policy}");
        assert!(policy.contains(&STANDARD.encode(Sha256::digest("p{}"))), "{policy}");
        assert!(!policy.contains("unsafe-inline"));
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

    #[test]
    fn another_file_in_a_page_makes_it_another_build() {
        let index = |script: &str| IndexPage::new(&format!("<head><script src=\"{script}\"></script></head>")).unwrap();
        let (old, new) = (index("/app-1.js"), index("/app-2.js"));
        assert_ne!(old.build, new.build);
        assert_eq!(old.build, index("/app-1.js").build);
        let page = old.with(None, None);
        assert!(page.contains(&format!(r#"<meta name="latchkey-build" content="{}">"#, old.build.to_str().unwrap())));
    }
}
