import { expect, test } from "../story";
import { type Story } from "../emulator";

// A screen for every outcome that M-PESA can be made to produce quickly. `again`: whether another request is offered
// at once, after a wait, or never. `isSure`: whether "You have not been charged." may stand there.
type Row = { ending?: string; story?: Story; en: string; sw: string; again: "now" | "later" | "never"; isSure: boolean };

const declines = (code: string): Story => ({ customer: { declines: { after_ms: 1_000, code } } });

const screens: Record<string, Row> = {
  "1-insufficient-funds": { ending: "0001", again: "now", isSure: true,
    en: "Not enough M-PESA balance.", sw: "Salio la M-PESA halitoshi." },
  "2-below-minimum": { story: declines("2"), again: "never", isSure: true,
    en: "M-PESA cannot take this amount in one payment.", sw: "M-PESA haiwezi kupokea kiasi hiki kwa mara moja." },
  "4-daily-limit": { story: declines("4"), again: "now", isSure: true,
    en: "You have reached your M-PESA daily limit.", sw: "Umefikia kikomo chako cha M-PESA cha leo." },
  "8-payee-limit": { story: declines("8"), again: "never", isSure: true,
    en: "Duka la Mtaa cannot receive more right now.", sw: "Duka la Mtaa haiwezi kupokea pesa zaidi kwa sasa." },
  "17-too-soon": { ending: "0017", again: "later", isSure: true,
    en: "M-PESA asks for a short pause before the same amount is sent again.",
    sw: "M-PESA inahitaji usubiri kidogo kabla ya kutuma kiasi kilekile tena." },
  "26-system-busy": { ending: "0026", again: "later", isSure: false,
    en: "M-PESA is busy.", sw: "M-PESA ina shughuli nyingi." },
  "1001-subscriber-busy": { ending: "1001", again: "later", isSure: true,
    en: "Another M-PESA session is open on your phone.", sw: "Kuna muamala mwingine wa M-PESA unaoendelea kwenye simu yako." },
  "1019-expired": { ending: "1019", again: "later", isSure: false,
    en: "The M-PESA prompt expired.", sw: "Muda wa ombi la M-PESA umeisha." },
  "1025-prompt-failed": { ending: "1025", again: "later", isSure: false,
    en: "M-PESA could not send the prompt to your phone.", sw: "M-PESA haikuweza kutuma ombi kwenye simu yako." },
  "1032-cancelled": { ending: "1032", again: "now", isSure: true,
    en: "The prompt was cancelled on the phone.", sw: "Ombi la M-PESA limeghairiwa kwenye simu." },
  "1037-unreachable": { ending: "1037", again: "later", isSure: false,
    en: "We could not reach your phone.", sw: "Hatukuweza kufikia simu yako." },
  "2001-wrong-pin": { ending: "2001", again: "now", isSure: true,
    en: "The PIN was not right.", sw: "PIN uliyoweka si sahihi." },
  "2028-merchant-setup": { ending: "2028", again: "never", isSure: true,
    en: "The shop's M-PESA set-up has a problem.", sw: "Kuna tatizo kwenye mpangilio wa M-PESA wa duka." },
  "8006-pin-locked": { ending: "8006", again: "now", isSure: true,
    en: "Your M-PESA PIN is locked.", sw: "PIN yako ya M-PESA imefungwa." },
  "9999-prompt-failed": { ending: "9999", again: "later", isSure: false,
    en: "M-PESA could not send the prompt to your phone.", sw: "M-PESA haikuweza kutuma ombi kwenye simu yako." },
  "E3008-account-rule": { ending: "3008", again: "never", isSure: true,
    en: "M-PESA does not allow this payment from your line.", sw: "M-PESA hairuhusu malipo haya kutoka kwa laini yako." },
};

/** Those that are looked at on a desktop too. */
const onDesktop = ["1-insufficient-funds", "17-too-soon", "8006-pin-locked"];

for (const [name, { ending, story, en, sw, again, isSure }] of Object.entries(screens)) {
  const tag = onDesktop.includes(name) ? ["@desktop"] : [];
  test(`the screen of ${name}`, { tag }, async ({ shop, page, emulator, number, keep }) => {
    const msisdn = number(ending);
    if (story) await emulator.script(msisdn, story);
    await shop.open();
    await shop.pay(msisdn);
    await shop.sees(en);

    await shop.says(isSure ? "You have not been charged." : "M-PESA has not reported a charge. If you get an SMS, keep it.");
    await expect(shop.button("Try again")).toHaveCount(again === "now" ? 1 : 0);
    await expect(shop.button(/^Try again in /)).toHaveCount(again === "later" ? 1 : 0);
    if (again === "later") await expect(shop.button(/^Try again in /)).toBeDisabled();
    await expect(shop.dialog).not.toContainText(/[{}]|undefined/);
    expect(await shop.overflow(), "pixels that are cut off at the side").toBe(0);
    await keep(`gallery/${name}`);
    await page.emulateMedia({ colorScheme: "dark" });
    await keep(`gallery/${name}-dark`);
    await page.emulateMedia({ colorScheme: "light" });

    await shop.press("Kiswahili");
    await shop.sees(sw);
    await expect(shop.dialog).not.toContainText(/[{}]|Try again|charged/);
    expect(await shop.overflow(), "pixels that are cut off at the side").toBe(0);
    await keep(`gallery/${name}-sw`);
  });
}
