// The file that the loader fetches: everything but the button and the program.

import { Checkout } from "./frame";
import type { Host } from "./host";
import { script } from "./script";

if (script && script.malipo) script.malipo((host: Host) => new Checkout(host));
