//! Starts that must fail, each with one line that helps.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use strikethrough_server::Store;
use tempfile::TempDir;
use tokio::process::Command;

use crate::process::{command, program};
use crate::support::DEADLINE;

/// Runs the program, which must end by itself with this status, and returns its one line.
async fn refused(mut command: Command, status: i32) -> String {
    let output = tokio::time::timeout(DEADLINE, async {
        loop {
            match command.output().await {
                // A copy of the program counts as open for writing until every process that was forked
                // while it was made has gone on to its own program.
                Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => {
                    tokio::task::yield_now().await;
                }
                output => break output.unwrap(),
            }
        }
    });
    let output = output.await.expect("the program should end by itself");
    let line = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(status), "{line}");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
    assert_eq!(line.lines().count(), 1, "{line}");
    assert!(
        line.starts_with("strikethrough-server: ") && line.ends_with('\n'),
        "{line}"
    );
    line
}

/// Starts the program on a database and returns its one line.
async fn refused_database(path: &Path) -> String {
    let mut command = command(program());
    command.args(["--listen", "127.0.0.1:0", "--database"]).arg(path);
    let line = refused(command, 1).await;
    assert!(
        line.contains(&*path.to_string_lossy()) && line.contains("--database"),
        "{line}"
    );
    line
}

fn place() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("tasks.db");
    (directory, path)
}

async fn connect(path: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    options.connect().await.unwrap()
}

#[tokio::test]
async fn wrong_options() {
    for (arguments, expected) in [
        (["--lissen", "1"], "--listen"),
        (["--listen", "here"], "--listen"),
        (["--listen", "127.0.0.1:99999"], "--listen"),
        (["--cors-origin", "https://a.example/"], "--cors-origin"),
        (["--demo", "now"], "now"),
        (["--demo", "--database"], "--database"),
    ] {
        let mut command = command(program());
        command.args(arguments);
        let line = refused(command, 2).await;
        assert!(line.contains(expected) && line.contains("--help"), "{line}");
    }
}

#[tokio::test]
async fn wrong_options_from_the_environment() {
    for name in ["LISTEN", "CORS_ORIGIN"] {
        let mut command = command(program());
        command.env(format!("STRIKETHROUGH_{name}"), "nonsense");
        assert!(refused(command, 2).await.contains("nonsense"));
    }
    let mut command = command(program());
    command
        .args(["--listen", "127.0.0.1:0"])
        .env("STRIKETHROUGH_DIST", "/nowhere");
    assert!(refused(command, 1).await.contains("/nowhere"));
}

#[tokio::test]
async fn help_and_version_are_no_errors() {
    for (option, expected) in [
        ("--help", "STRIKETHROUGH_CORS_ORIGIN"),
        ("--version", env!("CARGO_PKG_VERSION")),
    ] {
        let output = command(program()).arg(option).output().await.unwrap();
        assert!(output.status.success());
        assert!(String::from_utf8(output.stdout).unwrap().contains(expected));
    }
}

#[tokio::test]
async fn a_port_in_use() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (_directory, path) = place();
    let mut command = command(program());
    command.args(["--listen", &address, "--database"]).arg(&path);
    let line = refused(command, 1).await;
    assert!(line.contains(&address) && line.contains("--listen"), "{line}");
    assert!(!path.exists(), "nothing should be made by a start that fails");
}

#[tokio::test]
async fn a_directory_that_is_no_app() {
    let (directory, path) = place();
    for (dist, expected) in [
        (directory.path().to_owned(), "index.html"),
        (directory.path().join("missing"), "no such directory"),
    ] {
        let mut command = command(program());
        command.args(["--listen", "127.0.0.1:0", "--database"]).arg(&path);
        command.arg("--dist").arg(&dist);
        let line = refused(command, 1).await;
        assert!(line.contains(expected) && line.contains("--dist"), "{line}");
    }
}

#[tokio::test]
async fn a_locked_database() {
    let (_directory, path) = place();
    Store::open(&path).await.unwrap().close().await;
    let mut other = connect(&path).await;
    sqlx::query("PRAGMA locking_mode = EXCLUSIVE")
        .execute(&mut other)
        .await
        .unwrap();
    let lock = other.begin_with("BEGIN EXCLUSIVE").await.unwrap();
    assert!(refused_database(&path).await.contains("locked"));
    drop(lock);
}

#[tokio::test]
async fn a_database_that_someone_is_writing_to_for_long() {
    let (_directory, path) = place();
    Store::open(&path).await.unwrap().close().await;
    let mut other = connect(&path).await;
    let lock = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    assert!(refused_database(&path).await.contains("locked"));
    drop(lock);
}

#[tokio::test]
async fn a_newer_database_is_left_alone() {
    let (_directory, path) = place();
    Store::open(&path).await.unwrap().close().await;
    let mut database = connect(&path).await;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', TRUE, x'00', 0)",
    )
    .execute(&mut database)
    .await
    .unwrap();
    database.close().await.unwrap();
    let before = std::fs::read(&path).unwrap();
    let line = refused_database(&path).await;
    assert!(line.contains("newer") && line.contains("9999"), "{line}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn an_altered_schema() {
    let (_directory, path) = place();
    Store::open(&path).await.unwrap().close().await;
    let mut database = connect(&path).await;
    sqlx::query("UPDATE _sqlx_migrations SET checksum = x'00'")
        .execute(&mut database)
        .await
        .unwrap();
    database.close().await.unwrap();
    assert!(refused_database(&path).await.contains("schema 1"));
}

#[tokio::test]
async fn another_programs_database_is_left_alone() {
    let (_directory, path) = place();
    let mut database = connect(&path).await;
    sqlx::query("CREATE TABLE photos (id INTEGER PRIMARY KEY)")
        .execute(&mut database)
        .await
        .unwrap();
    database.close().await.unwrap();
    let before = std::fs::read(&path).unwrap();
    assert!(refused_database(&path).await.contains("another program"));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_file_that_is_no_database() {
    let (_directory, path) = place();
    std::fs::write(&path, "Dear diary, ".repeat(1000)).unwrap();
    assert!(refused_database(&path).await.contains("not an SQLite database"));
}

#[tokio::test]
async fn a_damaged_database() {
    let (_directory, path) = place();
    Store::open(&path).await.unwrap().close().await;
    let mut bytes = std::fs::read(&path).unwrap();
    // The header stays, the schema behind it goes.
    bytes[100..].fill(0xff);
    std::fs::write(&path, bytes).unwrap();
    assert!(refused_database(&path).await.contains("damaged"));
}

#[tokio::test]
async fn a_directory_in_place_of_a_file_or_none_at_all() {
    let (directory, _) = place();
    let missing = directory.path().join("missing").join("tasks.db");
    assert!(refused_database(&missing).await.contains("directory exists"));
    assert!(
        refused_database(directory.path())
            .await
            .contains("cannot be opened")
    );
}

/// Root may write anything, so these run the program as a user who may not.
#[cfg(unix)]
mod read_only {
    use std::fs::{Permissions, metadata, set_permissions};
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    use super::*;

    const NOBODY: u32 = 65534;

    async fn refused_to_nobody(directory: &TempDir, database: &Path) -> String {
        // The build directory may be closed to others, so the program comes along.
        let program = directory.path().join("program");
        std::fs::copy(super::program(), &program).unwrap();
        set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
        set_permissions(directory.path(), Permissions::from_mode(0o755)).unwrap();
        let mut command = command(&program);
        command
            .args(["--listen", "127.0.0.1:0", "--database"])
            .arg(database);
        if metadata("/proc/self").is_ok_and(|own| own.uid() == 0) {
            command.uid(NOBODY).gid(NOBODY);
        } else {
            set_permissions(directory.path(), Permissions::from_mode(0o555)).unwrap();
        }
        let line = refused(command, 1).await;
        set_permissions(directory.path(), Permissions::from_mode(0o755)).unwrap();
        line
    }

    #[tokio::test]
    async fn a_file() {
        let (directory, path) = place();
        Store::open(&path).await.unwrap().close().await;
        set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
        let line = refused_to_nobody(&directory, &path).await;
        assert!(line.contains("read-only"), "{line}");
    }

    #[tokio::test]
    async fn a_file_in_a_writable_directory() {
        let (directory, _) = place();
        let inner = directory.path().join("open");
        std::fs::create_dir(&inner).unwrap();
        set_permissions(&inner, Permissions::from_mode(0o777)).unwrap();
        let path = inner.join("tasks.db");
        Store::open(&path).await.unwrap().close().await;
        set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
        let line = refused_to_nobody(&directory, &path).await;
        assert!(line.contains("read-only"), "{line}");
    }

    #[tokio::test]
    async fn a_directory() {
        let (directory, path) = place();
        let line = refused_to_nobody(&directory, &path).await;
        assert!(line.contains("may write there"), "{line}");
    }
}
