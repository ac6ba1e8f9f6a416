//! Makes a module report each function that it runs, so that it is known what a first load needs.

use crate::module::IMPORTED_FROM;
use anyhow::Result;
use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, EntityType, Function, ImportSection, Instruction, Module, TypeSection, ValType};
use wasmparser::{FunctionBody, ImportSectionReader, Parser, TypeSectionReader};

/// The script's function that gets the index of each function among the module's own ones.
pub const REPORT: &str = "report";

#[derive(Default)]
struct Recorder {
    types: u32,
    imports: u32,
}

/// The module, with a report at the beginning of each function.
pub fn record(module: &[u8]) -> Result<Vec<u8>> {
    let mut recorded = Module::new();
    Recorder::default().parse_core_module(&mut recorded, Parser::new(0), module)?;
    Ok(recorded.finish())
}

impl Reencode for Recorder {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Infallible>> {
        Ok(if function < self.imports { function } else { function + 1 })
    }

    fn parse_type_section(
        &mut self,
        types: &mut TypeSection,
        section: TypeSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        utils::parse_type_section(self, types, section)?;
        self.types = types.len();
        types.ty().function([ValType::I32], []);
        Ok(())
    }

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: ImportSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        utils::parse_import_section(self, imports, section)?;
        self.imports = imports.len();
        imports.import(IMPORTED_FROM, REPORT, EntityType::Function(self.types));
        Ok(())
    }

    fn parse_function_body(&mut self, code: &mut CodeSection, body: FunctionBody<'_>) -> Result<(), Error<Infallible>> {
        let mut function: Function = self.new_function_with_parsed_locals(&body)?;
        function.instruction(&Instruction::I32Const(code.len().cast_signed()));
        function.instruction(&Instruction::Call(self.imports));
        for operator in body.get_operators_reader()? {
            function.instruction(&self.instruction(operator?)?);
        }
        code.function(&function);
        Ok(())
    }
}
