// Server-Sent Events read from fetch, which can send a token where EventSource cannot.

import { MyEvent } from "./types.js";

/** Events of one stream after another: `open` is told the last id that came. Ends by `signal`. */
export async function* events(
  open: (last: string | null) => Promise<Response>,
  pause: (milliseconds: number) => Promise<void>,
  quiet: number,
  signal?: AbortSignal,
): AsyncGenerator<MyEvent, void, undefined> {
  let last: string | null = null;
  let retry = 3000; // milliseconds until the next connection, unless the gateway says otherwise
  try {
    for (;;) {
      const answer: Response = await open(last);
      for await (const block of blocks(answer, quiet)) {
        const data: string[] = [];
        for (const line of block.split("\n")) {
          const [, name, value] = /^([a-z]+): ?(.*)$/.exec(line) ?? [];
          if (name === "id") last = value;
          else if (name === "retry") retry = Number(value) || retry;
          else if (name === "data") data.push(value);
        }
        if (data.length > 0) yield JSON.parse(data.join("\n"));
      }
      await pause(retry * (0.5 + Math.random()));
    }
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}

/** What stands between blank lines; a stream that breaks off, or says nothing for long, has ended. */
async function* blocks(answer: Response, quiet: number): AsyncGenerator<string, void, undefined> {
  const reader = answer.body!.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      let piece: ReadableStreamReadResult<Uint8Array>;
      const timer = setTimeout(() => reader.cancel().catch(() => undefined), quiet);
      try {
        piece = await reader.read();
      } catch {
        return;
      } finally {
        clearTimeout(timer);
      }
      if (piece.done) return;
      text += decoder.decode(piece.value, { stream: true }).replace(/\r\n?/g, "\n");
      const parts = text.split("\n\n");
      text = parts.pop()!;
      yield* parts;
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
