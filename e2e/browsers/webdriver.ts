// WebKitGTK's small browser by WebDriver over HTTP, on a screen that nobody sees. Errors of the page are not told by this protocol.

import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { clicking, typing } from "./actions";
import { limited } from "./calls";
import type { Engine } from "./engines";
import { Program } from "./program";
import { CALL_LIMIT_MS, type Point, type Tab, VIEW, breakable } from "./tab";

const QUIET = { NO_AT_BRIDGE: "1", GTK_A11Y: "none", GDK_BACKEND: "x11", GSETTINGS_BACKEND: "memory" };

export async function openWebDriver(engine: Engine): Promise<Tab> {
  const { broken, fail } = breakable();
  const programs: Program[] = [];
  const start = (...all: Parameters<typeof Program.start>) => {
    const program = Program.start(...all);
    program.onEnd(fail);
    programs.unshift(program); // what was started last ends first
    return program;
  };
  try {
    const screen = start({ program: "Xvfb" }, () => ["-displayfd", "3", "-screen", "0", "800x900x24", "-nolisten", "tcp"],
      ["ignore", "ignore", "pipe", "pipe"]);
    const display = await limited(Promise.race([line(screen), broken]), "Xvfb tells no display");
    const port = await freePort();
    start({ program: "WebKitWebDriver", env: { ...QUIET, DISPLAY: `:${display}` } }, () => [`--port=${port}`]);
    const driver = new Driver(`http://127.0.0.1:${port}`);
    await limited(Promise.race([driver.isReady(), broken]), "WebKitWebDriver does not answer");
    return await WebDriver.over(driver, programs, broken, engine.program);
  } catch (error) {
    for (const program of programs) await program.stop();
    throw error;
  }
}

/** What a program writes to its file descriptor 3. */
function line(program: Program): Promise<string> {
  return new Promise((told) => program.child.stdio[3]!.on("data", (text) => told(String(text).trim())));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

class Driver {
  constructor(private readonly address: string) {}

  async call(method: string, path: string, body?: object): Promise<any> {
    const answer = await fetch(this.address + path, {
      method, headers: { connection: "close" }, body: body && JSON.stringify(body), signal: AbortSignal.timeout(CALL_LIMIT_MS),
    });
    const { value } = (await answer.json()) as { value: any };
    if (!answer.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  }

  /** It does not say when it listens. */
  async isReady() {
    const limit = Date.now() + CALL_LIMIT_MS;
    while (Date.now() < limit) {
      const status = await this.call("GET", "/status").catch(() => null);
      if (status) return;
      await new Promise((done) => setTimeout(done));
    }
  }
}

class WebDriver implements Tab {
  readonly complaints: string[] = [];

  private constructor(
    private readonly driver: Driver, private readonly programs: Program[], readonly broken: Promise<never>,
    readonly version: string, private readonly session: string,
  ) {}

  static async over(driver: Driver, programs: Program[], broken: Promise<never>, binary: string): Promise<WebDriver> {
    const alwaysMatch = { "webkitgtk:browserOptions": { binary, args: ["--automation"] } };
    const { sessionId, capabilities } = await driver.call("POST", "/session", { capabilities: { alwaysMatch } });
    const { browserName, browserVersion } = capabilities;
    const tab = new WebDriver(driver, programs, broken, `${browserName}/${browserVersion}`, `/session/${sessionId}`);
    await tab.post("/timeouts", { script: CALL_LIMIT_MS, pageLoad: CALL_LIMIT_MS });
    await tab.post("/window/rect", { x: 0, y: 0, ...VIEW });
    return tab;
  }

  private post(path: string, body: object): Promise<any> {
    return this.driver.call("POST", this.session + path, body);
  }

  async goto(url: string) {
    await this.post("/url", { url });
  }

  async reload() {
    await this.post("/refresh", {});
  }

  async evaluate<T>(expression: string): Promise<T> {
    const script = `const done = arguments[arguments.length - 1];
      (${expression}).then((value) => done(JSON.stringify({ value })), (error) => done(JSON.stringify({ error: String(error) })));`;
    const { value, error } = JSON.parse(await this.post("/execute/async", { script, args: [] }));
    if (error) throw new Error(`in the page: ${error}`);
    return value;
  }

  async click(at: Point) {
    await this.post("/actions", { actions: clicking(at) });
  }

  async type(text: string) {
    await this.post("/actions", { actions: typing(text) });
  }

  async screenshot(): Promise<Buffer> {
    return Buffer.from(await this.driver.call("GET", `${this.session}/screenshot`), "base64");
  }

  async close() {
    await this.driver.call("DELETE", this.session).catch(() => {}); // its programs are stopped anyway
    for (const program of this.programs) await program.stop();
  }
}
