import { Operations } from "./operations.js";
import { MyEvent, Problem, SessionTokens } from "./types.js";
export * from "./operations.js";
export * from "./types.js";
declare type Name = keyof Operations;
export declare type Answer<N extends Name> = Operations[N]["answer"];
declare type Needed<K extends string, T> = {} extends T ? {
    [k in K]?: T;
} : {
    [k in K]: T;
};
declare type Body<T> = undefined extends T ? {
    body?: T;
} : {
    body: T;
};
/** What goes with a call. */
export declare type Wanted<N extends Name> = Needed<"path", Operations[N]["path"]> & Needed<"query", Operations[N]["query"]> & Body<Operations[N]["body"]> & {
    /** The Idempotency-Key of what may be sent again later; else each call has its own. */
    key?: string;
    /** What was answered before: a change is refused when it is no longer so, a reading that finds
     * it unchanged gives it back. */
    seen?: object;
    signal?: AbortSignal;
};
declare type Arguments<N extends Name> = {} extends Wanted<N> ? [wanted?: Wanted<N>] : [wanted: Wanted<N>];
/** Operations with pages, and those that can wait. */
export declare type Listing = With<"cursor">;
export declare type Waiting = With<"wait">;
declare type With<Q> = {
    [N in Name]: Q extends keyof Operations[N]["query"] ? N : never;
}[Name];
declare type Rows<T> = AsyncGenerator<T, void, undefined>;
/** Rows, and the first page, which is read once, now or with the first row. */
export declare type Listed<N extends Listing> = Rows<Row<N>> & {
    first(): Promise<Answer<N>>;
};
declare type Row<N extends Name> = Answer<N> extends {
    items: (infer Item)[];
} ? Item : never;
/** What of a session has to be kept. */
export declare type Tokens = Pick<SessionTokens, "access_token" | "refresh_token">;
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
export declare class Refused extends Error {
    readonly status: number;
    readonly problem: Partial<Problem>;
    readonly requestId: string | null;
    readonly retryAfter: number | null;
    readonly code: string;
    readonly params: Record<string, unknown>;
    readonly errors: NonNullable<Problem["errors"]>;
    constructor(status: number, problem: Partial<Problem>, requestId?: string | null, retryAfter?: number | null);
}
export declare class Coterie {
    private readonly options;
    private tokens;
    private renewing;
    private readonly tags;
    constructor(options: Options);
    /** Go on as who these tokens are for: the answer of `finish_sign_in`; null: as nobody. */
    use(tokens: Tokens | null): void;
    /** One operation, by its name in OpenAPI. Throws Refused. */
    call<N extends Name>(name: N, ...[wanted]: Arguments<N>): Promise<Answer<N>>;
    /** Every row of a list, page by page as they are read, and what its first page says besides. */
    list<N extends Listing>(name: N, ...[wanted]: Arguments<N>): Listed<N>;
    /** The answer as soon as it is as awaited, also of what is not there yet; the gateway waits. */
    waitFor<N extends Waiting>(name: N, wanted: Wanted<N>, isSo: (answer: Answer<N>) => boolean, patience?: number): Promise<Answer<N>>;
    /** What concerns me, while it happens, over as many connections as it takes. */
    events(signal?: AbortSignal): Rows<MyEvent>;
    private tagOf;
    /** One request until it is answered; what is away is asked again, with the same key. */
    private send;
    /** The whole answer in time, or of a stream its beginning. */
    private attempt;
    /** A refresh token works once: whoever needs a new token waits for the same exchange. Who signed
     * out meanwhile, or is somebody else now, stays so. Tells whether it goes on as the same person. */
    private renew;
}
/** An Idempotency-Key of your own: they are told apart by their person, so need not be secret, and
 * some places have no `crypto`. */
export declare function newKey(): string;
