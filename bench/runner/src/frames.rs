//! What the main thread did in each frame, from a trace of Chromium.

use serde_json::Value;

/// The mark that `probe.js` sets at the end of each frame.
const MARK: &str = "bench-frame";

/// What the scheduler of a thread runs at a time.
const TASK: &str = "RunTask";

/// A trace's microseconds in a millisecond.
const MICROSECONDS: f64 = 1000.0;

/// How much of a processor's time the thread with the marks took between each two of them, in milliseconds. Time in which
/// other programs had the processor is not among it.
pub(crate) fn work_of_frames(trace: &[Value]) -> Vec<f64> {
    let named = |name: &'static str| {
        trace
            .iter()
            .filter(move |event| text(event, "name") == Some(name))
    };
    let thread = |event: &Value| (event.get("pid").cloned(), event.get("tid").cloned());
    let Some(ours) = named(MARK).next().map(thread) else {
        return Vec::new();
    };
    let mut marks: Vec<f64> = named(MARK).filter_map(|event| number(event, "ts")).collect();
    marks.sort_by(f64::total_cmp);
    // The mark itself may be told twice: as an instant and as a measure of no length.
    marks.dedup();
    let tasks: Vec<Task> = named(TASK)
        .filter(|event| thread(event) == ours)
        .filter_map(Task::read)
        .collect();
    let frames = marks.iter().zip(marks.iter().skip(1));
    frames
        .map(|(&from, &to)| {
            let inside = tasks.iter().map(|task| task.work_within(from, to));
            inside.sum::<f64>() / MICROSECONDS
        })
        .collect()
}

/// When a task ran, and what it took, all in microseconds.
struct Task {
    begin: f64,
    took: f64,
    /// The part of it in which the thread had a processor.
    worked: f64,
}

impl Task {
    fn read(event: &Value) -> Option<Self> {
        Some(Self {
            begin: number(event, "ts")?,
            took: number(event, "dur")?,
            worked: number(event, "tdur")?,
        })
    }

    /// A task over the end of a frame counts in both, by its length in each.
    fn work_within(&self, from: f64, to: f64) -> f64 {
        let inside = (self.begin + self.took).min(to) - self.begin.max(from);
        if inside <= 0.0 {
            return 0.0;
        }
        self.worked * inside / self.took
    }
}

fn text<'a>(event: &'a Value, key: &str) -> Option<&'a str> {
    event.get(key).and_then(Value::as_str)
}

fn number(event: &Value, key: &str) -> Option<f64> {
    event.get(key).and_then(Value::as_f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn mark(ts: u32) -> Value {
        json!({ "name": MARK, "pid": 1, "tid": 2, "ts": ts })
    }

    fn task(tid: u32, ts: u32, dur: u32) -> Value {
        json!({ "name": TASK, "pid": 1, "tid": tid, "ts": ts, "dur": dur, "tdur": dur / 2 })
    }

    #[test]
    fn tasks_count_where_they_lie() {
        let trace = [
            mark(10_000),
            mark(26_000),
            mark(42_000),
            task(2, 9_000, 3_000),
            task(2, 20_000, 1_000),
            task(2, 25_000, 9_000),
            task(7, 11_000, 9_000),
        ];
        assert_eq!(work_of_frames(&trace), [2.0, 4.0]);
    }

    #[test]
    fn without_marks_there_are_no_frames() {
        assert_eq!(work_of_frames(&[task(2, 1, 1)]), Vec::<f64>::new());
        assert_eq!(work_of_frames(&[mark(1)]), Vec::<f64>::new());
    }
}
