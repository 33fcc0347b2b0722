// The first screen, drawn from the price's answer before the program has come. It looks as the program's own does, and keeps
// what the customer types and presses; the program takes over and does it.

import { make, put, title } from "./dom";

/** The texts, as the Worker gives them. */
type Texts = {
  lang: string; test: string; heading: string; message: string; facts: string[]; label: string; help: string; remember: string;
  submit: string; actions: string[]; other: string;
};

/** What the customer asked for. */
export type Press = "push" | "by_hand" | "lang";

export type FirstForm = { field: HTMLInputElement; box: HTMLInputElement; wait(text: string): void };

/** The texts in an answer; none where the payment shows another screen. */
export function textsOf(answer: string): Texts | undefined {
  try {
    return JSON.parse(answer).form;
  } catch {
    return undefined;
  }
}

export function draw(root: HTMLElement, texts: Texts, remembered: string, pressed: (what: Press) => void): FirstForm {
  root.textContent = "";
  root.lang = texts.lang;
  Object.assign(root.dataset, { screen: "phone", mood: "plain" });
  if (texts.test) put(root, make("p", "test", texts.test));
  put(root, title(texts.heading));
  if (texts.message) put(root, make("p", "", texts.message));
  put(root, facts(texts.facts));

  const form = make("form");
  form.noValidate = true;
  const label = make("label", "", texts.label);
  const field = make("input");
  label.htmlFor = field.id = "malipo-phone";
  field.type = field.autocomplete = field.name = "tel";
  field.maxLength = 24;
  field.placeholder = "0712 345 678";
  field.value = remembered;
  const check = make("label", "check");
  const box = make("input");
  box.type = "checkbox";
  box.checked = !!remembered;
  put(check, box, make("span", "", texts.remember));
  // Not the form's: a frame's sandbox may forbid forms, and a press has to do something there too.
  const submit = button("primary", texts.submit, () => pressed("push"));
  const help = make("p", "help", texts.help);
  help.id = "help-phone";
  field.setAttribute("aria-describedby", help.id);
  put(form, label, field, make("p", "error"), help, check, submit);
  form.onsubmit = (event) => {
    event.preventDefault();
    pressed("push");
  };
  put(root, form);

  const actions = make("div", "actions");
  for (const text of texts.actions) put(actions, button("", text, () => pressed("by_hand")));
  put(root, actions, button("link", texts.other, () => pressed("lang")));
  return {
    field,
    box,
    wait(text) {
      submit.textContent = text;
      submit.disabled = true;
    },
  };
}

function facts(all: string[]) {
  const list = make("dl");
  for (let index = 0; index < all.length; index += 2) {
    const value = put(make("dd"), make("span", "", all[index + 1]));
    put(list, put(make("div"), make("dt", "", all[index]), value));
  }
  return list;
}

function button(className: string, text: string, onclick: () => void) {
  const made = make("button", className, text);
  made.type = "button";
  made.onclick = onclick;
  return made;
}
