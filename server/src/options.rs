//! What can be set on the command line or through the environment.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use axum::http::{HeaderValue, Uri};

const DATABASE: &str = "strikethrough.db";
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8000);

/// All settings of the server.
#[derive(Debug, Clone, PartialEq, Eq, clap::Parser)]
#[command(
    name = "strikethrough-server",
    version,
    about = "A small task server: a REST API over an SQLite file, and the app's own files",
    after_help = "The log goes to stderr; RUST_LOG sets its level (error, warn, info, debug, trace)."
)]
pub struct Options {
    /// Address and port to listen on; port 0 takes any free one. `0.0.0.0` or `[::]` lets other machines in,
    /// and there is no sign-in, so mind who can reach it
    #[arg(long, value_name = "ADDRESS:PORT", env = "STRIKETHROUGH_LISTEN", default_value_t = LISTEN)]
    pub listen: SocketAddr,

    /// The SQLite file that holds the tasks; made if it is missing. SQLite keeps two more files beside it
    /// while the server runs
    #[arg(long, value_name = "FILE", env = "STRIKETHROUGH_DATABASE", default_value = DATABASE)]
    pub database: PathBuf,

    /// Directory with the built app (Trunk's dist) to serve beside the API; without it there is only the
    /// API
    #[arg(long, value_name = "DIRECTORY", env = "STRIKETHROUGH_DIST")]
    pub dist: Option<PathBuf>,

    /// Origin whose pages may call the API, such as `https://tasks.example`, or `*` for all; can be given
    /// several times (in the environment: separated by commas)
    #[arg(
        long = "cors-origin",
        value_name = "ORIGIN",
        env = "STRIKETHROUGH_CORS_ORIGIN",
        value_delimiter = ','
    )]
    pub cors_origins: Vec<CorsOrigin>,

    /// Fill an empty database with a dozen tasks to play with
    #[arg(long)]
    pub demo: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: LISTEN,
            database: DATABASE.into(),
            dist: None,
            cors_origins: Vec::new(),
            demo: false,
        }
    }
}

/// Whose pages may call the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CorsOrigin {
    /// `*`: those of every origin.
    Any,
    /// Those of one origin, spelt as browsers spell it in `Origin`.
    Only(HeaderValue),
}

/// A text that is neither `*` nor an origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnOrigin;

impl fmt::Display for NotAnOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "an origin is a scheme, a host and perhaps a port, without a slash at the end: https://tasks.example",
        )
    }
}

impl std::error::Error for NotAnOrigin {}

impl FromStr for CorsOrigin {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        let text = text.trim();
        if text == "*" {
            return Ok(Self::Any);
        }
        let uri: Uri = text.parse().map_err(|_| NotAnOrigin)?;
        let origin = origin_of(&uri).ok_or(NotAnOrigin)?;
        if !origin.eq_ignore_ascii_case(text) {
            return Err(NotAnOrigin);
        }
        HeaderValue::try_from(origin)
            .map(Self::Only)
            .map_err(|_| NotAnOrigin)
    }
}

/// The origin of an absolute address in the spelling of browsers (RFC 6454, section 6.2): lower case, no
/// path. `None` for an address that has none, or one with a user name.
pub(crate) fn origin_of(uri: &Uri) -> Option<String> {
    let scheme = uri.scheme_str()?;
    let authority = uri.authority()?.as_str();
    // Nothing else can stand in a host or a port, and nothing else may get into a header.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    if authority.is_empty() || !authority.bytes().all(plain) {
        return None;
    }
    Some(format!("{scheme}://{authority}").to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[test]
    fn the_defaults_are_those_of_the_command_line() {
        assert_eq!(
            Options::try_parse_from(["strikethrough-server"]).unwrap(),
            Options::default()
        );
    }

    #[test]
    fn origins_can_be_given_again_or_in_a_list() {
        let arguments = [
            "s",
            "--cors-origin",
            "https://a.example,http://b.example:81",
            "--cors-origin",
            "*",
        ];
        let options = Options::try_parse_from(arguments).unwrap();
        let only = |origin| CorsOrigin::Only(HeaderValue::from_static(origin));
        assert_eq!(
            options.cors_origins,
            [
                only("https://a.example"),
                only("http://b.example:81"),
                CorsOrigin::Any
            ]
        );
    }

    #[test]
    fn what_is_an_origin() {
        let check = |text: &str, expected: Option<&'static str>| {
            let origin = text.parse::<CorsOrigin>();
            let expected = expected.map(|text| CorsOrigin::Only(HeaderValue::from_static(text)));
            assert_eq!(origin.ok(), expected, "{text:?}");
        };
        check("https://Tasks.Example", Some("https://tasks.example"));
        check("http://[::1]:8080", Some("http://[::1]:8080"));
        check("tauri://localhost", Some("tauri://localhost"));
        for wrong in [
            "",
            "tasks.example",
            "https://",
            "https://a.example/",
            "https://a.example/x",
            "https://a.example?x",
            "https://me@a.example",
            "https://a.example;x",
            "null",
            "https://a b.example",
        ] {
            check(wrong, None);
        }
    }
}
