// The frame: who is signed in, which screen is open, in which language, and what it asked for.

import * as client from "./client.js";
import * as meetups from "./meetup_board.js";
import * as member from "./member_page.js";
import * as communities from "./my_communities.js";
import * as owner from "./owner_start.js";
import { button, card, el, field, form, link, problem, title } from "./page.js";
import * as review from "./review_queue.js";
import { LANGUAGES, speak, spoken, t, whole } from "./words.js";

const SCREENS = { communities, review, member, meetups, owner };
const OF_A_COMMUNITY = ["member", "meetups", "review", "owner"];
const [head, main, foot] = ["head", "main", "foot"].map((id) => document.getElementById(id));
const { inbox } = await (await fetch("/settings.json")).json();
let sent = []; // what the open screen has asked for
let opening = 0; // an answer that comes after another screen was opened is dropped
let notices = []; // shown above the screen

/** The address as the screen's name, a community, what is open there and what is searched for. */
function place() {
  try {
    const [name, ...rest] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
    return [Object.hasOwn(SCREENS, name) ? name : "communities", ...rest];
  } catch (wrong) {
    if (!(wrong instanceof URIError)) throw wrong;
    return ["communities"];
  }
}

function drawHead() {
  const [name, id] = place();
  const other = LANGUAGES.find((one) => one !== spoken());
  const inside = client.personId() !== null;
  const tab = (screen, href) =>
    el("a", { href, "aria-current": screen === name ? "page" : null }, t(`screen.${screen}`));
  const tabs = !inside ? [] : [
    tab("communities", "#/communities"),
    ...(id ? OF_A_COMMUNITY.map((screen) => tab(screen, `#/${screen}/${id}`)) : []),
  ];
  const switches = el("button", { type: "button", lang: other, class: "plain", id: "language",
    click: () => change(other) }, t("other_language"));
  const leave = inside ? button(t("sign_out"), () => client.signOut().catch(() => {}), "plain")
    : null;
  head.replaceChildren(el("strong", {}, t("product")), el("nav", {}, tabs),
    el("div", { class: "end" }, switches, leave));
  document.title = t("product");
}

function drawFoot() {
  const bytes = sent.reduce((sum, one) => sum + one.bytes, 0);
  const lines = sent.map((one) => el("li", {}, el("code", {}, `${one.call} → ${one.status}`),
    ` ${whole(one.bytes)}`));
  foot.dataset.calls = sent.length;
  foot.dataset.bytes = bytes;
  foot.replaceChildren(el("details", {}, el("summary", {},
    t("calls", { calls: whole(sent.length), bytes: whole(bytes) })), el("ol", {}, lines)));
}

function change(language) {
  speak(language);
  client.speak(language);
  open();
}

/** Shows what the address names; `keep` goes on counting and leaves the notices. */
async function open(keep = false) {
  const turn = (opening += 1);
  if (!keep) {
    [sent, notices] = [[], []];
    scrollTo(0, 0);
  }
  drawHead();
  drawFoot();
  main.setAttribute("aria-busy", "true");
  const shown = await show();
  if (turn !== opening) return;
  main.replaceChildren(...notices, ...shown);
  main.removeAttribute("aria-busy");
}

async function show() {
  if (client.personId() === null) return signIn();
  const [name, id, rest, search] = place();
  const screen = SCREENS[name];
  const page = { ask: client.asking(screen.calls), id, rest, search, act,
    personId: client.personId() };
  try {
    return (await screen.show(page)).filter((one) => one !== null);
  } catch (refused) {
    if (!(refused instanceof client.Refused)) throw refused;
    const again = button(t("try_again"), () => open());
    const back = link(t("screen.communities"), "#/communities");
    return [problem(refused), el("p", {}, again, " ", back)];
  }
}

/** Does what somebody asked for, says so, and shows the screen, or what stands at `next`. Whoever
    acted on what is no longer so sees how it is now. */
async function act(pressed, run, { done = t("done"), next = location.hash } = {}) {
  pressed.disabled = true;
  try {
    await run();
    history.replaceState(null, "", next);
    notices = [el("p", { class: "notice", role: "status" }, done)];
    await open(true);
  } catch (refused) {
    if (!(refused instanceof client.Refused)) throw refused;
    for (const one of notices) one.remove();
    notices = [problem(refused)];
    if ([404, 409, 412].includes(refused.status)) await open(true);
    else main.prepend(...notices);
  } finally {
    pressed.disabled = false;
  }
}

function signIn() {
  const email = el("input", { name: "email", type: "email", required: true,
    autocomplete: "email" });
  const ask = form(t("send_code"), (values, pressed) =>
    step(pressed, async () => {
      const challenge = await client.askForCode(values.get("email"));
      main.replaceChildren(...enterCode(values.get("email"), challenge));
    }), field(t("email"), email));
  return [title(t("sign_in"), t("sign_in_how")), card(null, ask)];
}

function enterCode(email, challenge) {
  const code = el("input", { name: "code", required: true, inputmode: "numeric",
    autocomplete: "one-time-code", placeholder: "1234 5678" });
  const enter = form(t("sign_in"), (values, pressed) =>
    step(pressed, async () => {
      await client.signIn(challenge.challenge_id, values.get("code"));
      await open();
    }), field(t("code"), code));
  const mails = `${inbox}/?to=${encodeURIComponent(email)}`;
  return [title(t("sign_in"), t("code_sent", { email })), card(null, enter,
    el("p", { class: "small" }, el("a", { href: mails, target: "_blank", rel: "noreferrer" },
      t("inbox"))))];
}

/** As `act`, where there is no screen to read again. */
async function step(pressed, run) {
  pressed.disabled = true;
  for (const one of notices) one.remove();
  try {
    await run();
  } catch (refused) {
    if (!(refused instanceof client.Refused)) throw refused;
    notices = [problem(refused)];
    main.prepend(...notices);
  } finally {
    pressed.disabled = false;
  }
}

client.listen(() => open(), (one) => {
  sent.push(one);
  drawFoot();
});
addEventListener("hashchange", () => open());
change(spoken());
