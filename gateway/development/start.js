// Moves the business clock, and signs in as somebody of the seed to copy their token.

async function send(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const told = await answer.json();
  if (!answer.ok) {
    throw Object.assign(new Error(told.detail), { code: told.code });
  }
  return told;
}

function clock(section) {
  const told = section.querySelector(".told");
  const buttons = section.querySelectorAll("button");
  const say = (text) => {
    told.hidden = false;
    told.textContent = text;
  };
  const move = async (by) => {
    buttons.forEach((button) => (button.disabled = true));
    say(section.dataset.moving);
    try {
      const { now, behind } = await send("/dev/clock", { by });
      section.querySelector("time").textContent = now;
      say(behind.length ? `${section.dataset.behind} ${behind.join(", ")}` : section.dataset.moved);
    } catch (problem) {
      say(`${section.dataset.failed}: ${problem.message}`);
    }
    buttons.forEach((button) => (button.disabled = false));
  };
  buttons.forEach((button) => button.addEventListener("click", () => move(button.dataset.by)));
}

// The challenge is opened after the answer that promises it, so the first try may come too early.
const PAUSES = [200, 500, 1000, 2000];

async function signIn(email, code) {
  const { challenge_id } = await send("/v1/sign-in", { email });
  for (const pause of PAUSES) {
    await new Promise((done) => setTimeout(done, pause));
    try {
      return await send("/v1/sessions", { challenge_id, code });
    } catch (problem) {
      if (problem.code !== "membership.sign_in_code_wrong" || pause === PAUSES.at(-1)) {
        throw problem;
      }
    }
  }
}

function people(section) {
  const words = section.dataset;
  const show = (place, token) => {
    const text = document.createElement("textarea");
    text.readOnly = true;
    text.value = token;
    text.setAttribute("aria-label", words.token);
    const label = document.createElement("p");
    label.className = "quiet";
    label.textContent = words.token;
    const copy = document.createElement("button");
    copy.type = "button";
    copy.textContent = words.copy;
    copy.addEventListener("click", async () => {
      text.select();
      await navigator.clipboard.writeText(token);
      copy.textContent = words.copied;
    });
    place.replaceChildren(label, text, copy);
  };
  const enter = async (button) => {
    const place = button.parentElement.querySelector(".token");
    place.hidden = false;
    place.textContent = words.signing;
    button.disabled = true;
    try {
      show(place, (await signIn(button.dataset.email, words.code)).access_token);
    } catch (problem) {
      place.textContent = `${words.failed}: ${problem.message}`;
    }
    button.disabled = false;
  };
  section
    .querySelectorAll("button[data-email]")
    .forEach((button) => button.addEventListener("click", () => enter(button)));
}

const clockSection = document.getElementById("clock");
const peopleSection = document.getElementById("people");
clock(clockSection);
if (peopleSection) {
  people(peopleSection);
}
