// The file that the loader fetches: everything but the button and the program.

import { Checkout } from "./frame";
import type { Host, Stage } from "./host";

const script = document.currentScript as (HTMLScriptElement & { malipo?: (stage: Stage) => void }) | null;
if (script && script.malipo) script.malipo((host: Host) => new Checkout(host));
