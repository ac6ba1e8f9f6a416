//! What nginx needs around the configuration of a site.

/// How nginx runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Processes {
    /// One process, which ends when it is killed.
    One,
    /// A master that can be told to read its configuration again, and a worker.
    MasterAndWorker,
}

/// The whole configuration, with the `http` part of a site. Everything that nginx writes is in its prefix folder.
#[must_use]
pub fn config(http: &str, processes: Processes) -> String {
    let processes = match processes {
        Processes::One => "master_process off;",
        Processes::MasterAndWorker => "worker_processes 1;",
    };
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|of| format!("{of}_temp_path {of};"));
    format!(
        "daemon off; {processes} pid nginx.pid; events {{ worker_connections 1024; }}\n\
         http {{ access_log off; {}\n{http}\n}}\n",
        temporary.join(" ")
    )
}
