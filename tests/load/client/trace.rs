//! The browser's own trace: what its threads did, and when.

use serde_json::{Value, json};
use support::browser::{Browser, DevTools};

/// Tasks of every thread, and the marks that a page sets by `performance.mark`.
const CATEGORIES: [&str; 2] = ["toplevel", "blink.user_timing"];
const TASK: &str = "ThreadControllerImpl::RunTask";

/// A trace that is being taken.
pub struct Trace {
    devtools: DevTools,
}

/// A task of a thread.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Task {
    /// Microseconds on the trace's clock.
    start: f64,
    /// Microseconds by the clock.
    length: f64,
    /// Microseconds on the processor.
    work: f64,
}

impl Trace {
    /// Begins to trace the whole browser.
    pub async fn begin(browser: &Browser) -> Self {
        let devtools = DevTools::of(browser).await;
        let parameters = json!({"transferMode": "ReportEvents",
            "traceConfig": {"recordMode": "recordAsMuchAsPossible", "includedCategories": CATEGORIES}});
        devtools.ask(None, "Tracing.start", parameters).await;
        Self { devtools }
    }

    /// Ends it. Answers, for each stretch from one mark of this name to the next, the microseconds that the thread which
    /// set them spent on the processor.
    pub async fn work_between_marks(self, name: &str) -> Vec<f64> {
        self.devtools.ask(None, "Tracing.end", json!({})).await;
        let mut events = Vec::new();
        loop {
            let mut event = self.devtools.event().await;
            match event["method"].as_str() {
                Some("Tracing.dataCollected") => {
                    if let Value::Array(some) = event["params"]["value"].take() {
                        events.extend(some);
                    }
                }
                Some("Tracing.tracingComplete") => return work(&events, name),
                _ => {}
            }
        }
    }
}

fn work(events: &[Value], name: &str) -> Vec<f64> {
    let number = |event: &Value, field: &str| event[field].as_f64().unwrap_or(0.0);
    let marks: Vec<&Value> = events.iter().filter(|event| event["name"] == name).collect();
    let Some(first) = marks.first() else { return vec![] };
    let thread = (&first["pid"], &first["tid"]);
    let here = |event: &&Value| (&event["pid"], &event["tid"]) == thread;
    let mut marks: Vec<f64> = marks.iter().copied().filter(here).map(|mark| number(mark, "ts")).collect();
    marks.sort_by(f64::total_cmp);
    let mut tasks: Vec<Task> = events
        .iter()
        .filter(|event| event["name"] == TASK && event["ph"] == "X")
        .filter(here)
        .map(|event| Task {
            start: number(event, "ts"),
            length: number(event, "dur"),
            work: number(event, "tdur"),
        })
        .collect();
    tasks.sort_by(|one, other| one.start.total_cmp(&other.start));
    between(&tasks, &marks)
}

/// The work from the task in which a mark was set up to the one with the next mark. Tasks within tasks are part of them.
fn between(tasks: &[Task], marks: &[f64]) -> Vec<f64> {
    let mut end = 0.0;
    let outer: Vec<&Task> = tasks
        .iter()
        .filter(|task| {
            let is_outer = task.start >= end;
            if is_outer {
                end = task.start + task.length;
            }
            is_outer
        })
        .collect();
    let from = |mark: f64| outer.partition_point(|task| task.start <= mark).saturating_sub(1);
    let work = |pair: &[f64]| outer[from(pair[0])..from(pair[1])].iter().map(|task| task.work).sum();
    marks.windows(2).map(work).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_counts_from_the_task_of_one_mark_to_the_task_of_the_next() {
        let task = |start, length, work| Task { start, length, work };
        let tasks = [
            task(0.0, 5.0, 4.0),
            task(10.0, 10.0, 6.0),
            task(12.0, 2.0, 2.0), // within the one before
            task(30.0, 1.0, 1.0),
            task(40.0, 8.0, 8.0),
            task(60.0, 1.0, 1.0),
        ];
        assert_eq!(between(&tasks, &[15.0, 44.0, 60.5]), [7.0, 8.0]);
        assert_eq!(between(&tasks, &[15.0]), [] as [f64; 0]);
    }
}
