// What every front end of the gateway needs, once (docs/guides/front-end.md): sign-in by a code,
// a token that is kept in memory and renewed by one request at a time, Idempotency-Key, If-Match,
// problem documents. It counts what is really sent, and sends only what a screen has declared.

const RENEW_BEFORE = 30; // seconds of a token's life that a request shall not begin in
const REPEATS = 2; // of a request without an answer, or with 429 or 503
const LONGEST_WAIT = 5; // seconds before a repeat; who has to wait longer is told so
const PATIENCE = 15000; // ms for one answer, as the guide says

/** The gateway said no: `problem` is its document (RFC 9457). */
export class Refused extends Error {
  constructor(status, problem) {
    super(`${status} ${problem.code}`);
    this.status = status;
    this.problem = problem;
  }
}

let language = "zh-CN";
let session = null; // {access_token, refresh_token, person_id, good_until}
let renewing = null; // the one renewal under way, which all requests wait for
let whenSignedOut = () => {};
let whenSent = () => {};
const tags = new WeakMap(); // what was answered → its ETag
const keys = new Map(); // a request that has no answer yet → its Idempotency-Key

export const calls = ["POST /v1/sign-in", "POST /v1/sessions", "DELETE /v1/sessions/current"];
const RENEW = "POST /v1/sessions/refresh";
// Their answers hold tokens, which are stored nowhere: they take no key.
const KEYLESS = new Set(["POST /v1/sign-in", "POST /v1/sessions", RENEW]);

export function listen(signedOut, sent) {
  whenSignedOut = signedOut;
  whenSent = sent;
}
export const speak = (wanted) => (language = wanted);
export const personId = () => session?.person_id ?? null;

/** A function that sends what `declared` names, and nothing else. */
export function asking(declared) {
  return (call, wanted = {}) => {
    if (!declared.includes(call)) throw new Error(`not declared: ${call}`);
    return send(call, wanted);
  };
}

/** The items of all pages of a list, at most `most` pages. */
export async function everyPage(ask, call, wanted, most = 20) {
  const items = [];
  let cursor = null;
  for (let page = 0; page < most; page += 1) {
    const query = { limit: 100, ...wanted.query, ...(cursor ? { cursor } : {}) };
    const answer = await ask(call, { ...wanted, query });
    items.push(...answer.items);
    cursor = answer.next_cursor;
    if (cursor === null) break;
  }
  return { items, more: cursor !== null };
}

const own = asking(calls);

export const askForCode = (email) =>
  own("POST /v1/sign-in", { body: { email, locale: language } });

export async function signIn(challenge_id, code) {
  keep(await own("POST /v1/sessions", { body: { challenge_id, code } }));
}

export async function signOut() {
  try {
    await own("DELETE /v1/sessions/current");
  } finally {
    session = null;
    whenSignedOut();
  }
}

function keep(tokens) {
  session = { ...tokens, good_until: Date.now() + (tokens.expires_in - RENEW_BEFORE) * 1000 };
}

/** A refresh token works once: whoever needs a new token waits for the same request. */
function renew() {
  renewing ??= exchange(RENEW, { body: { refresh_token: session.refresh_token } })
    .then(keep)
    .catch((refused) => {
      if (refused.status === 401) {
        session = null;
        whenSignedOut();
      }
      throw refused;
    })
    .finally(() => (renewing = null));
  return renewing;
}

async function send(call, wanted) {
  if (session !== null && Date.now() > session.good_until) await renew();
  try {
    return await exchange(call, wanted);
  } catch (refused) {
    const again = refused.status === 401 && session !== null;
    if (!again || refused.problem.code === "request.sign_in_again") throw refused;
    await renew();
    return exchange(call, wanted);
  }
}

/** One request until it is answered: repeats carry the key of the first. */
async function exchange(call, wanted) {
  const [method, template] = call.split(" ");
  const path = template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(wanted.path[name]));
  const query = new URLSearchParams(wanted.query ?? {}).toString();
  const address = query ? `${path}?${query}` : path;
  const headers = { "Accept-Language": language };
  if (session !== null && call !== RENEW) headers.Authorization = `Bearer ${session.access_token}`;
  const body = wanted.body === undefined && method === "POST" ? {} : wanted.body;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (wanted.seen !== undefined) { // what came within another answer has its version alone
    headers["If-Match"] = tags.get(wanted.seen) ?? `"${wanted.seen.version}"`;
  }
  const request = { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };

  const same = `${call} ${address} ${request.body}`;
  if (method === "POST" && !KEYLESS.has(call)) {
    if (!keys.has(same)) keys.set(same, crypto.randomUUID());
    headers["Idempotency-Key"] = `"${keys.get(same)}"`;
  }
  for (let repeat = 0; ; repeat += 1) {
    const answer = await attempt(call, address, request);
    const away = answer.status === 429 || answer.status === 503 || answer.status === 0;
    if (!away && answer.status !== 401) keys.delete(same);
    if (answer.status >= 200 && answer.status < 300) {
      if (answer.etag && answer.content) tags.set(answer.content, answer.etag);
      return answer.content;
    }
    const wait = answer.after ?? 1;
    if (!away || repeat === REPEATS || wait > LONGEST_WAIT || KEYLESS.has(call)) {
      throw new Refused(answer.status, answer.content ?? { code: "screens.no_answer" });
    }
    await new Promise((done) => setTimeout(done, wait * 1000));
  }
}

async function attempt(call, address, request) {
  let response, text, content;
  try {
    response = await fetch(address, { ...request, signal: AbortSignal.timeout(PATIENCE) });
    text = await response.text();
    const isJson = (response.headers.get("Content-Type") ?? "").includes("json");
    content = text && isJson ? JSON.parse(text) : null;
  } catch { // also an answer that breaks off is none
    whenSent({ call, address, bytes: 0, status: 0 });
    return { status: 0, content: null };
  }
  whenSent({ call, address, bytes: new Blob([text]).size, status: response.status });
  const after = Number(response.headers.get("Retry-After")) || undefined;
  return { status: response.status, content, etag: response.headers.get("ETag"), after };
}
