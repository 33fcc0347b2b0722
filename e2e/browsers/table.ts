// The table browser × story: printed at the end, and kept beside the pictures.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FullConfig, Reporter, Suite, TestCase, TestResult } from "@playwright/test/reporter";
import { ABSENT, ARTEFACTS, ENGINES, picture } from "./engines";

type Cell = { verdict: string; why?: string };

export default class Table implements Reporter {
  private readonly rows = new Map<string, Map<string, Cell>>();
  private readonly versions = new Map<string, string>();
  private readonly stories: string[] = [];
  private folder = ARTEFACTS;

  onBegin({ configFile }: FullConfig, all: Suite) {
    this.folder = join(configFile!, "..", ARTEFACTS);
    for (const { title, parent } of all.allTests()) {
      this.versions.set(parent.title, "not run");
      this.rows.set(parent.title, new Map());
      if (!this.stories.includes(title)) this.stories.push(title);
    }
  }

  onTestEnd({ title, parent }: TestCase, { status, duration, errors, annotations }: TestResult) {
    const row = this.rows.get(parent.title)!;
    const version = annotations.find(({ type }) => type == "browser")?.description;
    this.versions.set(parent.title, version ?? "did not start");
    const why = plain(errors[0]?.message ?? status);
    row.set(title, status == "passed" ? { verdict: `passed ${(duration / 1000).toFixed(1)} s` } : { verdict: "FAILED", why });
  }

  onEnd() {
    const head = ["browser", "says it is", ...this.stories];
    const names = ENGINES.map(({ name }) => name).filter((name) => this.rows.has(name));
    const cells = names.map((name) =>
      [name, this.versions.get(name)!, ...this.stories.map((story) => this.cell(name, story).verdict)]);
    const reasons = names.flatMap((name) => this.stories.flatMap((story) => {
      const { why } = this.cell(name, story);
      return why ? [`${name}, ${story}: ${why}`] : [];
    }));
    const absent = ABSENT.map(({ name, absent }) => `${name} is left out: ${absent}`);
    const widths = head.map((title, at) => Math.max(title.length, ...cells.map((row) => row[at]!.length)));
    const line = (row: string[]) => row.map((text, at) => text.padEnd(widths[at]!)).join("  ").trimEnd();
    console.log(["", ...[head, ...cells].map(line), "", ...reasons, ...absent, `pictures: e2e/${ARTEFACTS}`].join("\n"));
    this.keep(head, names, cells, [...reasons, ...absent]);
  }

  private keep(head: string[], names: string[], cells: string[][], notes: string[]) {
    const linked = cells.map((row, at) => row.map((text, column) =>
      column < 2 ? text : `[${text}](${picture(names[at]!, head[column]!)})`));
    const line = (row: string[]) => `| ${row.join(" | ")} |`;
    const text = [line(head), line(head.map(() => "---")), ...linked.map(line), "", ...notes.map((note) => `- ${note}`)];
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(join(this.folder, "table.md"), text.join("\n") + "\n");
  }

  private cell(name: string, story: string): Cell {
    return this.rows.get(name)?.get(story) ?? { verdict: "not run" };
  }
}

/** The first line of an error, without terminal colours. */
function plain(message: string): string {
  return message.replace(/\u001b\[[0-9;]*m/g, "").split("\n")[0]!.replace(/^Error: /, "");
}
