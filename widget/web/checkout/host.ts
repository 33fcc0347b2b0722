// What the loader and the checkout's file know of each other.

import type { Options } from "../options";

export type Lang = "en" | "sw";

/** What the events tell. */
export type Detail = { payment_id?: string; state?: string; receipt?: string; reason?: string };

/** The element on the page, which the loader has made. */
export interface Host extends HTMLElement {
  /** Without a button, made by a call. */
  readonly isBare: boolean;
  readonly shadow: ShadowRoot;
  readonly button: HTMLButtonElement;
  /** The question for the price that the browser has been told to fetch ahead, until it is asked. */
  asked?: string;
  /** What is paid and how it looks, with `base` and `lang` filled in. */
  options(): Options;
  /** Adds styles. */
  dress(css: string): void;
  /** Tells the page by an event `malipo:{name}`. */
  tell(name: string, detail: Detail): void;
}

/** The checkout of one element. */
export interface Frame {
  /** Fetches what a press will need, and shows a payment that is under way. */
  warm(): void;
  open(): void;
  /** The element was moved on the page. */
  back(): void;
  /** The element has left the page. */
  drop(): void;
}

/** What the checkout's file gives the loader. */
export type Stage = (host: Host) => Frame;
