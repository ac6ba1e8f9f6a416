//! What a soak found, in words.

use std::{collections::BTreeMap, fmt::Write as _, time::Duration};

use crate::{
    memory::{MOST_GROWTH, Memory},
    model::Kind,
    witness::Tally,
};

/// What a soak found.
#[derive(Debug)]
pub struct Report {
    pub tally: Tally,
    pub memories: Vec<Memory>,
    pub took: Duration,
    /// For how long answers might be missing.
    pub excused: Duration,
    pub seed: u64,
}

impl Report {
    /// Whether everything was as it must be.
    pub fn is_good(&self) -> bool {
        self.tally.violations.is_empty() && self.growth() <= MOST_GROWTH
    }

    /// The most by which a replica grew, in bytes.
    fn growth(&self) -> i64 {
        self.memories.iter().filter_map(|memory| memory.growth()).max().unwrap_or_default()
    }

    /// Everything, over several lines.
    pub fn details(&self) -> String {
        let Tally { requests, unavailable, faults, stalls, first_violations, .. } = &self.tally;
        let mut text = String::new();
        for (at, violation) in first_violations {
            let _ = writeln!(text, "      at {:.3} s: {violation}", at.as_secs_f64());
        }
        let _ = writeln!(text, "      requests       {}", list(requests));
        let _ = writeln!(text, "      faults         {}", list(faults));
        let calm_s = self.took.saturating_sub(self.excused).as_secs();
        let _ = writeln!(text, "      unavailable    {unavailable} answers; {calm_s} s allowed none");
        let _ = writeln!(text, "      machine        was late {stalls} times");
        for (number, memory) in self.memories.iter().enumerate() {
            let _ = writeln!(text, "      replica {}      {}", number + 1, memory_line(*memory));
        }
        text
    }

    /// The figures that decide, in one line.
    pub fn summary(&self) -> String {
        let Tally { requests, unavailable, faults, violations, .. } = &self.tally;
        let all = |counts: &BTreeMap<&str, u64>| counts.values().sum::<u64>();
        let of = |kind| violations.get(&kind).copied().unwrap_or_default();
        format!(
            "soak: {} s, seed {}: {} requests, {} faults, {unavailable} unavailable ({} without a fault), {} wrong, {} lost, \
             {} resurrected, memory {:+} MiB",
            self.took.as_secs(),
            self.seed,
            all(requests),
            all(faults),
            of(Kind::Unexcused),
            of(Kind::Wrong),
            of(Kind::Lost),
            of(Kind::Resurrected),
            self.growth() >> 20,
        )
    }
}

fn list(counts: &BTreeMap<&str, u64>) -> String {
    let counts: Vec<_> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
    counts.join(", ")
}

fn memory_line(memory: Memory) -> String {
    let mib = |bytes: Option<u64>| bytes.map_or_else(|| "?".to_owned(), |bytes| (bytes >> 20).to_string());
    match memory.warm {
        Some(_) => format!("{} MiB when warm, {} MiB at the end", mib(memory.warm), mib(memory.last)),
        None => format!("{} MiB at the end; it was started too late to be warm", mib(memory.last)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Violation;

    fn report() -> Report {
        Report {
            tally: Tally::default(),
            memories: Vec::new(),
            took: Duration::from_secs(60),
            excused: Duration::from_secs(45),
            seed: 7,
        }
    }

    #[test]
    fn any_violation_and_too_much_memory_are_failures() {
        assert!(report().is_good());
        for kind in [Kind::Wrong, Kind::Lost, Kind::Resurrected, Kind::Unexcused] {
            let mut report = report();
            report.tally.violations.insert(kind, 1);
            assert!(!report.is_good());
        }
        for (end, is_good) in [(MOST_GROWTH.cast_unsigned(), true), (MOST_GROWTH.cast_unsigned() + 1, false)] {
            let mut memory = Memory::default();
            (memory.warm, memory.last) = (Some(0), Some(end));
            assert_eq!(Report { memories: vec![memory], ..report() }.is_good(), is_good);
        }
    }

    #[test]
    fn the_summary_is_one_line_with_the_figures_that_decide() {
        let mut report = report();
        report.tally.requests.extend([("checks", 40), ("log-ins", 2)]);
        report.tally.violations.insert(Kind::Lost, 3);
        let violation = Violation { kind: Kind::Lost, what: "Check(a)".into() };
        report.tally.first_violations.push((Duration::from_millis(1500), violation));
        let summary = "soak: 60 s, seed 7: 42 requests, 0 faults, 0 unavailable (0 without a fault), 0 wrong, 3 lost, \
                       0 resurrected, memory +0 MiB";
        assert_eq!(report.summary(), summary);
        assert!(report.details().starts_with("      at 1.500 s: lost: Check(a)\n"));
        assert!(report.details().contains("0 answers; 15 s allowed none"), "{}", report.details());
    }
}
