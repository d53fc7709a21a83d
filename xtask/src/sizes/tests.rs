use super::*;
use std::collections::BTreeMap;
use std::io::Read;

fn sized(name: &str, brotli: u64) -> Sized {
    Sized {
        name: name.into(),
        raw: brotli * 3,
        brotli,
        gzip: brotli * 2,
    }
}

/// The names in the first load of a build made of these files.
fn loaded(files: &[(&str, &str)], public_url: &str) -> Result<Vec<String>> {
    let texts: BTreeMap<_, _> = files.iter().copied().collect();
    let sizes: Vec<_> = texts.keys().map(|name| sized(name, 1)).collect();
    let read = |name: &str| Ok(texts[name].to_owned());
    let files = first_load(&sizes, public_url, read)?;
    Ok(files.into_iter().map(|file| file.name).collect())
}

const PAGE: &str = r#"<link rel=stylesheet href=/app/main-1.css><link rel=icon href=/app/icon.svg>
    <script type=module src=/app/start-1.js></script>"#;
const START: &str = "import init from './app-1.js'; init({module_or_path: '/app/app-1_bg.wasm'});";

#[test]
fn the_first_load_follows_scripts_to_their_imports_and_their_wasm() {
    let files = [
        ("index.html", PAGE),
        ("main-1.css", ""),
        ("icon.svg", ""),
        ("start-1.js", START),
        (
            "app-1.js",
            "import {x} from './snippets/one/inline0.js'; new URL('app_bg.wasm')",
        ),
        ("app-1_bg.wasm", ""),
        (
            "snippets/one/inline0.js",
            "import '../two.js'; import('./later.js')",
        ),
        ("snippets/one/later.js", ""),
        ("snippets/two.js", ""),
        ("other-1_bg.wasm", ""),
    ];
    assert_eq!(
        loaded(&files, "/app/").unwrap(),
        [
            "app-1.js",
            "app-1_bg.wasm",
            "index.html",
            "main-1.css",
            "snippets/one/inline0.js",
            "snippets/two.js",
            "start-1.js"
        ]
    );
}

#[test]
fn code_that_is_loaded_later_is_counted_apart() {
    let page = format!("{PAGE}<link rel=chunk href=/app/pages-1.wasm>");
    let mut files = vec![
        ("index.html", page.as_str()),
        ("main-1.css", ""),
        ("start-1.js", START),
        ("app-1.js", "fetch(new URL('./pages-1.wasm'))"),
        ("app-1_bg.wasm", ""),
        ("pages-1.wasm", ""),
    ];
    let names = loaded(&files, "/app/").unwrap();
    assert!(!names.contains(&"pages-1.wasm".into()), "{names:?}");
    let sizes: Vec<_> = files.iter().map(|(name, _)| sized(name, 1)).collect();
    let (at_first, later) = sizes.split_at(5);
    assert_eq!(on_demand(&sizes, at_first), later);
    // What the page does not set apart belongs to the first load.
    files[0].1 = PAGE;
    assert!(loaded(&files, "/app/").unwrap().contains(&"pages-1.wasm".into()));
}

#[test]
fn a_first_load_that_leaves_something_out_is_an_error() {
    let whole = [
        ("index.html", PAGE),
        ("main-1.css", ""),
        ("start-1.js", START),
        ("app-1.js", ""),
        ("app-1_bg.wasm", ""),
    ];
    assert!(loaded(&whole, "/app/").is_ok());
    for missing in 1..whole.len() {
        let mut files = whole.to_vec();
        let (name, _) = files.remove(missing);
        assert!(loaded(&files, "/app/").is_err(), "without {name}");
    }
}

#[test]
fn addresses_become_names_below_the_build() {
    for (address, expected) in [
        ("/app/a.js", Some("a.js")),
        ("/a.js?v=1#x", Some("a.js")),
        ("./a.js", Some("lib/a.js")),
        ("../a.js", Some("a.js")),
        ("b/a.js", Some("lib/b/a.js")),
        ("https://example.org/a.js", None),
        ("//example.org/a.js", None),
        ("data:text/css,a{}", None),
    ] {
        let name = local_name(address, "/app/", "lib");
        assert_eq!(name.as_deref(), expected, "{address}");
    }
}

#[test]
fn files_are_compressed_beside_themselves_and_come_back_whole() {
    let folder = std::env::temp_dir().join(format!("xtask-sizes-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("snippets")).unwrap();
    let text = "a line that repeats itself\n".repeat(200);
    std::fs::write(folder.join("snippets/a.js"), &text).unwrap();
    std::fs::write(folder.join("icon.png"), [1, 2, 3]).unwrap();

    let first = compress(&folder).unwrap();
    // Compressing again neither compresses the compressed files nor counts them.
    assert_eq!(compress(&folder).unwrap(), first);

    let names: Vec<_> = first.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["icon.png", "snippets/a.js"]);
    assert_eq!((first[0].raw, first[0].brotli, first[0].gzip), (3, 3, 3));
    assert!(first[1].brotli < first[1].gzip && first[1].gzip < first[1].raw);
    assert!(!folder.join("icon.png.br").exists());

    let mut unpacked = String::new();
    let compressed = std::fs::read(folder.join("snippets/a.js.br")).unwrap();
    assert_eq!(compressed.len() as u64, first[1].brotli);
    brotli::Decompressor::new(compressed.as_slice(), 4096)
        .read_to_string(&mut unpacked)
        .unwrap();
    assert_eq!(unpacked, text);
    unpacked.clear();
    let compressed = std::fs::read(folder.join("snippets/a.js.gz")).unwrap();
    flate2::read::GzDecoder::new(compressed.as_slice())
        .read_to_string(&mut unpacked)
        .unwrap();
    assert_eq!(unpacked, text);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_table_ends_with_the_total() {
    let table = table(&[sized("index.html", 10), sized("app.js", 200)]);
    let lines: Vec<_> = table
        .lines()
        .map(str::split_whitespace)
        .map(Vec::from_iter)
        .collect();
    assert_eq!(lines[1], ["index.html", "30", "10", "20"]);
    assert_eq!(lines[3], ["total", "630", "210", "420"]);
}

#[test]
fn the_budget_is_inclusive_and_one_byte_more_fails() {
    assert!(hold_against(100_000, 100_000).unwrap().contains("(0 to spare)"));
    let error = hold_against(100_001, 100_000).unwrap_err().to_string();
    assert!(error.contains("1 too many"), "{error}");
}

#[test]
fn a_budget_without_its_number_is_an_error() {
    assert_eq!(budget(r#"{"first_load": {"brotli_bytes": 5}}"#).unwrap(), 5);
    assert!(budget(r#"{"first_load": {"brotli_bytes": "5"}}"#).is_err());
    assert!(budget(r#"{"first_load": 5}"#).is_err());
    assert!(budget("").is_err());
}

#[test]
fn the_budget_in_the_repository_is_valid() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../bench/budget.json");
    assert!(budget(&std::fs::read_to_string(file).unwrap()).unwrap() > 0);
}
