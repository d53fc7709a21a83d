//! Numbers of things in words.

/// A number of something.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A number of tasks.
pub(super) fn tasks(number: usize) -> String {
    count(number, "task", "tasks")
}
