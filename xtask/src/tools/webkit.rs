//! WebKitGTK's browser, its driver, and a display for them.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use super::{Absent, apt};
use crate::process;
use crate::workspace::Workspace;

const PACKAGES: [&str; 2] = ["webkit2gtk-driver", "xvfb"];

/// What the suite is told of, by the names of its environment variables.
pub type Programs = [(&'static str, PathBuf); 3];

/// Those on PATH, else Debian's, if we may install them.
pub fn ensure(workspace: &Workspace) -> Result<Programs> {
    if let Some(programs) = find() {
        return Ok(programs);
    }
    let installed = apt::install(workspace, &PACKAGES);
    find().ok_or_else(|| Absent::after(installed, &PACKAGES, "PATH=/folder/of/WebKitWebDriver:$PATH").into())
}

fn find() -> Option<Programs> {
    Some([
        ("WEBKIT_DRIVER", process::on_path("WebKitWebDriver")?),
        ("XVFB", process::on_path("Xvfb")?),
        ("MINI_BROWSER", mini_browser()?),
    ])
}

/// In the folder of the machine's libraries.
fn mini_browser() -> Option<PathBuf> {
    let folders = fs::read_dir("/usr/lib").ok()?;
    folders.flatten().map(|folder| folder.path().join("webkit2gtk-4.1/MiniBrowser")).find(|path| path.is_file())
}
