//! The simulated host: what Cloudflare promises to the shell, and all that it does not promise. `run` is the executor, `place` the storage,
//! `cloud` the objects, `env` and `home` the shell's two traits on them, `edge` the way in; `fate` says what goes wrong.

pub(crate) mod cloud;
pub(crate) mod crypto;
pub(crate) mod dice;
pub(crate) mod edge;
pub(crate) mod env;
pub(crate) mod fate;
pub(crate) mod home;
pub(crate) mod outside;
pub(crate) mod place;
pub(crate) mod promise;
pub(crate) mod run;
pub(crate) mod shelf;
pub(crate) mod sql;
