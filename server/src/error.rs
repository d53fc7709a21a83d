//! Why the server did not start, in one line that says what to do.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::dist::DistProblem;
use crate::store::{DatabaseProblem, StoreError};

/// What kept the server from starting, or from going on.
#[derive(Debug)]
pub enum StartError {
    /// The address can't be listened on.
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system says.
        error: io::Error,
    },
    /// The directory of the app can't be served.
    Dist {
        /// The directory that was asked for.
        directory: PathBuf,
        /// What is wrong with it.
        problem: DistProblem,
    },
    /// The database can't be used.
    Database {
        /// The file that was asked for.
        path: PathBuf,
        /// What is wrong with it.
        problem: DatabaseProblem,
    },
    /// The demo tasks can't be stored.
    Demo(StoreError),
    /// The server stopped listening by itself.
    Serve(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen { address, error } => {
                write!(f, "cannot listen on {address}: ")?;
                match error.kind() {
                    io::ErrorKind::AddrInUse => f.write_str(
                        "another program uses this port; stop it, or choose another with --listen",
                    ),
                    io::ErrorKind::PermissionDenied => {
                        f.write_str("this user may not use this port; choose one above 1023 with --listen")
                    }
                    io::ErrorKind::AddrNotAvailable => {
                        f.write_str("this machine does not have this address; choose another with --listen")
                    }
                    _ => write!(f, "{error}; choose another address with --listen"),
                }
            }
            Self::Dist { directory, problem } => {
                write!(f, "cannot serve the app from {}: {problem}", directory.display())
            }
            Self::Database { path, problem } => {
                write!(f, "cannot use the database {}: {problem}", path.display())
            }
            Self::Demo(error) => write!(
                f,
                "cannot store the demo tasks: {error}; try again without --demo"
            ),
            Self::Serve(error) => write!(f, "cannot go on serving: {error}; start the server again"),
        }
    }
}

impl std::error::Error for StartError {}
