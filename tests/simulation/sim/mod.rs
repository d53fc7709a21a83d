//! A world of persons, tabs, devices, networks and servers around the real engine, without threads, clocks or
//! chance of its own: a schedule is drawn from a seed and always runs the same.
//!
//! [`plan`] draws what is to happen, [`world`] lets it happen, [`driver`] and [`life`] are the tabs,
//! [`device`] the store, [`company`] what tabs tell each other, [`reading`] how they read the list, [`network`] and
//! [`server`] the rest; [`person`] acts on what is shown. [`oracle`], [`verdict`] and [`alike`] check it, [`shrink`] shortens what fails, and [`bugs`] are those that must be caught.

// A simulator that is wrong may fail loudly, as tests do.
#![allow(clippy::indexing_slicing)]

mod alike;
pub(crate) mod bugs;
mod company;
mod device;
mod driver;
mod life;
pub(crate) mod met;
mod network;
pub(crate) mod oracle;
mod person;
pub(crate) mod plan;
mod reading;
mod server;
pub(crate) mod shrink;
mod verdict;
pub(crate) mod world;
