//! What a person looks at, and touches: size, language and theme.

use std::env;
use std::fs;
use std::path::PathBuf;

/// A screen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Screen {
    /// In CSS pixels.
    pub width: u32,
    /// In CSS pixels.
    pub height: u32,
    /// Whether it is touched with fingers; otherwise there is a mouse.
    pub touch: bool,
    /// As browsers name it: `en`, `zh-TW`.
    pub language: String,
    /// Whether the system is set to dark.
    pub dark: bool,
}

impl Screen {
    /// 360 × 740, touched.
    pub fn phone() -> Self {
        Self { width: 360, height: 740, touch: true, language: "en".into(), dark: false }
    }

    /// 820 × 1100, touched.
    pub fn tablet() -> Self {
        Self { width: 820, height: 1100, ..Self::phone() }
    }

    /// 1440 × 900, with a mouse.
    pub fn desktop() -> Self {
        Self { width: 1440, height: 900, touch: false, ..Self::phone() }
    }

    /// The same, in the dark.
    pub fn in_the_dark(self) -> Self {
        Self { dark: true, ..self }
    }

    /// The same, in this language.
    pub fn in_language(self, language: &str) -> Self {
        Self { language: language.into(), ..self }
    }

    /// Sizes, themes and languages in every combination.
    pub fn all() -> Vec<Self> {
        let sizes = [Self::phone(), Self::tablet(), Self::desktop()];
        let themes = |screen: Self| [screen.clone(), screen.in_the_dark()];
        let languages = |screen: Self| [screen.clone(), screen.in_language("zh-TW")];
        sizes.into_iter().flat_map(themes).flat_map(languages).collect()
    }

    /// A name for files: `360x740-dark-en`.
    pub fn name(&self) -> String {
        let theme = if self.dark { "dark" } else { "light" };
        format!("{}x{}-{theme}-{}", self.width, self.height, self.language)
    }
}

/// A folder for what a run leaves, under `HONGYAN_OUT` (else under the build's own folder).
pub fn out_folder(name: &str) -> PathBuf {
    let out = env::var_os("HONGYAN_OUT").map_or_else(
        || {
            let test = env::current_exe().expect("a test knows its own file");
            test.ancestors().nth(3).expect("tests stand in target/*/deps").join("out")
        },
        PathBuf::from,
    );
    let folder = out.join(name);
    fs::create_dir_all(&folder).expect("a folder for the run's output");
    folder
}
