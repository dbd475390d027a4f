// The owner's start page: how many there are of everything, what was sold, what waits, who paid
// last, and what was done to an object.
//
// Needs: one reading for each figure. Orders come oldest first and have no other order: the latest
// ones cost the whole list, page by page. The trail is that of the community, or of one order.

import { everyPage } from "./client.js";
import { card, el, facts, figures, link, quiet, state, table, title } from "./page.js";
import { named, t, time, whole, money } from "./words.js";

export const calls = [
  "GET /v1/communities/{community_id}",
  "GET /v1/communities/{community_id}/membership-counts",
  "GET /v1/communities/{community_id}/sales",
  "GET /v1/communities/{community_id}/meetups/counts",
  "GET /v1/communities/{community_id}/transfers",
  "GET /v1/communities/{community_id}/due-refunds",
  "GET /v1/communities/{community_id}/orders",
  "GET /v1/communities/{community_id}/history",
  "GET /v1/orders/{order_id}/history",
];

const LATEST = 8;

export async function show({ ask, id, rest }) {
  const path = { community_id: id };
  const of = (call, query = {}) => ask(call, { path, query });
  const [community, counts, sales, meetups, transfers, refunds, orders, trail] = await Promise.all([
    of("GET /v1/communities/{community_id}"),
    of("GET /v1/communities/{community_id}/membership-counts"),
    of("GET /v1/communities/{community_id}/sales"),
    of("GET /v1/communities/{community_id}/meetups/counts"),
    of("GET /v1/communities/{community_id}/transfers", { state: "open", limit: 50 }),
    of("GET /v1/communities/{community_id}/due-refunds", { limit: 50 }),
    everyPage(ask, "GET /v1/communities/{community_id}/orders", { path }),
    rest ? ask("GET /v1/orders/{order_id}/history", { path: { order_id: rest } })
      : of("GET /v1/communities/{community_id}/history", { limit: 20 }),
  ]);
  const done = history(trail.items, community.zone, rest, id);
  return [
    title(t("screen.owner"), community.name),
    rest ? done : null,
    waiting(counts.applications, transfers, refunds, id),
    card(t("owner.members"), states("membership", counts.memberships), facts([
      [t("owner.next_number"), String(counts.next_number)]])),
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

function waiting(applications, transfers, refunds, id) {
  const count = (page) => whole(page.items.length) + (page.next_cursor ? "+" : "");
  return card(t("owner.waits"), figures([
    [t("owner.to_review"), whole(applications.submitted + applications.in_review)],
    [t("owner.transfers"), count(transfers)],
    [t("owner.refunds"), count(refunds)],
  ]), link(t("screen.review"), `#/review/${id}`));
}

/** What was paid, counted by price; the sum of it nobody tells, so it is made here. */
function sold({ paid_by_price, coupon_uses }, currency) {
  const sum = paid_by_price.reduce((all, one) => all + one.total.amount * one.count, 0);
  return card(t("owner.sales"),
    figures([[t("owner.income"), money({ amount: sum, currency })]]),
    paid_by_price.length ? table([t("owner.purpose"), t("owner.list_price"), t("owner.paid"),
      t("owner.count")], paid_by_price.map((one) => [named("purpose", one.purpose),
      money(one.list_price), money(one.total), whole(one.count)])) : quiet(t("owner.none")),
    facts(Object.entries(coupon_uses).map(([code, uses]) =>
      [t("owner.coupon", { code }), whole(uses)])));
}

function latest({ items, more }, community) {
  const newest = items.slice(-LATEST).toReversed();
  return card(t("owner.orders"),
    more ? quiet(t("owner.not_all")) : null,
    newest.length ? table([t("owner.who"), t("owner.total"), t("owner.state"), t("owner.at"), ""],
      newest.map((one) => [one.display_name ?? one.payer_id, money(one.total),
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
