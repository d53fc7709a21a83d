//! Long-running programs that end together with everything they have started.

use crate::process::{self, POLL};
use anyhow::{Context, Result};
use std::process::{Child, ChildStdout, Command, ExitStatus};
use std::time::{Duration, Instant};

/// How long a program may take to end by itself once it has been asked to.
const GRACE: Duration = Duration::from_secs(5);

/// A program in a process group of its own. Dropping it ends the whole group: Trunk, for one, would
/// leave a running cargo and its compilers behind.
pub(crate) struct Group {
    /// What messages call the program.
    pub(crate) name: &'static str,
    child: Child,
    ended: Option<ExitStatus>,
}

impl Group {
    /// Starts `command` as the leader of a new process group.
    pub(crate) fn spawn(name: &'static str, command: &mut Command) -> Result<Self> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let child = command
            .spawn()
            .with_context(|| format!("cannot start `{}`", process::shown(command)))?;
        Ok(Self {
            name,
            child,
            ended: None,
        })
    }

    /// The program's standard output, if it was piped and not taken before.
    pub(crate) fn output(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// How the program ended, if it has.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        if self.ended.is_none() {
            self.ended = self.child.try_wait()?;
        }
        Ok(self.ended)
    }

    /// Asks the whole group to end, waits for the program itself at most as long as `grace`, then
    /// insists.
    fn stop(&mut self, grace: Duration) -> Result<()> {
        let deadline = Instant::now() + grace;
        self.signal(Signal::Ask);
        while self.ended()?.is_none() && Instant::now() < deadline {
            std::thread::sleep(POLL);
        }
        self.signal(Signal::Insist);
        if self.ended.is_none() {
            self.ended = Some(self.child.wait()?);
        }
        Ok(())
    }

    #[cfg(unix)]
    fn signal(&self, signal: Signal) {
        use nix::sys::signal::{Signal as Unix, killpg};
        use nix::unistd::Pid;
        let signal = match signal {
            Signal::Ask => Unix::SIGTERM,
            Signal::Insist => Unix::SIGKILL,
        };
        if let Ok(id) = i32::try_from(self.child.id()) {
            // Fails when nothing is left of the group, which is what is wanted.
            let _ = killpg(Pid::from_raw(id), signal);
        }
    }

    #[cfg(not(unix))]
    fn signal(&mut self, _: Signal) {
        let _ = self.child.kill();
    }
}

enum Signal {
    Ask,
    Insist,
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Err(error) = self.stop(GRACE) {
            eprintln!("could not stop {}: {error}", self.name);
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader, Read};
    use std::process::Stdio;

    #[test]
    fn dropping_a_group_ends_what_the_program_has_started() {
        // The pipe stays open as long as any of the two processes lives.
        let mut command = Command::new("sh");
        command
            .args(["-c", "sleep 600 & echo started; wait"])
            .stdout(Stdio::piped());
        let mut group = Group::spawn("a shell", &mut command).unwrap();
        let mut output = BufReader::new(group.output().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert_eq!(line, "started\n");
        assert!(group.ended().unwrap().is_none());

        drop(group);
        assert_eq!(output.read_to_string(&mut line).unwrap(), 0);
    }

    #[test]
    fn a_program_that_ignores_the_request_is_ended_all_the_same() {
        let mut command = Command::new("sh");
        command
            .args(["-c", "trap '' TERM; echo started; while :; do sleep 600; done"])
            .stdout(Stdio::piped());
        let mut group = Group::spawn("a stubborn shell", &mut command).unwrap();
        let mut output = BufReader::new(group.output().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();

        group.stop(Duration::from_millis(1)).unwrap();
        assert_eq!(output.read_to_string(&mut line).unwrap(), 0);
    }

    #[test]
    fn the_exit_status_stays_readable() {
        let mut group = Group::spawn("false", &mut Command::new("false")).unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        while group.ended().unwrap().is_none() {
            assert!(Instant::now() < deadline, "false did not end");
            std::thread::sleep(POLL);
        }
        assert!(!group.ended().unwrap().unwrap().success());
    }
}
