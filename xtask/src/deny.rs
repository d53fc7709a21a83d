//! `cargo xtask deny`: licences, sources and known vulnerabilities of everything we depend on.

use crate::process;
use crate::tools::{CargoTool, Toolbox};
use crate::unknown_option;
use crate::workspace::Workspace;
use anyhow::{Result, bail};

/// The options of the command.
pub(crate) struct Options {
    offline: bool,
}

impl Options {
    pub(crate) fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self { offline: false };
        for argument in arguments {
            match argument.as_str() {
                "--offline" => options.offline = true,
                unknown => return Err(unknown_option(unknown)),
            }
        }
        Ok(options)
    }
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let toolbox = Toolbox::new(workspace);
    let program = toolbox.cargo_tool(&CargoTool::cargo_deny())?;
    toolbox.clean_up();
    let deny = |arguments: &[&str]| {
        let mut command = process::command(workspace, &program);
        process::run(command.args(arguments))
    };
    deny(&["check", "licenses", "bans", "sources"])?;
    if options.offline {
        println!("\nadvisories: NOT CHECKED (--offline)");
        return Ok(());
    }
    if deny(&["fetch", "db"]).is_err() {
        bail!(
            "advisories: NOT CHECKED, because the database of advisories could not be fetched \
             (--offline leaves them out)"
        );
    }
    deny(&["check", "--disable-fetch", "advisories"])
}
