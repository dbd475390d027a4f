// Opens one of the example's screens as a browser does, without drawing it: says what it asked for
// and what it shows. Reads {folder, gateway, token, person, screen, id, rest, search} as JSON.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const given = JSON.parse(readFileSync(0, "utf-8"));

class Element {
  constructor() {
    this.inside = [];
  }
  setAttribute() {}
  addEventListener() {}
  append(...children) {
    this.inside.push(...children);
  }
  get text() {
    return this.inside.map((one) => (one instanceof Element ? one.text : String(one))).join(" ");
  }
}

globalThis.document = { createElement: () => new Element(), documentElement: {} };
globalThis.navigator ??= { language: "zh-CN" };
const send = globalThis.fetch;
globalThis.fetch = (address, request = {}) => {
  if (address === "/words.json") {
    return new Response(readFileSync(`${given.folder}/words.json`));
  }
  const headers = { ...request.headers, Authorization: `Bearer ${given.token}` };
  return send(given.gateway + address, { ...request, headers });
};

const module = (name) => import(pathToFileURL(`${given.folder}/${name}.js`));
const client = await module("client");
const screen = await module(given.screen);
const sent = [];
client.listen(() => {}, (one) => sent.push(one));
const shown = await screen.show({ ask: client.asking(screen.calls), act: () => {}, id: given.id,
  rest: given.rest, search: given.search, personId: given.person });
const text = shown.flat(Infinity).filter((one) => one !== null).map((one) => one.text).join("\n");
process.stdout.write(JSON.stringify({ sent, text }));
