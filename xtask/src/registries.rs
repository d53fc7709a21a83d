//! Tools and test servers from npm and PyPI, installed below `target/tools` in pinned versions.

use crate::process::{self, ask};
use crate::tools::{Toolbox, step};
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};

const AXE_CORE: &str = "4.14.1";
const JSON_SERVER: &str = "0.17.4";
const DJANGO: &str = "5.2.19";
const REST_FRAMEWORK: &str = "3.18.3";

impl Toolbox<'_> {
    /// Where a version of an npm package goes: each into a folder of its own, so that none removes
    /// another.
    pub(crate) fn npm_folder(&self, package: &str, version: &str) -> PathBuf {
        let tools = self.workspace.tools();
        tools.join("npm").join(format!("{package}-{version}"))
    }

    /// The folder of an npm package of exactly that version.
    pub(crate) fn npm(&self, package: &str, version: &str) -> Result<PathBuf> {
        let folder = self.npm_folder(package, version);
        let installed = folder.join("node_modules").join(package);
        // npm writes this file last, so an interrupted installation is repeated.
        if !folder.join("node_modules/.package-lock.json").is_file() {
            step(&format!(
                "installing npm's {package} {version} into target/tools (seconds)"
            ));
            std::fs::create_dir_all(&folder)?;
            let mut npm = process::command(self.workspace, "npm");
            npm.args([
                "install",
                "--no-save",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
            ])
            .args(["--loglevel", "error"])
            .arg("--prefix")
            .arg(&folder)
            .arg(format!("{package}@{version}"));
            process::run(&mut npm)?;
        }
        if !installed.is_dir() {
            bail!("npm installed no {package} into {}", folder.display());
        }
        Ok(installed)
    }

    /// axe-core's script, which finds accessibility faults in a page.
    pub(crate) fn axe(&self) -> Result<PathBuf> {
        Ok(self.npm("axe-core", AXE_CORE)?.join("axe.min.js"))
    }

    /// json-server's program, to be run by node: a foreign server to test against.
    pub(crate) fn json_server(&self) -> Result<PathBuf> {
        let package = self.npm("json-server", JSON_SERVER)?;
        Ok(package.join("lib/cli/bin.js"))
    }

    /// A Python with Django REST framework, another foreign server.
    pub(crate) fn rest_framework(&self, python: &Path) -> Result<PathBuf> {
        let tools = self.workspace.tools();
        let folder = tools.join(format!("venv-{DJANGO}-{REST_FRAMEWORK}"));
        let own = folder.join("bin/python");
        let works = || {
            let mut check = process::command(self.workspace, &own);
            ask(check.args(["-c", "import rest_framework"])).is_some()
        };
        if !works() {
            step("installing Django REST framework into target/tools (half a minute)");
            let mut venv = process::command(self.workspace, python);
            process::run(venv.args(["-m", "venv", "--clear"]).arg(&folder))?;
            let mut pip = process::command(self.workspace, &own);
            pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
                .arg(format!("django=={DJANGO}"))
                .arg(format!("djangorestframework=={REST_FRAMEWORK}"));
            process::run(&mut pip)?;
        }
        if !works() {
            bail!("Django REST framework is installed, but does not load");
        }
        Ok(own)
    }
}
