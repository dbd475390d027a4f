// My communities: everywhere that I belong, have applied or work; and what comes next in each.
//
// Needs: one list, which has for each the community's name and zone, my roles, my place and what
// waits for me there.

import { away, button, card, el, facts, link, quiet, state, title } from "./page.js";
import { day, named, t, until, whole } from "./words.js";

export const calls = [
  "GET /v1/me/communities",
  "POST /v1/applications/{application_id}/submit",
  "POST /v1/applications/{application_id}/withdraw",
];

// Which screens a role opens besides those of members.
const OPENS = { owner: ["review", "owner"], reviewer: ["review"] };

export async function show({ ask, act }) {
  const mine = await ask("GET /v1/me/communities", { query: { limit: 50 } });
  return [
    title(t("screen.communities")),
    mine.items.length ? null : quiet(t("communities.none")),
    ...mine.items.map((one) => standing(one, ask, act)),
  ];
}

function standing(one, ask, act) {
  const { community, membership } = one;
  const path = { application_id: one.application?.id };
  // A button for each action that this screen knows and the answer allows.
  const known = {
    submit_application: () => button(t("do.submit_application"), (pressed) => act(pressed,
      () => ask("POST /v1/applications/{application_id}/submit", { path }))),
    withdraw_application: () => button(t("do.withdraw_application"), (pressed) => act(pressed,
      () => ask("POST /v1/applications/{application_id}/withdraw", { path })), "plain"),
    start_renewal: () => link(t("do.start_renewal"), `#/member/${community.id}`),
    change_profile: () => link(t("do.change_profile"), `#/member/${community.id}`),
  };
  const page = away(t("communities.page", { name: community.name }), one.page);
  return card(community.name,
    el("p", {}, state("place", one.state), " ",
      one.reason ? named("reason", one.reason) : null),
    facts([
      [t("next"), one.next_step && named("step", one.next_step)],
      [t(one.state === "rejected" ? "deadline.again" : one.next_step ? "deadline.step"
        : "deadline.access"), one.deadline && until(one.deadline, community.zone)],
      [t("member.number"), membership?.number && String(membership.number)],
      [t("member.valid_until"), membership?.valid_until && day(membership.valid_until)],
      [t("owner.to_review"), one.waiting && whole(one.waiting.applications)],
    ]),
    page && el("p", {}, page),
    el("div", { class: "buttons" },
      one.actions.filter((name) => known[name]).map((name) => known[name]())),
    doors(community.id, one.roles));
}

const doors = (id, roles) => el("div", { class: "doors" },
  ["member", "meetups", ...new Set(roles.flatMap((role) => OPENS[role] ?? []))]
    .map((screen) => el("a", { href: `#/${screen}/${id}` }, t(`screen.${screen}`))));
