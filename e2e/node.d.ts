// What the stories take from Node, in place of its whole type package.

declare const process: { env: Record<string, string | undefined> };
