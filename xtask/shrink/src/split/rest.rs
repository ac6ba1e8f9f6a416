//! Writes the rest: functions that work on the first part's memory, tables and globals.

use super::plan::Plan;
use super::whole::Whole;
use super::{FIRST_PART, Part, elements, resized_tables, state, written};
use crate::module::IMPORTED_FROM;
use anyhow::Result;
use std::collections::BTreeMap;
use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{CodeSection, EntityType, ExportKind, FunctionSection, ImportSection, Module, TypeSection};
use wasmparser::{BinaryReader, TypeSectionReader};

pub struct Rest<'a> {
    whole: &'a Whole<'a>,
    plan: &'a Plan,
    /// The new indices of the functions: the imported ones first.
    indices: BTreeMap<u32, u32>,
}

impl Part for Rest<'_> {
    fn has(&self, function: u32) -> bool {
        self.indices.contains_key(&function)
    }
}

impl Reencode for Rest<'_> {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> std::result::Result<u32, Error<Infallible>> {
        Ok(self.indices[&function])
    }
}

impl<'a> Rest<'a> {
    pub fn new(whole: &'a Whole<'a>, plan: &'a Plan) -> Self {
        let indices = plan.rest_imports.iter().chain(&plan.rest).copied().zip(0..).collect();
        Self { whole, plan, indices }
    }

    pub fn write(mut self) -> Result<Vec<u8>> {
        let mut module = Module::new();
        module.section(&self.types()?);
        module.section(&self.imports()?);
        let mut functions = FunctionSection::new();
        for function in &self.plan.rest {
            functions.function(self.whole.type_of(*function));
        }
        module.section(&functions);
        module.section(&elements(self.whole, self.plan, &self.indices));
        module.section(&self.code()?);
        Ok(module.finish())
    }

    /// All types of the module, so that their indices stay.
    fn types(&mut self) -> Result<TypeSection> {
        let mut types = TypeSection::new();
        self.parse_type_section(&mut types, TypeSectionReader::new(BinaryReader::new(self.whole.types, 0))?)?;
        Ok(types)
    }

    /// Memories, tables and globals have the same indices as in the first part.
    fn imports(&mut self) -> Result<ImportSection> {
        let mut imports = ImportSection::new();
        for function in &self.plan.rest_imports {
            let (name, ty) = self.whole.imports[*function as usize];
            imports.import(IMPORTED_FROM, name, EntityType::Function(ty));
        }
        let tables: Vec<_> = resized_tables(self.whole, self.plan).collect();
        for (name, kind, index) in state(self.whole) {
            let index = index as usize;
            let ty: EntityType = match kind {
                ExportKind::Memory => self.memory_type(self.whole.memories[index])?.into(),
                ExportKind::Table => self.table_type(tables[index])?.into(),
                _ => self.global_type(self.whole.globals[index])?.into(),
            };
            imports.import(FIRST_PART, &name, ty);
        }
        Ok(imports)
    }

    fn code(&mut self) -> Result<CodeSection> {
        let mut code = CodeSection::new();
        for function in &self.plan.rest {
            code.function(&written(self, self.whole, self.plan, *function, None)?);
        }
        Ok(code)
    }
}
