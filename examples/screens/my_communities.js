// My communities: everywhere that I am a member, was one, or have applied; and what comes next.
//
// Needs: my memberships and my applications, because neither list has both; the list of communities
// for names, and for staff, who stand in neither; then where I stand, once for each community.
// Grows with the communities that I belong to, and with all that are public.

import { everyPage } from "./client.js";
import { away, button, card, el, facts, link, quiet, state, title } from "./page.js";
import { named, t, until } from "./words.js";

export const calls = [
  "GET /v1/me/memberships",
  "GET /v1/me/applications",
  "GET /v1/communities",
  "GET /v1/communities/{community_id}",
  "GET /v1/communities/{community_id}/me",
  "POST /v1/applications/{application_id}/submit",
  "POST /v1/applications/{application_id}/withdraw",
];

export async function show({ ask, act }) {
  const [memberships, applications, listed] = await Promise.all([
    everyPage(ask, "GET /v1/me/memberships", {}),
    everyPage(ask, "GET /v1/me/applications", {}),
    ask("GET /v1/communities", { query: { limit: 100 } }),
  ]);
  const known = new Map(listed.items.map((one) => [one.id, one]));
  const ids = new Set([...memberships.items, ...applications.items].map((one) => one.community_id));
  const mine = await Promise.all([...ids].map((id) => read(ask, id, known)));
  const others = listed.items.filter((one) => !ids.has(one.id));
  return [
    title(t("screen.communities")),
    mine.length ? null : quiet(t("communities.none")),
    ...mine.map(([community, place]) => standing(community, place, ask, act)),
    others.length ? card(t("communities.others"), quiet(t("communities.others_why")),
      others.map((one) => el("div", { class: "row" }, el("strong", {}, one.name),
        doors(one.id)))) : null,
  ];
}

/** A community and my place in it. Who is not in the list of communities is read alone. */
async function read(ask, community_id, known) {
  const path = { community_id };
  return Promise.all([
    known.get(community_id) ?? ask("GET /v1/communities/{community_id}", { path }),
    ask("GET /v1/communities/{community_id}/me", { path }),
  ]);
}

function standing(community, place, ask, act) {
  const path = { application_id: place.application_id };
  // A button for each action that this screen knows and the answer allows.
  const known = {
    submit_application: () => button(t("do.submit_application"), (pressed) => act(pressed,
      () => ask("POST /v1/applications/{application_id}/submit", { path }))),
    withdraw_application: () => button(t("do.withdraw_application"), (pressed) => act(pressed,
      () => ask("POST /v1/applications/{application_id}/withdraw", { path })), "plain"),
    start_renewal: () => link(t("do.start_renewal"), `#/member/${community.id}`),
    change_profile: () => link(t("do.change_profile"), `#/member/${community.id}`),
  };
  const page = away(t("communities.page", { name: community.name }), place.page);
  return card(community.name,
    el("p", {}, state("place", place.state), " ",
      place.reason ? named("reason", place.reason) : null),
    facts([
      [t("next"), place.next_step && named("step", place.next_step)],
      [t(place.state === "rejected" ? "deadline.again" : place.next_step ? "deadline.step"
        : "deadline.access"), place.deadline && until(place.deadline, community.zone)],
    ]),
    page && el("p", {}, page),
    el("div", { class: "buttons" },
      place.actions.filter((one) => known[one]).map((one) => known[one]())),
    doors(community.id));
}

/** Which of them open for me only their answers say: no answer has my roles. */
const doors = (id) => el("div", { class: "doors" }, ["member", "meetups", "review", "owner"]
  .map((screen) => el("a", { href: `#/${screen}/${id}` }, t(`screen.${screen}`))));
