//! What a client must see of each trouble, and what the database must hold then: written down here once more,
//! by the names of the troubles, from GUARANTEES.md.

use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, bail, ensure};
use strikethrough_e2e::foreign::Call;
use strikethrough_e2e::ledger::Text;
use strikethrough_e2e::proxy::{Cell, Kind};

use crate::support::{Seen, rows, rows_after, rows_before};

/// The request that meets the fault.
pub(crate) fn asked(cell: &Cell) -> Call {
    match (cell.trouble, cell.server) {
        ("summary-changed-elsewhere" | "description-changed-elsewhere", Kind::Baseline) => Call::Read,
        _ => cell.call,
    }
}

/// Checks what the client saw and says which rows the database should have.
pub(crate) fn judge(cell: &Cell, seen: &Seen, took: Duration) -> Result<Vec<Text>> {
    let (before, done) = (rows_before(), rows_after(cell.call));
    let status = |code: u16| {
        ensure!(seen.status() == Some(code), "not {code}");
        Ok(())
    };
    match cell.trouble {
        "500" => status(500).map(|()| before),
        "500-after-commit" => status(500).map(|()| done),
        "502-after-commit" => status(502).map(|()| done),
        "503-retry-seconds" | "429" => {
            status(if cell.trouble == "429" { 429 } else { 503 })?;
            ensure!(seen.header("retry-after") == Some("2"), "no seconds to wait");
            Ok(before)
        }
        "503-retry-date" => {
            status(503)?;
            let date = seen.header("retry-after").context("no date")?;
            let wait = httpdate::parse_http_date(date)?.duration_since(SystemTime::now());
            // Written to the second, a moment ago.
            ensure!(wait.is_ok_and(|wait| wait <= Duration::from_secs(3)), "{date}");
            Ok(before)
        }
        "401" => {
            status(401)?;
            let challenge = seen.header("www-authenticate");
            ensure!(
                challenge.is_some_and(|text| text.starts_with("Bearer")),
                "no challenge"
            );
            Ok(before)
        }
        "captive-portal" => {
            status(200)?;
            let kind = seen.header("content-type").unwrap_or_default();
            ensure!(
                kind.starts_with("text/html") && seen.body().contains("<h1>"),
                "{kind}"
            );
            Ok(before)
        }
        "bad-json" | "bad-json-after-commit" => {
            ensure!(
                seen.status().is_some_and(|code| (200..300).contains(&code)),
                "no success"
            );
            ensure!(
                seen.header("content-type") == Some("application/json"),
                "not sent as JSON"
            );
            ensure!(!seen.body().is_empty() && seen.json().is_none(), "good JSON");
            Ok(if cell.trouble == "bad-json" { before } else { done })
        }
        "reset" | "offline" => {
            ensure!(matches!(seen, Seen::Reset), "no reset");
            Ok(before)
        }
        "reset-after-commit" => {
            ensure!(matches!(seen, Seen::Reset), "no reset");
            Ok(done)
        }
        "reset-in-body" => {
            match cell.call {
                // A success of these has no body to cut.
                Call::Update | Call::Done => ensure!(seen.status().is_none(), "a whole head"),
                _ => ensure!(matches!(seen, Seen::Cut(200 | 201)), "not cut"),
            }
            Ok(done)
        }
        "delay" | "delayed-answer" => {
            ensure!(
                seen.status().is_some_and(|code| (200..300).contains(&code)),
                "no success"
            );
            ensure!(took >= Duration::from_secs(2), "after {took:?}");
            Ok(done)
        }
        "finished-elsewhere" => status(404).map(|()| rows_after(Call::Done)),
        "summary-changed-elsewhere" => {
            changed(cell, seen)?;
            Ok(rows(&[
                ("Changed by someone else", "two litres"),
                ("Call Ada", ""),
            ]))
        }
        "description-changed-elsewhere" => {
            changed(cell, seen)?;
            Ok(rows(&[
                ("Buy milk", "described by someone else"),
                ("Call Ada", ""),
            ]))
        }
        other => bail!("nothing is expected of {other}"),
    }
}

/// With versions the write is refused; without, a look finds the other's text.
fn changed(cell: &Cell, seen: &Seen) -> Result<()> {
    match cell.server {
        Kind::Helpful => ensure!(seen.status() == Some(412), "not refused"),
        Kind::Baseline => ensure!(seen.body().contains("by someone else"), "not found"),
    }
    Ok(())
}
