//! What the library's components look like: one file of CSS, which needs no other and leaks into nothing.
//!
//! An app that is bundled by trunk links the file, from a checkout or from a copy of it:
//!
//! ```html
//! <link data-trunk rel="css" href="path/to/latchkey-yew/styles/latchkey.css">
//! ```
//!
//! An app that takes the crate from a registry writes [`STYLES`] out, in a build script or with a program of two lines, and
//! links that. Inserting it from the running app is no way: a content security policy without `'unsafe-inline'`, as
//! `latchkey-actix` sends it, refuses styles that a script inserts.
//!
//! ```no_run
//! std::fs::write("latchkey.css", latchkey_yew::styles::STYLES).expect("the folder can be written to");
//! ```
//!
//! # Colours, font, corners
//!
//! Set these on `:root`, before or after the file. Colours have a light and a dark side by `light-dark()`, which follows the
//! app's `color-scheme`: an app that has a dark side says `:root { color-scheme: light dark }`.
//!
//! | custom property | what it is |
//! |---|---|
//! | `--lk-font` | font family; `inherit` takes the app's |
//! | `--lk-surface`, `--lk-sunken` | background of dialogs, toasts and lines; of what the pointer is on |
//! | `--lk-ink`, `--lk-muted` | text; hints |
//! | `--lk-line` | edges |
//! | `--lk-field`, `--lk-field-line` | background and edge of fields |
//! | `--lk-key`, `--lk-key-strong`, `--lk-on-key` | buttons, focus and progress; a button under the pointer; the text on it |
//! | `--lk-accent` | the dot of the reconnecting line |
//! | `--lk-info`, `--lk-success`, `--lk-warning`, `--lk-error` | text and edge of messages |
//! | `--lk-info-paper`, `--lk-warning-paper`, `--lk-error-paper` | background of messages inside a page |
//! | `--lk-backdrop`, `--lk-shadow` | what a dialog lies on; the shadow of what floats |
//! | `--lk-radius`, `--lk-radius-l` | corners of controls and messages; of dialogs |
//! | `--lk-layer` | `z-index` of what floats over the page, and up to three more |
//!
//! # Classes
//!
//! For what the properties do not reach. Inner parts are named `lk-block__part`, variants `lk-block--variant`.
//!
//! | class | component |
//! |---|---|
//! | `lk-guard` | around each page of [`GuardedSwitch`](crate::GuardedSwitch); `display: contents` |
//! | `lk-sign-in-form`, `lk-submission` | [`SignInForm`](crate::SignInForm); its messages |
//! | `lk-field`, `lk-check`, `lk-button`, `lk-icon` | its parts |
//! | `lk-notice` | a message inside a page |
//! | `lk-reauth` | the dialog for signing in again, in [`SessionUi`](crate::SessionUi) |
//! | `lk-end-warning` | the warning before the end of a session, there too |
//! | `lk-reconnecting` | the line that says that the server does not answer, there too; a place for it is the app's choice |
//! | `lk-progress` | the line at the top while a navigation's check takes long, there too |
//! | `lk-toaster`, `lk-toast` | [`Toaster`](crate::Toaster): in the upper corner of the window, unless an app moves `.lk-toaster` |
//! | `lk-page-skeleton` | what stands where a page will be |
//! | `lk-page-trouble` | in index.html: what `page/start.js` brings up when the app does not arrive or breaks |
//! | `lk-unseen`, `lk-stale` | for screen readers only; a message that keeps its room |

/// The file itself, `styles/latchkey.css`.
pub const STYLES: &str = include_str!("../styles/latchkey.css");

#[cfg(test)]
mod tests;
