// The review queue: who waits for a decision, by name, and everything to decide about one of them.
//
// Needs: the queue, which has the community's name and zone and how many wait; and the application
// that is open, with the form that it answers.

import { button, card, choice, el, facts, field, form, link, quiet, searchBox, state,
  title } from "./page.js";
import { named, t, time, whole } from "./words.js";

export const calls = [
  "GET /v1/communities/{community_id}/review-queue",
  "GET /v1/applications/{application_id}",
  "POST /v1/applications/{application_id}/claim",
  "POST /v1/applications/{application_id}/approve",
  "POST /v1/applications/{application_id}/reject",
  "POST /v1/applications/{application_id}/request-info",
];

const WAITING = "submitted,in_review,needs_info";
const REASONS = ["profile_incomplete", "not_a_fit", "duplicate", "full", "other"];

export async function show({ ask, id, rest, search, act, personId }) {
  const query = { state: WAITING, limit: 50, ...(search ? { search } : {}) };
  const [{ community, waiting, items, next_cursor: more }, one] = await Promise.all([
    ask("GET /v1/communities/{community_id}/review-queue",
      { path: { community_id: id }, query }),
    rest ? ask("GET /v1/applications/{application_id}",
      { path: { application_id: rest }, query: { include: "form,person" } }) : null,
  ]);
  return [
    title(t("screen.review"), community.name),
    one && opened(one, community, ask, act),
    card(t("review.waiting", { count: whole(waiting) }), searchBox(`#/review/${id}//`, search),
      items.length ? null : quiet(t("review.nobody")),
      items.map((row) => waits(row, search, community, personId)),
      more ? quiet(t(search ? "review.more_found" : "review.more")) : null),
  ];
}

const waits = (one, search, community, personId) => el("div", { class: "row" },
  el("div", {}, el("strong", {}, one.display_name ?? one.person_id), " ",
    state("application", one.state),
    el("p", { class: "small" }, t("review.since", { time: time(one.submitted_at, community.zone) }),
      " ", claimed(one.claim, personId, community.zone))),
  link(t("open"), `#/review/${community.id}/${one.id}/${encodeURIComponent(search ?? "")}`));

function claimed(claim, personId, zone) {
  if (claim === null) return null;
  const who = claim.person_id === personId ? t("review.by_you")
    : claim.display_name ?? t("review.by_other");
  return t("review.claimed", { who, time: time(claim.until, zone) });
}

function opened(one, community, ask, act) {
  const path = { application_id: one.id };
  const questions = one.form.flatMap((section) => section.questions);
  const answers = questions.filter((question) => question.key in one.answers)
    .map(({ key, title: text }) => [text, [one.answers[key]].flat().join(t("comma"))]);
  const post = (call) => (pressed, body) =>
    act(pressed, () => ask(call, { path, body }), { next: `#/review/${community.id}` });
  return card(one.display_name ?? one.person_id,
    el("p", {}, state("application", one.state)),
    facts(answers),
    one.info_request && quiet(t("review.asked", { words: one.info_request.message })),
    one.verdicts.map((said) => quiet(t("review.verdict", { verdict: named("verdict", said.verdict),
      time: time(said.at, community.zone), note: said.note }))),
    decisions(one, questions, post, (pressed) => act(pressed,
      () => ask("POST /v1/applications/{application_id}/claim", { path }))));
}

/** A form for each decision that the answer allows. */
function decisions(one, questions, post, claim) {
  const approve = post("POST /v1/applications/{application_id}/approve");
  const reject = post("POST /v1/applications/{application_id}/reject");
  const requestInfo = post("POST /v1/applications/{application_id}/request-info");
  const words = (attributes) => el("textarea", { rows: 2, maxlength: 1000, ...attributes });
  const known = {
    claim_application: () => el("p", {}, button(t("do.claim_application"), claim, "plain")),
    approve_application: () => form(t("do.approve_application"),
      (values, pressed) => approve(pressed, { note: values.get("note") }),
      field(t("review.note"), words({ name: "note" }))),
    request_info: () => form(t("do.request_info"),
      (values, pressed) => requestInfo(pressed,
        { message: values.get("message"), questions: values.getAll("questions") }),
      field(t("review.message"), words({ name: "message", required: true })),
      field(t("review.about"), choice("questions", questions.map((q) => [q.key, q.title]), null,
        { multiple: true, size: Math.min(5, questions.length) }))),
    reject_application: () => form(t("do.reject_application"),
      (values, pressed) => reject(pressed,
        { reason: values.get("reason"), message: values.get("message") }),
      field(t("review.reason"), choice("reason", REASONS.map((r) => [r, named("reason", r)]))),
      field(t("review.message"), words({ name: "message" }))),
  };
  const offered = one.actions.filter((name) => known[name]);
  return offered.length ? el("div", { class: "columns" }, offered.map((name) => known[name]()))
    : quiet(t("nothing_to_do"));
}
