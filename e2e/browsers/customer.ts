// `Customer`: who pays in the checkout on a shop's page, or on the simple page, in whichever browser.

import type { Point, Tab } from "./tab";
import { type Answer, type Question, asking } from "./within";

/** Generous: what must happen is waited for, and its time proves nothing. */
const LIMIT_MS = 30_000;

/** The name of the link or button that leads to the simple page. */
const WAY_OUT = "Use the simple page";

/** A link has an address, a button none. */
export type WayOut = { address?: string };

export class Customer {
  constructor(readonly tab: Tab) {}

  comesTo(page: string): Promise<void> {
    return this.tab.goto(page);
  }

  /** Presses the button of this name. */
  async presses(name: string) {
    const button: Question<string, Point> = ({ shown, nameOf, spot }, name) => {
      const [it] = shown("button:not([disabled])").filter((button) => nameOf(button) === name);
      return it && spot(it);
    };
    await this.tab.click(await this.until(`a button "${name}"`, button, name));
  }

  /** What there is to go on with: the form with its price, or the way to the simple page. */
  offered(): Promise<WayOut | undefined> {
    const offer: Question<string, { out?: WayOut }> = ({ shown, nameOf }, name) => {
      if (shown("button:not([disabled])").some((button) => nameOf(button) === "Pay KES 150")) return {};
      const [out] = shown("a[href], button:not([disabled])").filter((it) => nameOf(it) === name) as HTMLAnchorElement[];
      return out && { out: out.href ? { address: out.href } : {} };
    };
    return this.until("a form or a way out", offer, WAY_OUT).then(({ out }) => out);
  }

  /** It is paid, on whichever page; or the way to the simple page is there instead. */
  comesOut(): Promise<WayOut | undefined> {
    const end: Question<string, { out?: WayOut }> = ({ shown, nameOf }, name) => {
      if (shown("h1, h2").map(nameOf).includes("Payment received.")) return {};
      const [out] = shown("a[href], button:not([disabled])").filter((it) => nameOf(it) === name) as HTMLAnchorElement[];
      return out && { out: out.href ? { address: out.href } : {} };
    };
    return this.until('the headline "Payment received."', end, WAY_OUT).then(({ out }) => out);
  }

  /** Takes the way out. A link may open a tab of its own, where nobody looks: its address is gone to. */
  leaves({ address }: WayOut): Promise<void> {
    return address ? this.comesTo(address) : this.presses(WAY_OUT);
  }

  /** The dialog shows this headline. */
  async sees(headline: string) {
    const title: Question<string, { instead?: string }> = ({ shown, nameOf }, headline) => {
      const titles = shown("dialog h2").map(nameOf);
      if (titles.includes(headline)) return {};
      const instead = titles.find((title) => title === "The checkout did not open.");
      return instead && { instead };
    };
    const { instead } = await this.until(`the headline "${headline}"`, title, headline);
    if (instead) throw new Error(`the dialog says: ${[instead, ...this.tab.complaints.map(line)].join(" / ")}`);
  }

  /** Gives a number, in place of what the field holds, and asks for the M-PESA prompt. */
  async pays(phone: string) {
    const field: Question<null, Point> = ({ shown, spot }) => {
      const [it] = shown("form input[type=tel]");
      return it && spot(it);
    };
    await this.tab.click(await this.until("the field for the number", field, null));
    const isEmptied: Question<null, boolean> = ({ shown }) => {
      const [it] = shown("form input[type=tel]") as HTMLInputElement[];
      if (it) it.select(); // what is typed next stands in its place
      return !!it;
    };
    await this.until("the field for the number", isEmptied, null);
    await this.tab.type(phone);
    const isTyped: Question<string, boolean> = ({ shown }, phone) =>
      (shown("form input[type=tel]") as HTMLInputElement[]).some(({ value }) => value.replace(/\D/g, "") === phone);
    await this.until(`${phone} in the field`, isTyped, phone);
    await this.presses("Pay KES 150");
  }

  /** The value beside a label: the receipt, the account number. */
  fact(label: string): Promise<string> {
    const value: Question<string, string> = ({ shown, nameOf }, label) => {
      const [line] = shown("dialog dl > div").filter((line) => nameOf(line.querySelector("dt")!).startsWith(label));
      const definition = line && line.querySelector("dd");
      return definition && definition.firstChild && definition.firstChild.textContent!.trim();
    };
    return this.until(`the fact "${label}"`, value, label);
  }

  private async until<A, T>(what: string, question: Question<A, T>, asked: A): Promise<T> {
    const answer = await this.ask<T>(asking(question, asked, LIMIT_MS), Date.now() + LIMIT_MS);
    if ("seen" in answer) return answer.seen;
    throw new Error(`${what} is not there after ${LIMIT_MS / 1000} s; the page shows: ${answer.shows || "nothing"}`);
  }

  /** A page that is left takes its question with it: the next page is asked. */
  private async ask<T>(question: string, until_ms: number): Promise<Answer<T>> {
    try {
      return await Promise.race([this.tab.evaluate<Answer<T>>(question), this.tab.broken]);
    } catch (error) {
      await Promise.race([this.tab.broken, Promise.resolve()]);
      if (Date.now() > until_ms) throw error;
      return this.ask(question, until_ms);
    }
  }
}

/** The first line of an error. */
function line(text: string): string {
  return text.split("\n")[0]!;
}
