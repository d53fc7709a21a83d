//! The program: options in, one line out when something is wrong, the library in between.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;
use strikethrough_server::{Options, Server, StartError};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// The exit status for wrong options, as clap has it; 1 is for everything else.
const USAGE: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let options = match Options::try_parse() {
        Ok(options) => options,
        Err(error) => return explain(&error),
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    match start(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("strikethrough-server: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn start(options: Options) -> Result<(), StartError> {
    let failed = |error| StartError::Listen {
        address: options.listen,
        error,
    };
    let listener = TcpListener::bind(options.listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let server = Server::open(&options).await?;
    // For programs that start this one; whoever has closed the other end doesn't want it.
    let _ = writeln!(std::io::stdout(), "Listening on http://{address}");
    tracing::info!(%address, database = %options.database.display(), "listening");
    server.serve(listener, stopped()).await
}

/// Prints help and version as clap does, and anything wrong with the options in one line.
fn explain(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // Nothing to be done about a closed stdout.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let text = error.to_string();
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"))
        .filter(|line| !line.is_empty())
        .collect();
    let line = lines.join("; ");
    let line = line.strip_prefix("error: ").unwrap_or(&line);
    eprintln!("strikethrough-server: {line} (--help lists the options)");
    ExitCode::from(USAGE)
}

/// Resolves on Ctrl-C, and on Unix on SIGTERM as well.
async fn stopped() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without a handler the system stops the process by itself.
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    () = interrupt => {}
                    _ = terminate.recv() => {}
                }
            }
            Err(_) => interrupt.await,
        }
    }
    #[cfg(not(unix))]
    interrupt.await;
}
