// A running system as tests/journeys/test_typescript_client.py prepared it, and people in it.

import { Coterie, Options, Tokens } from "../src/client.js";

export const place: {
  gateway: string;
  inbox: string;
  community: string;
  plan: string;
  starts: string; // of a meetup: after the system's own now
  ends: string;
  owner: Tokens;
  reviewer: Tokens;
} = JSON.parse(process.env.PLACE);

export interface Request {
  method: string;
  address: string;
  headers: Record<string, string>;
}

/** A front end, and what it really sent; `lost` answers of commands never arrive. */
export function frontEnd(more: Partial<Options> & { lost?: number } = {}) {
  const sent: Request[] = [];
  let lost = more.lost ?? 0;
  const options: Options = {
    baseUrl: place.gateway,
    fetch: async (address, request) => {
      const headers = request!.headers as Record<string, string>;
      const method = request!.method!;
      sent.push({ method, address: String(address), headers });
      const answer = await fetch(address, request);
      if ("Idempotency-Key" in headers && lost-- > 0) {
        throw new TypeError("the answer got lost");
      }
      return answer;
    },
    ...more,
  };
  return { coterie: new Coterie(options), sent };
}

/** Signed in by the code in their mail. */
export async function signedIn(email: string, more: Parameters<typeof frontEnd>[0] = {}) {
  const { coterie, sent } = frontEnd(more);
  const { challenge_id } = await coterie.call("start_sign_in", { body: { email } });
  const code = await codeFor(email);
  const tokens = await coterie.call("finish_sign_in", { body: { challenge_id, code } });
  coterie.use(tokens);
  return { coterie, sent, tokens };
}

async function codeFor(email: string): Promise<string> {
  for (let look = 0; look < 100; look += 1) {
    const query = new URLSearchParams({ to: email, after: "0", limit: "100" });
    const { messages } = await (await fetch(`${place.inbox}/api/messages?${query}`)).json();
    const mail = messages.find(({ text }: { text: string }) => /\b\d{4} \d{4}\b/.test(text));
    if (mail) return /\b\d{4} \d{4}\b/.exec(mail.text)![0];
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error(`no code came for ${email}`);
}
