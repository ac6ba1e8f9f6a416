//! A standby of a throw-away cluster, which a test lets take over.

use std::{path::PathBuf, process::Stdio, sync::Arc};

use crate::{
    cluster::{Cluster, as_system_user, control, program},
    database::execute,
};

/// What a cluster needs in order to have standbys. Throw-away ones are made without.
const SETTINGS: [&str; 2] = ["wal_level = replica", "max_wal_senders = 4"];

/// A standby, which follows its primary while it runs.
#[derive(Debug)]
pub struct Standby {
    primary: Arc<Cluster>,
    data: PathBuf,
}

impl Cluster {
    /// Makes a standby of this cluster, which is restarted for it, and starts it.
    ///
    /// # Panics
    /// It cannot be made.
    pub async fn standby(self: &Arc<Self>) -> Standby {
        let url = self.url("postgres");
        for setting in SETTINGS {
            execute(&url, &format!("ALTER SYSTEM SET {setting}")).await.expect("a setting");
        }
        self.restart();
        let data = self.folder().join("standby");
        let mut backup = as_system_user(&program("pg_basebackup"));
        backup
            .arg("--dbname")
            .arg(&url)
            .arg("--pgdata")
            .arg(&data)
            .args(["--checkpoint=fast", "--write-recovery-conf"]);
        assert!(backup.stdout(Stdio::null()).status().expect("pg_basebackup").success(), "pg_basebackup");
        let standby = Standby { primary: self.clone(), data };
        standby.start();
        standby
    }
}

impl Standby {
    /// The port of its socket while it follows; the primary has the usual one.
    const PORT: u16 = 5433;

    /// Starts it beside the primary.
    pub fn start(&self) {
        self.control("start", &["--options", &format!("--port={}", Self::PORT)]);
    }

    /// Stops it: what the primary does from now on it does not know.
    pub fn stop(&self) {
        self.control("stop", &["--mode=fast"]);
    }

    /// Takes the place of the primary, which must have stopped, as must this.
    pub fn take_over(&self) {
        self.control("start", &[]);
        self.control("promote", &[]);
    }

    fn control(&self, what: &str, how: &[&str]) {
        control(self.primary.folder(), &self.data, what, how);
    }
}

impl Drop for Standby {
    fn drop(&mut self) {
        let mut stop = as_system_user(&program("pg_ctl"));
        // It may have stopped. The folder goes with the primary's.
        let _ = stop.arg("stop").arg("--pgdata").arg(&self.data).arg("--mode=immediate").output();
    }
}
