// The types of the embed, for pages and frameworks that are written in TypeScript. What each thing does: docs/embed.md.

/** What is paid: exactly one of `item`, `amount` and `order`. */
export interface MalipoOptions {
  /** A line of the shop's price list. */
  item?: string;
  /** Whole shillings, where the shop allows open amounts. */
  amount?: string | number;
  /** An order that the shop's server has signed, as a JWT. */
  order?: string;
  /** The page's own note, at most 100 characters; nobody verifies it. */
  note?: string;
  lang?: "en" | "sw";
  /** The button's text. */
  label?: string;
  /** Stands in the page instead of in a dialog; `""` where an attribute is meant. */
  inline?: boolean | "";
  /** The shop's own sentences, as JSON: each after the one that it stands for. */
  words?: string;
  /** The colours; `auto`, as without it, follows the browser. */
  theme?: "light" | "dark" | "auto";
  /** The page that follows after paying; `payment_id` is added to its query. */
  thanks?: string;
  /** The Worker's address, where the script was not loaded from the Worker. */
  base?: string;
}

export type MalipoState =
  | "ready" | "sending" | "awaiting_pin" | "confirming" | "declined" | "part_paid" | "paid" | "unresolved" | "closed";

/** What the events and the promise tell. For the page's looks: ship goods on what your server hears. */
export interface MalipoDetail {
  payment_id?: string;
  state?: MalipoState;
  /** M-PESA's receipt number. */
  receipt?: string;
  /**
   * With `malipo:declined`, why the attempt ended without money. With `malipo:error`, what went wrong: `LOAD_FAILED`, `TIMED_OUT`,
   * `NO_CONNECTION` or a code of the API.
   */
  reason?: string;
}

/** `<malipo-checkout>`. */
export interface MalipoCheckoutElement extends HTMLElement {
  /** As a press of the button. */
  open(): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "malipo-checkout": MalipoCheckoutElement;
  }
  interface HTMLElementEventMap {
    "malipo:prompted": CustomEvent<MalipoDetail>;
    "malipo:paid": CustomEvent<MalipoDetail>;
    "malipo:declined": CustomEvent<MalipoDetail>;
    "malipo:closed": CustomEvent<MalipoDetail>;
    "malipo:error": CustomEvent<MalipoDetail>;
  }
  const Malipo: {
    /**
     * Opens the checkout; answers when it is closed.
     *
     * Rejects with a TypeError that names the option when nothing can be paid with these.
     */
    open(options: MalipoOptions): Promise<MalipoDetail>;
  };
}
