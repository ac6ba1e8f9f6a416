//! The app's page: where the session goes in it, which build of the app it is, what it may load, and its page table.

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

/// The app's page, with the places where a session goes.
#[derive(Debug)]
pub struct IndexPage {
    /// Up to the end of its head, where the session goes.
    before: String,
    /// From there to where the user's name goes.
    between: String,
    /// From there on; `None` if the page has no place for the user's name.
    after: Option<String>,
    /// Which build of the app it is: as every other file's name stands in the page with its hash, the page's own hash.
    pub build: HeaderValue,
    /// What the page may load and run: its own files, and its own inline scripts and styles by their hash.
    pub content_security_policy: ContentSecurityPolicy,
}

impl IndexPage {
    /// The page of an `index.html`, and its page table if it has one.
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

    /// The page with an element at the end of its head, and with the user's name as HTML.
    #[must_use]
    pub fn render(&self, element: Option<&str>, name: Option<&str>) -> String {
        let after = self.after.as_deref().map(|after| [name.unwrap_or_default(), after]).unwrap_or_default();
        [&self.before, element.unwrap_or_default(), &self.between, after[0], after[1]].concat()
    }
}

/// Where an element is added to the head. Both of its tags may be left out in HTML.
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
        return Err("it must stand in the page, not in a file of its own".into());
    }
    serde_json::from_str(script.text).map(Some).map_err(|error| error.to_string())
}

/// Whether a script is data, which browsers do not run.
fn is_json(script: &Tag) -> bool {
    script.attribute("type").is_some_and(|kind| kind.trim().to_ascii_lowercase().ends_with("json"))
}

/// The CSP sources of a page's inline elements of a name. Browsers hash the text as they parse it, with `\n` for `\r\n`.
fn hashes(tags: &[Tag], name: &str) -> Vec<String> {
    let inline = tags.iter().filter(|tag| tag.name == name && tag.attribute("src").is_none() && !is_json(tag));
    let texts = inline.map(|tag| tag.text.replace("\r\n", "\n").replace('\r', "\n"));
    texts.map(|text| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))).collect()
}

#[cfg(test)]
mod tests;
