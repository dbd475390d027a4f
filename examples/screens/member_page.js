// My page as a member: what I am here, my number and terms, my profile, and renewing.
//
// Needs: my place with the community's name, my membership as a card and the form, which says which
// fields there are; and the plans when a renewal is offered.

import { away, card, choice, el, facts, field, form, quiet, state, title } from "./page.js";
import { day, money, named, t, until } from "./words.js";

export const calls = [
  "GET /v1/communities/{community_id}/me",
  "GET /v1/communities/{community_id}/plans",
  "PATCH /v1/memberships/{membership_id}/profile",
  "POST /v1/memberships/{membership_id}/renew",
];

const KNOWN_FIELDS = ["segment", "city", "company"];

export async function show({ ask, id, act }) {
  const path = { community_id: id };
  const place = await ask("GET /v1/communities/{community_id}/me",
    { path, query: { include: "community,membership,form" } });
  const { community, membership } = place;
  const head = title(t("screen.member"), community.name);
  const standing = card(named("place", place.state),
    place.reason && quiet(named("reason", place.reason)),
    facts([
      [t("next"), place.next_step && named("step", place.next_step)],
      [t("deadline.step"), place.next_step && place.deadline
        && until(place.deadline, community.zone)],
    ]),
    away(t("communities.page", { name: community.name }), place.page));
  if (membership === null) return [head, standing, quiet(t("member.none"))];

  const renewal = membership.actions.includes("start_renewal")
    ? await ask("GET /v1/communities/{community_id}/plans", { path }) : null;
  return [
    head,
    standing,
    card(t("member.standing"), ...numberAndTerm(membership)),
    profile(membership, place.form, ask, act),
    renewal && renew(membership, renewal.items, ask, act),
  ];
}

function numberAndTerm(membership) {
  const days = (term) => term && t("member.term_days",
    { kind: named("term", term.kind), from: day(term.starts_on), to: day(term.ends_on) });
  const { renewal } = membership;
  return [
    el("p", {}, state("membership", membership.state)),
    facts([
      [t("member.number"), membership.number === null ? t("member.no_number")
        : String(membership.number)],
      [t("member.joined"), membership.joined_on && day(membership.joined_on)],
      [t("member.term"), days(membership.current_term)],
      [t("member.next_term"), days(membership.next_term)],
      [t("member.valid_until"), membership.valid_until && day(membership.valid_until)],
      [t("member.renewal"), renewal && t("member.renewal_days",
        { from: day(renewal.opens_on), to: day(renewal.closes_on) })],
      [t("member.grace"), membership.grace_ends_on && day(membership.grace_ends_on)],
    ]),
  ];
}

/** What a member may change: the company, and whatever a question of the form fills. */
function profile(membership, asked, ask, act) {
  const values = { segment: membership.segment, city: membership.city,
    company: membership.company, ...membership.details };
  const questions = new Map([["company", { options: [], maximum: null }],
    ...asked.flatMap((section) => section.questions)
      .filter((question) => question.fills).map((question) => [question.fills, question])]);
  const name = (key) => questions.get(key)?.title
    ?? (KNOWN_FIELDS.includes(key) ? named("profile", key) : key);
  const fixed = Object.keys(values).filter((key) => !questions.has(key) && values[key] !== null);
  const inputs = [...questions].map(([key, question]) => field(name(key), input(key, question,
    values[key] ?? "")));
  const save = (form, pressed) => {
    const body = {};
    for (const key of questions.keys()) {
      const entered = form.get(key) || null;
      if (entered === (values[key] ?? null)) continue;
      if (KNOWN_FIELDS.includes(key)) body[key] = entered;
      else body.details = { ...body.details, [key]: entered };
    }
    act(pressed, () => ask("PATCH /v1/memberships/{membership_id}/profile",
      { path: { membership_id: membership.id }, body, seen: membership }));
  };
  const offered = membership.actions.includes("change_profile");
  return card(t("member.profile"),
    facts(fixed.map((key) => [name(key), values[key]])),
    offered ? form(t("save"), save, inputs) : null);
}

function input(key, question, value) {
  if (question.options.length === 0) {
    return el("input", { name: key, value, maxlength: question.maximum ?? 200 });
  }
  const options = [...new Set(["", ...question.options, value])];
  return choice(key, options.map((one) => [one, one]), value);
}

function renew(membership, plans, ask, act) {
  const onSale = plans.filter((plan) => plan.state === "on_sale");
  const present = membership.term?.plan_id ?? onSale[0]?.id;
  const options = onSale.map((plan) => [plan.id, t("member.plan", { name: plan.name,
    price: money(plan.base_price), months: plan.period_months })]);
  const send = (values, pressed) => act(pressed,
    () => ask("POST /v1/memberships/{membership_id}/renew",
      { path: { membership_id: membership.id }, body: { plan_id: values.get("plan") } }),
    { done: t("member.renewing") });
  return card(t("do.start_renewal"), form(t("do.start_renewal"), send,
    field(t("member.choose_plan"), choice("plan", options, present))), quiet(t("member.price")));
}
