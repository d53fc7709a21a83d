//! The proxy itself, with no browser: the bundled server behind it, an ordinary HTTP client before it, and
//! for each fault what the client sees and what the database holds.
//!
//! | module | what it shows |
//! |---|---|
//! | `passing` | what meets no fault passes as it is; what a baseline server hides |
//! | `rules` | which requests meet which fault, how often; the log; the count in flight |
//! | `matrix` | every cell of the matrix of faults, judged by `judge` |

mod judge;
mod matrix;
mod passing;
mod rules;
mod support;
