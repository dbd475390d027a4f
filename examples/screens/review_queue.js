// The review queue: who waits for a decision, by name, and everything to decide about one of them.
//
// Needs: the community for its form; a list for each state that waits, because a list takes one
// state. The rows have the answers and what may be done: of the one that is open only the form that
// it answers is read, if that is an older version, and it itself if it is not among the rows.

import { button, card, choice, el, facts, field, form, link, quiet, searchBox, state,
  title } from "./page.js";
import { named, t, time } from "./words.js";

export const calls = [
  "GET /v1/communities/{community_id}",
  "GET /v1/communities/{community_id}/applications",
  "GET /v1/communities/{community_id}/forms/{form_version}",
  "GET /v1/applications/{application_id}",
  "POST /v1/applications/{application_id}/claim",
  "POST /v1/applications/{application_id}/approve",
  "POST /v1/applications/{application_id}/reject",
  "POST /v1/applications/{application_id}/request-info",
];

const WAITING = ["submitted", "in_review", "needs_info"];
const REASONS = ["profile_incomplete", "not_a_fit", "duplicate", "full", "other"];

export async function show({ ask, id, rest, search, act, personId }) {
  const path = { community_id: id };
  const wanted = search ? { search } : { sort: "submitted_at" }; // who waits longest comes first
  const [community, ...lists] = await Promise.all([
    ask("GET /v1/communities/{community_id}", { path }),
    ...WAITING.map((one) => ask("GET /v1/communities/{community_id}/applications",
      { path, query: { state: one, limit: 50, ...wanted } })),
  ]);
  const waiting = lists.flatMap((one) => one.items);
  const opened = rest ? await read(ask, rest, waiting, community, act) : null;
  const more = lists.some((one) => one.next_cursor !== null);
  return [
    title(t("screen.review"), community.name),
    opened,
    card(t("review.waiting", { count: waiting.length }), searchBox(`#/review/${id}//`, search),
      waiting.length ? null : quiet(t("review.nobody")),
      waiting.map((one) => row(one, search, community, personId)),
      more ? quiet(t(search ? "review.more_found" : "review.more")) : null),
  ];
}

const row = (one, search, community, personId) => el("div", { class: "row" },
  el("div", {}, el("strong", {}, one.display_name ?? one.person_id), " ",
    state("application", one.state),
    el("p", { class: "small" },
      one.submitted_at ? t("review.since", { time: time(one.submitted_at, community.zone) }) : null,
      " ", claimed(one, personId, community.zone))),
  link(t("open"), `#/review/${community.id}/${one.id}/${encodeURIComponent(search ?? "")}`));

function claimed(one, personId, zone) {
  if (one.claimed_by === null) return null;
  const who = one.claimed_by === personId ? t("review.by_you") : t("review.by_other");
  return t("review.claimed", { who, time: time(one.claimed_until, zone) });
}

async function read(ask, application_id, waiting, community, act) {
  const path = { application_id };
  const one = waiting.find((known) => known.id === application_id)
    ?? await ask("GET /v1/applications/{application_id}", { path });
  const old = one.form_version !== community.form_version;
  const { form: asked } = !old ? community
    : await ask("GET /v1/communities/{community_id}/forms/{form_version}",
      { path: { community_id: community.id, form_version: one.form_version } });
  const questions = asked.flatMap((section) => section.questions);
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
