// Runs the built Worker in workerd as `wrangler dev` does, by the same configuration and the same Miniflare, but without
// wrangler's proxy in front, which loses a request now and then ("Your worker restarted mid-request"): M-PESA calls once.
//
//   node xtask/serve.mjs '{"config", "main", "dist", "secrets", "state", "port", "door_port", "vars": {"NAME": "value"}}'
//
// `main` and `dist`, if given, are what is run and served, whatever the configuration names: it may be the quick build.
//
// With a `door_port`, POST /ledger there runs one SQL statement in the running Worker's ledger, so that a test can take it
// away, and POST /scheduled rings the scheduled handler, which rings by itself only when deployed. (Miniflare's own route for
// that reaches no Worker with assets.)

import { Log, LogLevel, Miniflare } from "miniflare";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { unstable_getMiniflareWorkerOptions as optionsOf } from "wrangler";

const { config, main, dist, secrets, state, port, door_port, vars } = JSON.parse(process.argv[2]);
const overrides = dist ? { assets: { directory: dist } } : {};
const { workerOptions, main: named } = optionsOf(config, undefined, { envFiles: [secrets], overrides });
const script = main ?? named;
const root = join(state, "v3"); // where `wrangler d1 migrations apply --persist-to` looks

const miniflare = new Miniflare({
  host: "127.0.0.1",
  port,
  log: new Log(LogLevel.WARN), // its lines about requests hold the MACs in their paths
  cf: false, // what it would ask for is the place of a visitor, who is on this machine
  kvPersist: join(root, "kv"),
  d1Persist: join(root, "d1"),
  durableObjectsPersist: join(root, "do"),
  cachePersist: join(root, "cache"),
  workers: [{ ...workerOptions, name: "malipo", rootPath: dirname(script), scriptPath: script, modules: true,
    bindings: { ...workerOptions.bindings, ...vars },
    analyticsEngineDatasets: { COUNTS: { dataset: "malipo" } } }], // counters are taken, and go nowhere
});

const end = () => miniflare.dispose().then(() => process.exit());
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, end);
await miniflare.ready;

if (door_port) {
  const [ledger, worker] = await Promise.all([miniflare.getD1Database("LEDGER"), miniflare.getWorker()]);
  const answers = {
    "/ledger": (statement) => ledger.prepare(statement).run(),
    "/scheduled": () => worker.scheduled({ cron: "*/5 * * * *" }),
  };
  createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const answer = await answers[request.url](body).then((said) => [200, JSON.stringify(said)], (why) => [500, `${why}`]);
    // A connection that is kept may be closed just when the next statement comes.
    response.writeHead(answer[0], { Connection: "close" }).end(answer[1]);
  }).listen(door_port, "127.0.0.1");
}
