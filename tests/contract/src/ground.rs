//! `Ground`: what a case stands on: a host, and one object of it.

use crate::keys::{RANG, RINGS};
use malipo_shell::platform::Env;
use malipo_shell::platform::class::Class;
use malipo_shell::platform::error::Result;
use malipo_shell::platform::home::{Alarm, Batch, Home};
use malipo_shell::platform::host::{Soon, Whom};
use malipo_shell::platform::http::ObjectReply;
use malipo_shell::platform::rows::{Key, Span};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::rc::Rc;

/// What is done inside of an object.
pub type Work = Box<dyn FnOnce(Env, Rc<dyn Home>) -> Soon<'static, ()>>;
/// What a case is given.
pub type On = Rc<dyn Ground>;

/// A host, and one object that nobody else uses.
pub trait Ground {
    /// The host of somebody at the edge.
    fn beside(&self) -> Env;
    /// The object's name; its class is [`Class::Key`].
    fn name(&self) -> String;
    /// Does something in the present instance of the object, to its end.
    fn run(&self, work: Work) -> Soon<'_, ()>;
}

/// Does something in the object; none if the instance ended over it.
pub async fn inside<T: 'static, F: Future<Output = T> + 'static>(
    on: &On,
    does: impl FnOnce(Env, Rc<dyn Home>) -> F + 'static,
) -> Option<T> {
    let value = Rc::new(RefCell::new(None));
    let into = Rc::clone(&value);
    let work: Work = Box::new(move |env, home| {
        let does = does(env, home);
        Box::pin(async move { *into.borrow_mut() = Some(does.await) })
    });
    on.run(work).await;
    value.take()
}

/// Says something to the object, from the edge.
///
/// # Errors
/// As a call of it.
pub async fn says(on: &On, message: &str) -> Result<ObjectReply> {
    let (class, name) = (Class::Key, on.name());
    on.beside().call(Whom { class, name: &name }, message).await
}

/// The object's row of this key.
pub async fn read(on: &On, key: Key) -> Option<String> {
    let span: Span = (key, key);
    let rows = inside(on, move |_, home| async move { home.rows(span).unwrap() }).await;
    let rows = rows.flatten().unwrap_or_default();
    rows.into_iter().next().map(|(_, text)| text)
}

/// How often the object's alarm has rung.
pub async fn rang(on: &On) -> u32 {
    read(on, RANG).await.map_or(0, |text| text.parse().unwrap())
}

/// What the object does when it rings.
pub async fn rings_by(on: &On, how: &'static str) {
    let write = move |_: Env, home: Rc<dyn Home>| async move {
        home.write(&batch(&[(RINGS, how)]), Alarm::Leave).unwrap();
    };
    inside(on, write).await.unwrap();
}

/// Rows to be put.
pub fn batch(rows: &[(Key, &str)]) -> Batch {
    let rows = rows.iter();
    Batch {
        drop: vec![],
        put: rows.map(|(key, text)| (*key, (*text).to_owned())).collect(),
    }
}

thread_local! {
    static LEFT: RefCell<BTreeMap<u32, Work>> = RefCell::default();
    static COUNT: Cell<u32> = const { Cell::new(0) };
}

/// Leaves work where the object takes it when it hears `run` and this number: what is done inside does not fit into a message.
pub fn leave_work(work: Work) -> u32 {
    let number = COUNT.get() + 1;
    COUNT.set(number);
    LEFT.with_borrow_mut(|left| left.insert(number, work));
    number
}

pub(crate) fn take_work(number: u32) -> Option<Work> {
    LEFT.with_borrow_mut(|left| left.remove(&number))
}
