//! The storage: a write is provisional until it is durable, the writes of one step together, and nothing that follows leaves before that.

use super::Cloud;
use crate::host::fate::{Fault, HostRule};
use crate::host::place::{Place, State};
use crate::host::run::{Life, PEOPLE};
use crate::host::sql::Owned;
use malipo_shell::platform::error::{Error, Result};
use malipo_shell::platform::home::{Alarm, Batch};
use std::cell::Cell;
use std::rc::Rc;

impl Cloud {
    /// An instance writes.
    pub(crate) fn write(
        self: &Rc<Self>,
        life: Life,
        place: usize,
        batch: &Batch,
        alarm: Alarm,
    ) -> Result<()> {
        self.check_present(life, place)?;
        if self.strikes(Fault::NotWritten) {
            return takes_nothing();
        }
        let is_apart = !self.fate.keeps(HostRule::Together);
        self.change(place, |at| match is_apart && !batch.put.is_empty() {
            true => at.write(batch, Alarm::Leave),
            false => at.write(batch, alarm),
        });
        self.wrote(life, place);
        Ok(())
    }

    /// An instance erases all that its object holds.
    pub(crate) fn erase(self: &Rc<Self>, life: Life, place: usize) -> Result<()> {
        if self.strikes(Fault::NotWritten) {
            return takes_nothing();
        }
        self.change(place, Place::erase);
        self.wrote(life, place);
        Ok(())
    }

    /// An instance runs a statement on its object's own tables.
    pub(crate) fn sql(
        self: &Rc<Self>,
        life: Life,
        place: usize,
        statement: Owned,
    ) -> Result<Vec<String>> {
        let (texts, writes) = self.change(place, |at| at.sql(statement));
        if writes {
            self.wrote(life, place);
        }
        texts
    }

    /// Undoes what an instance wrote since.
    pub(crate) fn undo(&self, place: usize, mark: (State, u64)) {
        self.change(place, |at| at.undo(mark));
    }

    /// A write, of whatever kind: provisional until it is durable.
    pub(crate) fn wrote(self: &Rc<Self>, life: Life, place: usize) {
        self.writes.set(self.writes.get() + 1);
        if self.reading.get()
            && let Some(watch) = self.watch()
        {
            watch.writes_reading(self, place);
        }
        let written = self.at(place, |at| at.written);
        self.run.mix(written << 16 | place as u64);
        if let Some(of) = self.instances.borrow_mut().get_mut(&life) {
            of.written = written;
        }
        let step = self.run.steps();
        if let Some((at, when, up_to)) = self.last_write.borrow().as_ref()
            && (*at, *when) == (place, step)
        {
            return up_to.set(written);
        }
        let up_to = Rc::new(Cell::new(written));
        *self.last_write.borrow_mut() = Some((place, step, Rc::clone(&up_to)));
        let ms = match self.strikes(Fault::Slow) {
            true => self.storage.borrow_mut().between(500, 4_000),
            false => self.storage.borrow_mut().below(6),
        };
        let cloud = Rc::clone(self);
        self.run
            .after(ms, life, move || cloud.keep(life, place, up_to.get()));
    }

    pub(crate) fn keep(self: &Rc<Self>, life: Life, place: usize, written: u64) {
        if self.at(place, |at| at.instance != Some(life)) {
            return;
        }
        if self.change(place, |at| at.keep(written)) {
            self.became_durable(place);
        }
        let mut free = Vec::new();
        if let Some(of) = self.instances.borrow_mut().get_mut(&life) {
            for (n, out) in std::mem::take(&mut of.gated) {
                match n <= written {
                    true => free.push(out),
                    false => of.gated.push((n, out)),
                }
            }
        }
        for out in free {
            out(self);
        }
    }

    pub(crate) fn became_durable(self: &Rc<Self>, place: usize) {
        self.arm(place);
        if let Some(watch) = self.watch() {
            watch.kept(self, place);
        }
        if self.strikes(Fault::AlarmIdle) {
            let (ms, cloud) = (self.storage.borrow_mut().below(3_000), Rc::clone(self));
            self.run.after(ms, PEOPLE, move || cloud.ring_idly(place));
        }
    }

    /// Lets something out when all that this life has written is durable.
    pub(crate) fn out(self: &Rc<Self>, life: Life, out: impl FnOnce(&Rc<Cloud>) + 'static) {
        if self.fate.keeps(HostRule::Gate)
            && let Some(of) = self.instances.borrow_mut().get_mut(&life)
        {
            // What it has written is lost, and nothing that follows leaves any more.
            if of.is_broken {
                return;
            }
            if !of.is_replaced && self.at(of.place, |at| at.kept < of.written) {
                of.gated.push((of.written, Box::new(out)));
                return;
            }
        }
        out(self);
    }
}

fn takes_nothing() -> Result<()> {
    Err(Error::new("the storage takes nothing"))
}
