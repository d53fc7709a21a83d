//! `cargo xtask screenshots`: the pictures in the documentation, taken from the app as it is.

use crate::build;
use crate::process;
use crate::system::{self, Program};
use crate::test::e2e_command;
use crate::tools::{CargoTool, Toolbox, step};
use crate::workspace::Workspace;
use anyhow::Result;

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let mut toolbox = Toolbox::new(workspace);
    system::ensure(workspace, &Program::ALL)?;
    toolbox.cargo_tool(&CargoTool::geckodriver())?;
    build::set_up(&mut toolbox)?;
    toolbox.clean_up();
    let folder = workspace.root.join("docs/screenshots");
    std::fs::create_dir_all(&folder)?;
    let mut command = e2e_command(&toolbox, &["run", "--example", "screenshots"])?;
    step("taking the screenshots");
    process::run(command.arg("--").arg(&folder))?;
    println!("\nThe pictures are in {}", workspace.shown(&folder));
    Ok(())
}
