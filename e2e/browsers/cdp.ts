// A Chromium of any age, by its own protocol over a pipe: what Playwright speaks, the old ones do not.

import type { Readable, Writable } from "node:stream";
import { Calls } from "./calls";
import type { Engine } from "./engines";
import { Program } from "./program";
import { type Point, type Tab, VIEW, breakable } from "./tab";

const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run", "--disable-quic",
  "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-breakpad",
  "--disable-dev-shm-usage", "--lang=en-KE",
];

export async function openCdp(engine: Engine): Promise<Tab> {
  const flags = (profile: string) => [...FLAGS, `--user-data-dir=${profile}`];
  // Its pipe is file descriptors 3 and 4.
  const program = Program.start(engine, flags, ["ignore", "ignore", "pipe", "pipe", "pipe"]);
  const [, , , into, from] = program.child.stdio as unknown as [null, null, Readable, Writable, Readable];
  const { broken, fail } = breakable();
  const calls = new Calls((text) => into.write(text + "\0"));
  into.on("error", () => {}); // it has ended, which is told
  program.onEnd((why) => {
    calls.lose(why);
    fail(why);
  });
  let left = "";
  from.setEncoding("utf8").on("data", (part: string) => {
    const texts = (left + part).split("\0");
    left = texts.pop()!;
    for (const text of texts) calls.hear(text);
  });
  try {
    return await Cdp.over(calls, program, broken, fail);
  } catch (error) {
    await program.stop();
    throw error;
  }
}

class Cdp implements Tab {
  private constructor(
    private readonly calls: Calls, private readonly program: Program, readonly broken: Promise<never>,
    readonly version: string, readonly complaints: string[],
  ) {}

  static async over(calls: Calls, program: Program, broken: Promise<never>, fail: (why: string) => void): Promise<Cdp> {
    const { product } = await calls.call("Browser.getVersion");
    const { targetId } = await calls.call("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await calls.call("Target.attachToTarget", { targetId, flatten: true });
    calls.more.sessionId = sessionId; // from now on it is the page that is called
    calls.on("Runtime.exceptionThrown", ({ exceptionDetails: { exception, text } }) => fail(`the page broke: ${exception?.description ?? text}`));
    const complaints: string[] = [];
    calls.on("Runtime.consoleAPICalled", ({ type, args }) => {
      if (type == "error") complaints.push(args.map((it: any) => it.description ?? it.value).join(" "));
    });
    calls.on("Inspector.targetCrashed", () => fail("the page crashed"));
    for (const domain of ["Page", "Runtime", "Inspector"]) await calls.call(`${domain}.enable`);
    await calls.call("Emulation.setDeviceMetricsOverride", { ...VIEW, deviceScaleFactor: 1, mobile: false });
    const tab = new Cdp(calls, program, broken, product, complaints);
    await tab.evaluate("Promise.resolve(0)"); // the empty page is there, and loads no more
    return tab;
  }

  async goto(url: string) {
    const loaded = this.calls.next("Page.loadEventFired");
    const { errorText } = await this.calls.call("Page.navigate", { url });
    if (errorText) throw new Error(`${url}: ${errorText}`);
    await loaded;
  }

  async reload() {
    const loaded = this.calls.next("Page.loadEventFired");
    await this.calls.call("Page.reload");
    await loaded;
  }

  async evaluate<T>(expression: string): Promise<T> {
    // In a world beside the page's: whatever the page has done to its own, here all is as it was.
    const { frameTree: { frame } } = await this.calls.call("Page.getFrameTree");
    const world = { frameId: frame.id, worldName: "customer" };
    const { executionContextId: contextId } = await this.calls.call("Page.createIsolatedWorld", world);
    const asked = { expression: `(${expression}).then(JSON.stringify)`, awaitPromise: true, returnByValue: true, contextId };
    const { result, exceptionDetails: wrong } = await this.calls.call("Runtime.evaluate", asked);
    if (wrong) throw new Error(`in the page: ${wrong.exception?.description ?? wrong.text}`);
    return JSON.parse(result.value);
  }

  async click(at: Point) {
    for (const type of ["mouseMoved", "mousePressed", "mouseReleased"]) {
      const button = type == "mouseMoved" ? {} : { button: "left", clickCount: 1 };
      await this.calls.call("Input.dispatchMouseEvent", { type, ...at, ...button });
    }
  }

  async type(text: string) {
    for (const key of text) {
      await this.calls.call("Input.dispatchKeyEvent", { type: "keyDown", key, text: key });
      await this.calls.call("Input.dispatchKeyEvent", { type: "keyUp", key });
    }
  }

  async screenshot(): Promise<Buffer> {
    const { data } = await this.calls.call("Page.captureScreenshot", { format: "png" });
    return Buffer.from(data, "base64");
  }

  async close() {
    delete this.calls.more.sessionId;
    await this.calls.call("Browser.close").then(() => this.program.end(), () => this.program.stop());
  }
}
