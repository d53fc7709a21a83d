//! Measures the app beside its peers: the same server, the same browser, one run, one after the other in turns.
//! `cargo xtask bench` builds what is measured and runs this.
//!
//! | module | what it holds |
//! |---|---|
//! | [`options`] | what is asked for |
//! | [`measure`], [`goals`] | the figures, their names, and what the app is to reach |
//! | [`data`], [`server`] | the tasks, and the server that every app gets them from |
//! | [`chrome`] | a browser, and `probe.js` in its pages |
//! | [`visit`], [`actions`], [`trace`], [`frames`] | what is done in it, and what is taken from a trace |
//! | [`stats`], [`sheet`], [`table`], [`chart`], [`machine`] | the figures of all runs, and how they are shown |

mod actions;
mod chart;
mod chrome;
mod data;
mod frames;
mod goals;
mod machine;
mod measure;
mod options;
mod server;
mod sheet;
mod stats;
mod table;
mod trace;
mod visit;

use std::path::Path;

use anyhow::{Context, Result};
use strikethrough_e2e::browser::profile;

use crate::chrome::Chrome;
use crate::data::Task;
use crate::machine::Machine;
use crate::measure::Group;
use crate::options::Options;
use crate::server::Server;
use crate::sheet::{Page, Sheet};

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse(std::env::args().skip(1))?;
    let machine = Machine::look()?;
    let mut sheet = Sheet::default();
    for group in &options.groups {
        let tasks = data::tasks(group.tasks());
        let runs = group.runs(options.runs);
        println!("\n{}: {}", group.name(), titles(*group));
        for run in 0..runs {
            // Each is the first in turn, so that none has the place in which the machine is warm or busy.
            let mut apps: Vec<_> = options.apps.iter().collect();
            apps.rotate_left(run % options.apps.len().max(1));
            for (app, dist) in apps {
                let mut page = sheet.page(*app, *group);
                if let Err(error) = one(dist, &tasks, &mut page, *group).await {
                    page.fail(&error);
                }
                println!("{:8} {}/{runs}  {}", app.name(), run + 1, page.line());
            }
        }
    }
    let text = format!(
        "{}\n{}",
        machine.sentence(),
        table::tables(&sheet, &options.groups)
    );
    println!("\n{text}");
    if let Some(folder) = options.write {
        let readme = folder.join("README.md");
        let old = std::fs::read_to_string(&readme).context("reading the README")?;
        std::fs::write(&readme, table::replace(&old, &text)?)?;
        std::fs::write(folder.join("chart.svg"), chart::chart(&sheet))?;
    }
    Ok(())
}

/// One run of one app: a server, a profile and a browser of its own.
async fn one(dist: &Path, tasks: &[Task], page: &mut Page<'_>, group: Group) -> Result<()> {
    let server = Server::start(dist, tasks.to_vec()).await?;
    let profile = profile()?;
    let mut chrome = Chrome::start(profile.path()).await?;
    visit::visit(&mut chrome, &server, tasks, page, group).await;
    chrome.end().await
}

fn titles(group: Group) -> String {
    let titles: Vec<_> = group
        .measures()
        .iter()
        .map(|measure| measure.what.title())
        .collect();
    titles.join(" · ")
}
