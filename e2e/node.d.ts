// What the stories take from Node, in place of its whole type package.

declare const process: { env: Record<string, string | undefined> };

declare module "node:crypto" {
  export function createHmac(hash: "sha256", key: string): { update(text: string): { digest(as: "base64url"): string } };
}

declare module "node:fs" {
  export function readFileSync(path: string, as: "utf8"): string;
}
