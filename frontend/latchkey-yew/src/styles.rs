//! The stylesheet of the library's components: one self-contained CSS file, which does not affect other elements.
//!
//! An app that is bundled by trunk links the file or a copy of it:
//!
//! ```html
//! <link data-trunk rel="css" href="path/to/latchkey-yew/styles/latchkey.css">
//! ```
//!
//! An app that uses the crate from a registry writes [`STYLES`] to a file, for example in a build script, and links that.
//! Do not insert it from the running app: a content security policy without `'unsafe-inline'`, as
//! `latchkey-actix` sends it, blocks styles that a script inserts.
//!
//! ```no_run
//! std::fs::write("latchkey.css", latchkey_yew::styles::STYLES).expect("the folder can be written to");
//! ```
//!
//! # Colours, font, corners
//!
//! Set these on `:root`, before or after the file. Colours have a light and a dark value by `light-dark()`, which follows the
//! app's `color-scheme`: an app with a dark mode sets `:root { color-scheme: light dark }`.
//!
//! Browsers without `light-dark()` (before Chrome 123, Firefox 120 and Safari 17.5) get the light values, and a light `color-scheme`.
//! An app that sets properties by `light-dark()` sets their light values for these browsers too:
//!
//! ```css
//! :root { --lk-key: light-dark(#3b4bb3, #aab4ff); }
//! @supports not (color: light-dark(red, red)) { :root { --lk-key: #3b4bb3; } }
//! ```
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
//! For everything else. Inner parts are named `lk-block__part`, variants `lk-block--variant`.
//!
//! | class | component |
//! |---|---|
//! | `lk-guard` | around each page of [`GuardedSwitch`](crate::GuardedSwitch); `display: contents` |
//! | `lk-sign-in-form`, `lk-submission` | [`SignInForm`](crate::SignInForm); its messages |
//! | `lk-field`, `lk-check`, `lk-button`, `lk-icon` | its parts |
//! | `lk-notice` | a message inside a page |
//! | `lk-reauth` | the dialog for signing in again, in [`SessionProvider`](crate::SessionProvider) |
//! | `lk-end-warning` | the warning before the end of a session, in [`SessionUi`](crate::SessionUi) |
//! | `lk-reconnecting` | the line while the server is unreachable, there too; the app chooses its place |
//! | `lk-progress` | the line at the top while a navigation's check takes long, there too |
//! | `lk-toaster`, `lk-toast` | [`Toaster`](crate::Toaster): in the upper corner of the window, unless an app moves `.lk-toaster` |
//! | `lk-page-skeleton` | the placeholder of a page |
//! | `lk-page-trouble` | in index.html: shown by `page/start.js` when the app cannot be loaded or crashes |
//! | `lk-unseen`, `lk-stale` | for screen readers only; a hidden message that keeps its space |

/// The file itself, `styles/latchkey.css`.
pub const STYLES: &str = include_str!("../styles/latchkey.css");

#[cfg(test)]
mod tests;
