//! The built single-page app within the binary, with the compressed forms of its files.

use latchkey_actix::{Spa, SpaError};
use rust_embed::RustEmbed;

/// The folder `dist` of the workspace at the time of the build.
#[derive(RustEmbed)]
#[folder = "../dist"]
struct Dist;

/// The app. Its files are served from the binary's own memory.
///
/// # Errors
/// [`SpaError`]: the folder that was embedded is not a usable app.
pub fn spa() -> Result<Spa, SpaError> {
    Spa::from_files(Dist::iter().filter_map(|path| Some((path.clone(), Dist::get(&path)?.data))))
}
