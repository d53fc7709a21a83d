//! The engine in a simulated world (GUARANTEES.md): thousands of schedules with every fault, and an oracle that
//! is shown to catch bugs.

mod sim;

use sim::bugs::Bug;
use sim::met::Counts;
use sim::plan::Plan;
use sim::shrink::tell;
use sim::world::run;

/// Schedules in a test run; `cargo xtask test` builds them optimised.
const SCHEDULES: u64 = if cfg!(debug_assertions) { 1_000 } else { 20_000 };

/// In how many schedules each seeded bug must be caught.
const CAUGHT_WITHIN: u64 = 500;

#[test]
fn no_schedule_breaks_a_guarantee_and_every_fault_is_met() {
    let mut counts = Counts::default();
    for seed in 0..SCHEDULES {
        let outcome = run(&Plan::new(seed), None, false);
        counts.add(&outcome.counts);
        let failure = outcome.failure.map(|failure| tell(seed, None, &failure));
        assert!(failure.is_none(), "{}", failure.unwrap_or_default());
    }
    assert_eq!(counts.never(), Vec::<&str>::new(), "never met");
    assert_eq!(counts.schedules, SCHEDULES);
}

/// Schedules that have broken a guarantee, or were taken for one that did. What is played in them depends on how
/// schedules are drawn, so that each is in `src/sync/engine/tests.rs` as well when it was the engine's fault.
const ONCE_FAILED: &[u64] = &[
    148_890, 165_649, 178_087, 181_825, 242_048, 346_188, 361_381, 384_142, 390_421, 393_037, 409_687,
    452_965, 475_918, 509_877, 535_353, 539_317, 555_118, 595_269, 595_881, 623_214, 651_407, 655_208,
    848_447, 994_261, 1_092_784, 1_114_384, 1_143_704, 1_187_300, 1_191_100, 1_226_908, 1_279_275, 1_282_964,
    1_443_577, 1_492_168, 1_593_405, 1_606_219, 1_737_642, 1_884_729, 1_910_125, 1_959_819,
];

#[test]
fn what_has_failed_once_passes() {
    for seed in ONCE_FAILED {
        let failure = run(&Plan::new(*seed), None, false).failure;
        let failure = failure.map(|failure| tell(*seed, None, &failure));
        assert!(failure.is_none(), "{}", failure.unwrap_or_default());
    }
}

#[test]
fn a_schedule_always_runs_the_same() {
    for seed in 0..20 {
        let (one, two) = (
            run(&Plan::new(seed), None, true),
            run(&Plan::new(seed), None, true),
        );
        assert_eq!(one.story, two.story, "seed {seed}");
        assert!(one.counts.events > 10);
    }
}

#[test]
fn a_bug_is_known_by_its_name() {
    for bug in Bug::ALL {
        assert_eq!(Bug::parse(&format!("{bug:?}")), Some(bug));
    }
}

fn catches(bug: Bug) {
    let caught = (0..CAUGHT_WITHIN).find_map(|seed| {
        let failure = run(&Plan::new(seed), Some(bug), false).failure?;
        // The same schedule has nothing to complain about without the bug.
        assert!(
            run(&Plan::new(seed), None, false).failure.is_none(),
            "seed {seed}"
        );
        Some((seed, failure))
    });
    assert!(caught.is_some(), "{bug:?} goes unnoticed");
    if let Some((seed, failure)) = caught {
        println!("{bug:?}: seed {seed}, {:?}: {}", failure.check, failure.what);
    }
}

macro_rules! bugs_are_caught {
    ($($name:ident: $bug:ident,)*) => { $(
        #[test]
        fn $name() {
            catches(Bug::$bug);
        }
    )* };
}

bugs_are_caught! {
    catches_an_entry_that_leaves_the_queue_first: OutOfQueueFirst,
    catches_a_refusal_that_counts_as_a_success: RefusalIsSuccess,
    catches_a_new_key_for_each_retry: NewKeyEachRetry,
    catches_a_refresh_that_hides_a_pending_edit: RefreshHides,
    catches_an_id_mapping_in_two_transactions: MappingInTwo,
    catches_a_store_that_compares_no_fence: NoFence,
    catches_kept_said_before_it_is_true: ToldBeforeKept,
    catches_an_update_without_its_version: NoVersions,
    catches_a_retry_that_does_not_look_at_the_list: LooksAway,
    catches_a_timer_that_never_fires: NoTimer,
    catches_a_list_that_hides_what_was_made_meanwhile: ListHidesNew,
    catches_a_list_that_other_tabs_are_not_told_of: ListNotTold,
    catches_a_list_whose_changes_are_not_stored: RowsNotStored,
}
