//! How each browser is started: headless, with a fresh profile, and quiet on the network.

use std::path::Path;

use anyhow::{Result, anyhow};
use serde_json::json;
use thirtyfour::common::capabilities::firefox::FirefoxPreferences;
use thirtyfour::prelude::*;

use crate::environment::Need;

/// What a person who reads English asks for.
pub(crate) const ENGLISH: &str = "en-US,en";

/// Chromium, with its profile in this folder, for a person who asks for these languages (RFC 9110, 12.5.4).
pub(crate) fn chromium(profile: &Path, languages: &str) -> Result<Capabilities> {
    let mut capabilities = DesiredCapabilities::chrome();
    let binary = Need::Chromium.path()?;
    capabilities.set_binary(binary.to_str().ok_or_else(|| anyhow!("CHROMIUM is not UTF-8"))?)?;
    for flag in [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // The default of 64 MB of shared memory in containers is too small for a page with a 1 MB field.
        "--disable-dev-shm-usage",
    ] {
        capabilities.add_arg(flag)?;
    }
    capabilities.add_arg(&format!("--user-data-dir={}", profile.join("chromium").display()))?;
    capabilities.add_experimental_option("prefs", json!({ "intl.accept_languages": languages }))?;
    capabilities.enable_bidi()?;
    // A question about unsaved text is answered by the journey, not by the driver.
    capabilities.set(
        "unhandledPromptBehavior",
        json!({ "default": "ignore", "beforeUnload": "ignore" }),
    )?;
    Ok(capabilities.into())
}

/// Firefox, with a profile that geckodriver makes, for a person who asks for these languages.
pub(crate) fn firefox(languages: &str) -> Result<Capabilities> {
    let mut capabilities = DesiredCapabilities::firefox();
    let binary = Need::Firefox.path()?;
    capabilities.set_firefox_binary(binary.to_str().ok_or_else(|| anyhow!("FIREFOX is not UTF-8"))?)?;
    capabilities.set_headless()?;
    let mut preferences = FirefoxPreferences::new();
    // Nothing but the journey's own pages is fetched.
    preferences.set("browser.safebrowsing.update.enabled", false)?;
    preferences.set("network.captive-portal-service.enabled", false)?;
    preferences.set("network.connectivity-service.enabled", false)?;
    // A page may write to the clipboard only in answer to a click, unless this says that it is a test.
    preferences.set("dom.events.testing.asyncClipboard", true)?;
    preferences.set("intl.accept_languages", languages)?;
    capabilities.set_preferences(preferences)?;
    capabilities.enable_bidi()?;
    capabilities.set(
        "unhandledPromptBehavior",
        json!({ "default": "ignore", "beforeUnload": "ignore" }),
    )?;
    Ok(capabilities.into())
}
