//! Runs as many schedules as are asked for, on all cores, and says what came of them. `cargo xtask soak` starts it.

mod sim;

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use sim::bugs::Bug;
use sim::met::Counts;
use sim::plan::Plan;
use sim::shrink::tell;
use sim::world::run;

/// After so many failures there is enough to look at.
const FAILURES_MOST: usize = 5;

struct Options {
    schedules: u64,
    seed: u64,
    keep: Option<Vec<usize>>,
    bug: Option<Bug>,
}

fn options() -> Result<Options, String> {
    let mut options = Options {
        schedules: 20_000,
        seed: 0,
        keep: None,
        bug: None,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or(format!("{name} needs a value"))?;
        let number = || {
            value
                .parse::<u64>()
                .map_err(|_| format!("{name} needs a number, not {value:?}"))
        };
        match name.as_str() {
            "--schedules" => options.schedules = number()?,
            "--seed" => options.seed = number()?,
            "--keep" => {
                let steps: Result<_, _> = value
                    .split(',')
                    .filter(|part| !part.is_empty())
                    .map(str::parse)
                    .collect();
                options.keep =
                    Some(steps.map_err(|_| format!("--keep needs steps, as in 0,3,4; not {value:?}"))?);
            }
            "--bug" => {
                options.bug =
                    Some(Bug::parse(&value).ok_or(format!("no such bug; there are {:?}", Bug::ALL))?);
            }
            _ => return Err(format!("unknown option {name:?}")),
        }
    }
    Ok(options)
}

fn main() -> ExitCode {
    match options() {
        Ok(options) => match &options.keep {
            Some(steps) => replay(&options, steps),
            None => soak(&options),
        },
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// One schedule, with all that happens in it.
fn replay(options: &Options, steps: &[usize]) -> ExitCode {
    let plan = Plan::new(options.seed);
    println!("{:?}", plan.setting);
    let outcome = run(&plan.keep(steps), options.bug, true);
    for line in outcome.story {
        println!("{line}");
    }
    match outcome.failure {
        None => ExitCode::SUCCESS,
        Some(_) => ExitCode::FAILURE,
    }
}

fn soak(options: &Options) -> ExitCode {
    let started = Instant::now();
    let next = AtomicU64::new(0);
    let results = Mutex::new((Counts::default(), Vec::new()));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                let mut counts = Counts::default();
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= options.schedules {
                        break;
                    }
                    let seed = options.seed + at;
                    let outcome = run(&Plan::new(seed), options.bug, false);
                    counts.add(&outcome.counts);
                    if let Some(failure) = outcome.failure {
                        let (_, failures) = &mut *results.lock().unwrap_or_else(|broken| broken.into_inner());
                        failures.push((seed, failure));
                        if failures.len() >= FAILURES_MOST {
                            next.store(options.schedules, Ordering::Relaxed);
                        }
                    }
                }
                results
                    .lock()
                    .unwrap_or_else(|broken| broken.into_inner())
                    .0
                    .add(&counts);
            });
        }
    });
    let (counts, mut failures) = results.into_inner().unwrap_or_else(|broken| broken.into_inner());
    failures.sort_by_key(|(seed, _)| *seed);
    println!("met:");
    for (name, count) in counts.by_name() {
        println!("{count:12}  {name}");
    }
    let never = counts.never();
    if !never.is_empty() {
        println!("never met: {}", never.join("; "));
    }
    for (seed, failure) in &failures {
        println!("\n{}", tell(*seed, options.bug, failure));
    }
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "\n{} schedules, {} events, {} edits, {} requests in {seconds:.1} s on {cores} cores; {} failed",
        counts.schedules,
        counts.events,
        counts.edits,
        counts.requests,
        failures.len()
    );
    if failures.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
