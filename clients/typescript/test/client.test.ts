// What the client does besides asking: tokens, keys, repeats, ETags, errors.

import assert from "node:assert/strict";
import test from "node:test";

import { Refused, Tokens } from "../src/client.js";
import { frontEnd, place, signedIn } from "./place.js";

const path = { community_id: place.community };

test("a token that is over is renewed once for all who wait", async () => {
  const { tokens } = await signedIn("renew.ts@example.com");
  const told: (Tokens | null)[] = [];
  const [head, ...rest] = tokens.access_token.split(".");
  const ofGoneKey = { ...JSON.parse(atob(head)), kid: "gone" };
  const over = [btoa(JSON.stringify(ofGoneKey)).replace(/=+$/, ""), ...rest].join(".");
  const { coterie, sent } = frontEnd({
    tokens: { ...tokens, access_token: over },
    onTokens: (renewed) => told.push(renewed),
  });
  await Promise.all([1, 2, 3, 4, 5].map(() => coterie.call("get_me")));
  assert.equal(sent.filter((one) => one.address.endsWith("/sessions/refresh")).length, 1);
  assert.equal(told.length, 1);

  await coterie.call("end_session");
  for (let look = 0; told.length < 2 && look < 50; look += 1) { // gateways hear of it at once
    await coterie.call("get_me").catch((refused) => assert.equal(refused.status, 401));
    await new Promise((done) => setTimeout(done, 100));
  }
  assert.deepEqual(told[1], null);
});

test("a command whose answer got lost is repeated with its key and done once", async () => {
  const { coterie, sent } = await signedIn("lost.ts@example.com", { lost: 2 });
  const body = { plan_id: place.plan, answers: { profession: "nurse" } };
  const made = await coterie.call("create_application", { path, body });
  const keys = sent.flatMap((one) => one.headers["Idempotency-Key"] ?? []);
  assert.equal(keys.length, 3);
  assert.equal(new Set(keys).size, 1);
  const mine = [];
  for await (const one of coterie.list("list_my_applications")) mine.push(one.id);
  assert.deepEqual(mine, [made.id]);
});

test("what was seen is what is changed", async () => {
  const { coterie } = await signedIn("tags.ts@example.com");
  const seen = await coterie.call("get_me");
  const changed = await coterie.call("change_me", { body: { name: "蒂娜" }, seen });
  assert.equal(changed.name, "蒂娜");
  await assert.rejects(coterie.call("change_me", { body: { name: "?" }, seen }), { status: 412 });
  const one = await coterie.call("get_community", { path });
  assert.equal(await coterie.call("get_community", { path, seen: one }), one);
});

test("a list is read over its pages", async () => {
  const { coterie, sent } = frontEnd({ tokens: place.owner });
  const roles = [];
  for await (const row of coterie.list("list_roles", { path, query: { limit: 1 } })) {
    roles.push(row.person_id);
  }
  assert.ok(roles.length > 1);
  assert.equal(sent.length, roles.length);
});

test("a refusal says what is wrong", async () => {
  const { coterie } = frontEnd({ tokens: place.owner, language: "en" });
  const body = { title: "", city: "上海", starts_at: place.starts, ends_at: place.ends, capacity: 1 };
  const refused = await coterie.call("create_meetup", { path, body }).catch((error) => error);
  if (!(refused instanceof Refused)) throw refused;
  assert.deepEqual([refused.status, refused.code], [422, "request.input_invalid"]);
  assert.deepEqual(refused.errors.map((one) => one.pointer), ["/title"]);
  assert.ok(refused.requestId);
});

/** A gateway that answers with each of these in turn, and what it was sent. */
function gateway(...answers: (() => Response | Promise<Response>)[]) {
  const sent: { at: number; headers: Record<string, string> }[] = [];
  const fetch = async (_: unknown, request?: RequestInit) => {
    sent.push({ at: Date.now(), headers: request!.headers as Record<string, string> });
    const answer = answers[sent.length - 1]();
    return Promise.race([answer, new Promise<never>((_, failed) => {
      request!.signal!.addEventListener("abort", () => failed(request!.signal!.reason));
    })]);
  };
  return { sent, fetch };
}

test("tokens that are none end in being signed out", async () => {
  const headers = { "Content-Type": "application/problem+json" };
  for (const code of ["gateway.token_invalid", "gateway.token_malformed"]) {
    const told: (Tokens | null)[] = [];
    const { sent, fetch } = gateway(...[code, "membership.session_ended"].map((one) => () =>
      new Response(JSON.stringify({ code: one }), { status: 401, headers })));
    const tokens = { access_token: "damaged", refresh_token: "damaged, too" };
    const { coterie } = frontEnd({ fetch, tokens, onTokens: (renewed) => told.push(renewed) });
    await assert.rejects(coterie.call("get_me"), { code: "membership.session_ended" });
    assert.deepEqual([sent.length, told], [2, [null]]);
  }
});

test("a list says what its first page says, which is read once", async () => {
  const headers = { "Content-Type": "application/json" };
  const page = (items: unknown[], next_cursor: string | null) => () => new Response(
    JSON.stringify({ items, next_cursor, unread: 7 }), { headers });
  const { sent, fetch } = gateway(page([{ id: 1 }, { id: 2 }], "more"), page([{ id: 3 }], null));
  const inbox = frontEnd({ fetch }).coterie.list("list_my_notifications");
  assert.equal((await inbox.first()).unread, 7);
  const ids: unknown[] = [];
  for await (const row of inbox) ids.push(row.id);
  assert.deepEqual([ids, sent.length], [[1, 2, 3], 2]);
});

test("who is told when to come again comes then, with the same key", async () => {
  const json = { "Content-Type": "application/problem+json", "Retry-After": "1" };
  const { sent, fetch } = gateway(
    () => new Response('{"code": "gateway.too_many_requests"}', { status: 429, headers: json }),
    () => new Response("{}", { headers: { "Content-Type": "application/json" } }),
  );
  await frontEnd({ fetch }).coterie.call("create_application", { path, body: {}, key: "mine" });
  assert.ok(sent[1].at - sent[0].at >= 990);
  assert.deepEqual(sent.map((one) => one.headers["Idempotency-Key"]), ['"mine"', '"mine"']);
});

test("an answer that takes too long is none", async () => {
  const { fetch } = gateway(() => new Promise(() => undefined));
  const asks = frontEnd({ fetch, timeout: 20, patience: 0 }).coterie;
  await assert.rejects(asks.call("get_me"), { status: 0, code: "no_answer" });
});

test("news go on after the last that came, whatever ends a stream", async () => {
  const event = (id: number) => `id: ${id}\nretry: 1\ndata: {"subject": "${id}"}\n\n`;
  const stream = (text: string, isOver: boolean) => () => new Response(
    new ReadableStream({
      start(to) {
        to.enqueue(new TextEncoder().encode(text));
        if (isOver) to.close();
      },
    }),
  );
  const { sent, fetch } = gateway(
    stream(event(1), true),
    () => Promise.reject(new TypeError("away")), // for longer than a call is repeated
    stream(event(2), false), // and then nothing, as from a connection that nobody closed
    stream(event(3), false),
  );
  const stop = new AbortController();
  const heard = [];
  const { coterie } = frontEnd({ fetch, patience: 0, quiet: 50 });
  for await (const { subject } of coterie.events(stop.signal)) {
    heard.push(subject);
    if (heard.length === 3) stop.abort();
  }
  assert.deepEqual(heard, ["1", "2", "3"]);
  assert.deepEqual(sent.map((one) => one.headers["Last-Event-ID"]), [undefined, "1", "1", "2"]);
});

test("nobody is asked for ever", async () => {
  const away = frontEnd({ baseUrl: "http://127.0.0.1:9", patience: 700 });
  await assert.rejects(away.coterie.call("list_ways"), { status: 0, code: "no_answer" });
  assert.ok(away.sent.length >= 1 && away.sent.length < 4);
  const stop = new AbortController();
  const { coterie } = frontEnd({ tokens: place.owner });
  const asked = coterie.call("get_me", { signal: stop.signal });
  stop.abort();
  await assert.rejects(asked, { name: "AbortError" });
});
