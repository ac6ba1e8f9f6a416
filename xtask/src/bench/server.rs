//! Servers under test, and the load on them.

use super::database::Database;
use super::{example, folder};
use crate::{build, shell};
use anyhow::{Context, Result, ensure};
use std::fs::{self, File};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command};
use std::{fmt, thread, time::Duration};

const SECONDS: u32 = 4;

/// The processors that a server may use, as a CPU list of taskset; `None` means all. The load comes from another one.
pub const ONE_CORE: Option<&str> = Some("0");
pub const ALL_CORES: Option<&str> = None;

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/bench");

const CHECK: &str = "/api/verify-session";

/// A server process; it is killed when it is dropped.
pub struct Server {
    process: Child,
    url: String,
}

/// The result of a load on a server.
pub struct Load {
    /// Requests per second.
    pub rate: f64,
    /// Requests per second of the server's CPU time, which other processes on the machine affect little.
    pub per_core: f64,
    /// The median latency, in milliseconds.
    pub p50_ms: f64,
    /// The 99th percentile of the latency, in milliseconds.
    pub p99_ms: f64,
}

/// The credentials of a load of log-ins: valid, with a wrong password, or of an unknown user.
#[derive(Clone, Copy)]
pub enum LogIns {
    Right,
    Wrong,
    Unknown,
}

impl Server {
    /// Starts Latchkey with further arguments.
    pub fn latchkey(port: u16, database: &Database, arguments: &[&str], cores: Option<&str>) -> Result<Self> {
        let listen = format!("127.0.0.1:{port}");
        let serve = ["serve", "--listen", &listen, "--database-url", &database.url];
        Self::start(&build::latchkey()?, &[&serve[..], arguments].concat(), port, cores)
    }

    /// Starts the handler that answers a constant.
    pub fn bare(port: u16) -> Result<Self> {
        Self::start(&example("bare")?, &[&format!("127.0.0.1:{port}")], port, ONE_CORE)
    }

    /// Starts a program and waits until it listens on the port.
    fn start(program: &Path, arguments: &[&str], port: u16, cores: Option<&str>) -> Result<Self> {
        let mut command = Command::new(if cores.is_some() { "taskset".as_ref() } else { program.as_os_str() });
        if let Some(cores) = cores {
            command.args(["--cpu-list", cores]).arg(program);
        }
        let log = File::create(folder()?.join(format!("{port}.log")))?;
        let process =
            command.args(arguments).stderr(log).spawn().with_context(|| format!("cannot start {command:?}"))?;
        let mut server = Self { process, url: format!("http://127.0.0.1:{port}") };
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            ensure!(server.process.try_wait()?.is_none(), "{command:?} ended before it listened");
            thread::sleep(Duration::from_millis(50));
        }
        Ok(server)
    }

    fn load(&self, path: &str, script: &str, connections: u32, arguments: &[&str]) -> Result<Load> {
        let line = format!("taskset --cpu-list 1 wrk --threads 1 --connections {connections} --duration {SECONDS}s");
        let mut wrk = shell::command(&line);
        wrk.args(["--script", &format!("{SCRIPTS}/{script}"), &format!("{}{path}", self.url), "--"]).args(arguments);
        let before = self.ticks()?;
        let output = shell::output(&mut wrk).context("wrk failed")?;
        // Linux counts CPU time in hundredths of a second.
        let worked_s = (self.ticks()? - before) / 100.0;

        let last = output.lines().last().unwrap_or_default();
        let numbers: Vec<f64> = last.split(' ').map_while(|number| number.parse().ok()).collect();
        let [requests, micros, p50, p99, failures] = numbers[..] else { anyhow::bail!("wrk printed {last:?}") };
        ensure!(failures == 0.0, "{failures} of {requests} requests to {}{path} failed", self.url);
        let (rate, per_core) = (requests / (micros / 1e6), requests / worked_s);
        Ok(Load { rate, per_core, p50_ms: p50 / 1e3, p99_ms: p99 / 1e3 })
    }

    /// The id of the process.
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// The peak memory of the process, in megabytes.
    pub fn peak_memory(&self) -> Result<f64> {
        self.megabytes("VmHWM:")
    }

    /// The memory of the process now, in megabytes.
    pub fn memory(&self) -> Result<f64> {
        self.megabytes("VmRSS:")
    }

    fn megabytes(&self, name: &str) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kilobytes: f64 = line.with_context(|| format!("no {name}"))?.trim().trim_end_matches(" kB").parse()?;
        Ok(kilobytes / 1024.0)
    }

    /// The CPU time of the process so far, in ticks.
    fn ticks(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        // The name before the last parenthesis may hold spaces; utime and stime are the 12th and 13th fields after it.
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
        fields.map(|field| field.parse::<f64>().context("no number in /proc")).sum()
    }
}

impl Load {
    /// As many checks as possible, by users with these tokens.
    pub fn checks(server: &Server, tokens: &Path) -> Result<Self> {
        server.load(CHECK, "check.lua", 32, &[&tokens.to_string_lossy(), "0"])
    }

    /// The same requests to the handler that answers a constant.
    pub fn constants(bare: &Server, tokens: &Path) -> Result<Self> {
        bare.load("/", "check.lua", 32, &[&tokens.to_string_lossy(), "0"])
    }

    /// Requests for the session lists of users with these tokens.
    pub fn lists(server: &Server, tokens: &Path) -> Result<Self> {
        server.load("/api/sessions", "check.lua", 4, &[&tokens.to_string_lossy(), "0"])
    }

    /// A few thousand checks per second: a server in use, but not saturated.
    pub fn steady_checks(server: &Server, tokens: &Path) -> Result<Self> {
        server.load(CHECK, "check.lua", 32, &[&tokens.to_string_lossy(), "10"])
    }

    /// Log-ins of many users. Each round begins with other users, so that none exceeds the limit of failures.
    pub fn log_ins(server: &Server, who: LogIns, at_once: u32, round: usize) -> Result<Self> {
        let (name, users, password, status) = match who {
            LogIns::Right => ("user", "100", "correct horse battery staple", "200"),
            LogIns::Wrong => ("user", "1000", "wrong", "401"),
            LogIns::Unknown => ("nobody", "1000", "wrong", "401"),
        };
        let begin = (round * 200).to_string();
        server.load("/api/login", "log_in.lua", at_once, &[name, &begin, users, password, status])
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The process may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl fmt::Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rate, p50_ms, p99_ms, .. } = self;
        write!(f, "{rate:.0}/s, median {p50_ms:.2} ms, 99th percentile {p99_ms:.2} ms")
    }
}
