// Requests to the Worker and for our own files. Nothing of the page's is trusted: a `fetch` that the page has replaced may throw,
// answer with something else, or add what the Worker does not allow; then the older way is tried. Nothing here throws.

/** A request under way. */
export type Asked<T> = Promise<T | undefined> & { stop?: () => void };

let last = 0;

/** Of this loading of the page; clocks and dice of the page's may stand still. */
const run = hasRandom() ? Array.prototype.map.call(crypto.getRandomValues(new Uint8Array(6)), (it: number) => it.toString(36)).join("") : "";

/** Whether there are random numbers. Without them all payments of such browsers would be one. */
export function hasRandom() {
  return !!(window.crypto && crypto.getRandomValues);
}

/** Every question has an address of its own, so that no cache in between answers it. */
export function fresh(url: string) {
  return url + (url.indexOf("?") < 0 ? "?" : "&") + "_=" + run + "-" + ++last;
}

/** Asks the Worker; `[whether it is a good answer, its text]`, or nothing when no answer came in time. */
export function ask(url: string, body: string | undefined, ms: number, first = fresh(url)): Asked<[boolean, string]> {
  return either(url, ms, async (signal) => {
    const answer = await fetch(first, { method: body == null ? "GET" : "POST", body, signal } as RequestInit);
    return [answer.ok === true, text(await answer.text())] as [boolean, string];
  }, body, "text", (by) => [by.status > 199 && by.status < 300, text(by.responseText)] as [boolean, string]);
}

/** Fetches the program. */
export function bytes(url: string, ms: number): Asked<ArrayBuffer> {
  return either(url, ms, async (signal) => {
    const answer = await fetch(url, { signal });
    if (!answer.ok) throw answer.status;
    return answer.arrayBuffer();
  }, undefined, "arraybuffer", (by) => {
    if (by.status != 200) throw by.status;
    return by.response as ArrayBuffer;
  });
}

function text(given: unknown): string {
  if (typeof given != "string") throw TypeError("no text");
  return given;
}

function either<T>(
  url: string, ms: number, by_fetch: (signal?: AbortSignal) => Promise<T>,
  body: string | undefined, type: XMLHttpRequestResponseType, read: (by: XMLHttpRequest) => T,
): Asked<T> {
  const abort = window.AbortController && new AbortController();
  let older: XMLHttpRequest | undefined;
  let isOver = false;
  let stop = () => {};
  const stopped = new Promise<undefined>((resolve) => (stop = () => resolve(undefined)));
  const older_way = () => new Promise<T>((resolve, reject) => {
    if (isOver) return reject();
    older = new XMLHttpRequest();
    older.open(body == null ? "GET" : "POST", body == null && type == "arraybuffer" ? url : fresh(url));
    older.responseType = type;
    older.onload = () => {
      try {
        resolve(read(older!));
      } catch (why) {
        reject(why);
      }
    };
    older.onerror = older.onabort = reject;
    older.send(body);
  });
  const both = (async () => {
    try {
      return await by_fetch(abort && abort.signal);
    } catch {
      return await older_way().catch(() => undefined);
    }
  })();
  const timer = setTimeout(stop, ms);
  const answer: Asked<T> = Promise.race([both, stopped]).then((answer) => {
    isOver = true;
    clearTimeout(timer);
    if (answer === undefined) {
      if (abort) abort.abort();
      if (older) older.abort();
    }
    return answer;
  });
  answer.stop = stop;
  return answer;
}
