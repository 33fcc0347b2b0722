//! `Busy`: a flag that is up while something goes on, and down again however that ends.

use std::cell::Cell;
use std::rc::Rc;

/// Something that goes on once at a time; over when it is dropped, by a panic too.
pub struct Busy<T> {
    of: Rc<T>,
    flag: fn(&T) -> &Cell<bool>,
}

impl<T> Busy<T> {
    /// Raises the flag; none where it is up already.
    pub fn begin(of: &Rc<T>, flag: fn(&T) -> &Cell<bool>) -> Option<Busy<T>> {
        let was_up = flag(of).replace(true);
        // Made only where it is this one's: its end takes the flag down.
        (!was_up).then(|| Busy {
            of: Rc::clone(of),
            flag,
        })
    }
}

impl<T> Drop for Busy<T> {
    fn drop(&mut self) {
        let Busy { of, flag } = self;
        flag(of).set(false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_finds_the_flag_up_leaves_it_up() {
        let flag = Rc::new(Cell::new(false));
        let first = Busy::begin(&flag, |flag| flag).unwrap();
        assert!(Busy::begin(&flag, |flag| flag).is_none());
        assert!(flag.get(), "the first one goes on");
        drop(first);
        assert!(!flag.get());
    }
}
