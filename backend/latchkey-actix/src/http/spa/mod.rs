//! The single-page app: its documents and its files, loaded once when the server starts.

pub mod documents;

mod content_security_policy;
mod html;
mod index_page;

mod asset;

pub mod compressed;
pub mod folder;

mod sign_in;

use std::{borrow::Cow, collections::HashMap, fmt, fs, io, path::Path};

use actix_web::web::Bytes;
use latchkey_shared::{Access, PageTable};

use crate::settings::Guarded;
use asset::Asset;
use index_page::IndexPage;

pub use content_security_policy::PolicyError;
pub use sign_in::Sent;

/// The default page for changing the password.
const CHANGE_PASSWORD_PAGE: &str = "/account";

/// A built single-page app: its `index.html`, its other files with their compressed forms, and its page table.
///
/// The page table is an element of `index.html` that lists the pages and their access:
///
/// ```html
/// <script type="application/json" id="latchkey-pages">
///   {"/": "public", "/sign-in": "signed-out", "/notes/:id": "signed-in"}
/// </script>
/// ```
///
/// With it, a document request for a `signed-in` page without an active session is redirected to the first `signed-out` page, and
/// a path that is not a page is answered with 404. Without it, every path that is not a file is a
/// public page. The server embeds the session in each document, as `<script type="application/json" id="initial-session">`.
#[derive(Debug)]
pub struct Spa {
    index: IndexPage,
    pages: Option<PageTable>,
    assets: HashMap<String, Asset>,
    change_password_page: Option<String>,
    guarded: Guarded,
}

/// Why an app cannot be served. Each message is one sentence.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SpaError {
    /// The folder cannot be read.
    #[error("cannot read the folder '{folder}'")]
    Folder {
        /// The folder.
        folder: String,
        /// Why not.
        #[source]
        error: io::Error,
    },
    /// A file cannot be read or used.
    #[error("cannot use {path} in it: {reason}")]
    File {
        /// The file's path within the app.
        path: String,
        /// Why not.
        reason: String,
    },
    /// There is no `index.html`.
    #[error("there is no index.html in it")]
    NoIndexPage,
    /// The page table in `index.html` is not valid JSON, or contradicts itself.
    #[error("the page table in its index.html (the element with id=\"latchkey-pages\") cannot be used: {0}")]
    PageTable(String),
    /// The page for changing the password is not in the page table.
    #[error("the page for changing the password, '{0}', is not in the page table of index.html")]
    ChangePasswordPage(String),
}

impl SpaError {
    fn file(path: &str, reason: &dyn fmt::Display) -> Self {
        Self::File { path: path.into(), reason: reason.to_string() }
    }
}

impl Spa {
    /// Loads the app from a bundler's output folder, such as `dist`. Hidden files and links that lead out of the folder are skipped.
    ///
    /// # Errors
    /// [`SpaError`]: the folder or a file cannot be read, there is no `index.html`, or its page table cannot be used.
    pub fn load(folder: impl AsRef<Path>) -> Result<Self, SpaError> {
        let folder = folder.as_ref();
        let in_folder = |error| SpaError::Folder { folder: folder.display().to_string(), error };
        let files = folder::files(folder).map_err(in_folder)?.into_iter().map(|file| {
            let content = fs::read(&file.target).map_err(|error| SpaError::file(&file.path, &error))?;
            Ok((file.path, Cow::Owned(content)))
        });
        Self::from_files(files.collect::<Result<Vec<_>, _>>()?)
    }

    /// Creates the app from files in memory, such as embedded ones: pairs of a path (`index.html` or `/index.html`) and a content. A file
    /// `app.js.br` or `app.js.gz` beside `app.js` is its compressed form; missing compressed forms are made.
    ///
    /// # Errors
    /// [`SpaError`]: there is no `index.html`, or its page table cannot be used.
    pub fn from_files<P: Into<String>>(
        files: impl IntoIterator<Item = (P, Cow<'static, [u8]>)>,
    ) -> Result<Self, SpaError> {
        let files: HashMap<_, _> =
            files.into_iter().map(|(path, content)| (rooted(path.into()), bytes(content))).collect();
        let html = files.get("/index.html").ok_or(SpaError::NoIndexPage)?;
        let html = str::from_utf8(html).map_err(|error| SpaError::file("/index.html", &error))?;
        let (index, pages) = IndexPage::new(html)?;
        if pages.is_none() {
            tracing::warn!(
                "index.html has no page table (<script type=\"application/json\" id=\"latchkey-pages\">): every path that is not \
                 a file is served as a public page"
            );
        }
        let mut assets = HashMap::new();
        for (path, content) in &files {
            let plain = compressed::without_extension(Path::new(path));
            let is_compressed_copy = plain.and_then(|plain| files.get(plain.to_str()?)).is_some();
            if path != "/index.html" && !is_compressed_copy {
                let kept = |extension: &str| files.get(&format!("{path}.{extension}")).cloned();
                assets.insert(path.clone(), Asset::new(path, content.clone(), kept)?);
            }
        }
        let has_default = pages.as_ref().is_some_and(|pages| pages.access(CHANGE_PASSWORD_PAGE).is_some());
        let change_password_page = has_default.then(|| CHANGE_PASSWORD_PAGE.to_owned());
        Ok(Self { index, pages, assets, change_password_page, guarded: Guarded::default() })
    }

    /// Sets the page for changing the password, to which `/.well-known/change-password` redirects for password managers. By default it is
    /// `/account` if the page table has that page; otherwise the answer is 404.
    ///
    /// # Errors
    /// [`SpaError::ChangePasswordPage`]: the page table has no such page.
    pub fn change_password_page(mut self, path: &str) -> Result<Self, SpaError> {
        if !path.starts_with('/') || path.starts_with("//") || self.access(path).is_none() {
            return Err(SpaError::ChangePasswordPage(path.into()));
        }
        self.change_password_page = Some(path.into());
        Ok(self)
    }

    /// Allows pages to load from one more source: `allow_source("img-src", "https://images.example")`. By default, the
    /// Content-Security-Policy allows only the own site's files and the inline scripts and styles of index.html.
    ///
    /// # Errors
    /// [`PolicyError`]: the directive or the source is not a single word.
    pub fn allow_source(mut self, directive: &str, source: &str) -> Result<Self, PolicyError> {
        self.index.content_security_policy = self.index.content_security_policy.clone().allow(directive, source)?;
        Ok(self)
    }

    /// The access of the page at a path; `None` if there is no page.
    fn access(&self, path: &str) -> Option<Access> {
        self.pages.as_ref().map_or(Some(Access::Public), |pages| pages.access(path))
    }

    /// The build of the app.
    #[must_use]
    pub(super) fn build(&self) -> &actix_web::http::header::HeaderValue {
        &self.index.build
    }
}

fn rooted(path: String) -> String {
    if path.starts_with('/') { path } else { format!("/{path}") }
}

fn bytes(content: Cow<'static, [u8]>) -> Bytes {
    match content {
        Cow::Borrowed(content) => Bytes::from_static(content),
        Cow::Owned(content) => content.into(),
    }
}

#[cfg(test)]
mod tests;
