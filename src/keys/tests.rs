use proptest::prelude::*;

use super::*;

const PLACES: [Where; 5] = [Where::Row, Where::List, Where::Task, Where::Page, Where::Dialog];

fn context(at: Where) -> Context {
    Context {
        at,
        is_typing: false,
        characters: true,
        is_apple: false,
    }
}

fn key(key: &str) -> Stroke<'_> {
    Stroke {
        key,
        ..Stroke::default()
    }
}

fn ctrl(key: &str) -> Stroke<'_> {
    Stroke {
        key,
        ctrl: true,
        ..Stroke::default()
    }
}

fn press(stroke: &Stroke, context: &Context) -> Outcome {
    Keys::default().press(stroke, 0, context)
}

/// What a person presses for a binding, as a US layout tells of it.
fn strokes(binding: &Binding) -> Vec<(String, Modifier)> {
    let text = |key: Key| match key {
        Key::Character(key) if binding.modifier == Modifier::Shift => key.to_ascii_uppercase().to_string(),
        Key::Character(key) => key.to_string(),
        Key::Named(name) => name.to_owned(),
    };
    let first = binding.prefix.map(|key| (key.to_string(), Modifier::None));
    let last = (text(binding.key), binding.modifier);
    first.into_iter().chain([last]).collect()
}

fn held<'a>(key: &'a str, modifier: Modifier, is_apple: bool) -> Stroke<'a> {
    Stroke {
        key,
        shift: modifier == Modifier::Shift,
        alt: modifier == Modifier::Alt,
        ctrl: modifier == Modifier::Primary && !is_apple,
        meta: modifier == Modifier::Primary && is_apple,
        ..Stroke::default()
    }
}

/// The outcome of the last stroke of a binding.
fn give(binding: &Binding, context: &Context) -> Outcome {
    let mut keys = Keys::default();
    let mut outcome = Outcome::Nothing;
    for (key, modifier) in strokes(binding) {
        outcome = keys.press(&held(&key, modifier, context.is_apple), 0, context);
    }
    outcome
}

#[test]
fn the_table_has_each_command_once_and_in_order() {
    for (at, entry) in TABLE.iter().enumerate() {
        assert_eq!(entry.command as usize, at, "{:?}", entry.command);
        assert!(!entry.bindings.is_empty(), "{:?}", entry.command);
    }
    assert_eq!(TABLE.len(), Command::Close as usize + 1, "Close is the last one");
    assert!(TABLE.is_sorted_by_key(|entry| entry.group));
}

#[test]
fn each_command_is_reached_by_each_of_its_keys_where_it_works_and_nowhere_else() {
    for is_apple in [false, true] {
        for entry in TABLE {
            for binding in entry.bindings.iter().filter(|binding| !binding.is_by_browser) {
                for at in PLACES {
                    let context = Context {
                        is_apple,
                        ..context(at)
                    };
                    let runs = give(binding, &context) == Outcome::Run(entry.command);
                    assert_eq!(
                        runs,
                        binding.places.contains(&at),
                        "{:?} at {at:?}, Apple: {is_apple}",
                        entry.command
                    );
                }
            }
        }
    }
}

#[test]
fn no_two_commands_share_a_key_at_a_place() {
    let all = || {
        TABLE
            .iter()
            .flat_map(|entry| entry.bindings.iter().map(move |binding| (entry, binding)))
    };
    for (one, mine) in all() {
        for (other, theirs) in all() {
            let both = mine.places.iter().any(|at| theirs.places.contains(at));
            let is_same =
                (mine.prefix, mine.key, mine.modifier) == (theirs.prefix, theirs.key, theirs.modifier);
            assert!(
                !(both && is_same) || one.command == other.command,
                "{:?} and {:?}",
                one.command,
                other.command
            );
            // What begins a sequence gives nothing by itself.
            let begins = theirs.prefix.map(Key::Character) == Some(mine.key) && mine.prefix.is_none();
            assert!(
                !(both && begins && mine.modifier == Modifier::None),
                "{:?} and {:?}",
                one.command,
                other.command
            );
        }
    }
}

#[test]
fn only_what_is_no_character_works_while_typing() {
    let typing = |at| Context {
        is_typing: true,
        ..context(at)
    };
    assert_eq!(
        press(&ctrl("k"), &typing(Where::List)),
        Outcome::Run(Command::Palette)
    );
    assert_eq!(
        press(&key("Escape"), &typing(Where::Task)),
        Outcome::Run(Command::Close)
    );
    // The search's field does that by itself.
    assert_eq!(press(&key("Escape"), &typing(Where::List)), Outcome::Nothing);
    assert_eq!(press(&ctrl("z"), &typing(Where::List)), Outcome::Nothing);
}

#[test]
fn a_sequence_waits_for_its_second_key_and_not_for_ever() {
    let list = context(Where::List);
    let mut keys = Keys::default();
    let mut at = |text: &str, now| keys.press(&key(text), now, &list);
    assert_eq!(at("g", 0), Outcome::Pending('g'));
    assert_eq!(at("s", SEQUENCE_MS), Outcome::Run(Command::Settings));
    // It is over once it has run.
    assert_eq!(at("s", SEQUENCE_MS), Outcome::Nothing);
    assert_eq!(at("g", 2_000), Outcome::Pending('g'));
    assert_eq!(at("s", 2_001 + SEQUENCE_MS), Outcome::Nothing);
    // What does not belong to it is dropped, though it has a meaning of its own.
    assert_eq!(at("g", 9_000), Outcome::Pending('g'));
    assert_eq!(at("n", 9_001), Outcome::Nothing);
    assert_eq!(at("n", 9_002), Outcome::Run(Command::New));
    assert_eq!(at("g", 9_003), Outcome::Pending('g'));
    assert_eq!(at("g", 9_004), Outcome::Pending('g'));
    assert_eq!(at("l", 9_005), Outcome::Run(Command::List));
    // The clock was set back.
    assert_eq!(at("g", 9_006), Outcome::Pending('g'));
    assert_eq!(at("s", 9_005), Outcome::Nothing);
}

#[test]
fn escape_cancels_a_sequence_and_does_nothing_else() {
    let page = context(Where::Page);
    let mut keys = Keys::default();
    assert_eq!(keys.press(&key("g"), 0, &page), Outcome::Pending('g'));
    assert_eq!(keys.press(&key("Escape"), 1, &page), Outcome::Nothing);
    assert_eq!(keys.press(&key("s"), 2, &page), Outcome::Nothing);
    assert_eq!(keys.press(&key("Escape"), 3, &page), Outcome::Run(Command::Close));
    keys.press(&key("g"), 4, &page);
    keys.cancel();
    assert_eq!(keys.press(&key("s"), 5, &page), Outcome::Nothing);
}

#[test]
fn a_modifier_by_itself_breaks_no_sequence() {
    let list = context(Where::List);
    let mut keys = Keys::default();
    keys.press(&key("g"), 0, &list);
    let shift = Stroke {
        shift: true,
        ..key("Shift")
    };
    assert_eq!(keys.press(&shift, 1, &list), Outcome::Nothing);
    assert_eq!(keys.press(&key("s"), 2, &list), Outcome::Run(Command::Settings));
}

#[test]
fn punctuation_is_found_on_any_layout() {
    let list = context(Where::List);
    let german = Stroke {
        key: "/",
        code: "Digit7",
        shift: true,
        ..Stroke::default()
    };
    assert_eq!(press(&german, &list), Outcome::Run(Command::Search));
    let alt_gr = Stroke {
        key: "?",
        ctrl: true,
        alt: true,
        ..Stroke::default()
    };
    assert_eq!(press(&alt_gr, &list), Outcome::Run(Command::Help));
    let option = Stroke {
        ctrl: false,
        ..alt_gr
    };
    assert_eq!(
        press(&option, &list),
        Outcome::Nothing,
        "Alt+? is a menu's on Windows"
    );
    let apple = Context {
        is_apple: true,
        ..list
    };
    assert_eq!(press(&option, &apple), Outcome::Run(Command::Help));
    assert_eq!(
        press(&alt_gr, &apple),
        Outcome::Nothing,
        "Ctrl+Option is VoiceOver's"
    );
    assert_eq!(press(&key("؟"), &list), Outcome::Run(Command::Help));
}

#[test]
fn letters_are_found_on_any_layout() {
    let list = context(Where::List);
    let caps_lock = |shift| Stroke {
        key: if shift { "n" } else { "N" },
        shift,
        ..Stroke::default()
    };
    assert_eq!(press(&caps_lock(false), &list), Outcome::Run(Command::New));
    assert_eq!(press(&caps_lock(true), &list), Outcome::Nothing);
    let at = |key, code| Stroke {
        key,
        code,
        ..Stroke::default()
    };
    assert_eq!(
        press(&at("т", "KeyN"), &list),
        Outcome::Run(Command::New),
        "Cyrillic"
    );
    assert_eq!(
        press(&at("ى", "KeyN"), &list),
        Outcome::Run(Command::New),
        "Arabic"
    );
    assert_eq!(
        press(&at("b", "KeyN"), &list),
        Outcome::Nothing,
        "Dvorak has N elsewhere"
    );
    assert_eq!(
        press(&at("ğ", "KeyE"), &context(Where::Row)),
        Outcome::Nothing,
        "Turkish F"
    );
    let cyrillic = Stroke {
        ctrl: true,
        ..at("л", "KeyK")
    };
    assert_eq!(press(&cyrillic, &list), Outcome::Run(Command::Palette));
}

#[test]
fn the_right_modifier_and_no_other() {
    let list = context(Where::List);
    let apple = Context {
        is_apple: true,
        ..list
    };
    let cmd = Stroke {
        meta: true,
        ..key("k")
    };
    assert_eq!(press(&cmd, &apple), Outcome::Run(Command::Palette));
    assert_eq!(press(&ctrl("k"), &apple), Outcome::Nothing);
    assert_eq!(press(&cmd, &list), Outcome::Nothing);
    let shifted = Stroke {
        shift: true,
        ..ctrl("k")
    };
    assert_eq!(press(&shifted, &list), Outcome::Nothing, "Firefox's console");
    for key in ["n", "t", "w", "r", "f", "d", "u", "p", "s", "l"] {
        assert_eq!(
            press(&ctrl(key), &context(Where::Row)),
            Outcome::Nothing,
            "Ctrl+{key}"
        );
    }
}

#[test]
fn nothing_runs_while_a_text_is_composed() {
    let list = context(Where::List);
    let mut keys = Keys::default();
    keys.press(&key("g"), 0, &list);
    let composing = Stroke {
        composing: true,
        ..key("s")
    };
    assert_eq!(keys.press(&composing, 1, &list), Outcome::Nothing);
    assert_eq!(
        keys.press(&key("s"), 2, &list),
        Outcome::Nothing,
        "the sequence is over"
    );
    for unknown in ["Dead", "Process", "Unidentified", ""] {
        assert_eq!(press(&key(unknown), &list), Outcome::Nothing);
    }
}

#[test]
fn a_key_that_is_held_down_moves_and_does_nothing_else() {
    let row = context(Where::Row);
    let held = |text| {
        let stroke = Stroke {
            repeat: true,
            ..key(text)
        };
        press(&stroke, &row)
    };
    assert_eq!(held("j"), Outcome::Run(Command::Next));
    assert_eq!(held("ArrowUp"), Outcome::Run(Command::Previous));
    for text in ["d", "n", "x", "u", "g", "Escape", "e"] {
        assert_eq!(held(text), Outcome::Nothing, "{text}");
    }
    let mut keys = Keys::default();
    keys.press(&key("g"), 0, &row);
    let again = Stroke {
        repeat: true,
        ..key("g")
    };
    assert_eq!(keys.press(&again, 1, &row), Outcome::Nothing);
    assert_eq!(keys.press(&key("c"), 2, &row), Outcome::Run(Command::Sync));
}

#[test]
fn assistive_technology_is_told_what_works() {
    let told = |command: Command, characters| command.aria(characters, false);
    assert_eq!(told(Command::New, true).as_deref(), Some("N"));
    assert_eq!(told(Command::New, false), None);
    assert_eq!(told(Command::Undo, true).as_deref(), Some("U Control+Z"));
    assert_eq!(Command::Undo.aria(false, true).as_deref(), Some("Meta+Z"));
    assert_eq!(told(Command::Next, false).as_deref(), Some("ArrowDown"));
    assert_eq!(
        told(Command::Settings, true),
        None,
        "a sequence can't be written there"
    );
}

#[test]
fn the_palette_offers_what_can_be_done_there() {
    let at = |at| Command::in_palette(at).collect::<Vec<_>>();
    assert!(at(Where::Row).contains(&Command::Edit));
    assert!(!at(Where::Page).contains(&Command::Edit));
    assert!(at(Where::Page).contains(&Command::Settings));
    assert!(PLACES.iter().all(|place| !at(*place).contains(&Command::Palette)));
}

#[test]
fn the_table_in_print_has_a_line_for_each_command() {
    let table = markdown(&say);
    assert_eq!(table.lines().count(), 2 + TABLE.len());
    assert!(
        table.lines().all(|line| line.matches('|').count() == 4),
        "{table}"
    );
    for line in [
        "| <kbd>N</kbd> | New task | everywhere |",
        "| <kbd>Ctrl</kbd>+<kbd>K</kbd> or <kbd>⌘</kbd>+<kbd>K</kbd> | Find a command or a task | everywhere |",
        "| <kbd>G</kbd> then <kbd>S</kbd> | Go to Settings | everywhere |",
        "| <kbd>J</kbd> or <kbd>↓</kbd> | Next task | in a row, on the list’s page, on a task’s page |",
    ] {
        assert!(table.contains(line), "{line} is not in\n{table}");
    }
}

/// The lines in the README between which the table stands.
const README_MARKS: (&str, &str) = ("<!-- keys: begin -->\n", "<!-- keys: end -->");

#[test]
fn the_table_in_the_readme_is_this_one() {
    let readme = include_str!("../../README.md");
    let (_, rest) = readme
        .split_once(README_MARKS.0)
        .expect("README.md has no table of keys");
    let (table, _) = rest
        .split_once(README_MARKS.1)
        .expect("the table in README.md has no end");
    let wanted = markdown(&say);
    assert_eq!(
        table.trim(),
        wanted.trim(),
        "README.md is behind. Put this there:\n\n{wanted}"
    );
}

fn any_key() -> impl Strategy<Value = String> {
    const NAMES: &[&str] = &[
        "Escape",
        "Enter",
        "ArrowUp",
        "ArrowDown",
        "Home",
        "End",
        "Shift",
        "Control",
        "Dead",
        "Process",
        "Tab",
        "",
    ];
    prop_oneof![
        4 => "[a-zA-Z/?]",
        1 => "[gG][slcd]?",
        2 => prop::sample::select(NAMES).prop_map(str::to_owned),
        1 => "\\PC{0,3}",
    ]
}

prop_compose! {
    fn any_stroke()(
        key in any_key(), code in "(Key[A-Z]|Digit[0-9]|Slash|)", ctrl in any::<bool>(), meta in any::<bool>(),
        alt in any::<bool>(), shift in any::<bool>(), repeat in any::<bool>(), composing in prop::bool::weighted(0.1),
        plain in prop::bool::weighted(0.6),
    ) -> (String, String, Stroke<'static>) {
        let stroke = if plain {
            Stroke::default()
        } else {
            Stroke { ctrl, meta, alt, shift, repeat, composing, ..Stroke::default() }
        };
        (key, code, stroke)
    }
}

prop_compose! {
    fn any_context()(
        at in prop::sample::select(PLACES.as_slice()), is_typing in any::<bool>(), characters in any::<bool>(),
        is_apple in any::<bool>(),
    ) -> Context {
        Context { at, is_typing, characters, is_apple }
    }
}

proptest! {
    /// Whatever is pressed, nothing runs that must not, and nothing panics.
    #[test]
    fn what_runs_may_run(
        strokes in prop::collection::vec((any_stroke(), any_context(), 0u64..4_000), 1..40),
    ) {
        let mut keys = Keys::default();
        let mut now = 0u64;
        for ((key, code, stroke), context, later) in &strokes {
            now += later;
            let stroke = Stroke { key, code, ..*stroke };
            let outcome = keys.press(&stroke, now, context);
            let is_plain = !(stroke.ctrl || stroke.meta || stroke.alt) && key.chars().count() == 1;
            if outcome != Outcome::Nothing {
                prop_assert!(context.at != Where::Dialog);
                prop_assert!(!stroke.composing);
                prop_assert!(!is_plain || context.characters && !context.is_typing, "{stroke:?}");
            }
            if let Outcome::Run(command) = outcome {
                let works = |binding: &Binding| binding.places.contains(&context.at) && !binding.is_by_browser;
                prop_assert!(command.bindings().iter().any(works));
                if context.is_typing {
                    prop_assert!(matches!(command, Command::Palette | Command::Close), "{command:?}");
                }
                if !context.characters {
                    prop_assert!(command.bindings().iter().any(|binding| !binding.is_character()), "{command:?}");
                }
                if stroke.repeat {
                    prop_assert!(TABLE[command as usize].repeats, "{command:?}");
                }
            }
        }
    }
}
