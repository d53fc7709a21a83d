//! axe-core: the accessibility rules that a program can check, on the page as it stands.

use anyhow::{Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::environment::Need;

/// Every rule of WCAG 2.0, 2.1 and 2.2 at levels A and AA that axe-core knows. Its own advice
/// ("best-practice") is left out: it is not part of the standard.
const TAGS: [&str; 5] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/// Runs the rules. Loading them and running them is one script, since each script has a scope of its own in
/// Firefox.
const RUN: &str = "
const [tags, done] = [arguments[0], arguments[arguments.length - 1]];
axe.run(document, { runOnly: { type: 'tag', values: tags }, preload: false, resultTypes: ['violations'] })
  .then(result => done({ passes: result.passes.length, violations: result.violations.map(v =>
    ({ id: v.id, help: v.help, nodes: v.nodes.map(n => [n.target.join(' '), n.html, n.failureSummary]) })) }))
  .catch(error => done({ passes: 0, violations: [{ id: 'axe', help: String(error), nodes: [] }] }));
";

#[derive(Debug, Deserialize)]
struct Report {
    passes: usize,
    violations: Vec<Violation>,
}

#[derive(Debug, Deserialize)]
struct Violation {
    id: String,
    help: String,
    nodes: Vec<[String; 3]>,
}

/// Waits until nothing that ends is still moving: a colour halfway through a transition has no meaningful
/// contrast, and makes a blurred picture.
///
/// # Errors
///
/// When the page is gone.
pub async fn settled(browser: &Browser) -> Result<()> {
    let script = "
        const done = arguments[0];
        const ends = a => a.effect?.getComputedTiming().endTime !== Infinity;
        Promise.allSettled(document.getAnimations().filter(ends).map(a => a.finished)).then(() => done())";
    browser.driver.execute_async(script, Vec::new()).await?;
    Ok(())
}

/// Checks the page and returns the number of rules that it passes.
///
/// # Errors
///
/// The rule, the place, the markup and the reason of each violation; or that nothing was checked at all.
pub async fn check(browser: &Browser, page: &str) -> Result<usize> {
    settled(browser).await?;
    let rules = tokio::fs::read_to_string(Need::Axe.path()?).await?;
    let args: Vec<Value> = vec![json!(TAGS)];
    // Without `module` and `define` in sight, the file makes itself known as a global.
    let script = format!("{rules};\n{RUN}");
    let report: Report = browser.driver.execute_async(script, args).await?.convert()?;
    let mut text = String::new();
    for violation in &report.violations {
        text += &format!("\n{}: {}", violation.id, violation.help);
        for [target, html, reason] in &violation.nodes {
            text += &format!("\n  at {target}\n  {html}\n  {reason}");
        }
    }
    ensure!(text.is_empty(), "{page} breaks accessibility rules:{text}");
    ensure!(report.passes > 0, "axe checked nothing on {page}");
    Ok(report.passes)
}
