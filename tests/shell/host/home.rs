//! `Own`: the simulated `Home` of one instance, and how an instance of an object is made on it.

use super::cloud::Cloud;
use super::env::Stand;
use super::fate::HostRule;
use super::run::Life;
use super::sql;
use malipo_shell::objects;
use malipo_shell::platform::class::Object;
use malipo_shell::platform::error::Result;
use malipo_shell::platform::home::{Alarm, Batch, Home};
use malipo_shell::platform::rows::{Key, Span};
use malipo_shell::platform::sql::SqlValue;
use std::rc::Rc;

/// One instance's way to its place.
pub(crate) struct Own {
    cloud: Rc<Cloud>,
    life: Life,
    place: usize,
}

/// An instance of an object, on its place.
pub(crate) fn make(cloud: &Rc<Cloud>, life: Life, place: usize) -> Rc<dyn Object> {
    let home = Own {
        cloud: Rc::clone(cloud),
        life,
        place,
    };
    let class = cloud.at(place, |at| at.class);
    objects::open(class, Rc::new(home), Stand::new(cloud, life))
}

impl Own {
    #[cfg(test)]
    pub(crate) fn of(cloud: &Rc<Cloud>, life: Life, place: usize) -> Own {
        Own {
            cloud: Rc::clone(cloud),
            life,
            place,
        }
    }

    fn is_present(&self) -> Result<()> {
        self.cloud.check_present(self.life, self.place)
    }
}

impl Home for Own {
    fn id(&self) -> String {
        format!("id{}", self.place)
    }

    fn rows(&self, span: Span) -> Result<Option<Vec<(Key, String)>>> {
        self.is_present()?;
        Ok(self.cloud.at(self.place, |at| at.rows(span)))
    }

    fn write(&self, batch: &Batch, alarm: Alarm) -> Result<()> {
        self.cloud.write(self.life, self.place, batch, alarm)
    }

    fn erase(&self) -> Result<()> {
        self.is_present()?;
        self.cloud.erase(self.life, self.place)
    }

    fn sql(&self, statement: &str, values: &[SqlValue<'_>]) -> Result<Vec<String>> {
        self.is_present()?;
        let statement = (statement.to_owned(), sql::owned(values));
        self.cloud.sql(self.life, self.place, statement)
    }

    fn transaction(&self, body: &mut dyn FnMut() -> Result<()>) -> Result<()> {
        self.is_present()?;
        let mark = self.cloud.at(self.place, |at| at.mark());
        let done = body();
        if done.is_err() && self.cloud.fate.keeps(HostRule::Undone) {
            self.cloud.undo(self.place, mark);
        }
        done
    }
}
