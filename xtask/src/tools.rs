//! The tools that this project pins, installed below `target/tools` unless the `PATH` has them.

use crate::process::{self, ask, capture, find};
use crate::version::Version;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::process::Command;

const TRUNK: &str = "0.21.14";
const GECKODRIVER: &str = "0.37.1";
/// The oldest wasm-opt that knows the features rustc uses by default; older ones refuse its output.
const WASM_OPT_MINIMUM: &str = "118";
const BINARYEN: &str = "132.0.0";
const CARGO_DENY: &str = "0.20.2";

/// The target that the app is compiled for.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// A tool that cargo builds from its registry.
pub(crate) struct CargoTool {
    pub(crate) package: &'static str,
    pub(crate) version: String,
    /// What the package installs; all of it must be there in the right version.
    programs: &'static [&'static str],
    /// Whether a later version found on the `PATH` does as well.
    later_will_do: bool,
    /// Roughly how long it takes on two cores.
    minutes: u32,
    options: &'static [&'static str],
}

impl CargoTool {
    pub(crate) fn trunk() -> Self {
        Self {
            package: "trunk",
            version: TRUNK.into(),
            programs: &["trunk"],
            later_will_do: false,
            minutes: 6,
            // Without its check for updates, which would ask a server at every start.
            options: &["--no-default-features", "--features", "rustls"],
        }
    }

    pub(crate) fn wasm_bindgen(workspace: &Workspace) -> Result<Self> {
        Ok(Self {
            package: "wasm-bindgen-cli",
            version: workspace.wasm_bindgen_version()?,
            programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
            later_will_do: false,
            minutes: 3,
            options: &[],
        })
    }

    pub(crate) fn geckodriver() -> Self {
        Self {
            package: "geckodriver",
            version: GECKODRIVER.into(),
            programs: &["geckodriver"],
            later_will_do: true,
            minutes: 2,
            options: &[],
        }
    }

    pub(crate) fn cargo_deny() -> Self {
        Self {
            package: "cargo-deny",
            version: CARGO_DENY.into(),
            programs: &["cargo-deny"],
            later_will_do: true,
            minutes: 8,
            options: &[],
        }
    }

    /// Where one of the tool's programs is, if it is there in a version that will do.
    pub(crate) fn program(&self, toolbox: &Toolbox, name: &str) -> Option<PathBuf> {
        toolbox.find_where(name, |version| {
            version.is(&self.version) || self.later_will_do && version.is_at_least(&self.version)
        })
    }

    /// Where the tool's first program is, if all of them are there.
    pub(crate) fn find(&self, toolbox: &Toolbox) -> Option<PathBuf> {
        let mut found = self.programs.iter().map(|name| self.program(toolbox, name));
        let first = found.next()??;
        found.all(|program| program.is_some()).then_some(first)
    }
}

/// The folders that programs are looked for in: those of the `PATH`, then those below `target/tools`.
pub(crate) struct Toolbox<'a> {
    pub(crate) workspace: &'a Workspace,
    /// Whether a tool was built, and `target/tools/build` may go once all are.
    built: Cell<bool>,
}

impl<'a> Toolbox<'a> {
    pub(crate) fn new(workspace: &'a Workspace) -> Self {
        Self {
            workspace,
            built: Cell::new(false),
        }
    }

    /// The first program of that name whose version is accepted. Several may be on the `PATH`, and an
    /// old one must not hide the right one.
    fn find_where(&self, name: &str, accept: impl Fn(&Version) -> bool) -> Option<PathBuf> {
        let own = [self.workspace.tools().join("bin"), self.binaryen()];
        let folders = process::path().into_iter().chain(own);
        folders
            .filter_map(|folder| find(&[name], &[folder]))
            .find(|program| version_of(program).is_some_and(|version| accept(&version)))
    }

    fn binaryen(&self) -> PathBuf {
        self.npm_folder("binaryen", BINARYEN).join("node_modules/.bin")
    }

    /// Adds the standard library for wasm where it is missing.
    pub(crate) fn wasm_target(&self) -> Result<()> {
        if self.has_wasm_target() {
            return Ok(());
        }
        let command = format!("rustup target add {WASM}");
        if find(&["rustup"], &process::path()).is_none() {
            bail!(
                "Rust's standard library for {WASM} is missing, and without rustup it can't be \
                 added here; with rustup it is `{command}`"
            );
        }
        step(&format!("adding the {WASM} target (half a minute)"));
        let mut rustup = process::command(self.workspace, "rustup");
        process::run(rustup.args(["target", "add", WASM]))
    }

    pub(crate) fn has_wasm_target(&self) -> bool {
        let mut rustc = process::command(self.workspace, "rustc");
        rustc.args(["--print", "target-libdir", "--target", WASM]);
        ask(&mut rustc).is_some_and(|folder| Path::new(folder.trim()).is_dir())
    }

    /// Finds the tool or builds it.
    pub(crate) fn cargo_tool(&self, tool: &CargoTool) -> Result<PathBuf> {
        if let Some(program) = tool.find(self) {
            return Ok(program);
        }
        let CargoTool {
            package,
            version,
            minutes,
            ..
        } = tool;
        step(&format!(
            "building {package} {version} into target/tools, once; about {minutes} minutes on two cores"
        ));
        let tools = self.workspace.tools();
        let mut cargo = process::command(self.workspace, "cargo");
        cargo
            .args(["install", "--locked", "--force", package, "--version", version])
            .args(tool.options)
            .arg("--root")
            .arg(&tools)
            // The tools share dependencies, so they share what was built of them.
            .env("CARGO_TARGET_DIR", tools.join("build"))
            // They run for seconds: a quick build matters more than quick code.
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        process::run(&mut cargo)?;
        self.built.set(true);
        tool.find(self).with_context(|| {
            format!("{package} {version} was built, but does not say that version of itself")
        })
    }

    /// Removes what building the tools has left; to be called when no more are wanted.
    pub(crate) fn clean_up(&self) {
        // Another run may be building there right now.
        if !self.built.get() {
            return;
        }
        // A leftover costs disk space only.
        let _ = std::fs::remove_dir_all(self.workspace.tools().join("build"));
    }

    /// Sees to it that an optimised build finds wasm-opt: on the `PATH`, else in npm's Binaryen, else by
    /// Trunk's own download.
    ///
    /// The download comes last although it needs no npm. It has no time limit, so that behind some firewalls
    /// it would never end, and whether it will work can't be known beforehand. npm's package is pinned, is
    /// there in seconds, and is used wherever there is an npm.
    pub(crate) fn wasm_opt(&self) -> Result<()> {
        if self.find_wasm_opt().is_some() {
            return Ok(());
        }
        if find(&["npm"], &process::path()).is_some() {
            self.npm("binaryen", BINARYEN)?;
            self.find_wasm_opt()
                .context("npm's binaryen is installed, but its wasm-opt does not run")?;
        } else {
            step("there is no wasm-opt and no npm: Trunk will download wasm-opt (100 MB)");
        }
        Ok(())
    }

    pub(crate) fn find_wasm_opt(&self) -> Option<PathBuf> {
        self.find_where("wasm-opt", |version| version.is_at_least(WASM_OPT_MINIMUM))
    }

    /// The installed wasm-bindgen.
    pub(crate) fn wasm_bindgen(&self) -> Result<PathBuf> {
        CargoTool::wasm_bindgen(self.workspace)?
            .find(self)
            .context("wasm-bindgen is not installed")
    }

    /// A Trunk command that finds this wasm-bindgen and the other tools, and asks no server whether it is up to date.
    pub(crate) fn trunk(&self, bindgen: &Path) -> Result<Command> {
        let trunk = CargoTool::trunk().find(self).context("Trunk is not installed")?;
        let mut folders = process::path();
        let mut command = process::command(self.workspace, trunk);
        if let Some(wasm_opt) = self.find_wasm_opt() {
            process::put_in_front(&mut folders, &wasm_opt);
            // Trunk would download the version that Trunk.toml names, were this another one.
            if let Some(version) = version_of(&wasm_opt) {
                command.env("TRUNK_TOOLS_WASM_OPT", format!("version_{version}"));
            }
        }
        // Last, so that it stands before any other.
        process::put_in_front(&mut folders, bindgen);
        command
            .env("PATH", std::env::join_paths(folders)?)
            // Trunk takes its value for a boolean and refuses `NO_COLOR=1`.
            .env_remove("NO_COLOR");
        Ok(command)
    }
}

/// The version that a program says it is.
pub(crate) fn version_of(program: &Path) -> Option<Version> {
    let answer = ask(Command::new(program)
        .arg("--version")
        .stdin(std::process::Stdio::null()))?;
    Version::find_in(&answer)
}

/// The version of rustc in use.
pub(crate) fn rustc(workspace: &Workspace) -> Result<String> {
    capture(process::command(workspace, "rustc").arg("--version"))
}

/// Says what is about to be done.
pub(crate) fn step(what: &str) {
    println!("\n==> {what}");
}
