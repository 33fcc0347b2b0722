// Of Cloudflare's platform, what this Worker uses.

declare module "cloudflare:workers" {
  export class DurableObject<Env> {
    constructor(ctx: DurableObjectState, env: Env);
    protected ctx: DurableObjectState;
    protected env: Env;
  }
}

interface DurableObjectState {
  storage: {
    get<T>(key: string): Promise<T | undefined>;
    put<T>(key: string, value: T): Promise<void>;
    setAlarm(atMs: number): Promise<void>;
    deleteAlarm(): Promise<void>;
  };
  waitUntil(promise: Promise<unknown>): void;
}

interface DurableObjectNamespace<T> {
  getByName(name: string): { [Method in keyof T]: T[Method] };
}

interface KVNamespace {
  get(key: string): Promise<string | null>;
  put(key: string, value: string, options: { expirationTtl: number }): Promise<void>;
}

interface D1PreparedStatement {
  bind(...values: (string | number | null)[]): D1PreparedStatement;
  run(): Promise<unknown>;
}

interface D1Database {
  prepare(sql: string): D1PreparedStatement;
}

interface Scheduler {
  wait(ms: number, options?: { signal?: AbortSignal }): Promise<void>;
}
declare const scheduler: Scheduler;
