//! Takes a picture of every screen, in every size, scheme and language, for people to look at.
//!
//! They land in `screenshots` under `HONGYAN_OUT`, a folder per size, scheme and language. Arguments, if any, are
//! parts of the names of those folders: only what has one of them is made. `manifest` makes those that the app's
//! manifests show to who may install it, which belong in `frontend/public/screenshots`.

use std::path::Path;

use support::browser::{App, Profile, Screen, World, out_folder};

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
    if only.is_empty() || only.iter().any(|part| part == "manifest") {
        for_the_manifests(&out_folder("screenshots").join("manifest")).await;
    }
}

/// A phone's and a desktop's screen, in each language.
async fn for_the_manifests(folder: &Path) {
    std::fs::create_dir_all(folder).expect("a folder for pictures");
    for language in ["en", "zh-TW"] {
        let world = World::new().await;
        let (narrow, wide) = (Screen::phone(), Screen { width: 1280, height: 800, ..Screen::desktop() });
        let group = format!("/c/{}", world.group);
        for (name, screen, scale, (place, text)) in
            [("narrow", narrow, 2, ("/c/@bert", "patience")), ("wide", wide, 1, (group.as_str(), "👍"))]
        {
            let screen = screen.in_language(language);
            let profile = Profile::fresh();
            let app = App::signed_in(&profile, screen.clone(), world.network.address(), "anna").await;
            app.visit(place).await;
            app.browser.shows(text).await;
            app.browser
                .compact_picture(&screen, scale, &folder.join(format!("{name}-{language}.webp")))
                .await;
            app.browser.close().await;
        }
    }
    println!("{}", folder.display());
}
