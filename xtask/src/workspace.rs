//! Where things are, and what the workspace's own files say about versions and addresses.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// The checkout that the command works on.
pub(crate) struct Workspace {
    /// The folder with the root `Cargo.toml`.
    pub(crate) root: PathBuf,
}

impl Workspace {
    /// Finds the checkout from the variable that cargo sets for whatever it runs.
    pub(crate) fn find() -> Result<Self> {
        let package = std::env::var_os("CARGO_MANIFEST_DIR")
            .context("run this as `cargo xtask <command>`, so that it knows the checkout")?;
        let root = Path::new(&package)
            .parent()
            .context("the xtask folder has no parent folder")?;
        Ok(Self { root: root.into() })
    }

    /// `target/tools`, where everything goes that is installed for this checkout alone.
    pub(crate) fn tools(&self) -> PathBuf {
        self.root.join("target").join("tools")
    }

    /// `target/dev`, the state of `cargo xtask serve`: the database and the development build.
    pub(crate) fn dev(&self) -> PathBuf {
        self.root.join("target").join("dev")
    }

    /// `path` as seen from the root, for messages.
    pub(crate) fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root)
            .unwrap_or(path)
            .display()
            .to_string()
    }

    /// The wasm-bindgen version in `Cargo.lock`; the command line tool must be exactly that one.
    pub(crate) fn wasm_bindgen_version(&self) -> Result<String> {
        locked_version(&self.read("Cargo.lock")?, "wasm-bindgen")
    }

    /// The address that `Trunk.toml` sends API calls to. The development server listens there, so
    /// that `cargo xtask serve` and plain `trunk serve` can't disagree.
    pub(crate) fn backend(&self) -> Result<String> {
        proxy_authority(&self.read("Trunk.toml")?)
    }

    fn read(&self, name: &str) -> Result<String> {
        std::fs::read_to_string(self.root.join(name)).with_context(|| format!("cannot read {name}"))
    }
}

/// The version of `package` in the text of a `Cargo.lock`.
fn locked_version(lock: &str, package: &str) -> Result<String> {
    let lock: toml::Table = lock.parse().context("Cargo.lock is not valid TOML")?;
    let packages = lock.get("package").and_then(toml::Value::as_array);
    let mut versions = packages
        .into_iter()
        .flatten()
        .filter(|entry| text(entry, "name") == Some(package))
        .filter_map(|entry| text(entry, "version"));
    match (versions.next(), versions.next()) {
        (Some(version), None) => Ok(version.to_owned()),
        (None, _) => bail!("Cargo.lock has no package {package}"),
        (Some(_), Some(_)) => bail!("Cargo.lock has more than one version of {package}"),
    }
}

/// `host:port` of the first `[[proxy]]` in the text of a `Trunk.toml`.
fn proxy_authority(trunk: &str) -> Result<String> {
    let trunk: toml::Table = trunk.parse().context("Trunk.toml is not valid TOML")?;
    let backend = trunk
        .get("proxy")
        .and_then(toml::Value::as_array)
        .and_then(|proxies| proxies.first())
        .and_then(|proxy| text(proxy, "backend"))
        .context("Trunk.toml has no [[proxy]] with a backend")?;
    let authority = backend
        .strip_prefix("http://")
        .and_then(|rest| rest.split('/').next())
        .filter(|authority| authority.contains(':'));
    authority.map(str::to_owned).with_context(|| {
        format!("the proxy's backend in Trunk.toml must be http://host:port/…, but is {backend}")
    })
}

fn text<'a>(value: &'a toml::Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(toml::Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
        version = 4
        [[package]]
        name = "wasm-bindgen-macro"
        version = "9.9.9"
        [[package]]
        name = "wasm-bindgen"
        version = "0.2.129"
        [[package]]
        name = "syn"
        version = "2.0.1"
        [[package]]
        name = "syn"
        version = "3.0.1"
    "#;

    #[test]
    fn a_locked_version_is_that_of_the_exact_name() {
        assert_eq!(locked_version(LOCK, "wasm-bindgen").unwrap(), "0.2.129");
    }

    #[test]
    fn an_absent_or_ambiguous_package_is_an_error() {
        assert!(locked_version(LOCK, "wasm").is_err());
        assert!(locked_version(LOCK, "syn").is_err());
        assert!(locked_version("version = ", "syn").is_err());
    }

    #[test]
    fn the_backend_is_read_from_the_first_proxy() {
        let trunk = "[build]\ntarget = 'index.html'\n[[proxy]]\nbackend = 'http://127.0.0.1:8000/tasks/'\n";
        assert_eq!(proxy_authority(trunk).unwrap(), "127.0.0.1:8000");
    }

    #[test]
    fn a_backend_without_a_port_or_scheme_is_refused() {
        assert!(proxy_authority("[[proxy]]\nbackend = 'http://localhost/tasks/'").is_err());
        assert!(proxy_authority("[[proxy]]\nbackend = 'ws://localhost:1/tasks/'").is_err());
        assert!(proxy_authority("[serve]\nport = 1").is_err());
    }
}
