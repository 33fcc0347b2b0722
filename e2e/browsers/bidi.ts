// Firefox by WebDriver BiDi, over a WebSocket.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { clicking, typing } from "./actions";
import { Calls, limited } from "./calls";
import type { Engine } from "./engines";
import { Program } from "./program";
import { type Point, type Tab, VIEW, breakable } from "./tab";

/** It calls nobody of its own, and shows nothing but the page. */
const PREFERENCES = {
  "app.update.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "browser.startup.homepage_override.mstone": "ignore",
  "datareporting.policy.dataSubmissionEnabled": false,
  "intl.accept_languages": "en-KE, en",
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "data:,",
  "toolkit.telemetry.enabled": false,
};

export async function openBidi(engine: Engine): Promise<Tab> {
  const program = Program.start(engine, (profile) => {
    const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`);
    writeFileSync(join(profile, "user.js"), lines.join(""));
    return ["--headless", "--no-remote", "--remote-debugging-port=0", "--profile", profile];
  });
  const { broken, fail } = breakable();
  program.onEnd(fail);
  try {
    const socket = await limited(Promise.race([dial(program), broken]), "its WebSocket is not there");
    const calls = new Calls((text) => socket.send(text));
    socket.onmessage = ({ data }) => calls.hear(String(data));
    program.onEnd((why) => calls.lose(why));
    return await Bidi.over(calls, program, broken, fail);
  } catch (error) {
    await program.stop();
    throw error;
  }
}

async function dial(program: Program): Promise<WebSocket> {
  const address = await new Promise<string>((resolve) => {
    program.child.stderr!.on("data", () => {
      const [, told] = /BiDi listening on (ws:\S+)\s/.exec(program.said) ?? [];
      if (told) resolve(told);
    });
  });
  const socket = new WebSocket(`${address}/session`);
  await new Promise((opened, failed) => {
    socket.onopen = opened;
    socket.onerror = () => failed(new Error(`${address} does not answer`));
  });
  return socket;
}

/** What Firefox has not let the page do. It says so as if a script had thrown it, and the page goes on. */
const REFUSED = /^(Cross-Origin Request Blocked|Content-Security-Policy):/;

class Bidi implements Tab {
  private constructor(
    private readonly calls: Calls, private readonly program: Program, readonly broken: Promise<never>,
    readonly version: string, readonly complaints: string[], private readonly context: string,
  ) {}

  static async over(calls: Calls, program: Program, broken: Promise<never>, fail: (why: string) => void): Promise<Bidi> {
    const { capabilities } = await calls.call("session.new", { capabilities: {} });
    const { contexts: [{ context }] } = await calls.call("browsingContext.getTree");
    const complaints: string[] = [];
    calls.on("log.entryAdded", ({ type, level, text }) => {
      if (level != "error") return;
      if (type == "javascript" && !REFUSED.test(text)) fail(`the page broke: ${text}`);
      else complaints.push(text);
    });
    await calls.call("browsingContext.setViewport", { context, viewport: VIEW });
    // What its own first page may log is not ours.
    await calls.call("browsingContext.navigate", { context, url: "about:blank", wait: "complete" });
    await calls.call("session.subscribe", { events: ["log.entryAdded", "browsingContext.load"], contexts: [context] });
    const { browserName, browserVersion } = capabilities;
    return new Bidi(calls, program, broken, `${browserName}/${browserVersion}`, complaints, context);
  }

  private in(method: string, params: object): Promise<any> {
    return this.calls.call(method, { context: this.context, ...params });
  }

  async goto(url: string) {
    await this.in("browsingContext.navigate", { url, wait: "complete" });
  }

  async reload() {
    await this.in("browsingContext.reload", { wait: "complete" });
  }

  async evaluate<T>(expression: string): Promise<T> {
    // In a world beside the page's: whatever the page has done to its own, here all is as it was.
    const target = { context: this.context, sandbox: "customer" };
    const asked = { expression: `(${expression}).then(JSON.stringify)`, awaitPromise: true, target };
    // A page that is left takes its question with it, and Firefox does not say so.
    let forget = () => {};
    const left = new Promise<never>((_, reject) => {
      forget = this.calls.on("browsingContext.load", () => reject(new Error("another page has come")));
    });
    try {
      const { result, exceptionDetails: wrong } = await Promise.race([this.calls.call("script.evaluate", asked), left]);
      if (wrong) throw new Error(`in the page: ${wrong.text}`);
      return JSON.parse(result.value);
    } finally {
      forget();
    }
  }

  async click(at: Point) {
    await this.in("input.performActions", { actions: clicking(at) });
  }

  async type(text: string) {
    await this.in("input.performActions", { actions: typing(text) });
  }

  async screenshot(): Promise<Buffer> {
    const { data } = await this.in("browsingContext.captureScreenshot", {});
    return Buffer.from(data, "base64");
  }

  async close() {
    await this.calls.call("browser.close").then(() => this.program.end(), () => this.program.stop());
  }
}
