// As much of Node's own types as the tests use.
declare module "node:test" {
  export default function test(name: string, body: () => Promise<void>): void;
}
declare module "node:assert/strict" {
  const assert: {
    ok(value: unknown): void;
    equal(seen: unknown, wanted: unknown): void;
    deepEqual(seen: unknown, wanted: unknown): void;
    rejects(promise: Promise<unknown>, wanted: object): Promise<void>;
  };
  export default assert;
}
declare const process: { env: Record<string, string> };
