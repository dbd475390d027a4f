// The owner's start page: how many there are of everything, what was sold, what waits, who paid
// last, members by name or number, and what was done to an object.
//
// Needs: one reading for each group of figures; what waits is counted, not listed. The latest
// orders are one page, newest first; members are read when somebody looks for one. The trail is
// that of the community, or of one order.

import { card, el, facts, figures, link, quiet, searchBox, state, table, title } from "./page.js";
import { day, named, t, time, whole, money } from "./words.js";

export const calls = [
  "GET /v1/communities/{community_id}",
  "GET /v1/communities/{community_id}/membership-counts",
  "GET /v1/communities/{community_id}/sales",
  "GET /v1/communities/{community_id}/meetups/counts",
  "GET /v1/communities/{community_id}/transfers/counts",
  "GET /v1/communities/{community_id}/refund-requests/counts",
  "GET /v1/communities/{community_id}/orders",
  "GET /v1/communities/{community_id}/memberships",
  "GET /v1/communities/{community_id}/history",
  "GET /v1/orders/{order_id}/history",
];

const LATEST = 8;

export async function show({ ask, id, rest, search }) {
  const path = { community_id: id };
  const of = (call, query = {}) => ask(call, { path, query });
  const [community, counts, sales, meetups, transfers, requests, orders, members, trail] =
    await Promise.all([
    of("GET /v1/communities/{community_id}"),
    of("GET /v1/communities/{community_id}/membership-counts"),
    of("GET /v1/communities/{community_id}/sales"),
    of("GET /v1/communities/{community_id}/meetups/counts"),
    of("GET /v1/communities/{community_id}/transfers/counts"),
    of("GET /v1/communities/{community_id}/refund-requests/counts"),
    of("GET /v1/communities/{community_id}/orders", { sort: "-created_at", limit: LATEST }),
    search ? of("GET /v1/communities/{community_id}/memberships", { search, limit: 20 }) : null,
    rest ? ask("GET /v1/orders/{order_id}/history", { path: { order_id: rest } })
      : of("GET /v1/communities/{community_id}/history", { limit: 20 }),
  ]);
  const done = history(trail.items, community.zone, rest, id);
  return [
    title(t("screen.owner"), community.name),
    rest ? done : null,
    waiting(counts.applications, transfers, requests.counts, id),
    card(t("owner.members"), states("membership", counts.memberships), facts([
      [t("owner.next_number"), String(counts.next_number)]]),
    searchBox(`#/owner/${id}//`, search, t("owner.search_how")), members && found(members)),
    card(t("owner.applications"), states("application", counts.applications)),
    card(t("owner.meetups"), states("meetup", meetups.counts)),
    sold(sales, community.currency),
    latest(orders, community),
    rest ? null : done,
  ];
}

const states = (kind, counts) => {
  const there = Object.entries(counts).filter(([, count]) => count > 0);
  return there.length ? figures(there.map(([one, count]) => [named(kind, one), whole(count)]))
    : quiet(t("owner.none"));
};

function found({ items, next_cursor: more }) {
  if (items.length === 0) return quiet(t("owner.not_found"));
  return [table([t("owner.name"), t("member.number"), t("owner.state"), t("owner.ends")],
    items.map((one) => [one.display_name ?? one.person_id,
      one.number === null ? t("member.no_number") : String(one.number),
      state("membership", one.state), one.term && day(one.term.ends_on)])),
  more ? quiet(t("owner.more_found")) : null];
}

function waiting(applications, { counts, due_refunds: due }, requests, id) {
  const of = (states, all) => whole(states.reduce((sum, one) => sum + (all[one] ?? 0), 0));
  return card(t("owner.waits"), figures([
    [t("owner.to_review"), of(["submitted", "in_review"], applications)],
    [t("owner.transfers"), of(["open", "awaiting_second"], counts)],
    [t("owner.requests"), of(["open"], requests)],
    [t("owner.refunds"), whole(due)],
  ]), link(t("screen.review"), `#/review/${id}`));
}

/** What was paid, counted by price; the sum of it nobody tells, so it is made here. */
function sold({ orders_by_state, paid_by_price, coupon_uses }, currency) {
  const sum = paid_by_price.reduce((all, one) => all + one.total.amount * one.count, 0);
  return card(t("owner.sales"),
    figures([[t("owner.income"), money({ amount: sum, currency })]]),
    states("order", orders_by_state),
    paid_by_price.length ? table([t("owner.purpose"), t("owner.list_price"), t("owner.paid"),
      t("owner.count")], paid_by_price.map((one) => [named("purpose", one.purpose),
      money(one.list_price), money(one.total), whole(one.count)])) : quiet(t("owner.none")),
    facts(Object.entries(coupon_uses).map(([code, uses]) =>
      [t("owner.coupon", { code }), whole(uses)])));
}

function latest({ items }, community) {
  return card(t("owner.orders"),
    items.length ? table([t("owner.who"), t("owner.total"), t("owner.state"), t("owner.at"), ""],
      items.map((one) => [one.display_name ?? one.payer_id, money(one.total),
        state("order", one.state), time(one.created_at, community.zone),
        link(t("owner.trail"), `#/owner/${community.id}/${one.id}`)])) : quiet(t("owner.none")));
}

function history(items, zone, order, id) {
  return card(order ? t("owner.trail_of_order") : t("owner.trail_of_community"),
    order ? el("p", {}, el("code", {}, order), " ", link(t("owner.back"), `#/owner/${id}`)) : null,
    table([t("owner.at"), t("owner.what"), t("owner.by")], items.map((one) => [
      time(one.at, zone), named("action", one.action), by(one.actor_id)])));
}

/** The trail has ids, no names. */
const by = (actor) => actor.startsWith("per_") ? el("code", {}, actor)
  : named("actor", actor.startsWith("system:") ? "system" : actor);
