//! Tests docs/tutorial.md: the files that it shows are those of examples/notes, and its commands print what it shows.

mod markdown;
mod shell;

use std::{env, ffi::OsStr, fs, net::TcpListener, os::unix::fs::symlink, path::Path};

use anyhow::{Context, Result, ensure};

use markdown::{Block, blocks};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const TUTORIAL: &str = include_str!("../../../docs/tutorial.md");

/// The port in the tutorial. It may be in use, so the test replaces it with a free one.
const PORT: &str = "8090";

/// The path to Latchkey in the tutorial's manifests, and in those of examples/notes.
const LATCHKEY: [&str; 2] = ["../../latchkey/", "../../../"];

/// The manifest of the tutorial's own workspace. The example has none, because it belongs to Latchkey's workspace.
const WORKSPACE: &str = "Cargo.toml";

#[test]
fn every_file_of_the_tutorial_is_the_one_in_the_example() -> Result<()> {
    let mut shown = Vec::new();
    for block in blocks(TUTORIAL)? {
        let Block::File { path, text } = block else { continue };
        if path == WORKSPACE {
            let ours = fs::read_to_string(Path::new(ROOT).join(WORKSPACE))?;
            let profiles = text.split_once("[profile").context("the workspace has no profiles")?.1;
            for line in profiles.lines().skip(1).filter(|line| !line.starts_with('#')) {
                ensure!(ours.contains(line), "{line:?} is in the tutorial, but not in Latchkey's own Cargo.toml");
            }
            continue;
        }
        let example = fs::read_to_string(Path::new(ROOT).join("examples/notes").join(&path)).context(path.clone())?;
        assert_eq!(text.replace(LATCHKEY[0], LATCHKEY[1]), example, "{path} in the tutorial and in examples/notes");
        shown.push(path);
    }
    let missing = files_of_the_example()?.into_iter().filter(|file| !shown.contains(file)).collect::<Vec<_>>();
    assert_eq!(missing, Vec::<String>::new(), "not in the tutorial");
    Ok(())
}

/// The source files of the example, without tests and build output.
fn files_of_the_example() -> Result<Vec<String>> {
    let example = Path::new(ROOT).join("examples/notes");
    let mut folders = vec![example.clone()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
            if path.is_dir() && !["dist", "tests"].contains(&name) {
                folders.push(path);
            } else if [".rs", ".toml", ".html", ".css"].iter().any(|ending| name.ends_with(ending))
                && name != "tests.rs"
            {
                files.push(path.strip_prefix(&example)?.display().to_string());
            }
        }
    }
    Ok(files)
}

/// Keeps the app that it builds: the stories in `notes.rs` use it.
#[test]
fn following_the_tutorial_gives_the_answers_that_it_shows() -> Result<()> {
    let target = target();
    let folder = target.join("tutorial");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    symlink(fs::canonicalize(ROOT)?, folder.join("latchkey"))?;

    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port().to_string();
    let mut blocks = blocks(&TUTORIAL.replace(PORT, &port))?;
    // Uses the lock file of Latchkey, whose dependencies are already downloaded and compiled.
    let lock = Block::File { path: "Cargo.lock".into(), text: fs::read_to_string(Path::new(ROOT).join("Cargo.lock"))? };
    let first_file = blocks.iter().position(|block| matches!(block, Block::File { .. })).context("no file")?;
    blocks.insert(first_file, lock);
    shell::follow(&folder, &target, &port, &blocks)?;
    fs::copy(target.join("debug/notes-server"), folder.join("notes-server"))?;
    Ok(())
}

/// Cargo's target folder, which holds this test's binary.
fn target() -> std::path::PathBuf {
    let test = env::current_exe().unwrap_or_default();
    test.ancestors().nth(3).map(Path::to_owned).unwrap_or_default()
}
