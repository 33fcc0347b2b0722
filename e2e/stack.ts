// Where the stack is.

export const MALIPO_URL = address("MALIPO_URL", "http://127.0.0.1:8787");
export const EMULATOR_URL = address("MALIPO_EMULATOR_URL", "http://127.0.0.1:8788");

function address(name: string, byDefault: string) {
  return (process.env[name] ?? byDefault).replace(/\/$/, "");
}
