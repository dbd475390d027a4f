// What every front end of the gateway needs, once (docs/guides/front-end.md): typed calls, one
// renewal of tokens at a time, Idempotency-Keys, repeats, ETags, lists, waiting and the stream.
// Needs nothing but fetch: browsers, Node 18 and later, and what else has it.

import { OPERATIONS, Operations } from "./operations.js";
import { MyEvent, Problem, SessionTokens } from "./types.js";
import { events } from "./stream.js";

export * from "./operations.js";
export * from "./types.js";

type Name = keyof Operations;
export type Answer<N extends Name> = Operations[N]["answer"];
type Needed<K extends string, T> = {} extends T ? { [k in K]?: T } : { [k in K]: T };
type Body<T> = undefined extends T ? { body?: T } : { body: T };
/** What goes with a call. */
export type Wanted<N extends Name> = Needed<"path", Operations[N]["path"]> &
  Needed<"query", Operations[N]["query"]> &
  Body<Operations[N]["body"]> & {
    /** The Idempotency-Key of what may be sent again later; else each call has its own. */
    key?: string;
    /** What was answered before: a change is refused when it is no longer so, a reading that finds
     * it unchanged gives it back. */
    seen?: object;
    signal?: AbortSignal;
  };
type Arguments<N extends Name> = {} extends Wanted<N> ? [wanted?: Wanted<N>] : [wanted: Wanted<N>];
/** Operations with pages, and those that can wait. */
export type Listing = With<"cursor">;
export type Waiting = With<"wait">;
type With<Q> = { [N in Name]: Q extends keyof Operations[N]["query"] ? N : never }[Name];
type Rows<T> = AsyncGenerator<T, void, undefined>;
/** Rows, and the first page, which is read once, now or with the first row. */
export type Listed<N extends Listing> = Rows<Row<N>> & { first(): Promise<Answer<N>> };
type Page<T> = { items: T[]; next_cursor: string | null };
type Row<N extends Name> = Answer<N> extends { items: (infer Item)[] } ? Item : never;
/** What of a session has to be kept. */
export type Tokens = Pick<SessionTokens, "access_token" | "refresh_token">;

export interface Options {
  /** Where the gateway is; "" for pages of the same origin. */
  baseUrl: string;
  /** Of an earlier session, as `onTokens` told them. */
  tokens?: Tokens | null;
  /** A server's key, in the place of tokens. */
  apiKey?: string;
  /** Told at each renewal, before the new token is used; null: signed out. */
  onTokens?: (tokens: Tokens | null) => void;
  /** Of errors' texts: zh-CN or en. */
  language?: string;
  /** Milliseconds for all repeats of one call. */
  patience?: number;
  /** Milliseconds for one answer. */
  timeout?: number;
  /** Milliseconds without a sign of life after which a stream counts as broken off. */
  quiet?: number;
  fetch?: typeof fetch;
}

/** The gateway said no (RFC 9457), or nothing: then `status` is 0 and `code` "no_answer". */
export class Refused extends Error {
  readonly code: string;
  readonly params: Record<string, unknown>;
  readonly errors: NonNullable<Problem["errors"]>;
  constructor(
    readonly status: number,
    readonly problem: Partial<Problem>,
    readonly requestId: string | null = null,
    readonly retryAfter: number | null = null, // seconds
  ) {
    super(`${status} ${problem.code ?? ""}: ${problem.detail ?? ""}`);
    this.name = "Refused";
    this.code = problem.code ?? "";
    this.params = problem.params ?? {};
    this.errors = problem.errors ?? [];
  }
}

const LONGEST_WAIT = 20; // seconds that the gateway waits for a change
const LONGEST_PAUSE = 8_000; // milliseconds between repeats, where the gateway names none
const RENEW = "refresh_session";
// Of a token: another one may do.
const STALE = ["gateway.token_invalid", "gateway.token_malformed"];

export class Coterie {
  private tokens: Tokens | null;
  private renewing: Promise<boolean> | null = null;
  private readonly tags = new WeakMap<object, string>(); // what was answered → its ETag

  constructor(private readonly options: Options) {
    this.tokens = options.tokens ?? null;
  }

  /** Go on as who these tokens are for: the answer of `finish_sign_in`; null: as nobody. */
  use(tokens: Tokens | null): void {
    this.tokens = tokens;
    this.renewing = null; // what is under way is another's
    this.options.onTokens?.(tokens);
  }

  /** One operation, by its name in OpenAPI. Throws Refused. */
  async call<N extends Name>(name: N, ...[wanted]: Arguments<N>): Promise<Answer<N>> {
    const [method, template, traits, type] = OPERATIONS[name];
    const given: Given = wanted ?? {};
    const headers: Record<string, string> = {};
    if (traits.includes("key")) headers["Idempotency-Key"] = `"${given.key ?? newKey()}"`;
    if (given.seen !== undefined) {
      headers[method === "GET" ? "If-None-Match" : "If-Match"] = this.tagOf(given.seen);
    } else if (method === "PUT" && traits.includes("new")) headers["If-None-Match"] = "*";
    let body = given.body;
    if (type === "application/json" || (body === undefined && method === "POST")) {
      body = JSON.stringify(body ?? {});
    }
    if (body !== undefined) headers["Content-Type"] = type || "application/json";
    const answer = await this.send(addressOf(template, given), {
      method,
      headers,
      body: body as BodyInit | undefined,
      signal: given.signal,
      seconds: Number(given.query?.wait ?? 0),
      isRepeatable: method !== "POST" || traits.includes("key") || name === RENEW,
      isOpen: name === RENEW,
    });
    if (answer.status === 304) return given.seen as Answer<N>;
    if (!isJson(answer)) {
      return (answer.status === 204 ? undefined : await answer.blob()) as Answer<N>;
    }
    const content = JSON.parse(await answer.text());
    const tag = answer.headers.get("ETag");
    if (tag !== null) this.tags.set(content, tag);
    return content;
  }

  /** Every row of a list, page by page as they are read, and what its first page says besides. */
  list<N extends Listing>(name: N, ...[wanted]: Arguments<N>): Listed<N> {
    const read = (cursor?: string): Promise<Answer<N>> => {
      const given: Given = wanted ?? {};
      const query = { limit: 100, ...given.query, ...(cursor === undefined ? {} : { cursor }) };
      return this.call(name, ...([{ ...given, query }] as unknown as Arguments<N>));
    };
    let known: Promise<Answer<N>> | undefined;
    const first = () => (known ??= read());
    async function* every(): Rows<Row<N>> {
      for (let page = (await first()) as Page<Row<N>>; ; ) {
        yield* page.items;
        if (page.next_cursor === null) return;
        page = (await read(page.next_cursor)) as Page<Row<N>>;
      }
    }
    return Object.assign(every(), { first });
  }

  /** The answer as soon as it is as awaited, also of what is not there yet; the gateway waits. */
  async waitFor<N extends Waiting>(
    name: N,
    wanted: Wanted<N>,
    isSo: (answer: Answer<N>) => boolean,
    patience = 60_000, // milliseconds
  ): Promise<Answer<N>> {
    const end = Date.now() + patience;
    let seen: object | undefined;
    for (let left = patience; left > 0; left = end - Date.now()) {
      const query = { ...wanted.query, wait: Math.min(LONGEST_WAIT, Math.ceil(left / 1000)) };
      const asked = [{ ...wanted, query, seen }] as unknown as Arguments<N>;
      try {
        const found: Answer<N> = await this.call(name, ...asked);
        if (isSo(found)) return found;
        if (found === seen) await pause(250, wanted.signal); // too many wait already
        seen = found as object;
      } catch (refused) {
        if (!(refused instanceof Refused && refused.status === 404)) throw refused;
        await pause(250, wanted.signal);
      }
    }
    throw new Refused(0, { code: "not_so", detail: `${name}: not so in ${patience} ms` });
  }

  /** What concerns me, while it happens, over as many connections as it takes. */
  events(signal?: AbortSignal): Rows<MyEvent> {
    const open = (last: string | null) =>
      this.send("/v1/me/events", {
        method: "GET",
        headers: { Accept: "text/event-stream", ...(last && { "Last-Event-ID": last }) },
        signal,
        isRepeatable: true,
        isStream: true,
      });
    const rest = (milliseconds: number) => pause(milliseconds, signal);
    return events(open, rest, this.options.quiet ?? 60_000, signal);
  }

  private tagOf(seen: object): string {
    // What came within another answer has its version alone.
    return this.tags.get(seen) ?? `"${(seen as { version?: number }).version}"`;
  }

  /** One request until it is answered; what is away is asked again, with the same key. */
  private async send(address: string, request: Sent): Promise<Response> {
    const patience = request.isStream ? Infinity : this.options.patience ?? 30_000;
    const end = Date.now() + patience;
    for (let repeat = 0, renewed = false; ; ) {
      const token = this.options.apiKey ?? this.tokens?.access_token;
      let failure: Refused;
      try {
        const answer = await this.attempt(address, request, request.isOpen ? undefined : token);
        if (answer.ok || answer.status === 304) return answer;
        const problem: Partial<Problem> = isJson(answer) ? JSON.parse(await answer.text()) : {};
        const wait = Number(answer.headers.get("Retry-After")) || null;
        failure = new Refused(answer.status, problem, answer.headers.get("X-Request-Id"), wait);
      } catch (error) {
        if (request.signal?.aborted) throw error;
        failure = new Refused(0, { code: "no_answer", detail: String(error) });
      }
      const isOver = STALE.includes(failure.code) && !request.isOpen;
      if (isOver && this.tokens !== null && !renewed) {
        renewed = true;
        if (await this.renew(token)) continue;
        throw failure;
      }
      const isAway = failure.status === 0 || failure.status === 429 || failure.status === 503;
      // Who was told when to come takes care not to come with all others.
      const wait = failure.retryAfter;
      const milliseconds = wait === null
        ? Math.min(LONGEST_PAUSE, 500 * 2 ** repeat) * (0.5 + Math.random() / 2)
        : wait * 1000 * (1 + Math.random() / 4);
      if (!isAway || !request.isRepeatable || Date.now() + milliseconds > end) throw failure;
      repeat += 1;
      await pause(milliseconds, request.signal);
    }
  }

  /** The whole answer in time, or of a stream its beginning. */
  private async attempt(address: string, request: Sent, token?: string): Promise<Response> {
    const stop = new AbortController();
    const giveUp = () => stop.abort(request.signal?.reason);
    if (request.signal?.aborted) giveUp();
    request.signal?.addEventListener("abort", giveUp);
    const timeout = (this.options.timeout ?? 15_000) + (request.seconds ?? 0) * 1000;
    const timer = setTimeout(() => stop.abort(new Error(`no answer in ${timeout} ms`)), timeout);
    try {
      const headers: Record<string, string> = { ...request.headers };
      headers["Accept-Language"] = this.options.language ?? "zh-CN";
      if (token !== undefined) headers.Authorization = `Bearer ${token}`;
      const { method, body } = request;
      const ask = this.options.fetch ?? fetch;
      const sent = { method, headers, body, signal: stop.signal };
      const answer = await ask(this.options.baseUrl + address, sent);
      if (request.isStream && answer.ok) return answer;
      // An answer that breaks off is none.
      const content = [204, 304].includes(answer.status) ? null : await answer.arrayBuffer();
      return new Response(content, { status: answer.status, headers: answer.headers });
    } finally {
      clearTimeout(timer);
      if (!request.isStream) request.signal?.removeEventListener("abort", giveUp);
    }
  }

  /** A refresh token works once: whoever needs a new token waits for the same exchange. Who signed
   * out meanwhile, or is somebody else now, stays so. Tells whether it goes on as the same person. */
  private renew(stale: string | undefined): Promise<boolean> {
    const exchanged = this.tokens;
    if (exchanged === null) return Promise.resolve(false);
    if (exchanged.access_token !== stale) return Promise.resolve(true);
    if (this.renewing !== null) return this.renewing;
    const { refresh_token } = exchanged;
    const isStill = () => this.tokens?.refresh_token === refresh_token;
    const renewing = this.call(RENEW, { body: { refresh_token } })
      .then((tokens) => {
        if (!isStill()) return false;
        this.use(tokens);
        return true;
      })
      .catch((refused) => {
        if (!isStill()) return false;
        if (refused instanceof Refused && refused.status === 401) this.use(null);
        throw refused;
      })
      .finally(() => {
        if (this.renewing === renewing) this.renewing = null;
      });
    return (this.renewing = renewing);
  }
}

interface Given {
  path?: object;
  query?: { wait?: unknown } & object;
  body?: unknown;
  key?: string;
  seen?: object;
  signal?: AbortSignal;
}

interface Sent {
  method: string;
  headers: Record<string, string>;
  body?: BodyInit;
  signal?: AbortSignal;
  seconds?: number; // that the gateway may wait besides
  isRepeatable: boolean;
  isOpen?: boolean; // goes without a token
  isStream?: boolean;
}

const isJson = (answer: Response) => (answer.headers.get("Content-Type") ?? "").includes("json");

function addressOf(template: string, given: Given): string {
  const parts = given.path as Record<string, string | number> | undefined;
  const path = template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(parts![name]));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(given.query ?? {})) {
    if (value !== undefined && value !== null) query.set(name, String(value));
  }
  const asked = query.toString();
  return asked ? `${path}?${asked}` : path;
}

/** An Idempotency-Key of your own: they are told apart by their person, so need not be secret, and
 * some places have no `crypto`. */
export function newKey(): string {
  const random = () => Math.random().toString(36).slice(2);
  return `${Date.now().toString(36)}-${random()}-${random()}`;
}

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((done, failed) => {
    const giveUp = () => {
      clearTimeout(timer);
      failed(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", giveUp);
      done();
    }, milliseconds);
    if (signal?.aborted) giveUp();
    signal?.addEventListener("abort", giveUp, { once: true });
  });
}
