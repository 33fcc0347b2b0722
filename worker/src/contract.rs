//! The contract on Cloudflare: `/_contract` lists its cases, `/_contract/{name}` runs one on an object of its own. Only the feature `contract`
//! compiles this; nothing that is deployed has it.

use malipo_contract::{Case, Ground, Work, leave_work};
use malipo_shell::platform::class::Class;
use malipo_shell::platform::host::{Env, Soon, Whom};
use malipo_shell::platform::random;
use std::rc::Rc;
use worker::{Response, Result};

const PATH: &str = "/_contract";

/// The runtime, and one object in it.
struct Runtime {
    env: Env,
    name: String,
}

impl Ground for Runtime {
    fn beside(&self) -> Env {
        Rc::clone(&self.env)
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    /// The object is in the same isolate: it takes what is left there.
    fn run(&self, work: Work) -> Soon<'_, ()> {
        Box::pin(async move {
            let message = format!("run {}", leave_work(work));
            let (class, name) = (Class::Key, self.name.as_str());
            // What the object could not end, the case finds out.
            let _ = self.env.call(Whom { class, name }, &message).await;
        })
    }
}

/// Answers below `/_contract`; none elsewhere.
pub(crate) async fn answer(path: &str, env: &Env) -> Option<Result<Response>> {
    let name = path.strip_prefix(PATH)?;
    let Some(name) = name.strip_prefix('/') else {
        let names: Vec<&str> = malipo_contract::all().map(|case| case.name).collect();
        return Some(Response::from_json(&names));
    };
    let case = malipo_contract::all().find(|case| case.name == name);
    Some(match case {
        Some(case) => hold(case, env).await,
        None => Response::error("no such case", 404),
    })
}

/// Runs it to its end. A promise that is broken panics.
async fn hold(case: &Case, env: &Env) -> Result<Response> {
    let chance: Option<[u8; 8]> = random(env.as_ref());
    let name = format!(
        "{}-{:x}",
        case.name,
        u64::from_le_bytes(chance.unwrap_or_default())
    );
    let env = Rc::clone(env);
    (case.holds)(Rc::new(Runtime { env, name })).await;
    Response::ok("kept")
}
