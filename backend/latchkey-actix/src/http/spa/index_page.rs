//! The app's `index.html`: a template for the session and the user's name, with its build, its policy and its page table.

use actix_web::http::header::HeaderValue;
use base64::{Engine, engine::general_purpose::STANDARD};
use latchkey_shared::{PageTable, api, page_table::PAGE_TABLE_ELEMENT};
use sha2::{Digest, Sha256};

use super::{
    SpaError,
    asset::hex,
    content_security_policy::ContentSecurityPolicy,
    html::{self, Tag},
};

/// The app's page as a template, split where the session and the user's name are inserted.
#[derive(Debug)]
pub struct IndexPage {
    /// The part before the session, up to the end of the head.
    before: String,
    /// The part between the session and the user's name.
    between: String,
    /// The part after the user's name; `None` if the page has no element for the name.
    after: Option<String>,
    /// The build of the app: the page's hash, which changes with every file, because the page contains the hashed names of all files.
    pub build: HeaderValue,
    /// The policy: the page may load the own site's files, and its inline scripts and styles by their hashes.
    pub content_security_policy: ContentSecurityPolicy,
}

impl IndexPage {
    /// Parses an `index.html`, and returns the page and its page table, if it has one.
    ///
    /// # Errors
    /// [`SpaError::PageTable`].
    pub fn new(html: &str) -> Result<(Self, Option<PageTable>), SpaError> {
        let tags = html::tags(html);
        let pages = page_table(&tags).map_err(SpaError::PageTable)?;
        let build = hex(&Sha256::digest(html));
        let session_at = end_of_head(&tags);
        let name_tag = tags.iter().find(|tag| tag.attribute("id") == Some(api::INITIAL_USER_ELEMENT));
        let name_at = name_tag.map(|tag| tag.end).filter(|place| *place >= session_at);
        let (head, body) = html.split_at(session_at);
        let (between, after) = match name_at {
            Some(place) => (&html[session_at..place], Some(html[place..].to_owned())),
            None => (body, None),
        };
        let has_base = tags.iter().any(|tag| tag.name == "base");
        let content_security_policy =
            ContentSecurityPolicy::new(&hashes(&tags, "script"), &hashes(&tags, "style"), has_base);
        let page = Self {
            before: format!(r#"{head}<meta name="{}" content="{build}">"#, api::BUILD_META),
            between: between.into(),
            after,
            build: HeaderValue::try_from(build).map_err(|error| SpaError::file("/index.html", &error))?,
            content_security_policy,
        };
        Ok((page, pages))
    }

    /// Adds a `<meta>` to the head. Its name and its content need no escaping.
    pub fn add_meta(&mut self, name: &str, content: &str) {
        self.before.push_str(&format!(r#"<meta name="{name}" content="{content}">"#));
    }

    /// Renders the page with an element at the end of its head, and with the user's name, escaped by the caller.
    #[must_use]
    pub fn render(&self, element: Option<&str>, name: Option<&str>) -> String {
        let after = self.after.as_deref().map(|after| [name.unwrap_or_default(), after]).unwrap_or_default();
        [&self.before, element.unwrap_or_default(), &self.between, after[0], after[1]].concat()
    }
}

/// The offset of the end of the head. HTML allows both tags of the head to be omitted.
fn end_of_head(tags: &[Tag]) -> usize {
    let first = |name: &str| tags.iter().find(|tag| tag.name == name);
    let before = first("/head").or_else(|| first("body")).map(|tag| tag.start);
    let after = || ["head", "html", "!doctype"].into_iter().find_map(first).map(|tag| tag.end);
    before.or_else(after).unwrap_or_default()
}

fn page_table(tags: &[Tag]) -> Result<Option<PageTable>, String> {
    let mut scripts = tags.iter().filter(|tag| tag.attribute("id") == Some(PAGE_TABLE_ELEMENT));
    let Some(script) = scripts.next() else { return Ok(None) };
    if scripts.next().is_some() {
        return Err("there are two of them".into());
    }
    if script.name != "script" || !is_json(script) {
        return Err("it must be a <script> with type=\"application/json\"".into());
    }
    if script.attribute("src").is_some() {
        return Err("it must be in the page, not in a file of its own".into());
    }
    serde_json::from_str(script.text).map(Some).map_err(|error| error.to_string())
}

/// Whether a script is data, which browsers do not run.
fn is_json(script: &Tag) -> bool {
    script.attribute("type").is_some_and(|kind| kind.trim().to_ascii_lowercase().ends_with("json"))
}

/// The CSP sources of a page's inline elements with this name. Browsers hash the parsed text, in which `\r\n` has become `\n`.
fn hashes(tags: &[Tag], name: &str) -> Vec<String> {
    let inline = tags.iter().filter(|tag| tag.name == name && tag.attribute("src").is_none() && !is_json(tag));
    let texts = inline.map(|tag| tag.text.replace("\r\n", "\n").replace('\r', "\n"));
    texts.map(|text| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))).collect()
}

#[cfg(test)]
mod tests;
