// Numbered calls in JSON, their answers and events between them: what CDP and WebDriver BiDi have in common.

import { CALL_LIMIT_MS } from "./tab";

type Listener = (params: any) => void;
type Pending = { method: string; resolve: (result: any) => void; reject: (why: Error) => void };

export class Calls {
  private last = 0;
  private readonly pending = new Map<number, Pending>();
  private readonly listeners = new Map<string, Set<Listener>>();

  /** `more` stands in every call, beside its method and parameters. */
  constructor(private readonly send: (text: string) => void, readonly more: Record<string, unknown> = {}) {}

  call(method: string, params: object = {}): Promise<any> {
    const id = ++this.last;
    const answer = new Promise<any>((resolve, reject) => this.pending.set(id, { method, resolve, reject }));
    this.send(JSON.stringify({ id, method, params, ...this.more }));
    return limited(answer, `${method} is not answered`);
  }

  on(event: string, listener: Listener): () => void {
    const all = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, all.add(listener));
    return () => all.delete(listener);
  }

  /** The next event of that name. */
  next(event: string): Promise<any> {
    const heard = new Promise<any>((resolve) => {
      const forget = this.on(event, (params) => {
        forget();
        resolve(params);
      });
    });
    return limited(heard, `${event} does not come`);
  }

  /** Takes in what the browser has sent. */
  hear(text: string) {
    const { id, method, params, result, error, message } = JSON.parse(text);
    const of = this.pending.get(id);
    if (of) {
      this.pending.delete(id);
      if (error) of.reject(new Error(`${of.method}: ${error.message ?? `${error}: ${message}`}`));
      else of.resolve(result);
    } else for (const listener of this.listeners.get(method) ?? []) listener(params);
  }

  /** The browser is gone: nothing will be answered. */
  lose(why: string) {
    for (const { method, reject } of this.pending.values()) reject(new Error(`${method}: ${why}`));
    this.pending.clear();
  }
}

/** The same promise, which fails when it takes too long. */
export function limited<T>(promise: Promise<T>, otherwise: string): Promise<T> {
  const limit = AbortSignal.timeout(CALL_LIMIT_MS);
  const late = new Promise<never>((_, reject) =>
    limit.addEventListener("abort", () => reject(new Error(`${otherwise} after ${CALL_LIMIT_MS / 1000} s`))));
  const first = Promise.race([promise, late]);
  first.catch(() => {}); // whoever waits hears it
  return first;
}
