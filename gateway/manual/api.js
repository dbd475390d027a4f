// Signs in for "Try", and fills what each call needs anew: token, Idempotency-Key, ETag.
// Tokens are kept for the tab, so two tabs can be two people.

const KEPT = "coterie.session";
const TAGS = "coterie.etags";
const EARLY_MS = 60_000; // before a token's end it is renewed
const MOST_TAGS = 200;

const words = document.body.dataset;
const language = document.documentElement.lang;
const viewer = document.querySelector("rapi-doc");
const box = document.getElementById("sign-in");
const { address: addressForm, code: codeForm } = document.forms;
const told = box.querySelector(".told");
const who = box.querySelector(".who");
const out = box.querySelector("[name=out]");
const persona = box.querySelector("[name=persona]");

let session = JSON.parse(sessionStorage.getItem(KEPT));
let challenge = null;
let timer = null;

async function send(method, path, body, token) {
  const answer = await fetch(path, {
    method,
    headers: {
      "Accept-Language": language,
      ...(body && { "Content-Type": "application/json" }),
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    body: body && JSON.stringify(body),
  });
  const found = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) {
    throw Object.assign(new Error(found.detail), { code: found.code, status: answer.status });
  }
  return found;
}

// ── the session ─────────────────────────────────────────────────────────────────────────────────

function keep(tokens, name) {
  session = tokens && {
    access: tokens.access_token,
    refresh: tokens.refresh_token,
    until: Date.now() + tokens.expires_in * 1000,
    name: name ?? session?.name ?? "",
  };
  if (session) sessionStorage.setItem(KEPT, JSON.stringify(session));
  else sessionStorage.removeItem(KEPT);
  clearTimeout(timer);
  if (session) timer = setTimeout(renew, Math.max(session.until - Date.now() - EARLY_MS, 1000));
  show();
  present();
}

// The viewer shows who a call is sent as, also in its line for curl.
function present() {
  if (!viewer.resolvedSpec) return;
  if (session) viewer.setApiKey("bearer", session.access);
  else viewer.removeAllSecurityKeys();
}
viewer.addEventListener("spec-loaded", () => present());

function show() {
  addressForm.hidden = Boolean(session || challenge);
  codeForm.hidden = Boolean(session || !challenge);
  who.hidden = out.hidden = !session;
  who.textContent = session ? `${words.signedIn} ${session.name}` : "";
}

let renewing = null;

// Who signs out meanwhile, or becomes somebody else, stays so.
function renew() {
  const { refresh } = session;
  const isStill = () => session?.refresh === refresh;
  renewing ??= (async () => {
    try {
      const tokens = await send("POST", "/v1/sessions/refresh", { refresh_token: refresh });
      if (isStill()) keep(tokens);
    } catch (problem) {
      if (!isStill()) return;
      if (problem.status === 401) keep(null);
      else timer = setTimeout(renew, 5000); // the gateway is away for a moment
    } finally {
      renewing = null;
    }
  })();
  return renewing;
}

// A timer of a tab that was hidden or asleep may be late.
const renewIfDue = () => session && session.until - Date.now() < EARLY_MS && renew();
document.addEventListener("visibilitychange", () => document.hidden || renewIfDue());

async function enter(code, email) {
  const tokens = await send("POST", "/v1/sessions", { challenge_id: challenge, code });
  challenge = null;
  keep(tokens, email);
}

async function attempt(step) {
  told.textContent = "";
  box.inert = true;
  try {
    await step();
  } catch (problem) {
    told.textContent = problem.message || words.failed;
  }
  box.inert = false;
}

async function ask(email) {
  challenge = (await send("POST", "/v1/sign-in", { email })).challenge_id;
  show();
}

addressForm.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(async () => {
    await ask(addressForm.email.value);
    told.textContent = words.codeSent;
  }).then(() => challenge && codeForm.code.focus());
});
codeForm.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(async () => {
    await enter(codeForm.code.value, addressForm.email.value);
    codeForm.reset();
  });
});
codeForm.back.addEventListener("click", () => {
  challenge = null;
  told.textContent = "";
  show();
});
out.addEventListener("click", () =>
  attempt(async () => {
    const { access } = session;
    keep(null);
    persona.value = "";
    await send("DELETE", "/v1/sessions/current", null, access);
  }),
);

// ── people of the seed, in development ──────────────────────────────────────────────────────────

// The challenge is opened after the answer that promises it, so the first try may come too early.
const PAUSES = [200, 500, 1000, 2000];

async function become(email, code) {
  await ask(email);
  for (const pause of PAUSES) {
    await new Promise((done) => setTimeout(done, pause));
    try {
      return await enter(code, email);
    } catch (problem) {
      if (problem.code !== "membership.sign_in_code_wrong" || pause === PAUSES.at(-1)) throw problem;
    }
  }
}

async function offerPeople() {
  const answer = await fetch(words.people);
  if (!answer.ok) return; // nothing was seeded yet
  const { code, personas } = await answer.json();
  for (const one of personas) {
    persona.add(new Option(`${one.name} · ${one.role[language]} · ${one.email}`, one.email));
  }
  persona.hidden = false;
  persona.addEventListener("change", () => {
    if (!persona.value) return;
    keep(null);
    attempt(() => become(persona.value, code));
  });
}
if (words.people) offerPeople();

// ── what each call needs ────────────────────────────────────────────────────────────────────────

const tags = new Map(JSON.parse(sessionStorage.getItem(TAGS) ?? "[]"));

// Of the path, else of what it is a part of: a member's profile changes with the membership's tag.
function tagOf(path) {
  for (let at = path; at.length > "/v1".length; at = at.slice(0, at.lastIndexOf("/"))) {
    if (tags.has(at)) return tags.get(at);
  }
  return null;
}

// What was not read yet is read now: the viewer waits for nothing that happens later.
function read(path, headers) {
  const asked = new XMLHttpRequest();
  asked.open("GET", path, false);
  for (const name of ["Accept-Language", "Authorization"]) {
    if (headers.has(name)) asked.setRequestHeader(name, headers.get(name));
  }
  asked.send();
  return asked;
}

function fillTag(path, headers) {
  const known = tagOf(path);
  if (known) return headers.set("If-Match", known);
  for (const at of [path, path.slice(0, path.lastIndexOf("/"))]) {
    const found = read(at, headers);
    if (found.status === 404) return headers.set("If-None-Match", "*"); // nothing is there yet
    const tag = found.status === 200 && found.getResponseHeader("ETag");
    if (tag) return headers.set("If-Match", tag);
  }
}

// Where pages come without TLS there is no crypto.randomUUID.
const newKey = () =>
  `"${Array.from(crypto.getRandomValues(new Uint32Array(4)), (one) => one.toString(36)).join("-")}"`;

viewer.addEventListener("before-try", ({ detail: { request } }) => {
  const { headers } = request;
  const fill = (name, value) => value && !headers.has(name) && headers.set(name, value);
  fill("Accept-Language", language);
  fill("Authorization", session && `Bearer ${session.access}`);
  if (request.method === "POST") fill("Idempotency-Key", newKey());
  const isFilled = headers.has("If-Match") || headers.has("If-None-Match");
  if (["PATCH", "PUT"].includes(request.method) && !isFilled) {
    fillTag(new URL(request.url, location).pathname, headers);
  }
});

viewer.addEventListener("after-try", async ({ detail: { request, response } }) => {
  const path = new URL(request.url, location).pathname;
  const tag = response?.ok && response.headers.get("ETag");
  if (response?.status === 412) tags.clear(); // it has changed: the next "Try" reads it again
  if (tag) {
    tags.delete(path);
    tags.set(path, tag);
  }
  sessionStorage.setItem(TAGS, JSON.stringify([...tags].slice(-MOST_TAGS)));
  // Who signs in by "Try" is signed in.
  if (response?.ok && path.startsWith("/v1/sessions") && response.status !== 204) {
    const tokens = await response.json();
    if (tokens.access_token) keep(tokens);
  }
});

// ── the description ─────────────────────────────────────────────────────────────────────────────

const FILLED = ["IdempotencyKey", "IfMatch", "IfMatchUnlessNew"];

async function describe() {
  const answer = await fetch(words.description);
  const description = await answer.json();
  for (const name of FILLED) {
    const parameter = description.components.parameters[name];
    parameter.required = false;
    parameter.description = `${words.filled} ${parameter.description}`;
  }
  // What every error looks like stands once, at `default`: half of the time to draw the page.
  for (const [name, response] of Object.entries(description.components.responses)) {
    if (name !== "Refusal") delete response.content;
  }
  const shown = new Map(description.tags.map((tag) => [tag.name, tag["x-displayName"] ?? tag.name]));
  for (const tag of description.tags) {
    tag["x-tag-expanded"] = false;
    tag.name = shown.get(tag.name);
  }
  for (const methods of Object.values(description.paths)) {
    for (const operation of Object.values(methods)) {
      operation.tags = operation.tags.map((name) => shown.get(name));
    }
  }
  delete description.info.license;
  // The list of operations at the side needs room; elsewhere they are unfolded in place.
  if (matchMedia("(max-width: 767px)").matches) viewer.setAttribute("render-style", "view");
  await customElements.whenDefined("rapi-doc");
  viewer.loadSpec(description);
}

show();
if (session) await (renewIfDue() || keep({
  access_token: session.access, refresh_token: session.refresh,
  expires_in: (session.until - Date.now()) / 1000,
}));
describe();
