//! Running other programs, so that none is left behind.

use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How often something that can only be polled is looked at.
pub(crate) const POLL: Duration = Duration::from_millis(100);

/// A command that runs in the root of the checkout, without standard input.
///
/// What `cargo run` tells this program about *its* package is taken out of the environment: build
/// scripts that watch those variables would otherwise run again on every switch between `cargo` and
/// `cargo xtask`.
pub(crate) fn command(workspace: &Workspace, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(&workspace.root).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(is_set_for_us) {
            command.env_remove(name);
        }
    }
    command
}

fn is_set_for_us(name: &str) -> bool {
    name.starts_with("CARGO_PKG_")
        || name.starts_with("CARGO_BIN_")
        || matches!(
            name,
            "CARGO"
                | "CARGO_MANIFEST_DIR"
                | "CARGO_MANIFEST_PATH"
                | "CARGO_CRATE_NAME"
                | "CARGO_PRIMARY_PACKAGE"
        )
}

/// `command` as one would type it, for messages.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut text = program
        .file_name()
        .unwrap_or(command.get_program())
        .to_string_lossy()
        .into_owned();
    for argument in command.get_args() {
        let argument = argument.to_string_lossy();
        if argument.is_empty() || argument.contains(' ') {
            text.push_str(&format!(" '{argument}'"));
        } else {
            text.push_str(&format!(" {argument}"));
        }
    }
    text
}

/// Runs `command` with its output shown, and makes an exit status other than 0 an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    println!("$ {}", shown(command));
    let status = command.status().with_context(|| cannot_start(command))?;
    check(command, status)
}

/// Runs `command` with its standard output copied to `copy` *and* handed to `each_line`.
pub(crate) fn run_watched(
    command: &mut Command,
    copy: &mut dyn Write,
    mut each_line: impl FnMut(&str),
) -> Result<ExitStatus> {
    println!("$ {}", shown(command));
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| cannot_start(command))?;
    if let Some(output) = child.stdout.take() {
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        // Lines are bytes: a test may print anything.
        while output.read_until(b'\n', &mut line)? > 0 {
            copy.write_all(&line)?;
            each_line(String::from_utf8_lossy(&line).trim_end());
            line.clear();
        }
    }
    Ok(child.wait()?)
}

/// What `command` prints on its standard output; an error when it can't start or fails.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| cannot_start(command))?;
    if !output.status.success() {
        std::io::stderr().write_all(&output.stderr)?;
    }
    check(command, output.status)?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// As [`capture`], for a question whose answer may well be "no such program": silent, and given a
/// quarter of a minute at most. The answer must be short, as it is read only at the end.
pub(crate) fn ask(command: &mut Command) -> Option<String> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let deadline = Instant::now() + Duration::from_secs(15);
    let status = loop {
        match child.try_wait().ok()? {
            Some(status) => break status,
            None if Instant::now() < deadline => std::thread::sleep(POLL / 10),
            None => {
                child.kill().ok()?;
                break child.wait().ok()?;
            }
        }
    };
    let mut answer = String::new();
    child.stdout.take()?.read_to_string(&mut answer).ok()?;
    status.success().then_some(answer)
}

fn cannot_start(command: &Command) -> String {
    format!("cannot start {}", command.get_program().to_string_lossy())
}

fn check(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

/// The first of `names` that is a file in one of the `folders`, which are tried in order.
pub(crate) fn find(names: &[&str], folders: &[PathBuf]) -> Option<PathBuf> {
    names.iter().find_map(|name| {
        let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        folders
            .iter()
            .map(|folder| folder.join(&name))
            .find(|file| file.is_file())
    })
}

/// The folders of the `PATH`.
pub(crate) fn path() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).collect()
}

/// Puts the folder of `program` in front of `folders` unless the program is the one found there already.
/// Without need nothing is moved: a `/usr/bin` in front would hide rustup's cargo behind the system's.
pub(crate) fn put_in_front(folders: &mut Vec<PathBuf>, program: &Path) {
    let name = program.file_stem().and_then(OsStr::to_str).unwrap_or_default();
    if find(&[name], folders).as_deref() != Some(program) {
        folders.splice(..0, program.parent().map(Path::to_owned));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_cargo_sets_for_this_program_is_taken_from_the_environment() {
        for name in [
            "CARGO",
            "CARGO_MANIFEST_DIR",
            "CARGO_PKG_VERSION",
            "CARGO_BIN_NAME",
        ] {
            assert!(is_set_for_us(name), "{name}");
        }
        for name in [
            "CARGO_HOME",
            "CARGO_TARGET_DIR",
            "CARGO_NET_OFFLINE",
            "RUSTFLAGS",
            "PATH",
        ] {
            assert!(!is_set_for_us(name), "{name}");
        }
    }

    #[test]
    fn a_folder_is_put_in_front_only_when_it_must_be() {
        let root = std::env::temp_dir().join(format!("xtask-path-{}", std::process::id()));
        let [first, second, third] = ["1", "2", "3"].map(|name| root.join(name));
        for folder in [&first, &second, &third] {
            std::fs::create_dir_all(folder).unwrap();
        }
        let file = |folder: &Path| {
            let file = folder.join(format!("tool{}", std::env::consts::EXE_SUFFIX));
            std::fs::write(&file, "").unwrap();
            file
        };
        let (wrong, right) = (file(&second), file(&third));
        let path = vec![first.clone(), second.clone()];

        let mut folders = path.clone();
        put_in_front(&mut folders, &wrong);
        assert_eq!(folders, path);
        put_in_front(&mut folders, &right);
        assert_eq!(folders, [third, first, second]);
        assert_eq!(find(&["none", "tool"], &folders), Some(right));
        std::fs::remove_dir_all(root).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn output_is_watched_copied_and_captured() {
        let shell = |script: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", script]);
            command
        };
        let (mut copy, mut lines) = (Vec::new(), Vec::new());
        let status = run_watched(&mut shell("printf 'a\\377\\nb'; exit 3"), &mut copy, |line| {
            lines.push(line.to_owned());
        });
        assert_eq!(status.unwrap().code(), Some(3));
        assert_eq!(copy, b"a\xff\nb");
        assert_eq!(lines, ["a\u{fffd}", "b"]);

        assert_eq!(capture(&mut shell("echo out; echo err >&2")).unwrap(), "out\n");
        assert!(capture(&mut shell("exit 1")).is_err());
        assert_eq!(ask(&mut shell("echo yes")).unwrap(), "yes\n");
        assert_eq!(ask(&mut shell("echo no; exit 1")), None);
        assert_eq!(ask(&mut Command::new("no-such-program")), None);
        assert_eq!(shown(&shell("exit 1")), "sh -c 'exit 1'");
    }
}
