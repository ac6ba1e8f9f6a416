//! Apps from folders and from files in memory.

use super::*;

const PAGE: &str = "<head><script type=application/json id=latchkey-pages>{\"/\":\"public\",\"/sign-in\":\"signed-out\",\
                    \"/settings\":\"signed-in\"}</script></head>";

fn spa(files: &[(&str, &str)]) -> Result<Spa, SpaError> {
    Spa::from_files(files.iter().map(|(path, content)| (*path, Cow::Owned(content.as_bytes().to_vec()))))
}

#[test]
fn files_in_memory_and_a_folder_make_the_same_app() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("js")).unwrap();
    let files = [("index.html", PAGE), ("js/app.js", "go()"), ("/logo.svg", "<svg/>")];
    for (path, content) in files {
        fs::write(folder.path().join(path.trim_start_matches('/')), content).unwrap();
    }
    let (loaded, embedded) = (Spa::load(folder.path()).unwrap(), spa(&files).unwrap());
    let paths = |spa: &Spa| {
        let mut paths: Vec<_> = spa.assets.keys().cloned().collect();
        paths.sort();
        paths
    };
    assert_eq!(paths(&loaded), ["/js/app.js", "/logo.svg"]);
    assert_eq!((paths(&embedded), embedded.build()), (paths(&loaded), loaded.build()));
    assert_eq!(loaded.pages, embedded.pages);
}

#[test]
fn compressed_copies_are_not_served_as_files_but_archives_are() {
    let spa =
        spa(&[("index.html", PAGE), ("a.js", "go()"), ("a.js.br", "x"), ("a.js.gz", "x"), ("b.tar.gz", "x")]).unwrap();
    assert_eq!(spa.assets.len(), 2);
    assert!(spa.assets.contains_key("/a.js") && spa.assets.contains_key("/b.tar.gz"));
}

#[test]
fn an_app_that_cannot_be_served_says_why() {
    assert!(matches!(spa(&[("app.js", "")]), Err(SpaError::NoIndexPage)));
    let broken = PAGE.replace("signed-out", "signed-off");
    assert!(matches!(spa(&[("index.html", &broken)]), Err(SpaError::PageTable(why)) if why.contains("signed-off")));
    let not_utf8 = [("index.html", Cow::Borrowed(b"\xff".as_slice()))];
    assert!(matches!(Spa::from_files(not_utf8), Err(SpaError::File { path, .. }) if path == "/index.html"));
    assert!(
        matches!(Spa::load("/no/such/folder"), Err(SpaError::Folder { folder, .. }) if folder == "/no/such/folder")
    );
}

#[test]
fn the_page_for_changing_the_password_must_be_in_the_table() {
    let page = |page: &str| spa(&[("index.html", page)]).unwrap();
    assert_eq!(page(PAGE).change_password_page, None, "there is no /account");
    assert_eq!(page(&PAGE.replace("/settings", "/account")).change_password_page.as_deref(), Some("/account"));
    assert_eq!(
        page(PAGE).change_password_page("/settings").unwrap().change_password_page.as_deref(),
        Some("/settings")
    );
    assert!(matches!(page(PAGE).change_password_page("/account"), Err(SpaError::ChangePasswordPage(_))));
    assert!(page("no table").change_password_page("/me").is_ok() && page("").change_password_page("//evil").is_err());
}
