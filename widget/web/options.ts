// The options of a button: read from attributes or from a call, and checked before use.

export type Options = { item?: string; amount?: string | number; note?: string; lang?: string; label?: string };

const NAMES = ["item", "amount", "note", "lang", "label"] as const;

export function fromAttributes(element: Element): Options {
  const options: Record<string, string> = {};
  for (const name of NAMES) {
    const value = element.getAttribute(name);
    if (value != null) options[name] = value;
  }
  return options;
}

/** The options, and what makes it impossible to pay with them. Whatever is wrong is named in the console. */
export function check(options: Options): [Options, string] {
  const { item, amount, note, lang } = options;
  const names: readonly string[] = NAMES;
  const unknown = Object.keys(options).filter((name) => !names.includes(name));
  const fatal =
    item == null && amount == null ? "item is missing"
    : item != null && !/^[\w-]{1,40}$/.test(item) ? "item is wrong: " + item
    : item == null && !/^(KES|Ksh)?[\s.]*[\d,]+$/i.test(String(amount)) ? "amount is wrong: " + amount
    : "";
  const wrong = [
    fatal,
    item != null && amount != null && "amount is ignored beside item",
    note != null && note.length > 100 && "note is longer than 100 characters",
    lang != null && !/^(en|sw)/i.test(lang) && "lang is not en or sw: " + lang,
    ...unknown.map((name) => "unknown option " + name),
  ];
  for (const what of wrong) if (what) console.error("Malipo: " + what);
  const good = { ...options };
  if (item != null) delete good.amount;
  return [good, fatal && "Malipo: " + fatal];
}
