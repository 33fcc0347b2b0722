// Counts what a Worker asks of its platform. `cargo xtask bench --payment` puts it beside a copy of a built Worker, whose own code stays
// as it is: the exported classes, the imports and exports of its WASM and the platform's prototypes are wrapped before it runs.
//
// GET /v1/_counts of such a copy answers all that was counted since the last time, and begins anew.

import { AsyncLocalStorage } from "node:async_hooks";

/** The invocation that the code of the moment belongs to. */
const current = new AsyncLocalStorage();
const newTotals = () => ({ invocations: [], crossings: Object.create(null), objects: {}, alarms_set: 0 });
let totals = newTotals();

/** What a class's objects did in their storage, or all Workers in D1. */
const storageOf = (name) =>
  (totals.objects[name] ??= { transactions: 0, lone_writes: 0, statements: 0, rows_read: 0, rows_written: 0, active_ms: 0 });

/** Replaces a method by one that is given the old one first. */
function replace(prototype, name, by) {
  const old = prototype[name];
  if (typeof old === "function" && !old.isCounted) {
    prototype[name] = Object.assign(function (...given) { return by.call(this, old, ...given); }, { isCounted: true });
  }
}

// How long an object is active: it is billed while it has an invocation, a timer or a call under way, and once for all of them.

const active = new Map(); // an object's id → how many things keep it active, and since when

function begin(object) {
  if (!object) return;
  const known = active.get(object.id) ?? active.set(object.id, { count: 0, since_ms: 0 }).get(object.id);
  if (known.count++ === 0) known.since_ms = Date.now();
}

function end(object) {
  const known = object && active.get(object.id);
  if (known && --known.count === 0) {
    storageOf(object.name).active_ms += Date.now() - known.since_ms;
    active.delete(object.id);
  }
}

/** Keeps the object of this invocation active until the promise is settled. */
function during(promise) {
  const object = current.getStore()?.object;
  begin(object);
  Promise.resolve(promise).then(() => end(object), () => end(object));
  return promise;
}

// Invocations.

const STEPS_MAX = 20;

async function invoke(name, kind, object, work, step = "") {
  // Which of its kind: an object's first call is another one than its third. One that all share has calls without end.
  if (object) step = `${(object.steps[kind] = Math.min((object.steps[kind] ?? 0) + 1, STEPS_MAX))}`;
  const invocation = { name, kind, step, fetches: 0, services: 0, busy_ms: 0, object };
  totals.invocations.push(invocation);
  begin(object);
  try {
    return await current.run(invocation, work);
  } finally {
    end(object);
  }
}

/** A fetch is a call to the world, anything else one to a service of the platform. */
function call(kind) {
  const invocation = current.getStore();
  if (invocation) invocation[kind] += 1;
}

const objects = new WeakMap(); // an instance → its object

/** A class of objects, each of whose methods that the platform may call is an invocation. */
export function counted(name, inner) {
  for (const method of Object.getOwnPropertyNames(inner.prototype).filter((own) => !["constructor", "free"].includes(own))) {
    replace(inner.prototype, method, function (old, ...given) {
      const kind = method === "alarm" ? "alarm" : "call";
      return invoke(name, kind, objects.get(this), () => old.apply(this, given));
    });
  }
  return new Proxy(inner, {
    construct(target, given, newTarget) {
      const [state, env] = given;
      const object = { id: `${name} ${state.id}`, name, steps: {} };
      countState(state);
      countBindings(env);
      const made = current.run({ object, fetches: 0, services: 0, busy_ms: 0 }, () => Reflect.construct(target, given, newTarget));
      objects.set(made, object);
      return made;
    },
  });
}

/** The Worker's own handlers, and the way to what was counted. */
export function countedWorker(inner) {
  const handlers = inner.prototype ?? inner;
  replace(handlers, "fetch", function (old, request, ...more) {
    const { pathname } = new URL(request.url);
    if (pathname === "/v1/_counts") return take();
    countBindings(this?.env ?? more[0]);
    const kind = /^\/(hooks|callback)\//.test(pathname) ? "callback" : "browser";
    return invoke("edge", kind, undefined, () => old.call(this, request, ...more), request.method);
  });
  replace(handlers, "scheduled", function (old, ...given) {
    countBindings(this?.env ?? given[1]);
    return invoke("edge", "scheduled", undefined, () => old.apply(this, given));
  });
  return inner;
}

function take() {
  const taken = totals;
  totals = newTotals();
  const invocations = taken.invocations.map(({ object, ...invocation }) => invocation);
  return Response.json({ ...taken, invocations });
}

// Storage.

let inTransaction = 0;

function countState(state) {
  const { storage } = state;
  const of = () => storageOf(current.getStore()?.object?.name ?? "?");
  replace(Object.getPrototypeOf(state), "waitUntil", function (old, promise) { return old.call(this, during(promise)); });
  const prototype = Object.getPrototypeOf(storage);
  replace(prototype, "transactionSync", function (old, work) {
    of().transactions += 1;
    inTransaction += 1;
    try {
      return old.call(this, work);
    } finally {
      inTransaction -= 1;
    }
  });
  replace(prototype, "transaction", function (old, work) {
    of().transactions += 1;
    return old.call(this, work);
  });
  replace(prototype, "setAlarm", function (old, ...given) {
    totals.alarms_set += 1;
    of().rows_written += 1; // "Each setAlarm is billed as a single row written"
    return old.apply(this, given);
  });
  // Key-value methods are billed as rows of a hidden table.
  const keys = (given) => (typeof given === "string" ? 1 : (given?.length ?? Object.keys(given ?? {}).length));
  for (const method of ["get", "list"]) {
    replace(prototype, method, function (old, given, ...more) {
      of().rows_read += method === "list" ? 1 : keys(given);
      of().statements += 1;
      return old.call(this, given, ...more);
    });
  }
  for (const method of ["put", "delete"]) {
    replace(prototype, method, function (old, given, ...more) {
      of().rows_written += keys(given);
      of().statements += 1;
      of().lone_writes += 1;
      return old.call(this, given, ...more);
    });
  }
  replace(prototype, "deleteAll", function (old, ...given) {
    of().lone_writes += 1;
    of().statements += 1;
    return old.apply(this, given);
  });
  replace(Object.getPrototypeOf(storage.sql), "exec", function (old, ...given) {
    const [to, isAlone] = [of(), inTransaction === 0];
    to.statements += 1;
    const cursor = old.apply(this, given);
    // By then whoever asked has read all rows: reading is synchronous.
    queueMicrotask(() => {
      to.rows_read += cursor.rowsRead;
      to.rows_written += cursor.rowsWritten;
      if (isAlone && cursor.rowsWritten > 0) to.lone_writes += 1;
    });
    return cursor;
  });
}

// Calls.

const countedEnvs = new WeakSet();

function countBindings(env) {
  if (!env || countedEnvs.has(env)) return;
  countedEnvs.add(env);
  for (const binding of Object.values(env)) {
    const prototype = binding && typeof binding === "object" && Object.getPrototypeOf(binding);
    if (!prototype || prototype === Object.prototype) continue;
    if (prototype.idFromName) {
      for (const method of ["get", "getByName"]) replace(prototype, method, function (old, ...given) { return stub(old.apply(this, given)); });
    } else if (prototype.getWithMetadata) {
      for (const method of ["get", "put", "delete", "list", "getWithMetadata"]) replace(prototype, method, countedCall("TOKENS"));
    } else if (prototype.prepare && prototype.batch) {
      countLedger(binding, prototype);
    }
  }
}

/** A key-value namespace: reads are rows read, writes are rows written. */
const countedCall = (name) => function (old, ...given) {
  const of = storageOf(name);
  call("services");
  if (old.name.startsWith("get")) of.rows_read += 1;
  else of.rows_written += 1;
  return during(old.apply(this, given));
};

function countLedger(ledger, prototype) {
  const took = (answer) => {
    for (const { meta } of Array.isArray(answer) ? answer : [answer]) {
      storageOf("LEDGER").rows_read += meta?.rows_read ?? 0;
      storageOf("LEDGER").rows_written += meta?.rows_written ?? 0;
    }
    return answer;
  };
  replace(prototype, "batch", function (old, statements) {
    call("services");
    storageOf("LEDGER").transactions += 1;
    storageOf("LEDGER").statements += statements.length;
    return during(old.call(this, statements).then(took));
  });
  for (const method of ["run", "all", "first", "raw"]) {
    replace(Object.getPrototypeOf(ledger.prepare("SELECT 1")), method, function (old, ...given) {
      call("services");
      storageOf("LEDGER").statements += 1;
      return during(old.apply(this, given).then(took));
    });
  }
}

/** A stub whose every method is a call. */
function stub(inner) {
  return new Proxy(inner, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...given) => {
        call("services");
        return during(target[name](...given)); // not `apply`: that would be a method of the object's, too
      };
    },
  });
}

replace(globalThis, "fetch", (old, ...given) => {
  call("fetches");
  return during(old(...given));
});

const timers = new Map();
replace(globalThis, "setTimeout", (old, work, ...more) => {
  const object = current.getStore()?.object;
  begin(object);
  const timer = old((...given) => {
    if (timers.delete(timer)) end(object);
    work(...given);
  }, ...more);
  timers.set(timer, object);
  return timer;
});
replace(globalThis, "clearTimeout", (old, timer) => {
  const object = timers.get(timer);
  if (timers.delete(timer)) end(object);
  old(timer);
});
replace(globalThis.scheduler, "wait", function (old, ...given) { return during(old.apply(this, given)); });

// Crossings: what the WASM calls in JavaScript. And how long its thread is busy in it, from each first call into it to its return.

const Instance = WebAssembly.Instance;
let depth = 0;

WebAssembly.Instance = function (module, imports) {
  const wrapped = Object.fromEntries(Object.entries(imports).map(([from, named]) => [from, Object.fromEntries(Object.entries(named).map(crossing))]));
  const { exports } = new Instance(module, wrapped);
  return { exports: Object.fromEntries(Object.entries(exports).map(timed)) };
};

function crossing([name, of]) {
  if (typeof of !== "function") return [name, of];
  const short = name.replace(/_[0-9a-f]{16}$/, "").replace(/^__wbg_/, "");
  return [name, (...given) => {
    totals.crossings[short] = (totals.crossings[short] ?? 0) + 1;
    return of(...given);
  }];
}

function timed([name, of]) {
  if (typeof of !== "function") return [name, of];
  return [name, (...given) => {
    if (depth > 0) return of(...given);
    const began = performance.now();
    depth += 1;
    try {
      return of(...given);
    } finally {
      depth -= 1;
      const invocation = current.getStore();
      if (invocation) invocation.busy_ms += performance.now() - began;
    }
  }];
}
