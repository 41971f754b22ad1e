//! Takes a picture of every screen, in every size, scheme and language, for people to look at.
//!
//! They land in `screenshots` under `HONGYAN_OUT`, a folder per size, scheme and language. Arguments, if any, are
//! parts of the names of those folders: only what has one of them is made.

use support::browser::{Screen, World, out_folder};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let only: Vec<String> = std::env::args().skip(1).collect();
    for screen in Screen::all() {
        let name = screen.name();
        if !only.is_empty() && !only.iter().any(|part| name.contains(part.as_str())) {
            continue;
        }
        let folder = out_folder("screenshots").join(&name);
        std::fs::create_dir_all(&folder).expect("a folder for pictures");
        World::new()
            .await
            .tour(screen, async |app, place| app.browser.picture(&folder.join(format!("{place}.png"))).await)
            .await;
        println!("{}", folder.display());
    }
}
