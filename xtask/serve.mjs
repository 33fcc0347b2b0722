// Runs the built Worker in workerd as `wrangler dev` does, by the same configuration and the same Miniflare, but without
// wrangler's proxy in front, which loses a request now and then ("Your worker restarted mid-request"): M-PESA calls once.
//
//   node xtask/serve.mjs '{"config", "secrets", "state", "port", "vars": {"NAME": "value"}}'
//
// GET /cdn-cgi/handler/scheduled?cron=… rings the scheduled handler, which rings by itself only when deployed.

import { Log, LogLevel, Miniflare } from "miniflare";
import { join } from "node:path";
import { unstable_getMiniflareWorkerOptions as optionsOf } from "wrangler";

const { config, secrets, state, port, vars } = JSON.parse(process.argv[2]);
const { workerOptions, main } = optionsOf(config, undefined, { envFiles: [secrets] });
const root = join(state, "v3"); // where `wrangler d1 migrations apply --persist-to` looks

const miniflare = new Miniflare({
  host: "127.0.0.1",
  port,
  log: new Log(LogLevel.WARN), // its lines about requests hold the MACs in their paths
  cf: false, // what it would ask for is the place of a visitor, who is on this machine
  unsafeTriggerHandlers: true,
  kvPersist: join(root, "kv"),
  d1Persist: join(root, "d1"),
  durableObjectsPersist: join(root, "do"),
  cachePersist: join(root, "cache"),
  workers: [{ ...workerOptions, name: "malipo", rootPath: join(main, ".."), scriptPath: main, modules: true,
    bindings: { ...workerOptions.bindings, ...vars } }],
});

const end = () => miniflare.dispose().then(() => process.exit());
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, end);
await miniflare.ready;
