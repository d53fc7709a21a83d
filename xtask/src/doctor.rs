//! `cargo xtask doctor`: what is there, what is missing, and how to get it.

use crate::packages::how_to_get;
use crate::system::Program;
use crate::tools::{self, CargoTool, Toolbox, WASM, version_of};
use crate::workspace::Workspace;
use anyhow::Result;
use std::path::PathBuf;

/// One line of the table.
struct Row {
    name: String,
    /// What was found, or how to get it.
    state: Result<String, String>,
}

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let toolbox = Toolbox::new(workspace);
    let found = |program: Option<PathBuf>, remedy: &str| match program {
        Some(program) => {
            let version = version_of(&program).map(|version| version.to_string());
            let version = version.unwrap_or_else(|| "version unknown".into());
            Ok(format!("{version:16} {}", workspace.shown(&program)))
        }
        None => Err(remedy.to_owned()),
    };
    let mut rows = vec![
        Row {
            name: "rustc".into(),
            state: tools::rustc(workspace)
                .map(|version| version.trim().to_owned())
                .map_err(|error| format!("{error:#}")),
        },
        Row {
            name: WASM.into(),
            state: if toolbox.has_wasm_target() {
                Ok("installed".into())
            } else {
                Err(format!("by itself, or `rustup target add {WASM}`"))
            },
        },
    ];
    for tool in [
        CargoTool::trunk(),
        CargoTool::wasm_bindgen(workspace)?,
        CargoTool::geckodriver(),
    ] {
        rows.push(Row {
            name: format!("{} {}", tool.package, tool.version),
            state: found(tool.find(&toolbox), "by itself, into target/tools"),
        });
    }
    rows.push(Row {
        name: "wasm-opt".into(),
        state: found(
            toolbox.find_wasm_opt(),
            "by itself, into target/tools, for optimised builds",
        ),
    });
    for program in Program::ALL {
        rows.push(Row {
            name: program.name().into(),
            state: found(program.find(), &how_to_get(&[program])),
        });
    }
    println!("{}", table(&rows));
    println!(
        "What is marked \"by itself\" is installed by `cargo xtask serve`, `build` or `test` when they \
         need it.\nOnly `test` and `screenshots` need the browsers, node and Python; as root on Debian they \
         install them too."
    );
    Ok(())
}

fn table(rows: &[Row]) -> String {
    let names = rows.iter().map(|row| row.name.chars().count());
    let width = names.max().unwrap_or_default();
    let mut text = String::new();
    for Row { name, state } in rows {
        let (verdict, detail) = match state {
            Ok(found) => ("found  ", found),
            Err(remedy) => ("MISSING", remedy),
        };
        text.push_str(&format!("{name:width$}  {verdict}  {detail}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_lines_up_and_tells_found_from_missing() {
        let rows = [
            Row {
                name: "node".into(),
                state: Ok("20.1.0".into()),
            },
            Row {
                name: "Chromium".into(),
                state: Err("apt-get install chromium".into()),
            },
        ];
        assert_eq!(
            table(&rows),
            "node      found    20.1.0\nChromium  MISSING  apt-get install chromium\n"
        );
    }
}
