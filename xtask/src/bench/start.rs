//! Measures how soon the binary of `cargo xtask dist` answers after its start, on a database that is there.

use super::database::Databases;
use super::{Measure, folder, median};
use crate::{build, dist, steps};
use anyhow::{Result, ensure};
use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command};
use std::time::{Duration, Instant};
use std::{fs, thread};

const STARTS: usize = 15;
const PORT: u16 = 8094;

/// Ready means that `/readyz` is answered with 200, for which the store must have answered.
const BAR_MS: f64 = 50.0;

#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
pub fn measure() -> Result<Vec<Measure>> {
    steps::all(&dist::STEPS, |_| "cargo xtask bench start".to_owned())?;
    let database = Databases::Sqlite.seed("start", "10000")?;
    // Where there is no `dist` that the binary could use.
    let empty = folder()?.join("empty");
    fs::create_dir_all(&empty)?;
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let begin = Instant::now();
        let mut serve = Command::new(build::latchkey_with_app()?);
        serve.args(["serve", "--listen", &format!("127.0.0.1:{PORT}"), "--database-url", &database.url]);
        let log = File::create(folder()?.join("start.log"))?;
        let mut server = Running(serve.current_dir(&empty).env_clear().stderr(log).spawn()?);
        while !answers("/readyz") {
            ensure!(
                server.0.try_wait()?.is_none() && begin.elapsed() < Duration::from_secs(10),
                "the server does not start"
            );
            thread::sleep(Duration::from_micros(200));
        }
        times.push(begin.elapsed().as_secs_f64() * 1e3);
        ensure!(answers("/"), "the app is not in the binary");
    }
    println!("      {times:.1?} ms");
    Ok(vec![Measure::at_most(
        "from the start of the process until /readyz says yes, median, ms",
        median(times),
        BAR_MS,
    )])
}

/// A process that is killed when it is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Fails if it has ended, which is fine.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn answers(path: &str) -> bool {
    let answer = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", PORT))?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    answer().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}
