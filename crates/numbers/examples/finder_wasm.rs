//! The finder alone as a WebAssembly module, for `cargo xtask bench numbers`: the script writes UTF-16 units and the ends of cells into
//! memory, calls `find`, and reads how many numbers there are.
#![allow(missing_docs)]

use std::sync::{Mutex, PoisonError};

use patchcord_numbers::{Cell, Find, Finder, FinderConfig, Hint, Region};

struct State {
    finder: Option<Finder>,
    units: Vec<u16>,
    ends: Vec<u32>,
    cells: Vec<Cell>,
    finds: Vec<Find>,
}

static STATE: Mutex<State> = Mutex::new(State { finder: None, units: Vec::new(), ends: Vec::new(), cells: Vec::new(), finds: Vec::new() });

fn with<T>(act: impl FnOnce(&mut State) -> T) -> T {
    act(&mut STATE.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Makes the finder for one region, two letters packed into a number.
// SAFETY: the name is this module's own.
#[unsafe(no_mangle)]
pub extern "C" fn start(region: u32) {
    let code = [(region >> 8) as u8, region as u8];
    let region = core::str::from_utf8(&code).ok().and_then(Region::from_code);
    let config = FinderConfig { regions: region.into_iter().collect(), ..FinderConfig::default() };
    with(|state| state.finder = Some(Finder::new(&config)));
}

/// Makes room, and says where the units go.
// SAFETY: the name is this module's own.
#[unsafe(no_mangle)]
pub extern "C" fn units(count: usize) -> *mut u16 {
    with(|state| {
        state.units.resize(count, 0);
        state.units.as_mut_ptr()
    })
}

/// Makes room, and says where the ends of the cells go.
// SAFETY: the name is this module's own.
#[unsafe(no_mangle)]
pub extern "C" fn ends(count: usize) -> *mut u32 {
    with(|state| {
        state.ends.resize(count, 0);
        state.ends.as_mut_ptr()
    })
}

/// Looks, and says how many numbers there are.
// SAFETY: the name is this module's own.
#[unsafe(no_mangle)]
pub extern "C" fn find() -> usize {
    with(|state| {
        let State { finder, units, ends, cells, finds } = state;
        cells.clear();
        cells.extend(ends.iter().map(|end| Cell::new(*end as usize, Hint::None)));
        finds.clear();
        if let Some(finder) = finder {
            finder.find(units, cells, finds);
        }
        finds.len()
    })
}
