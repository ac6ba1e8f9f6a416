//! The files of an app, in the folder that Trunk has built.

use crate::module::{self, Shrunk};
use crate::names::name_hashes;
use crate::rest_list::RestList;
use crate::script::{self, Script};
use crate::{record, split};
use anyhow::{Context, Result, ensure};
use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::io::BufRead;
use std::path::Path;

const PAGE: &str = "index.html";
const MODULE: &str = "_bg.wasm";
const REST: &str = "_rest.wasm";

/// The name of the rest's file, until the hash is known that is in it.
const REST_FILE: &str = "REST_FILE";

/// Shrinks the app's module and its script, and splits the functions of a list from the module. All files get a new hash in their
/// names: browsers keep what has the same name.
pub fn shrink(folder: &Path, list: &Path) -> Result<()> {
    let list = fs::read_to_string(list).with_context(|| format!("cannot read {}", list.display()))?;
    let list = RestList::parse(&list)?;
    let app = App::read(folder)?;
    let names = name_hashes(&app.module)?;
    let found: BTreeSet<_> = names.iter().filter(|name| list.functions.contains(name)).collect();
    ensure!(
        found.len() * 2 > list.functions.len(),
        "most of the list's functions are not in the module: it was built with other names, or the list is very old"
    );
    let shrunk = app.shrunk()?;
    let parts = split::split(&shrunk.module, |function| list.functions.contains(&names[function]))?;
    let mut script = Script::new(&app.script, &shrunk)?;
    script.add_rest(&list.pages)?;

    let name = app.new_name(&[&parts.first, &parts.rest, script.as_bytes()])?;
    let rest = format!("{name}{REST}");
    script.replace(REST_FILE, &rest)?;
    fs::write(folder.join(rest), parts.rest)?;
    app.replace(&name, &parts.first, &script)
}

/// Makes the app report each function that it runs.
pub fn record(folder: &Path) -> Result<()> {
    let app = App::read(folder)?;
    let shrunk = app.shrunk()?;
    let mut script = Script::new(&app.script, &shrunk)?;
    script.add_report()?;
    app.replace(&format!("{}-recorded", app.name), &record::record(&shrunk.module)?, &script)
}

/// Writes the list of functions that were not reported. A line of the reports that begins with a slash is a page.
pub fn list(folder: &Path, list: &Path, reports: impl BufRead) -> Result<()> {
    let reports = reports.lines().collect::<Result<Vec<_>, _>>()?;
    let (pages, functions): (Vec<_>, Vec<_>) =
        reports.iter().map(String::as_str).partition(|line| line.starts_with('/'));
    let names = name_hashes(&App::read(folder)?.module)?;
    let mut run = BTreeSet::new();
    for function in functions {
        let name =
            names.get(function.parse::<usize>()?).context("a function that the module does not have was reported")?;
        run.insert(*name);
    }
    ensure!(!pages.is_empty() && !run.is_empty(), "nothing was reported");
    Ok(fs::write(list, RestList::new(pages, names, &run).to_string())?)
}

struct App<'a> {
    folder: &'a Path,
    /// What the names of the module and of its script begin with.
    name: String,
    module: Vec<u8>,
    script: String,
}

impl<'a> App<'a> {
    fn read(folder: &'a Path) -> Result<Self> {
        let name = name(folder)?;
        let module = fs::read(folder.join(format!("{name}{MODULE}")))?;
        let script = fs::read_to_string(folder.join(format!("{name}.js")))?;
        Ok(Self { folder, name, module, script })
    }

    fn shrunk(&self) -> Result<Shrunk> {
        module::shrink(&self.module, |export| script::uses(&self.script, export))
    }

    /// A name for these contents.
    fn new_name(&self, contents: &[&[u8]]) -> Result<String> {
        let (stem, _) = self.name.rsplit_once('-').context("Trunk writes a hash into the names")?;
        let mut hasher = DefaultHasher::new();
        contents.iter().for_each(|content| hasher.write(content));
        Ok(format!("{stem}-{:016x}", hasher.finish()))
    }

    fn replace(&self, new_name: &str, module: &[u8], script: &Script) -> Result<()> {
        let page = fs::read_to_string(self.folder.join(PAGE))?;
        ensure!(page.contains(&self.name), "the page does not load the app");
        let file = |name: &str, end: &str| self.folder.join(format!("{name}{end}"));
        fs::remove_file(file(&self.name, MODULE))?;
        fs::remove_file(file(&self.name, ".js"))?;
        fs::write(file(new_name, MODULE), module)?;
        fs::write(file(new_name, ".js"), script.minify()?)?;
        Ok(fs::write(self.folder.join(PAGE), page.replace(&self.name, new_name))?)
    }
}

/// What the names of the app's module and of its script begin with.
fn name(folder: &Path) -> Result<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let name = entry?.file_name();
        names.extend(name.to_str().and_then(|name| name.strip_suffix(MODULE)).map(str::to_owned));
    }
    ensure!(names.len() == 1, "there is not one app in {}, but {}", folder.display(), names.len());
    Ok(names.remove(0))
}
