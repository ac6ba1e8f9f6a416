//! What has to be known of a module before it is split.

use anyhow::{Result, bail, ensure};
use std::collections::{BTreeMap, BTreeSet};
use wasmparser::{
    ElementItems, ElementKind, ExternalKind, FunctionBody, GlobalType, MemoryType, Operator, Parser, Payload,
    TableType, TypeRef,
};

/// The parts of a module that matter. Functions are counted as in the module: the imported ones first.
#[derive(Default)]
pub struct Whole<'a> {
    /// The contents of the section with the types.
    pub types: &'a [u8],
    /// How many types there are.
    pub types_count: u32,
    /// Names and types of the imported functions.
    pub imports: Vec<(&'a str, u32)>,
    /// The types of the module's own functions, and their code.
    functions: Vec<u32>,
    bodies: Vec<FunctionBody<'a>>,
    pub tables: Vec<TableType>,
    pub memories: Vec<MemoryType>,
    pub globals: Vec<GlobalType>,
    /// The table of functions, and the function at each place of it.
    pub table: u32,
    pub places: BTreeMap<u32, u32>,
    /// The functions that are exported.
    pub entries: BTreeSet<u32>,
}

impl<'a> Whole<'a> {
    pub fn parse(module: &'a [u8]) -> Result<Self> {
        let mut whole = Self::default();
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::TypeSection(reader) => {
                    whole.types = &module[reader.range()];
                    whole.types_count = reader.count();
                }
                Payload::ImportSection(reader) => {
                    for import in reader.into_imports() {
                        let import = import?;
                        let TypeRef::Func(ty) = import.ty else { bail!("{} is not a function", import.name) };
                        whole.imports.push((import.name, ty));
                    }
                }
                Payload::FunctionSection(reader) => whole.functions = reader.into_iter().collect::<Result<_, _>>()?,
                Payload::TableSection(reader) => {
                    for table in reader {
                        whole.tables.push(table?.ty);
                    }
                }
                Payload::MemorySection(reader) => whole.memories = reader.into_iter().collect::<Result<_, _>>()?,
                Payload::GlobalSection(reader) => {
                    for global in reader {
                        whole.globals.push(global?.ty);
                    }
                }
                Payload::ExportSection(reader) => {
                    for export in reader {
                        let export = export?;
                        if export.kind == ExternalKind::Func {
                            whole.entries.insert(export.index);
                        }
                    }
                }
                Payload::StartSection { .. } => {
                    bail!("the module has a function that runs before the rest could be loaded")
                }
                Payload::ElementSection(reader) => {
                    for element in reader {
                        whole.add_element(element?)?;
                    }
                }
                Payload::CodeSectionEntry(body) => whole.bodies.push(body),
                _ => {}
            }
        }
        ensure!(!whole.places.is_empty(), "the module has no table with functions");
        Ok(whole)
    }

    fn add_element(&mut self, element: wasmparser::Element<'_>) -> Result<()> {
        let ElementKind::Active { table_index, offset_expr } = element.kind else { bail!("an element is not active") };
        let ElementItems::Functions(functions) = element.items else { bail!("an element is no list of functions") };
        ensure!(self.places.is_empty() || self.table == table_index.unwrap_or(0), "functions are in two tables");
        self.table = table_index.unwrap_or(0);
        let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
            bail!("the place of an element is not constant")
        };
        for (slot, function) in (value.cast_unsigned()..).zip(functions) {
            self.places.insert(slot, function?);
        }
        Ok(())
    }

    /// The module's own functions.
    pub fn own_functions(&self) -> impl Iterator<Item = u32> {
        (self.imports.len() as u32..).take(self.functions.len())
    }

    /// The index of a function among the module's own; `None` if it is imported.
    pub fn own(&self, function: u32) -> Option<usize> {
        (function as usize).checked_sub(self.imports.len())
    }

    /// The type of one of the module's own functions.
    pub fn type_of(&self, function: u32) -> u32 {
        self.functions[function as usize - self.imports.len()]
    }

    /// The code of one of the module's own functions.
    pub fn body(&self, function: u32) -> &FunctionBody<'a> {
        &self.bodies[function as usize - self.imports.len()]
    }

    /// What one of the module's own functions calls.
    pub fn calls(&self, function: u32) -> Result<BTreeSet<u32>> {
        let mut called = BTreeSet::new();
        for operator in self.body(function).get_operators_reader()? {
            match operator? {
                Operator::Call { function_index } => drop(called.insert(function_index)),
                Operator::RefFunc { .. }
                | Operator::ReturnCall { .. }
                | Operator::ReturnCallIndirect { .. }
                | Operator::MemoryInit { .. }
                | Operator::DataDrop { .. }
                | Operator::TableInit { .. }
                | Operator::ElemDrop { .. } => bail!("function {function} has an instruction that cannot be split"),
                _ => {}
            }
        }
        Ok(called)
    }
}
