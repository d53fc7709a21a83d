//! Tests of the whole; those of a part are beside it.

mod examples;
mod limits;
mod properties;
mod reference;
mod specification;
mod xss;
