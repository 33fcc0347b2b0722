//! The tests of the whole: `it` needs nothing, `live` needs the running Worker and emulator, `examples` the example shops
//! too.
