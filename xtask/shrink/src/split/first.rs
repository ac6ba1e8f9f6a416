//! Writes the first part: the whole module without the rest's functions.

use super::plan::Plan;
use super::whole::Whole;
use super::{LOAD, Part, elements, resized_tables, state, written};
use crate::module::IMPORTED_FROM;
use std::collections::BTreeMap;
use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    BlockType, CodeSection, ElementSection, EntityType, ExportSection, Function, FunctionSection, ImportSection,
    Instruction, Module, TableSection, TypeSection, ValType,
};
use wasmparser::{
    CodeSectionReader, CustomSectionReader, ElementSectionReader, ExportSectionReader, FunctionSectionReader,
    ImportSectionReader, TableSectionReader, TypeSectionReader,
};

type Result = std::result::Result<(), Error<Infallible>>;

pub struct First<'a> {
    whole: &'a Whole<'a>,
    plan: &'a Plan,
    /// The new indices of the imported functions, which keep theirs, and of the first part's own ones.
    indices: BTreeMap<u32, u32>,
}

impl<'a> First<'a> {
    pub fn new(whole: &'a Whole<'a>, plan: &'a Plan) -> Self {
        let imports = whole.imports.len() as u32;
        let own = plan.first.iter().copied().zip(imports + 1..);
        let indices = (0..imports).map(|import| (import, import)).chain(own).collect();
        Self { whole, plan, indices }
    }

    /// The script's function that loads the rest, the last import.
    fn load(&self) -> u32 {
        self.whole.imports.len() as u32
    }

    /// The function that gets a place in the table, loads the rest if that is empty, and returns the place. It is the last one.
    fn load_if_empty(&self) -> u32 {
        self.load() + 1 + self.plan.first.len() as u32
    }

    /// The types of both, which are new.
    fn load_type(&self) -> u32 {
        self.whole.types_count
    }

    fn load_if_empty_type(&self) -> u32 {
        self.load_type() + 1
    }

    fn load_if_empty_body(&self) -> Function {
        let mut body = Function::new([]);
        body.instruction(&Instruction::LocalGet(0));
        body.instruction(&Instruction::TableGet(self.whole.table));
        body.instruction(&Instruction::RefIsNull);
        body.instruction(&Instruction::If(BlockType::Empty));
        body.instruction(&Instruction::Call(self.load()));
        body.instruction(&Instruction::End);
        body.instruction(&Instruction::LocalGet(0));
        body.instruction(&Instruction::End);
        body
    }
}

impl Part for First<'_> {
    fn has(&self, function: u32) -> bool {
        self.indices.contains_key(&function)
    }
}

impl Reencode for First<'_> {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> std::result::Result<u32, Error<Infallible>> {
        Ok(self.indices[&function])
    }

    /// Nothing reads names and the like when the module runs.
    fn parse_custom_section(&mut self, _: &mut Module, _: CustomSectionReader<'_>) -> Result {
        Ok(())
    }

    fn parse_type_section(&mut self, types: &mut TypeSection, section: TypeSectionReader<'_>) -> Result {
        utils::parse_type_section(self, types, section)?;
        types.ty().function([], []);
        types.ty().function([ValType::I32], [ValType::I32]);
        Ok(())
    }

    fn parse_import_section(&mut self, imports: &mut ImportSection, section: ImportSectionReader<'_>) -> Result {
        utils::parse_import_section(self, imports, section)?;
        imports.import(IMPORTED_FROM, LOAD, EntityType::Function(self.load_type()));
        Ok(())
    }

    fn parse_function_section(&mut self, functions: &mut FunctionSection, _: FunctionSectionReader<'_>) -> Result {
        for function in &self.plan.first {
            functions.function(self.whole.type_of(*function));
        }
        functions.function(self.load_if_empty_type());
        Ok(())
    }

    fn parse_table_section(&mut self, tables: &mut TableSection, _: TableSectionReader<'_>) -> Result {
        for table in resized_tables(self.whole, self.plan) {
            tables.table(self.table_type(table)?);
        }
        Ok(())
    }

    fn parse_export_section(&mut self, exports: &mut ExportSection, section: ExportSectionReader<'_>) -> Result {
        utils::parse_export_section(self, exports, section)?;
        for (name, kind, index) in state(self.whole) {
            exports.export(&name, kind, index);
        }
        Ok(())
    }

    fn parse_element_section(&mut self, section: &mut ElementSection, _: ElementSectionReader<'_>) -> Result {
        *section = elements(self.whole, self.plan, &self.indices);
        Ok(())
    }

    fn parse_code_section(&mut self, code: &mut CodeSection, _: CodeSectionReader<'_>) -> Result {
        let load_if_empty = Instruction::Call(self.load_if_empty());
        for function in &self.plan.first {
            code.function(&written(self, self.whole, self.plan, *function, Some(&load_if_empty))?);
        }
        code.function(&self.load_if_empty_body());
        Ok(())
    }
}
