// What the screens are built of. Whatever people wrote becomes text, never markup.

import { named, t } from "./words.js";

/** An element; functions among the attributes listen, children are text or elements. */
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value !== null && value !== undefined && value !== false) {
      made.setAttribute(key, value === true ? "" : value);
    }
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return made;
}

export const title = (text, under = null) =>
  el("div", { class: "title" }, el("h1", {}, text), under && el("p", { class: "quiet" }, under));

export const card = (heading, ...children) =>
  el("section", { class: "card" }, heading && el("h2", {}, heading), ...children);

export const quiet = (text) => el("p", { class: "quiet" }, text);

/** A state in a word, coloured by what it means for people. */
export function state(kind, code) {
  const colour = { active: "good", paid: "good", confirmed: "good", checked_in: "good",
    published: "good", joined: "good", grace: "warn", approved: "warn", paying: "warn",
    more_wanted: "warn", needs_info: "warn", selected: "warn", submitted: "warn",
    rejected: "bad", expired: "bad", cancelled: "bad", no_show: "bad", lapsed: "bad" }[code];
  return el("span", { class: `state ${colour ?? ""}` }, named(kind, code));
}

/** Pairs of a name and what stands there; pairs without anything are left out. */
export const facts = (pairs) =>
  el("dl", {}, pairs.filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));

/** Figures side by side. */
export const figures = (pairs) =>
  el("div", { class: "figures" }, pairs.map(([name, value]) =>
    el("div", { class: "figure" }, el("strong", {}, value), el("span", {}, name))));

export function table(heads, rows) {
  const head = el("tr", {}, heads.map((one) => el("th", { scope: "col" }, one)));
  const body = rows.map((row) => el("tr", {}, row.map((cell, at) =>
    el("td", { "data-name": heads[at] }, cell))));
  return el("div", { class: "wide" },
    el("table", {}, el("thead", {}, head), el("tbody", {}, body)));
}

export const link = (text, href) => el("a", { href, class: "button plain" }, text);

/** A link that leads away, if it is one to the web at all. */
export function away(text, address) {
  if (address === null || !/^https?:\/\//.test(address)) return null;
  return el("a", { href: address, rel: "noreferrer", target: "_blank" }, text);
}

export const button = (text, run, kind = "") =>
  el("button", { type: "button", class: kind, click: (event) => run(event.currentTarget) }, text);

/** A small form: `send` gets its values when it is handed in. */
export function form(text, send, ...children) {
  const press = el("button", { type: "submit" }, text);
  const submit = (event) => {
    event.preventDefault();
    send(new FormData(made), press);
  };
  const made = el("form", { submit }, ...children, press);
  return made;
}

export const field = (text, input) => el("label", { class: "field" }, el("span", {}, text), input);

/** A box whose words become the end of the address, so that one may go back to what was found. */
export const searchBox = (address, words = "", how = t("search_how")) =>
  form(t("search"), (values) => (location.hash = address + encodeURIComponent(values.get("words"))),
    field(how, el("input", { name: "words", type: "search", maxlength: 80,
      value: words })));

export const choice = (name, options, chosen = null, attributes = {}) =>
  el("select", { name, ...attributes }, options.map(([value, text]) =>
    el("option", { value, selected: value === chosen }, text)));

/** What the gateway refused, in its own words; the code is what a program goes by. */
export function problem({ status, problem: told }) {
  const wrong = (told.errors ?? []).map((one) =>
    el("li", {}, el("code", {}, one.pointer ?? one.parameter), " ", one.detail));
  return el("div", { class: "problem", role: "alert" },
    el("p", {}, status === 0 ? t("no_answer") : told.detail),
    wrong.length ? el("ul", {}, wrong) : null,
    el("p", { class: "small" }, el("code", {}, `${status} ${told.code}`), " ",
      el("code", {}, told.instance ?? "")));
}
