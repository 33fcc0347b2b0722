//! The objects: each is one writer of one thing. Whoever keeps them makes them here; everybody else calls them, by `calls/`.

mod daraja;
mod desk;
mod fading;
mod key;
mod merchants;
mod payment;
mod quota;
mod receipt;
mod roster;
mod small_rows;
mod subscriber;

use crate::platform::Env;
use crate::platform::class::{Class, Object};
use crate::platform::home::Home;
use fading::Small;
use malipo_engine::idempotency::UsedKey;
use malipo_engine::quota::Quota;
use malipo_engine::subscriber::Subscriber;
use std::rc::Rc;

/// An instance of an object on its storage, which is older than it and outlives it.
#[must_use]
pub fn open(class: Class, home: Rc<dyn Home>, env: Env) -> Rc<dyn Object> {
    match class {
        Class::Payment => Rc::new(payment::Payment::new(home, env)),
        Class::Receipt => Rc::new(receipt::Receipt::new(home, env)),
        Class::Daraja => Rc::new(daraja::Daraja::new(home, env)),
        Class::Merchants => Rc::new(merchants::Merchants::new(home)),
        Class::Desk => Rc::new(desk::Desk::new(home)),
        Class::Roster => Rc::new(roster::Roster::new(home)),
        Class::Subscriber => Rc::new(Small::<Subscriber>::new(home, env)),
        Class::Quota => Rc::new(Small::<Quota>::new(home, env)),
        Class::Key => Rc::new(Small::<UsedKey>::new(home, env)),
    }
}
