//! `cargo xtask screenshots`: the pictures in the documentation, taken from the app as it is.

use crate::process;
use crate::test::{build_for_journeys, e2e_command, set_up_journeys};
use crate::tools::{Toolbox, step};
use crate::workspace::Workspace;
use anyhow::Result;

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let toolbox = Toolbox::new(workspace);
    set_up_journeys(&toolbox)?;
    toolbox.clean_up();
    let folder = workspace.root.join("docs/screenshots");
    std::fs::create_dir_all(&folder)?;
    build_for_journeys(&toolbox, |_, _, _| {})?;
    let mut command = e2e_command(&toolbox, &["run", "--example", "screenshots"])?;
    step("taking the screenshots");
    process::run(command.arg("--").arg(&folder))?;
    println!("\nThe pictures are in {}", workspace.shown(&folder));
    Ok(())
}
