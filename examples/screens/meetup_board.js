// The meetup board: for hosts who registered, by state and name, whom to select, who came; for
// members their own registration and what to do about it.
//
// Needs: the community for its name; all its meetups, because the newest comes last; of the one
// that is open its own reading, because the list has no address for guests. Whether I am its host
// only a refusal says: counts and registrations, whose rows have the actions of their buttons, are
// asked for, and who may not read them gets the page of a member, whose registration is looked for
// among all of theirs and then read, because lists of one's own have no actions.

import { Refused, everyPage } from "./client.js";
import { button, card, el, facts, figures, form, link, quiet, state, table,
  title } from "./page.js";
import { money, named, t, time, whole } from "./words.js";

export const calls = [
  "GET /v1/communities/{community_id}",
  "GET /v1/communities/{community_id}/meetups",
  "GET /v1/meetups/{meetup_id}",
  "GET /v1/meetups/{meetup_id}/registrations",
  "GET /v1/meetups/{meetup_id}/registrations/counts",
  "GET /v1/me/registrations",
  "GET /v1/registrations/{registration_id}",
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

export async function show({ ask, id, rest, act }) {
  const path = { community_id: id };
  const [community, meetups] = await Promise.all([
    ask("GET /v1/communities/{community_id}", { path }),
    everyPage(ask, "GET /v1/communities/{community_id}/meetups", { path }),
  ]);
  const opened = rest ?? meetups.items.at(-1)?.id; // oldest first: the last one is the newest
  return [
    title(t("screen.meetups"), community.name),
    ...(opened ? await board(ask, opened, act) : [quiet(t("meetup.none"))]),
    meetups.items.length > 1 ? card(t("meetup.all"), meetups.items.toReversed().map((one) =>
      el("div", { class: "row" }, el("div", {}, el("strong", {}, one.title), " ",
        state("meetup", one.state), el("p", { class: "small" }, time(one.starts_at, one.zone))),
      link(t("open"), `#/meetups/${id}/${one.id}`)))) : null,
  ];
}

async function board(ask, meetup_id, act) {
  const path = { meetup_id };
  const [meetup, staff] = await Promise.all([
    ask("GET /v1/meetups/{meetup_id}", { path }), readAsHost(ask, path)]);
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
  return [about, ...(staff ? host(ask, meetup, staff, act) : await member(ask, meetup, act))];
}

/** No answer has my roles: who is refused here is no host. */
async function readAsHost(ask, path) {
  try {
    const [{ counts }, page] = await Promise.all([
      ask("GET /v1/meetups/{meetup_id}/registrations/counts", { path }),
      everyPage(ask, "GET /v1/meetups/{meetup_id}/registrations", { path }),
    ]);
    return { counts, registrations: page.items };
  } catch (refused) {
    if (refused instanceof Refused && refused.status === 403) return null;
    throw refused;
  }
}

function host(ask, meetup, { counts, registrations }, act) {
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
  const { items } = await everyPage(ask, "GET /v1/me/registrations", {});
  const known = items.filter((one) => one.meetup_id === meetup.id).at(-1);
  if (known === undefined) return [quiet(t("meetup.not_registered"))];
  const path = { registration_id: known.id };
  const mine = await ask("GET /v1/registrations/{registration_id}", { path });
  // What costs something is taken by paying for it (docs/guides/front-end.md), not by a word.
  const answers = Object.keys(OF_OFFERS).filter((one) => !mine.payable || one !== "accept_offer");
  const offer = mine.offer && [
    quiet(t("meetup.offer", { time: time(mine.offer.expires_at, meetup.zone) })),
    offered(answers, OF_OFFERS, { offer_id: mine.offer.id }, ask, act)];
  return [card(t("meetup.mine"),
    el("p", {}, state("registration", mine.state)),
    facts([
      [t("meetup.applied"), time(mine.applied_at, meetup.zone)],
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
