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
  // The plain page opens in no frame.
  if (isFramed())
    made.onclick = (event) => {
      event.preventDefault();
      leave(address);
    };
  return made;
}

function isFramed() {
  return window.top != window;
}

/** Leaves for another page; from a frame in a tab of its own, or in place of the page around it. */
export function leave(page: string) {
  if (!isFramed()) return location.assign(page);
  try {
    if (!window.open(page)) window.top!.location.href = page;
  } catch {
    // The frame may open nothing: the address of the link can be read.
  }
}
