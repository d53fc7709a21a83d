//! Makes a schedule that fails as short as it gets, and tells it.

use super::bugs::Bug;
use super::oracle::Failure;
use super::plan::Plan;
use super::world::run;

/// How much of a line is shown; a replay shows all.
const LINE: usize = 300;

/// The steps of a plan that still fail in the same way when all others are left out: halves, quarters and so on
/// are left out while it fails (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002).
pub(crate) fn shrink(plan: &Plan, bug: Option<Bug>, failure: &Failure) -> Vec<usize> {
    let fails = |steps: &[usize]| {
        let outcome = run(&plan.keep(steps), bug, false);
        outcome.failure.is_some_and(|found| found.check == failure.check)
    };
    let mut steps: Vec<usize> = (0..plan.steps.len()).collect();
    let mut size = steps.len().div_ceil(2);
    while size > 0 && !steps.is_empty() {
        let (mut at, mut shorter) = (0, false);
        while at < steps.len() {
            let mut rest = steps.clone();
            rest.drain(at..(at + size).min(rest.len()));
            if fails(&rest) {
                steps = rest;
                shorter = true;
            } else {
                at += size;
            }
        }
        if size == 1 && !shorter {
            break;
        }
        size = if size > 1 { size / 2 } else { 1 };
    }
    steps
}

/// A failing seed, its shortest schedule in words, what happened in it, and how to see it again.
pub(crate) fn tell(seed: u64, bug: Option<Bug>, failure: &Failure) -> String {
    let plan = Plan::new(seed);
    let steps = shrink(&plan, bug, failure);
    let shortest = plan.keep(&steps);
    let outcome = run(&shortest, bug, true);
    let mut text = format!("seed {seed}: {:?}: {}\n", failure.check, failure.what);
    text.push_str(&format!("{:?}\n", plan.setting));
    text.push_str(&format!(
        "{} of {} steps are enough:\n",
        steps.len(),
        plan.steps.len()
    ));
    for step in &shortest.steps {
        text.push_str(&format!("  {step}\n"));
    }
    text.push_str("what happened last:\n");
    let from = outcome.story.len().saturating_sub(30);
    for line in outcome.story.iter().skip(from) {
        let short: String = line.chars().take(LINE).collect();
        text.push_str(&format!("  {short}\n"));
    }
    let list: Vec<String> = steps.iter().map(usize::to_string).collect();
    let bug = bug.map(|bug| format!(" --bug {bug:?}")).unwrap_or_default();
    text.push_str(&format!(
        "again: cargo xtask soak --seed {seed} --keep {}{bug}\n",
        list.join(",")
    ));
    text
}
