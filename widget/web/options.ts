// The options of a button: read from attributes or from a call, and checked before use.

export type Options = {
  item?: string; amount?: string | number; order?: string; note?: string; lang?: string; label?: string;
  inline?: string | boolean; words?: string;
};

/** Exactly one of the first three says what is paid. */
export const NAMES = ["item", "amount", "order", "note", "lang", "label", "inline", "words"] as const;
export const WHAT = NAMES.slice(0, 3);

export function fromAttributes(element: Element): Options {
  const options: Record<string, string> = {};
  for (const name of NAMES) {
    const value = element.getAttribute(name);
    if (value != null) options[name] = value;
  }
  return options;
}

/** What makes it impossible to pay with these options. Whatever is wrong is named in the console. */
export function check(options: Options): string {
  const { item, amount, order, note, lang } = options;
  const names: readonly string[] = NAMES;
  const given = WHAT.filter((name) => options[name] != null);
  const fatal =
    !given[0] ? "item, amount or order is missing"
    : given[1] ? given.join(" and ") + ": give one"
    : item != null && !/^[\w-]{1,40}$/.test(item) ? "item is wrong: " + item
    : order != null && !/^[\w-]+(\.[\w-]+){2}$/.test(order) ? "order is no signed token"
    : amount != null && !/^(KES|Ksh)?[\s.]*[\d,]+$/i.test(String(amount)) ? "amount is wrong: " + amount
    : "";
  const wrong = [
    fatal,
    note != null && note.length > 100 && "note is longer than 100 characters",
    lang != null && !/^(en|sw)/i.test(lang) && "lang is not en or sw: " + lang,
    ...Object.keys(options).map((name) => !names.includes(name) && "unknown option " + name),
  ];
  for (const what of wrong) if (what) console.error("Malipo: " + what);
  return fatal && "Malipo: " + fatal;
}
