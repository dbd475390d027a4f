// Shows new mail without losing what is being typed into the search field, times in the reader's
// zone, and copies codes.
const REFRESH_MS = 3000;

const shownTime = new Intl.DateTimeFormat(document.documentElement.lang, {
  dateStyle: "short",
  timeStyle: "medium",
});

function localise(page) {
  for (const time of page.querySelectorAll("time[datetime]")) {
    time.textContent = shownTime.format(new Date(time.dateTime));
  }
}

async function refresh() {
  if (document.hidden) return;
  const response = await fetch(location.href);
  if (!response.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  localise(page);
  const fresh = page.getElementById("messages");
  const shown = document.getElementById("messages");
  if (fresh.innerHTML !== shown.innerHTML) shown.replaceWith(fresh);
}

document.addEventListener("click", async ({ target }) => {
  const code = target.closest("button[data-copied]")?.previousElementSibling;
  if (!code) return;
  getSelection().selectAllChildren(code);
  try {
    await navigator.clipboard.writeText(code.textContent.replace(" ", ""));
    target.textContent = target.dataset.copied;
  } catch {
    // Refused, or a phone that came without https and has none: the code stays selected.
  }
});

localise(document);
if (document.querySelector("[data-refreshed]")) {
  // The sandbox may be restarting; the next round tries again.
  setInterval(() => refresh().catch(() => {}), REFRESH_MS);
}
