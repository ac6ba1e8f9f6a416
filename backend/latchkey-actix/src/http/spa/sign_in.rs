//! Where a user is sent to sign in, and back.

use latchkey_shared::{EndReason, PageTable, api, next};

use super::Spa;
use crate::settings::{Guarded, InvalidSetting};

impl Spa {
    /// Tells every page the prefixes of the programs that `next` may lead to.
    #[must_use]
    pub(crate) fn guard(mut self, guarded: &Guarded) -> Self {
        if guarded.prefixes().next().is_some() {
            self.index.add_meta(api::GUARDED_META, guarded.as_str());
        }
        self.guarded = guarded.clone();
        self
    }

    /// Why the app cannot be served beside programs with these prefixes: it has a page or a file of its own there.
    pub(crate) fn conflict_with(&self, guarded: &Guarded) -> Option<InvalidSetting> {
        let pages = self.pages.iter().flat_map(PageTable::pages).map(|(pattern, _)| pattern);
        let own: Vec<_> = pages.chain(self.assets.keys().map(String::as_str)).collect();
        let conflict = |prefix| own.iter().find(|path| is_at(path, prefix)).map(|path| (prefix, path));
        let (prefix, path) = guarded.prefixes().find_map(conflict)?;
        Some(InvalidSetting(format!("'{prefix}' is taken: the app has '{path}' of its own").into()))
    }

    /// The sign-in page with the reason why the user is there, and where to go afterwards. `None` if the app has no sign-in page.
    pub(in crate::http) fn sign_in_url(&self, next: Option<&str>, reason: EndReason) -> Option<String> {
        let sign_in_page = self.pages.as_ref()?.sign_in_path()?;
        let next = next.map(|next| ("next", next));
        let pairs: Vec<_> = next.into_iter().chain([("reason", reason.as_str())]).collect();
        let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
        Some(format!("{sign_in_page}?{query}"))
    }

    /// Where a user who wanted a path and its query goes after signing in, if it is a page or leads to a guarded program. A user who sent
    /// something there, which a redirect cannot repeat, or whose path and query are too long for one, goes to the program's first page.
    pub(in crate::http) fn way_back<'a>(&'a self, wanted: &'a str, sent: Sent) -> Option<&'a str> {
        match (next::prefix_of(wanted, self.guarded.as_str()), sent) {
            (Some(prefix), Sent::Something) => Some(prefix),
            (Some(prefix), Sent::Nothing) => Some(self.guarded_next(wanted).unwrap_or(prefix)),
            (None, Sent::Something) => None,
            (None, Sent::Nothing) => next::safe(wanted, |path| self.access(path)),
        }
    }

    /// `next` if it leads to a guarded program.
    pub(super) fn guarded_next<'a>(&self, next: &'a str) -> Option<&'a str> {
        next::guarded(next, self.guarded.as_str())
    }
}

/// Whether a request brought something to keep, such as a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// A GET or a HEAD.
    Nothing,
    /// Any other method.
    Something,
}

/// Whether a path, or the pattern of a page up to its first parameter, is a prefix or below it.
fn is_at(path: &str, prefix: &str) -> bool {
    let parameter = path.find("/:").or_else(|| path.find("/*"));
    let literal = parameter.map_or(path, |slash| &path[..=slash]);
    literal.starts_with(prefix) || literal == prefix.trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    fn spa(guarded: &str) -> Spa {
        let page = r#"<head><script type=application/json id=latchkey-pages>{"/":"public","/auth":"signed-out","/notes":"signed-in",
            "/notes/:id":"signed-in","/teams/a/members":"signed-in","/:any":"public"}</script></head>"#;
        let files = [("index.html", page), ("/files/logo.svg", "<svg/>")];
        let files = files.map(|(path, content)| (path, Cow::Owned(content.as_bytes().to_vec())));
        Spa::from_files(files).unwrap().guard(&guarded.parse().unwrap())
    }

    #[test]
    fn a_program_cannot_be_where_the_app_has_pages_or_files() {
        let conflict =
            |guarded: &str| spa("").conflict_with(&guarded.parse().unwrap()).map(|reason| reason.to_string());
        for free in ["/reports/", "/teams/b/", "/notesbook/", "/any/", "", "/files/more/"] {
            assert_eq!(conflict(free), None, "{free}");
        }
        for (taken, path) in [
            ("/notes/", "/notes"),
            ("/reports/,/teams/", "/teams/a/members"),
            ("/teams/a/", "/teams/a/members"),
            ("/auth/", "/auth"),
            ("/files/", "/files/logo.svg"),
        ] {
            assert!(conflict(taken).unwrap().ends_with(&format!("'{path}' of its own")), "{taken}");
        }
    }

    #[test]
    fn the_way_back_is_what_was_wanted_if_a_get_can_bring_it_again() {
        let spa = spa("/reports/");
        let [long_query, long_path] = ["/reports/?", "/reports/"].map(|path| path.to_owned() + &"x".repeat(2048));
        for (wanted, sent, back) in [
            ("/reports/?x=1", Sent::Nothing, Some("/reports/?x=1")),
            (&*long_query, Sent::Nothing, Some("/reports/")),
            (&*long_path, Sent::Nothing, Some("/reports/")),
            (&*long_query, Sent::Something, Some("/reports/")),
            (&*format!("/notes/7?{long_query}"), Sent::Nothing, None),
            (&*format!("/reports/../api?{long_query}"), Sent::Nothing, None),
            ("/reports/save?x=1", Sent::Something, Some("/reports/")),
            ("/notes/7?x=1", Sent::Nothing, Some("/notes/7?x=1")),
            ("/notes/7", Sent::Something, None),
            ("/wiki/page", Sent::Nothing, None),
            ("/reports/%2e%2e/api", Sent::Nothing, None),
            ("/reports/..;/x", Sent::Something, None),
            ("/auth", Sent::Nothing, None),
            ("//evil.example/reports/", Sent::Nothing, None),
        ] {
            assert_eq!(spa.way_back(wanted, sent), back, "{wanted}");
        }
    }

    #[test]
    fn the_sign_in_page_is_told_the_reason_and_the_way_back() {
        let (spa, reason) = (spa("/reports/"), EndReason::SessionIdle);
        assert_eq!(spa.sign_in_url(None, reason).as_deref(), Some("/auth?reason=session-idle"));
        let url = spa.sign_in_url(Some("/reports/?x=1&y=ä#z"), reason);
        assert_eq!(url.as_deref(), Some("/auth?next=%2Freports%2F%3Fx%3D1%26y%3D%C3%A4%23z&reason=session-idle"));
        let url = spa.sign_in_url(Some("/account?tab=a&next=//evil.example"), reason);
        let one_value = "/auth?next=%2Faccount%3Ftab%3Da%26next%3D%2F%2Fevil.example&reason=session-idle";
        assert_eq!(url.as_deref(), Some(one_value));
    }

    #[test]
    fn every_page_is_told_the_prefixes() {
        let meta = r#"<meta name="latchkey-guarded" content="/reports/ /wiki/">"#;
        assert!(spa("/reports/,/wiki/").index.render(None, None).contains(meta));
        assert!(!spa("").index.render(None, None).contains("latchkey-guarded"));
    }
}
