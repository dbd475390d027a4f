// The TypeScript client as it is compiled, for these screens: it counts what is really sent, sends
// only what a screen has declared, and keeps the tokens in memory, so a reload signs out.

import { Coterie, newKey, OPERATIONS, Refused } from "../../clients/typescript/dist/client.js";

export { Refused };

const NAMES = Object.fromEntries(
  Object.entries(OPERATIONS).map(([name, [method, path]]) => [`${method} ${path}`, name]));
const AWAY = [0, 401, 429, 503]; // what was asked for may be done, or not: nobody knows yet

let person = null; // id
let whenSignedOut = () => {};
let whenSent = () => {};
const keys = new Map(); // a request that has no answer yet → its Idempotency-Key
const options = {
  baseUrl: "",
  language: "zh-CN",
  patience: 15_000,
  fetch: counted,
  onTokens: (tokens) => {
    if (tokens !== null) return;
    person = null;
    whenSignedOut();
  },
};
const coterie = new Coterie(options);

export function listen(signedOut, sent) {
  whenSignedOut = signedOut;
  whenSent = sent;
}
export const speak = (wanted) => (options.language = wanted);
export const personId = () => person;

/** A function that sends what `declared` names, and nothing else. */
export function asking(declared) {
  return async (call, wanted = {}) => {
    if (!declared.includes(call)) throw new Error(`not declared: ${call}`);
    const { path, query, body } = wanted;
    const same = JSON.stringify([call, path, query, body]); // whoever presses again means the same
    if (!keys.has(same)) keys.set(same, newKey());
    try {
      const answer = await coterie.call(NAMES[call], { ...wanted, key: keys.get(same) });
      keys.delete(same);
      return answer;
    } catch (refused) {
      if (!AWAY.includes(refused.status)) keys.delete(same);
      throw refused;
    }
  };
}

export const askForCode = (email) =>
  coterie.call("start_sign_in", { body: { email, locale: options.language } });

export async function signIn(challenge_id, code) {
  const tokens = await coterie.call("finish_sign_in", { body: { challenge_id, code } });
  person = tokens.person_id;
  coterie.use(tokens);
}

export async function signOut() {
  try {
    await coterie.call("end_session");
  } finally {
    coterie.use(null);
  }
}

/** One request, and what it took; an answer that breaks off is none. */
async function counted(address, request) {
  const call = `${request.method} ${address}`;
  try {
    const answer = await fetch(address, request);
    const content = await answer.arrayBuffer();
    const { status, headers } = answer;
    whenSent({ call, address, bytes: content.byteLength, status });
    return new Response([204, 304].includes(status) ? null : content, { status, headers });
  } catch (problem) {
    whenSent({ call, address, bytes: 0, status: 0 });
    throw problem;
  }
}
