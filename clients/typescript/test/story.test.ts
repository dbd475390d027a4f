// From an application to a seat at a meetup, as three front ends live through it.

import assert from "node:assert/strict";
import test from "node:test";

import { Refused } from "../src/client.js";
import { frontEnd, place, signedIn } from "./place.js";

const path = { community_id: place.community };

test("join, review, meetup", async () => {
  const { coterie: reviewer } = frontEnd({ tokens: place.reviewer });
  const { coterie: owner } = frontEnd({ tokens: place.owner });
  const { coterie: anna } = await signedIn("anna.ts@example.com");

  const me = await anna.call("get_me");
  await anna.call("change_me", { body: { name: "安娜" }, seen: me });
  const answers = { profession: "doctor", city: "上海" };
  const { id } = await anna.call("create_application", {
    path, body: { plan_id: place.plan, answers, submit: true },
  });

  const heard = hears(anna, "application");
  const waiting = [];
  for await (const row of reviewer.list("list_review_queue", { path })) waiting.push(row.id);
  assert.ok(waiting.includes(id));
  const application = { path: { application_id: id } };
  await reviewer.call("approve_application", { ...application, body: {} });
  assert.equal(await heard, id);

  const { purchase_id } = await anna.call("get_application", application);
  const purchase = { path: { purchase_id: purchase_id! } };
  await anna.waitFor("get_purchase", purchase, (seen) => seen.state === "open");
  const quote = await anna.call("create_quote", { ...purchase, body: { coupon_codes: [] } });
  const order = await anna.call("create_order", { path: { quote_id: quote.id } });
  const seen = { path: { order_id: order.id } };
  const { pay_url } = await anna.call("open_payment", { ...seen, body: { provider: "sandbox" } });
  const headers = { "Content-Type": "application/json" };
  await fetch(pay_url!, { method: "POST", headers, body: JSON.stringify({ script: {} }) });
  await anna.waitFor("get_order", seen, (one) => one.fulfilment === "fulfilled");
  assert.equal((await anna.call("get_my_place", { path })).state, "active");

  const meetup = await owner.call("create_meetup", {
    path,
    body: {
      title: "读图夜", city: "上海", capacity: 2, starts_at: place.starts, ends_at: place.ends,
    },
  });
  const at = { path: { meetup_id: meetup.id } };
  await owner.call("publish_meetup", at);
  const registration = await registered();
  await owner.call("close_registration", at);
  await owner.call("select_registrations", { ...at, body: { registration_ids: [registration.id] } });
  const mine = { path: { registration_id: registration.id } };
  assert.equal((await anna.call("confirm_registration", mine)).state, "confirmed");
  const guests = [];
  for await (const guest of owner.list("list_registrations", at)) guests.push(guest.id);
  assert.deepEqual(guests, [registration.id]);

  /** The news of a membership may still be on its way to the meetups. */
  async function registered() {
    for (let look = 0; ; look += 1) {
      try {
        return await anna.call("register", at);
      } catch (refused) {
        const isEarly = (refused as Refused).code === "events.membership_inactive";
        if (!isEarly || look === 50) throw refused;
        await new Promise((done) => setTimeout(done, 200));
      }
    }
  }
});

/** The subject of the first event of a type. */
async function hears(who: ReturnType<typeof frontEnd>["coterie"], type: string) {
  const stop = new AbortController();
  for await (const event of who.events(stop.signal)) {
    if (event.type !== type) continue;
    stop.abort();
    return event.subject;
  }
}
