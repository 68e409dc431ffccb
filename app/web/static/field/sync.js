/* Sending what was recorded: in order, one after the other, again until it is answered; the server does each once. */

import * as net from "./net.js";
import * as vault from "./vault.js";

const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 60_000;

let wait = FIRST_WAIT;
let timer = 0;
let running = null;

/** What the page shows: state is idle, sending, offline, sign-in, locked-out or refused. */
export const status = { state: "idle", unsent: 0, conflict: 0, refused: 0, sentAt: null, takenAt: null, lockedOut: false };
const listeners = new Set();

export function listen(act) {
  listeners.add(act);
}

async function tell(state) {
  if (state) status.state = state;
  Object.assign(status, await vault.counts(), { sentAt: await vault.meta("sentAt"), takenAt: await vault.meta("takenAt") });
  status.lockedOut = Boolean(await vault.meta("lockedOut"));
  listeners.forEach((act) => act(status));
}

export const refresh = () => tell();

/** Sends everything and takes the orders along anew. Only one page of this browser does it at a time. */
export function go() {
  running ??= alone().finally(() => (running = null));
  return running;
}

function alone() {
  if (!navigator.locks) return attempt();
  return navigator.locks.request("guzar-field", { ifAvailable: true }, (held) => (held ? attempt() : later()));
}

async function attempt() {
  clearTimeout(timer);
  if (!(await vault.device())) return;
  try {
    const told = await net.session();
    await vault.letIn();
    if (!told.signed_in || !told.mine) return await tell("sign-in");
    await vault.heard();
    if (!vault.isOpen()) return await tell("idle");
    await tell("sending");
    await sendAll();
    const taken = await net.orders();
    await vault.keepOrders(taken.orders, taken.lists);
    await tidy(taken.orders);
    wait = FIRST_WAIT;
    await tell("idle");
  } catch (error) {
    await failed(error);
  }
}

async function failed(error) {
  if (error instanceof net.NoAnswer) {
    await tell("offline");
    return later();
  }
  if (!(error instanceof net.Problem)) {
    if (error instanceof vault.Refused) return tell("idle");
    await tell("offline");
    later();
    throw error;
  }
  if (error.code === "device-locked") {
    await vault.lockOut();
    return tell("locked-out");
  }
  if (error.status === 401) return tell("sign-in");
  if (error.status === 403) return tell("refused");
  await tell("offline");
  return later(error.wait * 1000);
}

function later(least = 0) {
  clearTimeout(timer);
  timer = setTimeout(go, Math.max(least, wait));
  wait = Math.min(wait * 2, LONGEST_WAIT);
}

async function sendAll() {
  let renumbered = false;
  for (;;) {
    const next = (await vault.records()).find((record) => record.state === "unsent");
    if (!next) return;
    try {
      await sendOne(next);
    } catch (error) {
      if (!(error instanceof net.Problem) || error.code !== "record-order" || renumbered) throw error;
      renumbered = true;
      await vault.renumber(error.problem.expected);
    }
  }
}

/** Sends a record. What the server will never take stays here, marked; those after it move up. */
async function sendOne({ sequence, state, answer, ...record }) {
  try {
    const told = await net.send(record, sequence, await vault.photo(record.id));
    await vault.settle(record.id, told.outcome, told.outcome === "applied" ? null : told);
  } catch (error) {
    const never = error instanceof net.Problem && [413, 415, 422].includes(error.status);
    if (!never) throw error;
    await vault.settle(record.id, "refused", { outcome: "refused", sentences: [error.message, ...(error.problem.errors || []).map((each) => each.message)] });
    if (error.code !== "record-reused") await vault.renumber(sequence);
  }
  await tell("sending");
}

/** What was taken in is dropped when its order is no longer open. */
async function tidy(orders) {
  const open = new Set(orders.map((order) => order.reference));
  for (const record of await vault.records()) if (record.state === "applied" && !open.has(record.reference)) await vault.forget(record.id);
}

/** Asks the browser to wake the page when the network is back, where it can; and tries at every sign of one. */
export function watch() {
  addEventListener("online", () => {
    wait = FIRST_WAIT;
    go();
  });
  addEventListener("offline", () => tell("offline"));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && go());
  navigator.serviceWorker?.addEventListener("message", (event) => event.data === "send" && go());
  navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("guzar-send")).catch(() => {});
}
