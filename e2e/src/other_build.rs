//! Other builds of the app: one with other names, as during a roll-out, because names contain a hash of the content; and one for a
//! browser that does not know a word of CSS.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

/// The end of the name of the rest of a module.
const REST: &str = "_rest.wasm";

/// Copies a build to a new folder, with another hash in the names of its files and in its page.
pub fn copy(build: &Path) -> Result<TempDir> {
    let page = fs::read_to_string(build.join("index.html"))?;
    let folder = tempfile::tempdir()?;
    let mut renamed = page.clone();
    for entry in fs::read_dir(build)? {
        let entry = entry?;
        let name = entry.file_name().into_string().ok().context("a name in UTF-8")?;
        if !page.contains(&name) {
            // The page itself, and compressed forms, without which the server works.
            continue;
        }
        let (stem, extension) = name.rsplit_once('.').context("a name with an extension")?;
        let other = format!("{stem}-0.{extension}");
        renamed = renamed.replace(&name, &other);
        fs::copy(entry.path(), folder.path().join(other))?;
    }
    ensure!(renamed != page, "the page names no files");
    fs::write(folder.path().join("index.html"), renamed)?;
    copy_rest(build, folder.path())?;
    Ok(folder)
}

/// Copies the rest of the app's module, whose name is in the script, with another name.
fn copy_rest(build: &Path, copy: &Path) -> Result<()> {
    let files =
        |folder: &Path| -> Result<Vec<PathBuf>> { fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect() };
    for rest in files(build)? {
        let Some(name) = rest.file_name().and_then(OsStr::to_str).filter(|name| name.ends_with(REST)) else { continue };
        let other = format!("other-{name}");
        fs::copy(&rest, copy.join(&other))?;
        for script in files(copy)?.iter().filter(|file| file.extension().is_some_and(|extension| extension == "js")) {
            fs::write(script, fs::read_to_string(script)?.replace(name, &other))?;
        }
    }
    Ok(())
}

/// Copies a build, and adds a style sheet to its page. Latchkey's own app has its styles in the page, other apps have files.
pub fn copy_with_style_sheet(build: &Path) -> Result<TempDir> {
    let folder = copy(build)?;
    let page = folder.path().join("index.html");
    let styled = fs::read_to_string(&page)?.replacen("<title>", "<link rel=stylesheet href=/styles.css><title>", 1);
    ensure!(styled.contains("/styles.css"), "the page has no title");
    fs::write(page, styled)?;
    fs::write(folder.path().join("styles.css"), "main { outline: none }")?;
    Ok(folder)
}

/// Copies a build to a new folder, with `unknown-` before each use of a word of CSS, so that no browser knows it.
pub fn without(word: &str, build: &Path) -> Result<TempDir> {
    let folder = tempfile::tempdir()?;
    let mut uses = 0;
    for entry in fs::read_dir(build)? {
        let path = entry?.path();
        let name = path.file_name().context("a file has a name")?;
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("css" | "html") => {
                let text = fs::read_to_string(&path)?;
                uses += text.matches(word).count();
                fs::write(folder.path().join(name), text.replace(word, &format!("unknown-{word}")))?;
            }
            Some("br" | "gz") => {}
            _ => fs::copy(&path, folder.path().join(name)).map(drop)?,
        }
    }
    ensure!(uses > 0, "nothing uses {word}");
    Ok(folder)
}
