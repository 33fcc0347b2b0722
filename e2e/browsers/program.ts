// A browser's program, or one that it needs: started with a folder of its own, and ended with all that it left there.

import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What is started. */
type Start = {
  program: string;
  /** A folder of libraries that it brings. */
  libraries?: string;
  env?: Record<string, string>;
};

/** So long it may take to end by itself. */
const GRACE_MS = 10_000;

export class Program {
  readonly child: ChildProcess;
  /** What it has written to its standard error. */
  said = "";
  private readonly kill = () => this.child.kill("SIGKILL");

  private constructor({ program, libraries, env }: Start, private readonly scratch: string, args: string[], stdio: StdioOptions) {
    const own = {
      TMPDIR: join(scratch, "tmp"), XDG_CONFIG_HOME: join(scratch, "config"), XDG_DATA_HOME: join(scratch, "data"), NODE_OPTIONS: "",
      ...(libraries && { LD_LIBRARY_PATH: libraries }), ...env,
    };
    this.child = spawn(program, args, { stdio, env: { ...process.env, ...own } });
    this.child.stderr!.on("data", (said) => (this.said += said));
    process.on("exit", this.kill); // whatever happens to us, it ends too
  }

  /** Starts it; `args` are told the folder of its profile. */
  static start(what: Start, args: (profile: string) => string[], stdio: StdioOptions = ["ignore", "ignore", "pipe"]): Program {
    const scratch = mkdtempSync(join(tmpdir(), "malipo-browser-"));
    const profile = join(scratch, "profile");
    for (const dir of [profile, join(scratch, "tmp")]) mkdirSync(dir);
    return new Program(what, scratch, args(profile), stdio);
  }

  /** Calls back with why, once it has ended or could not start. */
  onEnd(gone: (why: string) => void) {
    this.child.on("error", (error) => gone(`it cannot be started: ${error.message}`));
    this.child.on("exit", (code, signal) => gone(`the browser has ended (${code ?? signal})\n${this.said.slice(-2_000)}`));
  }

  /** Asks it to end, and waits. */
  async stop() {
    this.child.kill();
    await this.end();
  }

  /** Waits until it has ended, as it was asked to; by force when it does not. */
  async end() {
    const isOver = () => this.child.exitCode !== null || this.child.signalCode !== null || this.child.pid === undefined;
    if (!isOver()) await once(this.child, "exit", { signal: AbortSignal.timeout(GRACE_MS) }).catch(() => {});
    if (!isOver()) {
      const ended = once(this.child, "exit");
      this.kill();
      await ended;
    }
    process.off("exit", this.kill);
    rmSync(this.scratch, { recursive: true, force: true, maxRetries: 10 }); // its children end a moment later
  }
}
