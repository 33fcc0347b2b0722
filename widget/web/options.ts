// The options of a button: read from attributes or from a call, and checked before use.

export type Options = {
  item?: string; amount?: string | number; order?: string; note?: string; lang?: string; label?: string;
  inline?: string | boolean; words?: string; theme?: string; thanks?: string; base?: string;
};

/** Exactly one of the first three says what is paid. */
export const NAMES = ["item", "amount", "order", "note", "lang", "label", "inline", "words", "theme", "thanks", "base"] as const;
export const WHAT = NAMES.slice(0, 3);

export function fromAttributes(element: Element): Options {
  const options: Record<string, string> = {};
  for (const name of NAMES) {
    const value = element.getAttribute(name);
    if (value != null) options[name] = value;
  }
  return options;
}

/** An address with those of the fields that are given. */
export function addressOf(path: string, fields: object): string {
  const given = Object.entries(fields).filter(([, value]) => value != null);
  return path + "?" + given.map(([name, value]) => name + "=" + encodeURIComponent(value)).join("&");
}

/** Where the price is asked for; with a key of before, the payment. */
export function quoteAddress({ base, item, amount, order, note }: Options, lang: string, key?: string): string {
  return addressOf(base + "/v1/quote", { item, amount, order, note, key, lang });
}

/** What makes it impossible to pay with these options. Whatever is wrong is named in the console. */
export function check(options: Options): string {
  const names: readonly string[] = NAMES;
  const given = WHAT.filter((name) => options[name] != null);
  /** What is wrong with an option that is given and not of this form. */
  const bad = (name: keyof Options, form: RegExp) =>
    options[name] != null && !form.test(options[name] as string) ? name + " is wrong: " + options[name] : "";
  const fatal =
    !given[0] ? "item, amount or order is missing"
    : given[1] ? given.join(" and ") + ": give one"
    : bad("item", /^[\w-]{1,40}$/) || bad("order", /^[\w-]+(\.[\w-]+){2}$/) || bad("amount", /^(KES|Ksh)?[\s.]*[\d,]+$/i)
      || (options.base === "" ? "base is missing: the address of the Malipo Worker" : bad("base", /^https?:/));
  const wrong = [
    fatal,
    bad("note", /^[^]{0,100}$/),
    bad("lang", /^(en|sw)/i),
    bad("theme", /^(light|dark|auto)$/),
    ...Object.keys(options).map((name) => !names.includes(name) && "unknown option " + name),
  ];
  for (const what of wrong) if (what) (console.error || console.log).call(console, "Malipo: " + what);
  return fatal && "Malipo: " + fatal;
}
