/* Talking to the server: who is signed in, the form token, the device's own key. Every answer is told apart from no answer. */

import * as vault from "./vault.js";
import { locale } from "./words.js";

let token = "";

/** No answer came: no network, or the server is starting. The same request may be sent again. */
export class NoAnswer extends Error {}

/** The server said no; `status`, `code` and the rest of the problem say why. */
export class Problem extends Error {
  constructor(status, problem, wait) {
    super(problem.detail || problem.title || String(status));
    this.status = status;
    this.code = problem.code || "";
    this.problem = problem;
    this.wait = wait;
  }
}

async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { credentials: "same-origin", cache: "no-store", redirect: "error", ...options });
  } catch {
    throw new NoAnswer(path);
  }
  if (response.status >= 502 && response.status <= 504) throw new NoAnswer(path);
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(response.status, body, Number(response.headers.get("Retry-After")) || 0);
  return body;
}

/** Who is signed in here, with a token for what is sent: {signed_in, name, csrf, posts}. */
export async function session() {
  const device = await vault.device();
  const told = await ask(`/field/session?lang=${locale()}`, { headers: device ? { "X-Field-Device": device.id } : {} });
  token = told.csrf || "";
  return told;
}

async function headers(more = {}) {
  const { key } = await vault.secret();
  return { "X-Field-Key": key, "X-CSRFToken": token, ...more };
}

export function register(words) {
  return ask("/field/device", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(words),
  });
}

export async function recovery() {
  const device = await vault.device();
  return ask("/field/device/recovery", { method: "POST", headers: { "X-Field-Device": device.id, "X-CSRFToken": token } });
}

export async function orders() {
  const told = await ask("/field/orders", { headers: await headers() });
  token = told.csrf || token;
  return told;
}

/** Sends one record, with its picture where it has one. */
export async function send(record, sequence, picture) {
  const envelope = JSON.stringify({ ...record, sequence, sent_at: new Date().toISOString() });
  if (!picture) return ask("/field/records", { method: "POST", headers: await headers({ "Content-Type": "application/json" }), body: envelope });
  const form = new FormData();
  form.append("record", envelope);
  form.append("photo", new Blob([picture], { type: "image/jpeg" }), "photo.jpg");
  return ask("/field/photos", { method: "POST", headers: await headers(), body: form });
}
