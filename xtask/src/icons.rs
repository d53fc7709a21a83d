//! `cargo xtask icons`: the PNG icons of the web app manifest, drawn by Chromium from `style/icon.svg`.

use crate::precache::ICONS;
use crate::process;
use crate::system::{self, Program};
use crate::workspace::Workspace;
use anyhow::{Context, Result, ensure};

/// What rounds the picture's corners. Systems that cut icons to a shape of their own want them whole; the drawing keeps
/// to the circle of 80 % that such a shape always shows (Web Application Manifest, "Icon masks and safe zone").
const ROUNDING: &str = r#" rx="15""#;

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    system::ensure(workspace, &[Program::Chromium])?;
    let chromium = Program::Chromium.get()?;
    let style = workspace.root.join("style");
    let drawing = std::fs::read_to_string(style.join("icon.svg")).context("cannot read style/icon.svg")?;
    ensure!(
        drawing.contains(ROUNDING),
        "style/icon.svg has no{ROUNDING} to take away"
    );
    let folder = workspace.dev().join("icons");
    std::fs::create_dir_all(&folder)?;
    for (name, pixels) in ICONS {
        let drawing = match name.contains("/icon-") {
            true => drawing.clone(),
            false => drawing.replace(ROUNDING, ""),
        };
        let sized = format!(r#"<svg width="{pixels}" height="{pixels}" style="display: block" "#);
        let drawing = drawing.replacen("<svg ", &sized, 1);
        let page = folder.join("icon.html");
        std::fs::write(
            &page,
            format!("<!doctype html><style>* {{ margin: 0 }}</style>{drawing}"),
        )?;
        let mut command = process::command(workspace, &chromium);
        command
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"])
            .arg("--default-background-color=00000000")
            .arg(format!("--user-data-dir={}", folder.join("profile").display()))
            .arg(format!("--window-size={pixels},{pixels}"))
            .arg(format!("--screenshot={}", style.join(name).display()))
            .arg(&page);
        process::run(&mut command)?;
    }
    Ok(())
}
