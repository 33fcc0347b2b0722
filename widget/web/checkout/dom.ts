// Elements, made by what no page replaces.

export function make<K extends keyof HTMLElementTagNameMap>(tag: K, className = "", text = ""): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

/** Puts elements into another, in their order. */
export function put<E extends Node>(into: E, ...elements: Element[]): E {
  for (const element of elements) into.appendChild(element);
  return into;
}

/** The heading that names the dialog. */
export function title(text: string) {
  const heading = make("h2", "", text);
  heading.id = "malipo-title";
  heading.tabIndex = -1;
  return heading;
}

/** A link that looks as a button does. */
export function link(text: string, address: string) {
  const made = make("a", "pay", text);
  made.href = address;
  // The plain page stands in no frame.
  if (top != window) made.target = "_blank";
  return made;
}
