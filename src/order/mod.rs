//! The orders of the list. The API tells no times, so that the list's own order stands for age: the server's tasks as it
//! lists them, then the new ones as they were typed ([`sync::list`](crate::sync::list)).
//!
//! [`Order`] is what a person chooses and the address says. [`Order::Newest`] is the list turned round.
//! [`Order::Alphabetical`] takes a [`Sorter`]; [`Order::Manual`] takes a [`Manual`], which says how two rows compare, and
//! a [`Sorter`] too.

mod manual;
mod sort;

pub use manual::{Manual, PART, Ranks, ReadError, Target};
pub use sort::{Compare, Sorter};

/// An order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Order {
    /// As the list has them: the newest last. What is shown unless somebody chooses something else.
    #[default]
    Oldest,
    /// The newest first.
    Newest,
    /// By the summary, as the language sorts.
    Alphabetical,
    /// As somebody has put them on this device.
    Manual,
}

impl Order {
    /// All there are, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Newest, Self::Oldest, Self::Alphabetical, Self::Manual];

    /// What the address says, in `sort=`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Oldest => "oldest",
            Self::Newest => "newest",
            Self::Alphabetical => "az",
            Self::Manual => "manual",
        }
    }

    /// Reads what [`name`](Self::name) has written; `None` for anything else.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_parsed() {
        for order in Order::ALL {
            assert_eq!(Order::parse(order.name()), Some(order));
        }
        assert_eq!(Order::parse("AZ"), None);
        assert_eq!(Order::parse(""), None);
    }
}
