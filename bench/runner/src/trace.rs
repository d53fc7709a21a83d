//! Chromium's own notes of what its threads do.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::chrome::Chrome;

impl Chrome {
    /// Begins to note what the page's threads do.
    pub(crate) async fn start_trace(&mut self) -> Result<()> {
        self.forget();
        let config = json!({
            "recordMode": "recordAsMuchAsPossible",
            "includedCategories": ["disabled-by-default-devtools.timeline", "blink.user_timing"],
            "excludedCategories": ["*"],
        });
        let parameters = json!({ "transferMode": "ReturnAsStream", "traceConfig": config });
        self.send("Tracing.start", parameters).await?;
        Ok(())
    }

    /// Ends it, and returns the trace's events.
    pub(crate) async fn end_trace(&mut self) -> Result<Vec<Value>> {
        self.send("Tracing.end", json!({})).await?;
        let stream = self
            .event(|event| {
                let is_end = event.method == "Tracing.tracingComplete";
                event.params.get("stream").filter(|_| is_end).cloned()
            })
            .await?;
        let mut text = String::new();
        loop {
            let part = self.send("IO.read", json!({ "handle": stream })).await?;
            let data = part.get("data").and_then(Value::as_str);
            text.push_str(data.context("the trace is not text")?);
            if part.get("eof") == Some(&Value::Bool(true)) {
                break;
            }
        }
        self.send("IO.close", json!({ "handle": stream })).await?;
        let mut trace: Value = serde_json::from_str(&text).context("the trace is no JSON")?;
        match trace.get_mut("traceEvents").map(Value::take) {
            Some(Value::Array(events)) => Ok(events),
            _ => bail!("the trace has no events"),
        }
    }
}
