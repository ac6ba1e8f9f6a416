//! Test support for apps: compares the app's routes with the page table in index.html.

use latchkey_shared::PageTable;
use latchkey_shared::page_table::PAGE_TABLE_ELEMENT;
use latchkey_shared::path_pattern::PathPattern;

use crate::route::{SessionRoute, access_at, misconfiguration};

/// Values that are tried for a parameter of a route.
const SAMPLES: [&str; 5] = ["1", "a", "true", "00000000-0000-4000-8000-000000000000", "2026-01-31"];

/// Asserts that the page table in an app's index.html, which the server uses, agrees with the app's routes: the same paths,
/// the same access, the same sign-in page. A route with parameters of the app's own types needs a sample path in `samples`.
///
/// ```no_run
/// # use latchkey_yew::{Access, SessionRoute};
/// # #[derive(Clone, PartialEq, yew_router::Routable)]
/// # enum Route { #[at("/in")] In, #[at("/notes/:id")] Note { id: u64 } }
/// # impl SessionRoute for Route {
/// #     fn access(&self) -> Access { Access::SignedOut }
/// #     fn sign_in() -> Self { Self::In }
/// #     fn home() -> Self { Self::Note { id: 1 } }
/// # }
/// # const INDEX: &str = "";
/// #[test]
/// fn the_page_table_says_the_same_as_the_routes() {
///     latchkey_yew::testing::assert_page_table::<Route>(INDEX, &[]); // INDEX: include_str!("../index.html")
/// }
/// ```
///
/// # Panics
/// If they differ, with one line per difference.
#[track_caller]
pub fn assert_page_table<R: SessionRoute>(index_html: &str, samples: &[&str]) {
    let faults = disagreements::<R>(index_html, samples);
    assert!(faults.is_empty(), "the page table and the routes do not agree:\n{}", faults.join("\n"));
}

/// All differences, a sentence each.
fn disagreements<R: SessionRoute>(index_html: &str, samples: &[&str]) -> Vec<String> {
    let table = match page_table(index_html) {
        Ok(table) => table,
        Err(fault) => return vec![fault],
    };
    let mut faults: Vec<_> = misconfiguration::<R>().map(str::to_owned).into_iter().collect();
    let not_found = R::not_found_route().map(|route| route.to_path());
    let routes = R::routes();
    for pattern in &routes {
        faults.extend(disagreement::<R>(pattern, &table, samples, not_found.as_deref()));
    }
    let known = |pattern: &str| routes.iter().any(|route| same_paths(route, pattern));
    let unknown = table.pages().filter(|(pattern, _)| !known(pattern));
    faults.extend(unknown.map(|(pattern, _)| format!("{pattern:?} is in the page table, but no route of the app")));
    let sign_in = R::sign_in().to_path();
    if table.sign_in_path().is_some_and(|path| path != sign_in) {
        faults.push(format!("the first signed-out page of the table must be the app's sign-in page, {sign_in:?}"));
    }
    faults
}

fn page_table(index_html: &str) -> Result<PageTable, String> {
    let id = format!("id=\"{PAGE_TABLE_ELEMENT}\"");
    let script = index_html.split_once(&id).and_then(|(_, rest)| rest.split_once('>'));
    let json = script.and_then(|(_, rest)| rest.split_once("</script>")).map(|(json, _)| json);
    let json = json.ok_or(format!("index.html has no <script type=\"application/json\" {id}>"))?;
    serde_json::from_str(json).map_err(|error| format!("the page table cannot be read: {error}"))
}

fn disagreement<R: SessionRoute>(
    pattern: &str,
    table: &PageTable,
    samples: &[&str],
    not_found: Option<&str>,
) -> Option<String> {
    let parsed = match PathPattern::parse(pattern) {
        Ok(parsed) => parsed,
        Err(error) => return Some(error.to_string()),
    };
    let own = samples.iter().map(|path| (*path).to_owned()).filter(|path| parsed.matches(path));
    let mut paths = own.chain(SAMPLES.iter().map(|sample| with_parameters(pattern, sample)));
    let Some((path, access)) = paths.find_map(|path| access_at::<R>(&path).map(|access| (path, access))) else {
        return Some(format!("no path of {pattern:?} is known: add one to the samples"));
    };
    match table.access(&path) {
        Some(in_table) if in_table == access => None,
        None if not_found == Some(pattern) => None,
        Some(in_table) => Some(format!("{pattern:?} is {access:?} for the app and {in_table:?} in the page table")),
        None => Some(format!("{pattern:?} is a route of the app, but not in the page table")),
    }
}

fn with_parameters(pattern: &str, sample: &str) -> String {
    let segments: Vec<_> =
        pattern.split('/').map(|segment| if segment.starts_with([':', '*']) { sample } else { segment }).collect();
    segments.join("/")
}

fn same_paths(one: &str, other: &str) -> bool {
    PathPattern::parse(one).is_ok_and(|one| PathPattern::parse(other).is_ok_and(|other| one.has_the_paths_of(&other)))
}

#[cfg(test)]
mod tests;
