//! Whole journeys, each in Chromium and in Firefox.
mod smoke;

/// Makes each named journey a test in both browsers: `journey_name::chromium` and `journey_name::firefox`.
macro_rules! in_both_browsers {
    ($($journey:ident),+ $(,)?) => {$(
        mod $journey {
            use strikethrough_e2e::browser::Kind;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn chromium() -> anyhow::Result<()> {
                $crate::run(Kind::Chromium, module_path!(), super::$journey).await
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn firefox() -> anyhow::Result<()> {
                $crate::run(Kind::Firefox, module_path!(), super::$journey).await
            }
        }
    )+};
}
pub(crate) use in_both_browsers;

/// Runs one journey in one browser.
async fn run(
    kind: strikethrough_e2e::browser::Kind,
    name: &str,
    journey: impl AsyncFnOnce(&strikethrough_e2e::browser::Browser) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let pictures = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    strikethrough_e2e::browser::Browser::run(kind, pictures, &format!("{name}::{kind:?}"), journey).await
}
