//! Links, cycles and hidden files.

use std::os::unix::fs::symlink;

use tempfile::TempDir;

use super::*;

/// A temporary folder with a file in it, and the app's folder within it.
fn place() -> (TempDir, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let dist = place.path().join("dist");
    fs::create_dir(&dist).unwrap();
    fs::write(place.path().join("secret.txt"), "secret").unwrap();
    (place, dist)
}

fn write(dist: &Path, path: &str) {
    let file = dist.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, path).unwrap();
}

fn paths(dist: &Path) -> Vec<String> {
    let mut paths: Vec<_> = files(dist).unwrap().into_iter().map(|entry| entry.path).collect();
    paths.sort();
    paths
}

#[test]
fn a_volume_of_kubernetes_is_served() {
    let (_place, dist) = place();
    write(&dist, "..2026_11_25/index.html");
    write(&dist, "..2026_11_25/assets/app.js");
    symlink("..2026_11_25", dist.join("..data")).unwrap();
    symlink("..data/index.html", dist.join("index.html")).unwrap();
    symlink("..data/assets", dist.join("assets")).unwrap();
    assert_eq!(paths(&dist), ["/assets/app.js", "/index.html"]);
}

#[test]
fn the_folder_itself_may_be_a_link() {
    let (place, dist) = place();
    write(&dist, "app.js");
    let current = place.path().join("current");
    symlink(&dist, &current).unwrap();
    assert_eq!(paths(&current), ["/app.js"]);
}

#[test]
fn nothing_outside_of_the_folder_is_reached_by_a_link() {
    let (place, dist) = place();
    symlink("../secret.txt", dist.join("relative.txt")).unwrap();
    symlink(place.path().join("secret.txt"), dist.join("absolute.txt")).unwrap();
    symlink(place.path(), dist.join("folder")).unwrap();
    symlink("nowhere", dist.join("broken.txt")).unwrap();
    fs::create_dir(place.path().join("dist-of-others")).unwrap();
    write(&place.path().join("dist-of-others"), "other.js");
    symlink("../dist-of-others", dist.join("others")).unwrap();
    assert_eq!(paths(&dist), [""; 0]);
}

#[test]
fn hidden_files_are_not_served_and_not_reached_by_a_link() {
    let (_place, dist) = place();
    for hidden in [".env", ".git/config", "assets/.htpasswd", "..data/app.js"] {
        write(&dist, hidden);
    }
    symlink(".env", dist.join("env.txt")).unwrap();
    symlink(".git", dist.join("git")).unwrap();
    symlink(".git/config", dist.join("config")).unwrap();
    write(&dist, ".well-known/security.txt");
    write(&dist, "assets/.well-known/x");
    assert_eq!(paths(&dist), ["/.well-known/security.txt"]);
}

#[test]
fn a_cycle_of_links_ends() {
    let (_place, dist) = place();
    write(&dist, "a/app.js");
    symlink("..", dist.join("a/up")).unwrap();
    symlink(".", dist.join("self")).unwrap();
    symlink("loop", dist.join("loop")).unwrap();
    assert_eq!(paths(&dist), ["/a/app.js"]);
}
