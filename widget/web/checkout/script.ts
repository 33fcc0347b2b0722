// The script tag that runs this file, as the loader has made it. An element of the page's with that name would hide it.

import type { Stage } from "./host";

type Own = HTMLScriptElement & { malipo?: (stage: Stage) => void };

export const script = Object.getOwnPropertyDescriptor(Document.prototype, "currentScript")!.get!.call(document) as Own | null;
