// Who signs out, or becomes somebody else, while tokens are renewed stays so.

import assert from "node:assert/strict";
import test from "node:test";

import { Coterie, Tokens } from "../src/client.js";

const of = (name: string): Tokens => ({ access_token: `${name}.a`, refresh_token: `${name}.r` });
const json = (status: number, content: object) => () =>
  new Response(JSON.stringify(content), { status, headers: { "Content-Type": "application/json" } });
const OVER = json(401, { code: "gateway.token_invalid" });

/** Anna, whose token is over; renewals wait until they are answered. */
function renewing() {
  const renewals: ((answer: () => Response) => void)[] = [];
  const sentAs: (string | null)[] = [];
  const told: (Tokens | null)[] = [];
  const coterie = new Coterie({
    baseUrl: "http://gateway",
    tokens: of("anna"),
    patience: 0,
    onTokens: (tokens) => told.push(tokens),
    fetch: async (address, request) => {
      if (String(address).endsWith("/sessions/refresh")) {
        return (await new Promise<() => Response>((answered) => renewals.push(answered)))();
      }
      const token = new Headers(request!.headers).get("Authorization");
      sentAs.push(token);
      return (token === "Bearer anna.a" ? OVER : json(200, {}))();
    },
  });
  return { coterie, sentAs, told, renewals };
}

const soon = () => new Promise((done) => setTimeout(done, 10));

for (const [who, next] of [["nobody", null], ["somebody else", of("bert")]] as const) {
  for (const answer of [json(200, of("anna2")), OVER]) {
    test(`a renewal that is answered ${answer().status} leaves ${who} as they are`, async () => {
      const { coterie, sentAs, told, renewals } = renewing();
      const asked = assert.rejects(coterie.call("get_me"), { status: 401 });
      await soon();
      coterie.use(next);
      renewals[0](answer);
      await asked;
      assert.deepEqual(told, [next]);
      await coterie.call("list_ways");
      assert.deepEqual(sentAs, ["Bearer anna.a", next && "Bearer bert.a"]);
    });
  }
}

test("somebody else does not wait for it when their own token is over", async () => {
  const { coterie, sentAs, told, renewals } = renewing();
  const first = assert.rejects(coterie.call("get_me"), { status: 401 });
  await soon();
  const over = { access_token: "anna.a", refresh_token: "bert.r" };
  coterie.use(over);
  const second = coterie.call("get_me");
  await soon();
  renewals[0](json(200, of("anna2")));
  await first;
  const third = coterie.call("get_me"); // waits for the second renewal, as the second one does
  await soon();
  assert.equal(renewals.length, 2);
  renewals[1](json(200, of("bert")));
  await Promise.all([second, third]);
  assert.deepEqual(told, [over, of("bert")]);
  assert.deepEqual(sentAs.slice(-2), ["Bearer bert.a", "Bearer bert.a"]);
});
