//! Splits a module in two, so that a page starts before the whole app is there. The first part has all data, and is what the page
//! starts. Each part calls the functions of the other one through the table of functions. While the rest is not there, its places in
//! the table are empty, and the first part lets the script load the rest before it calls such a place.

mod first;
mod plan;
mod rest;
mod whole;

use anyhow::{Context, Result};
use first::First;
use plan::Plan;
use rest::Rest;
use std::collections::BTreeMap;
use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{ConstExpr, ElementSection, Elements, ExportKind, Function, Instruction, Module};
use wasmparser::{Operator, Parser, TableType};
use whole::Whole;

/// What the rest imports the first part's memories, tables and globals from.
pub const FIRST_PART: &str = "b";
/// The script's function that loads the rest.
pub const LOAD: &str = "load";

/// The two parts of a module.
pub struct Parts {
    pub first: Vec<u8>,
    pub rest: Vec<u8>,
}

/// Splits a module that imports only functions. `is_of_rest` says which of the module's own functions, counted from 0, are in the
/// rest.
pub fn split(module: &[u8], is_of_rest: impl Fn(usize) -> bool) -> Result<Parts> {
    let whole = Whole::parse(module)?;
    let plan = Plan::new(&whole, is_of_rest)?;
    let mut first = Module::new();
    First::new(&whole, &plan).parse_core_module(&mut first, Parser::new(0), module)?;
    let parts = Parts { first: first.finish(), rest: Rest::new(&whole, &plan).write()? };
    for part in [&parts.first, &parts.rest] {
        wasmparser::validate(part).context("a part is not valid")?;
    }
    Ok(parts)
}

/// What the parts share, with the names under which the first part exports it.
fn state(whole: &Whole<'_>) -> impl Iterator<Item = (String, ExportKind, u32)> {
    let named = |sign, kind, count: usize| (0..count as u32).map(move |index| (format!("{sign}{index}"), kind, index));
    named('m', ExportKind::Memory, whole.memories.len())
        .chain(named('t', ExportKind::Table, whole.tables.len()))
        .chain(named('g', ExportKind::Global, whole.globals.len()))
}

/// The tables, with all functions that one part calls in the other.
fn resized_tables(whole: &Whole<'_>, plan: &Plan) -> impl Iterator<Item = TableType> {
    (0..).zip(&whole.tables).map(|(index, table)| {
        let mut table = *table;
        if index == whole.table {
            table.initial = plan.table_size.into();
            table.maximum = table.maximum.map(|maximum| maximum.max(table.initial));
        }
        table
    })
}

/// Puts a part's functions into the table.
fn elements(whole: &Whole<'_>, plan: &Plan, indices: &BTreeMap<u32, u32>) -> ElementSection {
    let mut runs: Vec<(u32, Vec<u32>)> = Vec::new();
    for (place, function) in &plan.places {
        let Some(index) = indices.get(function) else { continue };
        match runs.last_mut() {
            Some((first, functions)) if *first + functions.len() as u32 == *place => functions.push(*index),
            _ => runs.push((*place, vec![*index])),
        }
    }
    let mut elements = ElementSection::new();
    for (first, functions) in runs {
        // Table 0 has a shorter form.
        let table = Some(whole.table).filter(|table| *table != 0);
        elements.active(table, &ConstExpr::i32_const(first.cast_signed()), Elements::Functions(functions.into()));
    }
    elements
}

/// One of the two parts, while it is written.
trait Part: Reencode<Error = Infallible> {
    /// Whether the part can call a function directly.
    fn has(&self, function: u32) -> bool;
}

/// The code of a function, as a part has it. `before_place` is done with each place in the table before it is called.
fn written(
    part: &mut impl Part,
    whole: &Whole<'_>,
    plan: &Plan,
    function: u32,
    before_place: Option<&Instruction<'_>>,
) -> std::result::Result<Function, Error<Infallible>> {
    let body = whole.body(function);
    let mut written = part.new_function_with_parsed_locals(body)?;
    for operator in body.get_operators_reader()? {
        let instruction = match operator? {
            Operator::Call { function_index } if !part.has(function_index) => {
                written.instruction(&Instruction::I32Const(plan.place_of[&function_index].cast_signed()));
                Instruction::CallIndirect { type_index: whole.type_of(function_index), table_index: whole.table }
            }
            operator => part.instruction(operator)?,
        };
        if let (Instruction::CallIndirect { .. }, Some(before)) = (&instruction, before_place) {
            written.instruction(before);
        }
        written.instruction(&instruction);
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::module::IMPORTED_FROM;
    use crate::record;
    use std::collections::BTreeSet;
    use wasmi::{AsContextMut, Caller, Engine, Linker, Store, Val};

    /// `first` calls `later` directly, `through_table` calls `at_place`, and both call `double` of the other part.
    const MODULE: &str = r#"(module
        (type $number (func (param i32) (result i32)))
        (import "a" "a" (func $log (param i32)))
        (table 4 4 funcref)
        (memory 1)
        (global $sum (mut i32) (i32.const 0))
        (type $text (func (param i32)))
        (elem (i32.const 1) $at_place $first $log)
        (func $first (type $number) (call $later (local.get 0)))
        (func $through_table (type $number) (call_indirect (type $number) (local.get 0) (i32.const 1)))
        (func $read (result i32) (i32.add (global.get $sum) (i32.load (i32.const 8))))
        (func $double (type $number) (i32.mul (local.get 0) (i32.const 2)))
        (func $later (type $number)
            (call_indirect (type $text) (local.get 0) (i32.const 3))
            (global.set $sum (i32.add (global.get $sum) (i32.const 100)))
            (i32.store (i32.const 8) (i32.const 7))
            (call $double (call $again (local.get 0))))
        (func $again (type $number) (i32.add (local.get 0) (i32.const 1)))
        (func $at_place (type $number) (call $double (call $again (local.get 0))))
        (export "b" (func $first))
        (export "c" (func $through_table))
        (export "d" (func $read)))"#;
    const REST: [usize; 3] = [4, 5, 6];

    /// What the script does: loads the rest when it is asked for, and knows the log and the number of loads.
    #[derive(Default)]
    struct Script {
        rest: Vec<u8>,
        log: Vec<i32>,
        loads: usize,
    }

    fn instantiate(parts: Parts) -> (Store<Script>, wasmi::Instance) {
        let engine = Engine::default();
        let mut store = Store::new(&engine, Script { rest: parts.rest, ..Script::default() });
        let mut linker = Linker::new(&engine);
        linker
            .func_wrap(IMPORTED_FROM, "a", |mut caller: Caller<'_, Script>, number: i32| {
                caller.data_mut().log.push(number)
            })
            .unwrap();
        let for_rest = linker.clone();
        let load = move |mut caller: Caller<'_, Script>| {
            caller.data_mut().loads += 1;
            let mut linker = for_rest.clone();
            for name in ["m0", "t0", "g0"] {
                linker.define(FIRST_PART, name, caller.get_export(name).unwrap()).unwrap();
            }
            let rest = wasmi::Module::new(caller.engine(), &caller.data().rest[..]).unwrap();
            linker.instantiate_and_start(caller.as_context_mut(), &rest).unwrap();
        };
        linker.func_wrap(IMPORTED_FROM, LOAD, load).unwrap();
        let first = wasmi::Module::new(&engine, &parts.first[..]).unwrap();
        let instance = linker.instantiate_and_start(&mut store, &first).unwrap();
        (store, instance)
    }

    fn call(store: &mut Store<Script>, instance: wasmi::Instance, export: &str, number: Option<i32>) -> i32 {
        let function = instance.get_func(&*store, export).unwrap();
        let mut results = [Val::I32(0)];
        function.call(store, &number.map(Val::I32).into_iter().collect::<Vec<_>>(), &mut results).unwrap();
        results[0].i32().unwrap()
    }

    fn parts(rest: &[usize]) -> Parts {
        split(&wat::parse_str(MODULE).unwrap(), |function| rest.contains(&function)).unwrap()
    }

    #[test]
    fn a_function_of_the_rest_is_loaded_once_when_it_is_called() {
        let (mut store, instance) = instantiate(parts(&REST));
        assert_eq!(call(&mut store, instance, "d", None), 0);
        assert_eq!(store.data().loads, 0, "the first part is enough");
        assert_eq!(call(&mut store, instance, "b", Some(20)), 42);
        assert_eq!(call(&mut store, instance, "c", Some(1)), 4);
        assert_eq!(call(&mut store, instance, "b", Some(1)), 4);
        assert_eq!(call(&mut store, instance, "d", None), 207, "both parts have the same memory and globals");
        assert_eq!((store.data().loads, &store.data().log[..]), (1, &[20, 1][..]));
    }

    #[test]
    fn a_call_through_the_table_loads_the_rest_too() {
        let (mut store, instance) = instantiate(parts(&REST));
        assert_eq!(call(&mut store, instance, "c", Some(20)), 42);
        assert_eq!(store.data().loads, 1);
    }

    #[test]
    fn every_division_computes_the_same() {
        for functions in 0..1_u32 << 7 {
            let rest: Vec<_> = (0..7).filter(|function| functions >> function & 1 == 1).collect();
            let (mut store, instance) = instantiate(parts(&rest));
            let results = ["b", "c", "b"].map(|export| call(&mut store, instance, export, Some(5)));
            assert_eq!((results, call(&mut store, instance, "d", None)), ([12, 12, 12], 207), "{rest:?}");
        }
    }

    #[test]
    fn a_recorded_module_reports_what_it_runs() {
        let engine = Engine::default();
        let mut store = Store::new(&engine, BTreeSet::new());
        let mut linker = Linker::new(&engine);
        linker.func_wrap(IMPORTED_FROM, "a", |_: i32| {}).unwrap();
        let report = |mut caller: Caller<'_, BTreeSet<i32>>, function: i32| caller.data_mut().extend([function]);
        linker.func_wrap(IMPORTED_FROM, record::REPORT, report).unwrap();
        let module = record::record(&wat::parse_str(MODULE).unwrap()).unwrap();
        let instance =
            linker.instantiate_and_start(&mut store, &wasmi::Module::new(&engine, &module[..]).unwrap()).unwrap();
        let mut results = [Val::I32(0)];
        instance.get_func(&store, "c").unwrap().call(&mut store, &[Val::I32(20)], &mut results).unwrap();
        assert_eq!((results[0].i32(), store.into_data()), (Some(42), BTreeSet::from([1, 3, 5, 6])));
    }

    #[test]
    fn what_cannot_be_split_is_refused() {
        for module in [
            r#"(module (import "a" "a" (memory 1)) (table 1 1 funcref) (func))"#,
            r#"(module (table 1 1 funcref) (func $a) (func (drop (ref.func $a))) (elem declare func $a))"#,
            r#"(module (func))"#,
        ] {
            assert!(split(&wat::parse_str(module).unwrap(), |_| true).is_err(), "{module}");
        }
    }
}
