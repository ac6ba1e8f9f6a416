//! A disk that is full, and a file that may not grow: SQLite only, for PostgreSQL's disk is another machine's.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use latchkey_shared::{ErrorCode, api};
use reqwest::Method;
use serde_json::json;

use super::fleet::{Fleet, Server, assert_unavailable, new_name, strange_cookie};
use crate::support::{
    Client,
    database::{Database, only_on_sqlite},
    raw::eventually,
};

/// A file system of its own, with room for little. Only root may have one.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn new(folder: &Path) -> Option<Self> {
        let disk = folder.join("disk");
        fs::create_dir(&disk).unwrap();
        let mut mount = Command::new("mount");
        let mount = mount.args(["-t", "tmpfs", "-o", "size=8m", "tmpfs"]).arg(&disk);
        mount.status().is_ok_and(|status| status.success()).then_some(Self(disk))
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }

    /// Leaves no room.
    fn fill(&self) {
        let mut filler = File::create(self.filler()).unwrap();
        while filler.write_all(&[0; 4096]).is_ok() {}
    }

    fn make_room(&self) {
        fs::remove_file(self.filler()).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: servers may still have files open.
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[actix_web::test]
async fn on_a_full_disk_checks_go_on_and_writes_are_503_until_there_is_room() {
    if only_on_sqlite("its disk is another machine's") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::new(folder.path()) else {
        println!("left out: only root may mount a small disk. The next test lets a file grow no further instead");
        return;
    };
    let database = Database::sqlite(&disk.0);
    let urls = [database.url.clone()];
    let mut fleet = Fleet::start_in(folder, database, &urls, &[]).await;
    no_room(&fleet, async || disk.fill(), async || disk.make_room()).await;
    fleet.assert_unharmed();
}

/// A write beyond the limit is a signal, which ends a process that does not expect it.
#[actix_web::test]
async fn where_files_may_not_grow_checks_go_on_and_writes_are_503_until_they_may() {
    if only_on_sqlite("its files are another machine's") {
        return;
    }
    let mut fleet = Fleet::start(1, &[]).await;
    let id = fleet.servers[0].program.id().to_string();
    let limit = |bytes: &str| {
        let limit = format!("--fsize={bytes}:unlimited");
        assert!(Command::new("prlimit").args(["--pid", &id, &limit]).status().unwrap().success());
    };
    no_room(&fleet, async || limit("200000"), async || limit("unlimited")).await;
    fleet.assert_unharmed();
}

async fn no_room(fleet: &Fleet, take: impl AsyncFnOnce(), give_back: impl AsyncFnOnce()) {
    // It remembers nothing, so each of its checks is a read. Its own files may grow.
    let reads = Server::start(fleet.folder.path(), &fleet.database.url, &["--cache-staleness", "0s"]).await;
    let read = |cookie: &Option<String>| Client::new(&fleet.http, &reads.url, cookie.clone());
    let (mut kept, mut leaves) = (fleet.signed_in(0).await, fleet.signed_in(0).await);
    let mut let_in = vec![kept.cookie.clone(), leaves.cookie.clone()];
    take().await;

    // The log has room for some more, in the end only for what is small.
    let is_full = async || {
        let mut client = fleet.client(0);
        if client.log_in().await.status == 200 {
            let_in.push(client.cookie);
            return false;
        }
        kept.call(Method::PATCH, api::ME, json!({"name": new_name()})).await.status == 503
    };
    eventually(is_full).await;
    for _ in 0..3 {
        assert_unavailable(&leaves.log_out().await);
        assert_unavailable(&kept.call(Method::PATCH, api::ME, json!({"name": new_name()})).await);
        assert_unavailable(&fleet.client(0).log_in().await);
        for cookie in &let_in {
            assert_eq!(fleet.client_with(0, cookie.as_deref()).verify().await.status, 200);
            assert_eq!(read(cookie).verify().await.status, 200);
        }
        read(&Some(strange_cookie())).verify().await.assert_problem(ErrorCode::SessionMissing);
    }

    give_back().await;
    eventually(async || kept.call(Method::PATCH, api::ME, json!({"name": new_name()})).await.status == 200).await;
    let cookie = leaves.cookie.clone();
    assert_eq!(leaves.log_out().await.status, 204);
    let_in.retain(|other| *other != cookie);
    let_in.push(fleet.signed_in(0).await.cookie);
    let restarted = fleet.another().await;
    for server in [&fleet.servers[0].url, &reads.url, &restarted.url] {
        for cookie in &let_in {
            assert_eq!(Client::new(&fleet.http, server, cookie.clone()).verify().await.status, 200);
        }
        let left = Client::new(&fleet.http, server, cookie.clone());
        left.until_ended().await.assert_problem(ErrorCode::SignedOut);
    }
    fleet.assert_whole().await;
    let mut shell = fleet.shell().await;
    assert_eq!(shell.value::<String>("PRAGMA integrity_check").await, "ok");
}
