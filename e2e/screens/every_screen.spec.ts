// Every screen of the gallery, in both languages and themes: axe finds nothing, nothing is cut off, every sentence is whole.
// The pictures are kept to be looked at; none is compared, because letters are drawn differently on each machine.

import { type Page } from "@playwright/test";
import { findings } from "../axe";
import { SCENES } from "../../widget/web/gallery/scenes";
import { expect, test } from "../story";

const ENGLISH = /\b(Try again|charged|Close|Your|You|phone number|Pay KES|Contact|code|prompt)\b/;

/** Those that axe looks at on a desktop too: the rest differs in its width alone. */
const onDesktop = ["ready", "awaiting-pin-hints", "declined-unreachable", "by-hand", "paid-too-much", "part-paid"];

async function visit(page: Page, screen: string, lang: string, theme: string) {
  await page.goto(`/gallery.html?screen=${screen}&lang=${lang}&theme=${theme}&bare`);
  await expect(page.locator("body[data-ready]")).toBeAttached();
}

/** By how many pixels anything in the checkout, or the page, is wider than what is seen of it. */
async function overflow(page: Page): Promise<number> {
  return page.locator("malipo-checkout").evaluate((checkout) => {
    const box = checkout.shadowRoot!.querySelector("section")!;
    const right = box.getBoundingClientRect().right;
    const beyond = [...box.querySelectorAll("*:not(.heard)")].map((it) => it.getBoundingClientRect().right - right);
    return Math.max(0, document.documentElement.scrollWidth - innerWidth, ...beyond);
  });
}

for (const screen of Object.keys(SCENES)) {
  test(`${screen} is whole and for everyone`, { tag: "@desktop" }, async ({ page, keep }, { project }) => {
    const isLookedAt = project.name == "phone" || onDesktop.includes(screen);
    const section = page.locator("malipo-checkout section");
    for (const lang of ["en", "sw"])
      for (const theme of ["light", "dark"]) {
        await visit(page, screen, lang, theme);
        const text = await section.innerText();
        expect(text).not.toMatch(/[{}]|undefined|NaN/);
        if (lang == "sw") expect(text.replace(/Lipa na M-PESA|M-PESA code|Pay Bill|Paybill|Buy Goods[a-zA-Z ]*/g, "")).not.toMatch(ENGLISH);
        expect(await overflow(page), "pixels that are cut off at the side").toBe(0);
        if (isLookedAt) expect(await findings(page, theme == "dark")).toEqual([]);
        await keep(`every/${screen}-${lang}-${theme}`);
      }
    if (project.name != "phone") return;
    await page.setViewportSize({ width: 320, height: 700 });
    expect(await overflow(page), "at 320 px").toBe(0);
    await page.setViewportSize({ width: 360, height: 740 });
    await section.evaluate((box) => (box.style.fontSize = "200%"));
    expect(await overflow(page), "with letters of twice the size").toBe(0);
    await section.evaluate((box) => (box.style.fontSize = ""));
    await page.emulateMedia({ reducedMotion: "reduce" });
    const moving = await section.evaluate((box) => box.getAnimations({ subtree: true }).length);
    expect(moving, "animations where no motion is wanted").toBe(0);
    await page.emulateMedia({ forcedColors: "active" });
    for (const button of await section.getByRole("button").all())
      if (await button.isVisible())
        expect(await button.evaluate((it) => getComputedStyle(it).borderTopStyle)).not.toBe("none");
  });
}

test("a screen reader hears what is asked for and how long there is", async ({ page }) => {
  await visit(page, "awaiting-pin", "en", "light");
  await expect(page.locator("malipo-checkout")).toMatchAriaSnapshot(`
    - heading "Check your phone." [level=2]
    - paragraph: /Enter your PIN in the M-PESA prompt to pay KES/
    - timer: /Time left/
  `);
  await visit(page, "wrong-number", "en", "light");
  await expect(page.locator("malipo-checkout")).toMatchAriaSnapshot(`
    - heading "Pay with M-PESA" [level=2]
    - textbox "M-PESA phone number" [invalid]
    - alert: Enter your M-PESA phone number.
    - paragraph: M-PESA will show a prompt on this phone. Enter your PIN there, never here.
    - checkbox "Remember this number on this device"
    - button /Pay KES/
  `);
  await expect(page.getByLabel("M-PESA phone number")).toHaveAccessibleDescription(/Enter your M-PESA phone number.*never here/);
});

test("the shop and the plain page are for everyone too", async ({ page }) => {
  for (const address of ["/", "/pay/tea", "/pay/tea?lang=sw", "/pay/nothing"]) {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.goto(address);
      expect(await findings(page, colorScheme == "dark"), address).toEqual([]);
    }
  }
});
