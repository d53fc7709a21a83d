use strikethrough_e2e::browser::*;
use strikethrough_e2e::find::Find;
use crate::in_both_browsers;
in_both_browsers!(clicks);
async fn clicks(b: &Browser) -> anyhow::Result<()> {
    let t = std::time::Instant::now();
    b.driver.goto("data:text/html,<!doctype html><title>x</title><html lang=en><main><h1>Hi</h1><label>Name <input id=i></label><button onclick='this.textContent=innerWidth+\"x\"+innerHeight+matchMedia(\"(prefers-color-scheme: dark)\").matches'>Go</button>").await?;
    Find::named(b, "textbox", "Name").type_keys("hello").await?;
    Find::named(b, "textbox", "Name").holds("hello").await?;
    Find::named(b, "button", "Go").click().await?;
    println!("{}", Find::any(b, "button").text().await?);
    b.resize(Screen::Phone).await?; b.prefer(Scheme::Dark).await?;
    Find::any(b, "button").click().await?;
    println!("{}", Find::any(b, "button").text().await?);
    println!("{:?}", t.elapsed());
    println!("{} rules", strikethrough_e2e::axe::check(b, "static").await?);
    println!("{:?}", t.elapsed());
    b.script::<serde_json::Value>("console.error('one'); setTimeout(() => { throw new Error('two') }); Promise.reject(new Error('three'))", vec![]).await?;
    strikethrough_e2e::find::eventually("3", async || { anyhow::ensure!(b.console.text().lines().count() >= 3, "{}", b.console.text()); Ok(()) }).await?;
    println!("{}", b.console.text());
    Ok(())
}
