//! A server on one core, and the load that it is put under from the other.

use crate::shell;
use anyhow::{Context, Result, ensure};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command};
use std::{fmt, fs, thread, time::Duration};

const SECONDS: u32 = 4;

/// Ended when it is dropped.
pub struct Server {
    process: Child,
    url: String,
}

/// What a server bore.
pub struct Load {
    /// Requests in a second of the core's time: what others do on the machine meanwhile changes it little.
    pub rate: f64,
    /// The 99th percentile of the times of answers, in milliseconds.
    pub p99: f64,
    /// The part of the time that the core worked for the server.
    pub busy: f64,
}

impl Server {
    /// Starts a program that will listen on the port.
    pub fn start(program: &str, arguments: &[&str], port: u16, path: &str) -> Result<Self> {
        let mut pinned = Command::new("taskset");
        let process =
            pinned.args(["--cpu-list", "0", program]).args(arguments).spawn().context("cannot start taskset")?;
        let mut server = Self { process, url: format!("http://127.0.0.1:{port}{path}") };
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            ensure!(server.process.try_wait()?.is_none(), "{program} ended before it could be asked anything");
            thread::sleep(Duration::from_millis(50));
        }
        Ok(server)
    }

    /// Puts it under load from people with these tokens.
    pub fn load(&self, tokens: &Path) -> Result<Load> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/src/bench/load.lua");
        let line = format!("taskset --cpu-list 1 wrk --threads 1 --connections 32 --duration {SECONDS}s --script");
        let mut wrk = shell::command(&line);
        wrk.args([script, &self.url, "--"]).arg(tokens);
        let before = self.ticks()?;
        let output = shell::output(&mut wrk).context("wrk failed")?;
        let ticks = self.ticks()? - before;

        let last = output.lines().last().unwrap_or_default();
        let numbers: Vec<f64> = last.split(' ').map_while(|number| number.parse().ok()).collect();
        let [requests, micros, p99, failures] = numbers[..] else { anyhow::bail!("wrk said {last:?}") };
        ensure!(failures == 0.0, "{failures} of {requests} requests to {} failed", self.url);
        // Linux counts hundredths of a second.
        let worked = ticks / 100.0;
        Ok(Load { rate: requests / worked, p99: p99 / 1e3, busy: worked / (micros / 1e6) })
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

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing more to do then.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl fmt::Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rate, p99, busy } = self;
        write!(f, "{rate:.0}/s, 99th percentile {p99:.2} ms, {:.0} % busy", busy * 100.0)
    }
}
