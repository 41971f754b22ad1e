//! Figures as a table for people and as JSON for programs.

use std::path::PathBuf;

use serde_json::{Value, json};

/// One figure beside its floor.
pub struct Figure {
    /// What is measured.
    pub name: &'static str,
    /// The figure.
    pub value: f64,
    /// Its unit, and the floor's.
    pub unit: &'static str,
    /// What the machine allows at best, measured in the same run.
    pub floor: Option<f64>,
    /// The first bar and the goal, in words, as the budget gives them.
    pub bar: &'static str,
    /// Whether the first bar is met.
    pub met: bool,
    /// Percentiles, counts and whatever else helps to read the figure.
    pub notes: String,
    /// Messages lost, doubled or reordered while measuring; all must be 0 for the figure to count.
    pub faults: u64,
}

impl Figure {
    /// The figure in units of its floor.
    pub fn ratio(&self) -> Option<f64> {
        self.floor.filter(|floor| *floor > 0.0).map(|floor| self.value / floor)
    }

    fn as_json(&self) -> Value {
        json!({
            "name": self.name, "value": self.value, "unit": self.unit, "floor": self.floor,
            "ratio": self.ratio(), "bar": self.bar, "met": self.met, "notes": self.notes, "faults": self.faults,
        })
    }
}

/// All figures of a run, and the disk's temper before and after.
#[derive(Default)]
pub struct Report {
    /// In the order taken.
    pub figures: Vec<Figure>,
    /// p50 of one fdatasync in milliseconds, before and after.
    pub fsync_ms: (f64, f64),
}

impl Report {
    /// Whether every figure counts: nothing was lost, doubled or reordered. Bars are for people to judge.
    pub fn is_sound(&self) -> bool {
        self.figures.iter().all(|figure| figure.faults == 0)
    }

    /// Prints the table.
    pub fn print(&self) {
        println!("\n| figure | measured | floor | ratio | bar | met | notes |");
        println!("| --- | --- | --- | --- | --- | --- | --- |");
        for figure in &self.figures {
            let floor =
                figure.floor.map_or("–".to_owned(), |floor| format!("{} {}", short(floor), figure.unit));
            let ratio = figure.ratio().map_or("–".to_owned(), |ratio| format!("{ratio:.2} ×"));
            let met = if figure.met { "yes" } else { "no" };
            println!(
                "| {} | {} {} | {floor} | {ratio} | {} | {met} | {} |",
                figure.name,
                short(figure.value),
                figure.unit,
                figure.bar,
                figure.notes
            );
        }
        let (before, after) = self.fsync_ms;
        println!("\none fdatasync on this disk: p50 {before:.2} ms before, {after:.2} ms after");
        let faults: u64 = self.figures.iter().map(|figure| figure.faults).sum();
        println!("lost, doubled or reordered in all figures: {faults}");
        for figure in self.figures.iter().filter(|figure| !figure.met) {
            println!("over the bar: {} ({})", figure.name, figure.bar);
        }
    }

    /// Writes `bench.json` into `HONGYAN_OUT`, or the working directory.
    pub fn write(&self) {
        let folder = std::env::var_os("HONGYAN_OUT").map_or_else(PathBuf::new, PathBuf::from);
        let figures: Vec<Value> = self.figures.iter().map(Figure::as_json).collect();
        let (before, after) = self.fsync_ms;
        let report = json!({"figures": figures, "fsyncMs": {"before": before, "after": after}});
        let text = serde_json::to_string_pretty(&report).expect("a value is JSON");
        let file = folder.join("bench.json");
        let written = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&file, text));
        match written {
            Ok(()) => println!("written to {}", file.display()),
            Err(error) => eprintln!("{} cannot be written: {error}", file.display()),
        }
    }
}

fn short(number: f64) -> String {
    match number.abs() {
        size if size >= 100.0 => format!("{number:.0}"),
        size if size >= 1.0 => format!("{number:.2}"),
        _ => format!("{number:.3}"),
    }
}
