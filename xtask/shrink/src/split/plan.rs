//! Which part has which function, and how one part calls the functions of the other.

use super::whole::Whole;
use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};

/// The division of a module's functions.
pub struct Plan {
    /// The functions of the first part, and those of the rest.
    pub first: Vec<u32>,
    pub rest: Vec<u32>,
    /// The imported functions that the rest calls.
    pub rest_imports: Vec<u32>,
    /// A place in the table of each function that the other part calls.
    pub place_of: BTreeMap<u32, u32>,
    /// All places of the table that have a function, in order.
    pub places: BTreeMap<u32, u32>,
    /// How many places the table has.
    pub table_size: u32,
}

impl Plan {
    /// `is_of_rest` says which of the module's own functions, counted from 0, the rest has. What is exported stays in the first part.
    pub fn new(whole: &Whole<'_>, is_of_rest: impl Fn(usize) -> bool) -> Result<Self> {
        let (rest, first): (Vec<_>, Vec<_>) = whole
            .own_functions()
            .partition(|function| !whole.entries.contains(function) && whole.own(*function).is_some_and(&is_of_rest));
        let called = |functions: &[u32]| -> Result<BTreeSet<u32>> {
            let calls = functions.iter().map(|function| whole.calls(*function));
            Ok(calls.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
        };
        let of_rest: BTreeSet<_> = rest.iter().copied().collect();
        let by_first = called(&first)?.into_iter().filter(|function| of_rest.contains(function));
        let (rest_imports, by_rest): (Vec<_>, Vec<_>) = called(&rest)?
            .into_iter()
            .filter(|function| !of_rest.contains(function))
            .partition(|function| whole.own(*function).is_none());

        let table = whole.tables.get(whole.table as usize).context("the module has no table of functions")?;
        let mut table_size = u32::try_from(table.initial)?;
        let mut places = whole.places.clone();
        let mut place_of: BTreeMap<_, _> = places.iter().map(|(place, function)| (*function, *place)).collect();
        for function in by_rest.into_iter().chain(by_first) {
            place_of.entry(function).or_insert_with(|| {
                places.insert(table_size, function);
                table_size += 1;
                table_size - 1
            });
        }
        Ok(Self { first, rest, rest_imports, place_of, places, table_size })
    }
}
