// What a story needs of a browser: one page in a profile of its own, seen and used as a person does.

export type Point = { x: number; y: number };

/** The size of what is seen, in CSS pixels. */
export const VIEW = { width: 390, height: 780 };

/** A browser that takes longer for one thing has hung. */
export const CALL_LIMIT_MS = 60_000;

export interface Tab {
  /** The browser and its version, as it says itself. */
  readonly version: string;
  /** Fails with the first error that the page did not catch; never comes to anything else. */
  readonly broken: Promise<never>;
  /** The errors in the page's console so far, where the browser tells them. */
  readonly complaints: string[];
  /** Both wait until the page is loaded. */
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** What the promise of this expression, which is JSON's, comes to in the page. */
  evaluate<T>(expression: string): Promise<T>;
  /** With the mouse, in CSS pixels of the view. */
  click(at: Point): Promise<void>;
  /** By keys, where the focus is. */
  type(text: string): Promise<void>;
  /** A PNG of the view. */
  screenshot(): Promise<Buffer>;
  /** Ends the browser, and takes its profile away. */
  close(): Promise<void>;
}

/** A promise that something else may fail. */
export function breakable(): { broken: Promise<never>; fail: (why: string) => void } {
  let fail = (_why: string) => {};
  const broken = new Promise<never>((_, reject) => (fail = (why) => reject(new Error(why))));
  broken.catch(() => {}); // it may be that nobody looks
  return { broken, fail };
}
