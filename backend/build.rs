//! What is part of the program and no source of it: a change of these is a reason to build again.

use std::path::Path;
use std::{fs, io};

/// Where the client's build goes; `http/spa` takes it from there.
const CLIENT: &str = "../target/client";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=../migrations");
    // a folder that is not there counts as changed each time, and the client may be built later or never
    fs::create_dir_all(Path::new(CLIENT))?;
    println!("cargo::rerun-if-changed={CLIENT}");
    Ok(())
}
