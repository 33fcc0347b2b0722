// What the build puts in place of these.

/** A sheet's text. */
declare module "malipo-styles" {
  const text: string;
  export default text;
}

/** The program's glue, as wasm-bindgen writes it. */
declare module "malipo-program" {
  type Detail = { payment_id?: string; state?: string; receipt?: string; reason?: string };
  export type Handle = { closed(): boolean; detail(): Detail; focus(isTyping: boolean): void; unmount(): void };
  export default function init(wasm: ArrayBuffer): Promise<void>;
  export function mount(root: Element, options: object, onEvent: (name: string, detail: Detail | string) => void): Handle;
}
