//! Which server the app talks to: what the person chose in Settings, else what `config.json` says.

use leptos::ev;
use leptos::prelude::*;

use super::Announcer;
use crate::api::client::read_site_file;
use crate::api::codec::encode;
use crate::api::{ApiBase, ApiClient, ApiError};
use crate::browser::address;
use crate::browser::storage::Area;
use crate::config::{self, Config, Settings};
use crate::routes::BasePath;
use crate::sync::engine::Capabilities;
use crate::texts::{self, said};

/// Where tasks come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Server {
    /// `config.json` has not arrived.
    Unknown,
    /// `config.json` could not be read.
    Unreadable(ApiError),
    /// What is configured can't be; holds a sentence that names the field.
    Misconfigured(String),
    /// `"api": null`: there is no server.
    DeviceOnly,
    /// An API.
    At(ApiClient),
}

/// The connection, shared through context.
#[derive(Clone, Copy)]
pub struct Connection {
    base: StoredValue<BasePath>,
    file: RwSignal<Option<Result<Result<Config, String>, ApiError>>>,
    settings: RwSignal<Option<Settings>>,
    pub(super) server: Memo<Server>,
}

impl Connection {
    /// Reads what is stored and asks for `config.json`.
    pub fn start(base: BasePath) -> Self {
        let settings = RwSignal::new(stored_choice(&key(&base)));
        let file = RwSignal::new(None);
        let base = StoredValue::new(base);
        let server = Memo::new(move |_| {
            settings.with(|chosen| file.with(|file| decide(&base.get_value(), chosen, file)))
        });
        let connection = Self {
            base,
            file,
            settings,
            server,
        };
        connection.read_file();
        connection
    }

    /// Asks for `config.json` (again).
    pub fn read_file(&self) {
        let (file, url) = (self.file, self.app_url());
        let last = self.base.with_value(|base| base.stored_name("config"));
        leptos::task::spawn_local(async move {
            let read = read_site_file(&url, config::FILE).await;
            // Without a network the app opens with what the file said last.
            let read = read.or_else(|error| match Area::Browser.get(&last) {
                Some(file) => Ok(Some(file.into_bytes())),
                None => Err(error),
            });
            file.try_set(Some(read.map(|found| {
                let Some(found) = found else {
                    return Ok(Config::default());
                };
                let config = Config::parse(&found).map_err(|error| error.sentence().to_owned());
                if let (Ok(_), Ok(text)) = (&config, String::from_utf8(found)) {
                    // Only a convenience: without room for it the file is needed next time too. Each writing is told
                    // to every other tab.
                    if Area::Browser.get(&last).as_ref() != Some(&text) {
                        let _ = Area::Browser.set(&last, &text);
                    }
                }
                config
            })));
        });
    }

    /// Follows a choice that is made in another tab: two tabs that show tasks of two servers would be taken for one.
    pub fn follow_other_tabs(&self, announcer: Announcer) {
        let (key, settings) = (self.base.with_value(key), self.settings);
        let changed = window_event_listener(ev::storage, move |event| {
            // Without a key everything was cleared.
            if event.key().is_some_and(|changed| changed != key) {
                return;
            }
            let chosen = stored_choice(&key);
            if settings.with_untracked(|known| *known != chosen) {
                settings.set(chosen);
                announcer.say(said::OTHER_TAB_CHOSE.say());
            }
        });
        on_cleanup(move || changed.remove());
    }

    /// Where tasks come from; follows Settings and the file.
    pub fn server(&self) -> Server {
        self.server.get()
    }

    /// Whether tasks can be kept: there is an API, or they stay on this device; follows Settings and the file.
    pub fn has_tasks(&self) -> bool {
        self.server
            .with(|server| matches!(server, Server::At(_) | Server::DeviceOnly))
    }

    /// Whether tasks are kept on this device only.
    pub fn is_device_only(&self) -> bool {
        self.server.with(|server| *server == Server::DeviceOnly)
    }

    /// What the server is known to do beyond the baseline. Any header may be sent to the app's own origin; to
    /// another only what `config.json` says that it takes (CONTRACT.md, "Extensions").
    pub fn capabilities(&self, client: Option<&ApiClient>) -> Capabilities {
        let is_own = client.is_some_and(|client| client.base().origin() == address::page_origin());
        let config = self.site_default().filter(|_| self.chosen().is_none());
        let says = |flag: fn(&Config) -> bool| config.as_ref().is_some_and(flag);
        let (keys, versions) = (says(|config| config.idempotency_key), says(|config| config.etag));
        Capabilities {
            sends_keys: is_own || keys,
            honours_keys: keys,
            sends_versions: is_own || versions,
            honours_versions: versions,
        }
    }

    /// The name of the database for this app's data on this device.
    pub fn database(&self) -> String {
        self.base
            .with_value(|base| format!("strikethrough:{}", base.as_str()))
    }

    /// The client for the API, when there is one.
    pub fn client_now(&self) -> Option<ApiClient> {
        match self.server.try_get_untracked() {
            Some(Server::At(client)) => Some(client),
            _ => None,
        }
    }

    /// The API's address, when there is one.
    pub fn address_now(&self) -> Option<String> {
        self.client_now().map(|client| client.base().as_str().to_owned())
    }

    /// What the person chose in this browser.
    pub fn chosen(&self) -> Option<Settings> {
        self.settings.get()
    }

    /// What `config.json` says, when it says something that can be used.
    pub fn site_default(&self) -> Option<Config> {
        self.file.with(|file| match file {
            Some(Ok(Ok(config))) => Some(config.clone()),
            _ => None,
        })
    }

    /// Reads an address as typed: absolute, or as seen from the app's own.
    ///
    /// # Errors
    /// A sentence that says what to write instead.
    pub fn read_address(&self, typed: &str) -> Result<ApiBase, String> {
        self.base.with_value(|base| read_address(base, typed))
    }

    /// Takes the person's choice, now and for later visits. `false` when this browser can't keep it for
    /// later.
    pub fn choose(&self, settings: Settings) -> bool {
        let kept =
            encode(&settings).is_ok_and(|record| Area::Browser.set(&self.base.with_value(key), &record));
        self.settings.set(Some(settings));
        kept
    }

    /// Goes back to what `config.json` says.
    pub fn reset(&self) {
        Area::Browser.remove(&self.base.with_value(key));
        self.settings.set(None);
    }

    fn app_url(&self) -> String {
        self.base.with_value(address::base_url)
    }
}

fn key(base: &BasePath) -> String {
    base.stored_name("settings")
}

fn stored_choice(key: &str) -> Option<Settings> {
    Area::Browser.get(key).and_then(|stored| Settings::parse(&stored))
}

fn read_address(base: &BasePath, typed: &str) -> Result<ApiBase, String> {
    let typed = typed.trim();
    let absolute = if typed.is_empty() {
        None
    } else {
        address::resolve(typed, &address::base_url(base))
    };
    ApiBase::parse(&absolute.unwrap_or_default()).map_err(|error| error.sentence().to_owned())
}

fn decide(
    base: &BasePath,
    chosen: &Option<Settings>,
    file: &Option<Result<Result<Config, String>, ApiError>>,
) -> Server {
    let at = |typed: &str, wrong: fn(&str, &str) -> String| match read_address(base, typed) {
        Ok(api) => Server::At(ApiClient::new(api)),
        Err(sentence) => Server::Misconfigured(wrong(typed, &sentence)),
    };
    match (chosen, file) {
        (Some(Settings { api: Some(api), .. }), _) => at(api, texts::address::bad_choice),
        (Some(Settings { api: None, .. }), _) => Server::DeviceOnly,
        (None, None) => Server::Unknown,
        (None, Some(Err(error))) => Server::Unreadable(error.clone()),
        (None, Some(Ok(Err(sentence)))) => Server::Misconfigured(sentence.clone()),
        (None, Some(Ok(Ok(Config { api: Some(api), .. })))) => at(api, texts::address::bad_config),
        (None, Some(Ok(Ok(Config { api: None, .. })))) => Server::DeviceOnly,
    }
}
