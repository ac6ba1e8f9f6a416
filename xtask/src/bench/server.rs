//! A server, and the load that it is put under.

use super::folder;
use crate::shell;
use anyhow::{Context, Result, ensure};
use std::fs::{self, File};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command};
use std::{fmt, thread, time::Duration};

const SECONDS: u32 = 4;
const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/bench");

/// Ended when it is dropped.
pub struct Server {
    process: Child,
    url: String,
}

/// What a server bore.
pub struct Load {
    /// Requests in a second.
    pub rate: f64,
    /// Requests in a second of the core's time: what others do on the machine meanwhile changes it little.
    pub per_core: f64,
    /// The median of the times of answers, in milliseconds.
    pub p50_ms: f64,
    /// The 99th percentile, in milliseconds.
    pub p99_ms: f64,
}

/// Who tries to log in, and with what.
#[derive(Clone, Copy)]
pub enum LogIns {
    Right,
    Wrong,
    Unknown,
}

impl Server {
    /// Starts a program that will listen on the port, on some cores or on all.
    pub fn start(program: &Path, arguments: &[&str], port: u16, cores: Option<&str>) -> Result<Self> {
        let mut command = Command::new(if cores.is_some() { "taskset".as_ref() } else { program.as_os_str() });
        if let Some(cores) = cores {
            command.args(["--cpu-list", cores]).arg(program);
        }
        let log = File::create(folder()?.join(format!("{port}.log")))?;
        let process =
            command.args(arguments).stderr(log).spawn().with_context(|| format!("cannot start {command:?}"))?;
        let mut server = Self { process, url: format!("http://127.0.0.1:{port}") };
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            ensure!(server.process.try_wait()?.is_none(), "{command:?} ended before it could be asked anything");
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
        // Linux counts hundredths of a second.
        let worked_s = (self.ticks()? - before) / 100.0;

        let last = output.lines().last().unwrap_or_default();
        let numbers: Vec<f64> = last.split(' ').map_while(|number| number.parse().ok()).collect();
        let [requests, micros, p50, p99, failures] = numbers[..] else { anyhow::bail!("wrk said {last:?}") };
        ensure!(failures == 0.0, "{failures} of {requests} requests to {}{path} failed", self.url);
        let (rate, per_core) = (requests / (micros / 1e6), requests / worked_s);
        Ok(Load { rate, per_core, p50_ms: p50 / 1e3, p99_ms: p99 / 1e3 })
    }

    /// The process.
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// The most memory that it ever had, in megabytes.
    pub fn peak_memory(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
        let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kilobytes / 1024.0)
    }

    /// The time that it has worked so far.
    fn ticks(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        // The name before the last parenthesis may hold spaces; utime and stime are the 12th and 13th fields after it.
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
        fields.map(|field| field.parse::<f64>().context("no number in /proc")).sum()
    }
}

impl Load {
    /// As many checks as there can be, by people with these tokens.
    pub fn checks(server: &Server, path: &str, tokens: &Path) -> Result<Self> {
        server.load(path, "check.lua", 32, &[&tokens.to_string_lossy(), "0"])
    }

    /// Lists of the sessions of people with these tokens.
    pub fn lists(server: &Server, tokens: &Path) -> Result<Self> {
        server.load("/api/sessions", "check.lua", 4, &[&tokens.to_string_lossy(), "0"])
    }

    /// A few thousand checks a second: a server that is in use, and not at its end.
    pub fn steady_checks(server: &Server, path: &str, tokens: &Path) -> Result<Self> {
        server.load(path, "check.lua", 32, &[&tokens.to_string_lossy(), "10"])
    }

    /// Log-ins, each as another of a thousand people; in each round as others, so that nobody fails too often.
    pub fn log_ins(server: &Server, who: LogIns, at_once: u32, round: usize) -> Result<Self> {
        let (name, people, password, status) = match who {
            LogIns::Right => ("user", "100", "correct horse battery staple", "200"),
            LogIns::Wrong => ("user", "1000", "wrong", "401"),
            LogIns::Unknown => ("nobody", "1000", "wrong", "401"),
        };
        let begin = (round * 200).to_string();
        server.load("/api/login", "log_in.lua", at_once, &[name, &begin, people, password, status])
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing more to do then.
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
