// The owner's start page: how many there are, what waits, what was earned by month, prices now, who
// paid last, the next meetups; members by name or number; what was done to an object.
//
// Needs: the dashboard, which has the community's name and zone, and the revenue. Members and the
// trail of the community or of one order are read in its place, when somebody looks for them.

import { card, el, facts, figures, link, quiet, searchBox, state, table, title } from "./page.js";
import { day, money, named, t, time, whole } from "./words.js";

export const calls = [
  "GET /v1/communities/{community_id}/dashboard",
  "GET /v1/communities/{community_id}/revenue",
  "GET /v1/communities/{community_id}/memberships",
  "GET /v1/communities/{community_id}/history",
  "GET /v1/orders/{order_id}/history",
];

const TRAIL = "trail"; // of the community, in the place of an order

export async function show({ ask, id, rest, search }) {
  const path = { community_id: id };
  const of = (call, query = {}) => ask(call, { path, query });
  const [board, other] = await Promise.all([
    of("GET /v1/communities/{community_id}/dashboard"),
    search ? of("GET /v1/communities/{community_id}/memberships", { search, limit: 20 })
      : rest === TRAIL ? of("GET /v1/communities/{community_id}/history", { limit: 20 })
        : rest ? ask("GET /v1/orders/{order_id}/history", { path: { order_id: rest } })
          : of("GET /v1/communities/{community_id}/revenue"),
  ]);
  const { community } = board;
  const searching = searchBox(`#/owner/${id}//`, search, t("owner.search_how"));
  const head = title(t("screen.owner"), community.name);
  if (search) return [head, card(t("owner.members"), searching, found(other)), back(id)];
  if (rest) return [head, history(other.items, community.zone, rest, id)];
  return [
    head,
    waiting(board.applications, other.waiting, community),
    card(t("owner.members"), figures(Object.entries(board.members)
      .map(([name, count]) => [t(`owner.members_${name}`), whole(count)])), searching),
    meetups(board.meetups),
    earned(other),
    prices(other.plans),
    latest(other.latest_orders, community),
    el("p", {}, link(t("owner.trail_of_community"), `#/owner/${id}/${TRAIL}`)),
  ];
}

function found({ items, next_cursor: more }) {
  if (items.length === 0) return quiet(t("owner.not_found"));
  return [table([t("owner.name"), t("member.number"), t("owner.state"), t("owner.ends")],
    items.map((one) => [one.display_name ?? one.person_id,
      one.number === null ? t("member.no_number") : String(one.number),
      state("membership", one.state), one.term && day(one.term.ends_on)])),
  more ? quiet(t("owner.more_found")) : null];
}

function waiting(applications, money, { id, zone }) {
  return card(t("owner.waits"), figures([
    [t("owner.to_review"), whole(applications.waiting)],
    [t("owner.transfers"), whole(money.transfers)],
    [t("owner.requests"), whole(money.refund_requests)],
    [t("owner.refunds"), whole(money.refunds)],
  ]), facts([[t("owner.oldest"), applications.oldest_at && time(applications.oldest_at, zone)]]),
  link(t("screen.review"), `#/review/${id}`));
}

/** Null while the events side is away. */
function meetups(next) {
  return card(t("owner.meetups"), next?.length ? table([t("owner.at"), t("owner.what"),
    t("meetup.seats")], next.map((one) => [time(one.starts_at, one.zone), one.title,
    t("meetup.free", { free: whole(one.seats_free), all: whole(one.capacity) })]))
    : quiet(t("owner.none")));
}

function earned({ total, months }) {
  const row = (name, of) => [name, whole(of.orders), money(of.gross), money(of.discounts),
    money(of.refunds), money(of.net)];
  return card(t("owner.sales"), total === null ? quiet(t("owner.none")) : table([
    t("owner.month"), t("owner.count"), t("owner.gross"), t("owner.discounts"),
    t("owner.refunded"), t("owner.net")],
  [...months.map((one) => row(one.month, one)), row(t("owner.sum"), total)]));
}

function prices(plans) {
  return card(t("owner.prices"), facts(plans.map((plan) => [plan.name, plan.places_left === null
    ? money(plan.price) : t("owner.ladder", { price: money(plan.price),
      left: whole(plan.places_left) })])));
}

function latest(items, community) {
  return card(t("owner.orders"),
    items.length ? table([t("owner.who"), t("owner.total"), t("owner.state"), t("owner.at"), ""],
      items.map((one) => [one.display_name ?? one.payer_id, money(one.total),
        state("order", one.state), time(one.created_at, community.zone),
        link(t("owner.trail"), `#/owner/${community.id}/${one.id}`)])) : quiet(t("owner.none")));
}

function history(items, zone, of, id) {
  const whose = of === TRAIL ? t("owner.trail_of_community") : t("owner.trail_of_order");
  return card(whose, of === TRAIL ? null : el("p", {}, el("code", {}, of)),
    table([t("owner.at"), t("owner.what"), t("owner.by")], items.map((one) => [
      time(one.at, zone), named("action", one.action), by(one.actor_id)])), back(id));
}

const back = (id) => el("p", {}, link(t("owner.back"), `#/owner/${id}`));

/** The trail has ids, no names. */
const by = (actor) => actor.startsWith("per_") ? el("code", {}, actor)
  : named("actor", actor.startsWith("system:") ? "system" : actor);
