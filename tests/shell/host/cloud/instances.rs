//! Instances of objects: one at a time may write, an idle one leaves memory, and each may end or be replaced between two steps.

use super::{Cloud, Instance};
use crate::host::fate::{Fault, HostRule};
use crate::host::place::Place;
use crate::host::run::{Life, PEOPLE};
use malipo_shell::platform::class::Object;
use malipo_shell::platform::error::{Error, Result};
use std::collections::BTreeMap;
use std::rc::Rc;

/// An idle object leaves memory after this.
const IDLE_MS: u64 = 10_000;
/// A replaced instance goes on for at most this.
const BESIDE_MS: u64 = 30_000;

impl Cloud {
    pub(crate) fn is_instance(&self, life: Life) -> bool {
        self.instances.borrow().contains_key(&life)
    }

    /// The present instance of an object; one that has been idle may have left memory.
    pub(crate) fn present(self: &Rc<Self>, place: usize) -> (Life, Rc<dyn Object>) {
        let now_ms = self.run.now_ms();
        let (present, idle_ms) = self.at(place, |at| {
            (at.instance, now_ms.saturating_sub(at.last_used_ms))
        });
        if let Some(life) = present {
            let is_idle = self.run.is_idle(life) && !self.at(place, Place::is_provisional);
            let leaves = is_idle && (idle_ms > IDLE_MS || self.strikes(Fault::Evicted));
            if !leaves {
                self.change(place, |at| at.last_used_ms = now_ms);
                let object = self
                    .instances
                    .borrow()
                    .get(&life)
                    .map(|of| Rc::clone(&of.object));
                return (life, object.unwrap());
            }
            self.forget(life);
        }
        let life = self.run.begin();
        self.change(place, |at| {
            at.instance = Some(life);
            at.last_used_ms = now_ms;
        });
        let object = (self.make)(self, life, place);
        let instance = Instance {
            place,
            object: Rc::clone(&object),
            written: 0,
            is_replaced: false,
            is_broken: false,
            gated: Vec::new(),
        };
        self.instances.borrow_mut().insert(life, instance);
        (life, object)
    }

    pub(crate) fn forget(&self, life: Life) {
        self.run.end(life);
        let gone = self.instances.borrow_mut().remove(&life);
        drop(gone);
    }

    /// A life ends between two steps. What an object wrote last is kept or not, and what waited for that does not leave.
    pub(crate) fn crash(self: &Rc<Self>, life: Life, is_kept: bool) {
        if !self.fate.keeps(HostRule::Memory) {
            return;
        }
        let place = self.instances.borrow().get(&life).map(|of| of.place);
        self.tell(|| match place {
            Some(place) => format!(
                "  crash of {}",
                self.at(place, |at| format!("{:?} {}", at.class, at.name))
            ),
            None => "  crash at the edge".to_owned(),
        });
        self.forget(life);
        let Some(place) = place else { return };
        if self.at(place, |at| at.instance == Some(life)) {
            let is_kept = is_kept || !self.fate.keeps(HostRule::Provisional);
            self.change(place, |at| {
                at.instance = None;
                let written = at.written;
                at.keep(if is_kept { written } else { 0 });
                at.lose();
            });
            self.rang_in_vain(place, life);
            if is_kept {
                self.became_durable(place);
            }
        }
    }

    /// A deployment: other variables, new isolates, and every object's next event makes an instance anew.
    pub(crate) fn deploys(self: &Rc<Self>, variables: BTreeMap<&'static str, String>) {
        *self.shelf.variables.borrow_mut() = variables;
        for isolate in self.isolates.borrow_mut().iter_mut() {
            *isolate = Rc::default();
        }
        let lives: Vec<Life> = self.instances.borrow().keys().copied().collect();
        for life in lives {
            self.crash(life, true);
        }
    }

    /// Another instance takes its place, and it goes on beside that one.
    pub(crate) fn replace(self: &Rc<Self>, life: Life) {
        let gated = {
            let mut instances = self.instances.borrow_mut();
            let Some(of) = instances.get_mut(&life).filter(|of| !of.is_replaced) else {
                return;
            };
            of.is_replaced = true;
            of.is_broken = self.at(of.place, |at| at.kept < of.written);
            (of.place, std::mem::take(&mut of.gated))
        };
        let (place, gated) = gated;
        drop(gated);
        self.tell(|| {
            self.at(place, |at| {
                format!("  replaced: {:?} {}", at.class, at.name)
            })
        });
        if self.at(place, |at| at.instance == Some(life)) {
            self.change(place, |at| {
                at.instance = None;
                at.lose();
            });
            self.rang_in_vain(place, life);
        }
        let cloud = Rc::clone(self);
        self.run
            .after(BESIDE_MS, PEOPLE, move || cloud.forget(life));
    }

    /// Whether this life may touch the storage.
    pub(crate) fn check_present(&self, life: Life, place: usize) -> Result<()> {
        let is_present = self.at(place, |at| at.instance == Some(life));
        if is_present || !self.fate.keeps(HostRule::Gone) {
            return Ok(());
        }
        Err(Error::new("this instance was replaced"))
    }
}
