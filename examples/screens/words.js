// What people read, in their language: words, days, times, money. `words.json` has all texts twice.

const TEXTS = await (await fetch("/words.json")).json();
export const LANGUAGES = Object.keys(TEXTS);
let language = LANGUAGES.find((one) => navigator.language.startsWith(one.slice(0, 2))) ?? "en";

export const spoken = () => language;
export function speak(wanted) {
  language = wanted;
  document.documentElement.lang = wanted;
}

/** The text of that name; `{name}` in it is replaced. */
export function t(name, values = {}) {
  const text = TEXTS[language][name];
  if (text === undefined) throw new Error(`no text: ${name}`);
  return text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

/** The word for a code of the gateway; a new one, which comes without notice, shows itself. */
export const named = (kind, code) => TEXTS[language][`${kind}.${code}`] ?? code;

export const whole = (number) => new Intl.NumberFormat(language).format(number);

export function money({ amount, currency }) {
  const format = new Intl.NumberFormat(language, { style: "currency", currency });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
}

/** An instant, in the community's zone: there its days begin. */
export function time(instant, zone) {
  const shape = { dateStyle: "medium", timeStyle: "short", timeZone: zone };
  return new Intl.DateTimeFormat(language, shape).format(new Date(instant));
}

/** A calendar date of the community; it has no zone. */
export function day(date) {
  const shape = { dateStyle: "long", timeZone: "UTC" };
  return new Intl.DateTimeFormat(language, shape).format(new Date(`${date}T00:00:00Z`));
}

/** Until when: a deadline at midnight is the end of the day before. */
export function until(instant, zone) {
  const end = new Date(instant);
  const clock = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hour12: false,
    timeZone: zone }).format(end);
  if (clock !== "24:00" && clock !== "00:00") return time(instant, zone);
  const shape = { dateStyle: "long", timeZone: zone };
  return new Intl.DateTimeFormat(language, shape).format(new Date(end - 1000));
}
