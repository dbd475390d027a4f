// The meetup board: for hosts who registered, by state and name, whom to select, who came; for
// members their own registration and what to do about it.
//
// Needs: the meetups, newest first, each with my registration and what I may do; hosts besides who
// registered for the one that is open, and who waits for a seat their place in the line.

import { button, card, el, facts, figures, form, link, quiet, state, table,
  title } from "./page.js";
import { money, named, t, time, whole } from "./words.js";

export const calls = [
  "GET /v1/communities/{community_id}/meetups",
  "GET /v1/meetups/{meetup_id}",
  "GET /v1/meetups/{meetup_id}/registrations",
  "POST /v1/meetups/{meetup_id}/publish",
  "POST /v1/meetups/{meetup_id}/close-registration",
  "POST /v1/meetups/{meetup_id}/selections",
  "POST /v1/meetups/{meetup_id}/registrations",
  "POST /v1/registrations/{registration_id}/confirm",
  "POST /v1/registrations/{registration_id}/decline",
  "POST /v1/registrations/{registration_id}/withdraw",
  "POST /v1/registrations/{registration_id}/check-in",
  "POST /v1/registrations/{registration_id}/undo-check-in",
  "POST /v1/offers/{offer_id}/accept",
  "POST /v1/offers/{offer_id}/decline",
];

// What a button of that name sends.
const OF_MEETUPS = {
  publish_meetup: "POST /v1/meetups/{meetup_id}/publish",
  close_registration: "POST /v1/meetups/{meetup_id}/close-registration",
  register: "POST /v1/meetups/{meetup_id}/registrations",
};
const OF_REGISTRATIONS = {
  confirm_registration: "POST /v1/registrations/{registration_id}/confirm",
  decline_registration: "POST /v1/registrations/{registration_id}/decline",
  withdraw_registration: "POST /v1/registrations/{registration_id}/withdraw",
  check_in: "POST /v1/registrations/{registration_id}/check-in",
  undo_check_in: "POST /v1/registrations/{registration_id}/undo-check-in",
};
const OF_OFFERS = {
  accept_offer: "POST /v1/offers/{offer_id}/accept",
  decline_offer: "POST /v1/offers/{offer_id}/decline",
};
const SELECTABLE = ["applied", "waitlisted"];

const AT_ONCE = 5; // meetups; `search` is where the older ones go on

export async function show({ ask, id, rest, search, act }) {
  const query = { sort: "-starts_at", limit: AT_ONCE, ...(search ? { cursor: search } : {}) };
  const { items: meetups, hosting, next_cursor: older } = await ask(
    "GET /v1/communities/{community_id}/meetups", { path: { community_id: id }, query });
  const opened = rest ? meetups.find((one) => one.id === rest) : meetups[0];
  const here = `#/meetups/${id}`;
  return [
    title(t("screen.meetups")),
    ...(opened ? await board(ask, opened, hosting, act) : [quiet(t("meetup.none"))]),
    meetups.length > 1 ? card(t("meetup.all"), meetups.map((one) =>
      el("div", { class: "row" }, el("div", {}, el("strong", {}, one.title), " ",
        state("meetup", one.state), el("p", { class: "small" }, time(one.starts_at, one.zone))),
      link(t("open"), `${here}/${one.id}/${search ?? ""}`)))) : null,
    older ? link(t("meetup.older"), `${here}//${older}`) : null,
  ];
}

async function board(ask, meetup, hosting, act) {
  const path = { meetup_id: meetup.id };
  const buttons = offered(meetup.actions, OF_MEETUPS, path, ask, act);
  const about = card(meetup.title,
    el("p", {}, state("meetup", meetup.state)),
    facts([
      [t("meetup.when"), time(meetup.starts_at, meetup.zone)],
      [t("meetup.where"), [meetup.city, meetup.address].filter(Boolean).join(t("comma"))],
      [t("meetup.fee"), meetup.fee && money(meetup.fee)],
      [t("meetup.seats"), t("meetup.free", { free: whole(meetup.seats_free),
        all: whole(meetup.capacity) })],
    ]),
    quiet(meetup.description), buttons);
  if (!hosting) return [about, ...await member(ask, meetup, act)];
  const { counts, items, next_cursor: more } = await ask(
    "GET /v1/meetups/{meetup_id}/registrations", { path, query: { count: true, limit: 100 } });
  return [about, ...host(ask, meetup, counts, items, act), more ? quiet(t("meetup.more")) : null];
}

function host(ask, meetup, counts, registrations, act) {
  const path = { meetup_id: meetup.id };
  const states = Object.keys(counts).filter((one) => counts[one] > 0);
  const selects = meetup.actions.includes("select_registrations");
  const sections = states.map((one) => {
    const rows = registrations.filter((row) => row.state === one);
    const boxes = selects && SELECTABLE.includes(one);
    return card(t("meetup.group", { state: named("registration", one), count: rows.length }),
      table([t("meetup.who"), t("meetup.applied"), ""], rows.map((row) =>
        [person(row, boxes), time(row.applied_at, meetup.zone),
          offered(row.actions, OF_REGISTRATIONS, { registration_id: row.id }, ask, act)])));
  });
  const select = (values, pressed) => act(pressed,
    () => ask("POST /v1/meetups/{meetup_id}/selections",
      { path, body: { registration_ids: values.getAll("registration") } }));
  const has = selects && registrations.some((row) => SELECTABLE.includes(row.state));
  return [
    card(t("meetup.counts"), states.length ? figures(states.map((one) =>
      [named("registration", one), whole(counts[one])])) : quiet(t("meetup.nobody"))),
    has ? form(t("do.select_registrations"), select, sections) : sections,
  ].flat();
}

const person = (row, box) => el("label", {},
  box && row.offer === null ? el("input", { type: "checkbox", name: "registration", value: row.id })
    : null, " ", row.display_name ?? row.person_id);

async function member(ask, meetup, act) {
  if (meetup.my_registration === null) return [quiet(t("meetup.not_registered"))];
  const waits = meetup.my_registration.state === "waitlisted";
  const { my_registration: mine } = !waits ? meetup
    : await ask("GET /v1/meetups/{meetup_id}", { path: { meetup_id: meetup.id } });
  const path = { registration_id: mine.id };
  // What costs something is taken by paying for it (docs/guides/front-end.md), not by a word.
  const answers = Object.keys(OF_OFFERS).filter((one) => !mine.payable || one !== "accept_offer");
  const offer = mine.offer && [
    quiet(t("meetup.offer", { time: time(mine.offer.expires_at, meetup.zone) })),
    offered(answers, OF_OFFERS, { offer_id: mine.offer.id }, ask, act)];
  return [card(t("meetup.mine"),
    el("p", {}, state("registration", mine.state)),
    facts([
      [t("meetup.confirm_by"), mine.confirm_by && time(mine.confirm_by, meetup.zone)],
      [t("meetup.payable"), mine.payable && t("meetup.pay", { amount: money(mine.payable.amount),
        time: time(mine.payable.pay_by, meetup.zone) })],
      [t("meetup.position"), mine.position === null ? null : whole(mine.position)],
    ]),
    offer, offered(mine.actions, OF_REGISTRATIONS, path, ask, act))];
}

/** A button for each of the actions that is known here. */
function offered(actions, known, path, ask, act) {
  const names = actions.filter((name) => known[name]);
  return names.length ? el("div", { class: "buttons" }, names.map((name) =>
    button(t(`do.${name}`), (pressed) => act(pressed, () => ask(known[name], { path }))))) : null;
}
