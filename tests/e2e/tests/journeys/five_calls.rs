//! Each of the five calls, made in the browser and found in the database.

use anyhow::{Result, ensure};
use strikethrough_e2e::browser::Browser;
use strikethrough_e2e::server::Server;

in_both_browsers!(
    get_tasks,
    describe_task,
    add_task,
    add_task_with_a_description,
    update_task,
    task_done
);

async fn get_tasks(browser: &Browser) -> Result<()> {
    let (server, app) = Server::start(browser, &[("Buy milk", ""), ("Call Ada", "before six")]).await?;
    app.open("").await?;
    app.tasks().shows(&["Buy milk", "Call Ada"]).await?;
    app.is_titled("Tasks · Strikethrough").await?;
    // A task that another client adds is there after a refresh.
    server.seed(&[("Water the plants", "")]).await?;
    app.tasks().button("Refresh").click().await?;
    app.tasks()
        .shows(&["Buy milk", "Call Ada", "Water the plants"])
        .await
}

async fn describe_task(browser: &Browser) -> Result<()> {
    let description = "two litres\n\nand a spoon of sugar";
    let (server, app) = Server::start(browser, &[("Bake", ""), ("Buy milk", description)]).await?;
    app.open("").await?;
    app.tasks().link("Buy milk").click().await?;
    app.is_at(&format!("task/{}", server.id_of("Buy milk").await?))
        .await?;
    // Two paragraphs.
    app.detail().shows("Buy milk", description).await
}

async fn add_task(browser: &Browser) -> Result<()> {
    let (server, app) = Server::start(browser, &[("Buy milk", "")]).await?;
    app.open("").await?;
    app.tasks().add("Call Ada").await?;
    app.tasks().shows(&["Buy milk", "Call Ada"]).await?;
    server.holds(&[("Buy milk", ""), ("Call Ada", "")]).await
}

async fn add_task_with_a_description(browser: &Browser) -> Result<()> {
    let (server, app) = Server::start(browser, &[]).await?;
    app.open("").await?;
    app.header_link("New task").click().await?;
    app.is_at("new").await?;
    let form = app.form();
    form.summary().type_keys("Buy milk").await?;
    form.description().type_keys("two litres\nfresh").await?;
    form.add().click().await?;
    server.holds(&[("Buy milk", "two litres\nfresh")]).await?;
    app.tasks().shows(&["Buy milk"]).await
}

async fn update_task(browser: &Browser) -> Result<()> {
    let (server, app) = Server::start(browser, &[("Buy milk", "two litres"), ("Call Ada", "")]).await?;
    let id = server.id_of("Buy milk").await?;
    app.open(&format!("task/{id}")).await?;
    app.detail().edit().click().await?;
    app.is_at(&format!("task/{id}/edit")).await?;
    let form = app.form();
    form.holds("Buy milk", "two litres").await?;
    form.summary().retype("Buy oat milk").await?;
    form.save().click().await?;
    server
        .holds(&[("Buy oat milk", "two litres"), ("Call Ada", "")])
        .await?;
    app.is_at(&format!("task/{id}")).await?;
    app.detail().shows("Buy oat milk", "two litres").await?;
    ensure!(
        server.id_of("Buy oat milk").await? == id,
        "an edit must not make another task"
    );
    app.tasks().shows(&["Buy oat milk", "Call Ada"]).await
}

async fn task_done(browser: &Browser) -> Result<()> {
    let (server, app) = Server::start(browser, &[("Buy milk", ""), ("Call Ada", ""), ("Bake", "")]).await?;
    app.open("").await?;
    app.tasks().finish("Call Ada").click().await?;
    app.tasks().shows(&["Buy milk", "Bake"]).await?;
    server.holds(&[("Buy milk", ""), ("Bake", "")]).await?;
    // The same from the task's own page, which leads back to the list.
    app.tasks().link("Bake").click().await?;
    app.detail().finish().click().await?;
    app.is_at("").await?;
    app.tasks().shows(&["Buy milk"]).await?;
    server.holds(&[("Buy milk", "")]).await
}
