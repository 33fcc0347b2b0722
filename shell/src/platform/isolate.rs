//! `Isolate`: what one isolate remembers between requests, by its type: settings, merchants, failed keys, health. It may be gone at any
//! time, and another isolate has another one: nothing about money rests on it.

use core::any::{Any, TypeId};
use std::cell::RefCell;
use std::rc::Rc;

/// One of each type that is remembered.
#[derive(Default)]
pub struct Isolate {
    remembered: RefCell<Vec<(TypeId, Rc<dyn Any>)>>,
}

impl Isolate {
    /// The one of this type; made when it is first asked for.
    pub fn of<T: Default + 'static>(&self) -> Rc<RefCell<T>> {
        let mut remembered = self.remembered.borrow_mut();
        let id = TypeId::of::<T>();
        let found = remembered.iter().find(|(known, _)| *known == id);
        if let Some(it) = found.and_then(|(_, it)| Rc::clone(it).downcast().ok()) {
            return it;
        }
        let made: Rc<RefCell<T>> = Rc::default();
        remembered.push((id, Rc::clone(&made) as Rc<dyn Any>));
        made
    }
}
