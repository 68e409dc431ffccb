/* The officer's language: sentences from the server's catalogue, kept by the service worker, chosen without a network. */

const RIGHT_TO_LEFT = new Set(["fa_AF", "ps"]);
let sentences = {};
let chosen = "en";

export const LANGUAGES = { en: "English", tg: "Тоҷикӣ", ru: "Русский", fa_AF: "دری", ps: "پښتو" };

export async function speak(locale, folder) {
  chosen = locale in LANGUAGES ? locale : "en";
  const answer = await fetch(`${folder}words-${chosen}.json`);
  sentences = await answer.json();
  const page = document.documentElement;
  page.lang = chosen.replace("_", "-");
  page.dir = RIGHT_TO_LEFT.has(chosen) ? "rtl" : "ltr";
  document.title = t("title");
}

export function locale() {
  return chosen;
}

/** The sentence of this name; {names} in it are filled in. */
export function t(name, values = {}) {
  return (sentences[name] ?? name).replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
}

/** A word of a list (types, agencies, states…): its name, or the code itself. */
export function word(list, code) {
  return code ? sentences[`${list}.${code}`] ?? code : "";
}

/** All words of a list as [code, name]. */
export function choices(list) {
  const start = `${list}.`;
  return Object.entries(sentences).filter(([name]) => name.startsWith(start)).map(([name, text]) => [name.slice(start.length), text]);
}

/** Day and time as the device's own zone has it; numbers are Latin everywhere, as on the other pages. */
export function moment(text) {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return "";
  const two = (number) => String(number).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** 1 250.500: groups as on every other page, with narrow spaces that do not break. */
export function grouped(number) {
  const [whole, part] = String(number).split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, "\u202f") + (part === undefined ? "" : `.${part}`);
}

/** Persian and Arabic digits as Latin ones, a comma as point: for what is typed into number fields. */
export function digits(text) {
  const plain = text.replace(/[۰-۹]/g, (d) => String(d.charCodeAt(0) - 0x6f0)).replace(/[٠-٩]/g, (d) => String(d.charCodeAt(0) - 0x660));
  return plain.replace(/[\s\u202f\u00a0]/g, "").replace(/[,٫]/g, ".");
}
