//! The same app below `/app/`, as on a host that has other things at its root.

use anyhow::{Result, ensure};
use strikethrough_e2e::browser::Browser;
use strikethrough_e2e::server::Server;

in_both_browsers!(everything_stays_below_app);

async fn everything_stays_below_app(browser: &Browser) -> Result<()> {
    let (server, app) =
        Server::start_below_app(browser, &[("Buy milk", ""), ("Call Ada", "before six")]).await?;
    let id = server.id_of("Call Ada").await?;
    for path in [
        "",
        "new",
        "settings",
        &format!("task/{id}"),
        &format!("task/{id}/edit"),
    ] {
        app.open(path).await?;
        app.header_link("Strikethrough").one().await?;
        app.is_at(path).await?;
    }
    app.form().summary().retype("Call Ada and Grace").await?;
    app.form().save().click().await?;
    app.is_at(&format!("task/{id}")).await?;
    server
        .holds(&[("Buy milk", ""), ("Call Ada and Grace", "before six")])
        .await?;
    browser.driver.refresh().await?;
    app.detail().shows("Call Ada and Grace", "before six").await?;
    app.header_link("Strikethrough").click().await?;
    app.is_at("").await?;
    app.tasks().add("Bake").await?;
    app.tasks().finish("Buy milk").click().await?;
    app.tasks().shows(&["Call Ada and Grace", "Bake"]).await?;
    server
        .holds(&[("Call Ada and Grace", "before six"), ("Bake", "")])
        .await?;
    let outside: Vec<String> = browser
        .script(
            "return [...document.querySelectorAll('[href], [src]')].map(el => el.href || el.src)
                .filter(address => !new URL(address).pathname.startsWith('/app/'))",
            Vec::new(),
        )
        .await?;
    ensure!(outside.is_empty(), "these lead out of /app/: {outside:?}");
    Ok(())
}
