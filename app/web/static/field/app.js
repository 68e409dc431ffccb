/* The page at the truck: which screen is shown, and what follows from what is done on it. */

import { h, replace } from "./dom.js";
import { drawForm } from "./forms.js";
import * as net from "./net.js";
import * as screens from "./screens.js";
import * as sync from "./sync.js";
import * as vault from "./vault.js";
import { speak, t } from "./words.js";

const THEMES = ["auto", "light", "dark", "sun"];
const IDLE = 30 * 60 * 1000;
const page = document.getElementById("page");
const bar = document.getElementById("status");
const live = document.getElementById("live");
const folder = new URL("./", import.meta.url).pathname;

let idle = 0;
let told = { signed_in: false };

/* Screens ------------------------------------------------------------------------------------------------------------- */

let quiet = false;

/** Shows a screen from its beginning, or (drawn anew by itself) where the reader is. */
function show(element) {
  const at = scrollY;
  replace(page, element);
  scrollTo(0, quiet ? at : 0);
  if (!quiet) (page.querySelector("#code") || page.querySelector("h1"))?.focus({ preventScroll: true });
  quiet = false;
}

function go(hash) {
  if (location.hash === hash) return route();
  location.hash = hash;
}

async function route() {
  const device = await vault.device();
  if (location.hash === "#/menu") return menu(device);
  if (!device) return arrive();
  if (await vault.meta("lockedOut")) return show(screens.lockedOut(sync.status));
  if (!vault.isOpen()) return showLock();
  const [, place, reference, kind] = location.hash.split("/").map(decodeURIComponent);
  if (place === "conflicts") return conflicts();
  if (place === "order") return kind ? form(reference, kind) : order(reference);
  return orders();
}

/** Nothing is kept here yet: sign in, then register this device. */
async function arrive() {
  try {
    told = await net.session();
  } catch (error) {
    if (!(error instanceof net.NoAnswer)) throw error;
    return show(screens.welcome(false));
  }
  if (!told.signed_in) return show(screens.welcome(true));
  if (!told.posts.length) return show(h("div.screen.narrow", h("h1", { tabindex: "-1" }, t("title")), h("p.lead", t("no-role"))));
  show(screens.registration({ name: told.name, posts: told.posts, act: register }));
}

async function register({ label, kind, post, code }) {
  const made = await net.register({ label, kind, post });
  const locale = await vault.meta("locale");
  await vault.create(code, { device: made.device, key: made.key, recovery: made.recovery, name: told.name });
  if (locale) await vault.setMeta({ locale });
  await navigator.storage?.persist?.();
  sync.watch();
  awake();
  await sync.go();
  go("#/");
  route();
}

function showLock(why = "") {
  show(screens.locked({ why, online: navigator.onLine, forgotten, act: async (code) => {
    try {
      await vault.unlock(code);
    } catch (error) {
      if (error.why === "wiped") return route();
      throw error;
    }
    awake();
    await sync.refresh();
    route();
    sync.go();
  } }));
}

/** The code was forgotten: whoever signs in again as this officer gets the server's secret, and chooses a new one. */
async function forgotten() {
  try {
    told = await net.session();
    if (!told.signed_in || !told.mine) return location.assign("/login?next=/field/");
    const { recovery } = await net.recovery();
    const device = await vault.device();
    show(screens.registration({ name: told.name, device, act: async ({ code }) => {
      await vault.recover(recovery, code);
      await vault.heard();
      awake();
      route();
      sync.go();
    } }));
  } catch (error) {
    if (error.code === "fresh-sign-in-needed") return location.assign("/verify-password?next=/field/");
    if (error instanceof net.NoAnswer) return showLock("offline");
    if (error.code === "device-locked") {
      await vault.lockOut();
      return route();
    }
    throw error;
  }
}

async function orders() {
  show(screens.orders({ orders: await vault.orders(), records: await vault.records(), open: (reference) => go(`#/order/${encodeURIComponent(reference)}`), show: () => go("#/conflicts") }));
}

async function found(reference) {
  return (await vault.orders()).find((order) => order.reference === reference);
}

async function order(reference) {
  const one = await found(reference);
  if (!one) return go("#/");
  show(screens.order({
    order: one, records: await vault.records(), back: () => go("#/"), step: (kind, step) => stepped(one, kind, step),
    form: (kind, about = {}) => {
      abouts.set(`${reference}/${kind}`, about);
      go(`#/order/${encodeURIComponent(reference)}/${kind}`);
    },
  }));
}

const abouts = new Map();

async function form(reference, kind) {
  const one = await found(reference);
  if (!one) return go("#/");
  const back = () => go(`#/order/${encodeURIComponent(reference)}`);
  const about = abouts.get(`${reference}/${kind}`) || {};
  if (kind === "correction" && !about.corrects) return back();
  show(await drawForm(kind, { order: one, lists: await vault.lists(), about, back, done: () => {
    abouts.delete(`${reference}/${kind}`);
    say(t("kept"));
    back();
    changed();
  } }));
}

async function stepped(one, kind, step) {
  const record = { id: crypto.randomUUID(), kind, reference: one.reference, noted_at: new Date().toISOString(), body: { type: step.type, agency: step.agency } };
  await vault.keepRecord(record);
  say(t("kept"));
  await route();
  changed();
}

async function conflicts() {
  show(screens.unapplied({
    records: await vault.records(), back: () => go("#/"),
    dismiss: async (record) => {
      await vault.forget(record.id);
      await sync.refresh();
      route();
    },
    again: async (record) => {
      const one = await found(record.reference);
      const values = Object.fromEntries(Object.entries({ ...record.body, ...record.body.facts }).filter(([, value]) => typeof value !== "object").map(([name, value]) => [name, String(value)]));
      if (one) await vault.keepDraft(`${one.id}/${record.kind}/${record.body.corrects || ""}`, { values, picture: null });
      await vault.forget(record.id);
      await sync.refresh();
      if (record.body.corrects) abouts.set(`${record.reference}/${record.kind}`, { corrects: record.body.corrects });
      go(one && record.kind !== "start" && record.kind !== "end" ? `#/order/${encodeURIComponent(record.reference)}/${record.kind}` : "#/");
    },
  }));
}

async function menu(device) {
  show(screens.settings({
    device, themes: THEMES, theme: theme(), back: () => history.length > 1 ? history.back() : go("#/"),
    pick: (name) => {
      localStorage.setItem("guzar-field-theme", name);
      dress();
    },
    speak: async (name) => {
      await speak(name, folder);
      await vault.setMeta({ locale: name });
      draw();
      await menu(device);
      sync.go();
    },
    lock: () => {
      vault.lock();
      go("#/");
    },
    leave: async () => {
      if (sync.status.unsent) return say(t("leave.unsent"));
      if (!confirm(t("leave.sure"))) return;
      await vault.wipe();
      go("#/");
    },
  }));
}

/* What goes on beside them --------------------------------------------------------------------------------------------------- */

function say(sentence) {
  live.textContent = "";
  setTimeout(() => (live.textContent = sentence), 50);
}

function draw() {
  screens.head(bar, sync.status, { menu: () => go("#/menu"), send: () => sync.go() });
}

async function changed() {
  await sync.refresh();
  sync.go();
}

function theme() {
  return localStorage.getItem("guzar-field-theme") || "auto";
}

function dress() {
  document.documentElement.dataset.theme = theme();
}

/** Locks itself when nobody touches it for half an hour; what is typed is kept. */
function awake() {
  clearTimeout(idle);
  idle = setTimeout(() => {
    vault.lock();
    route();
  }, IDLE);
}

let before = "";
let barred = false;

/** The lists are drawn anew when something changed, a form never: what is being typed stays where it is. Whoever is let in
again after a lock-out is asked for the code. */
function follow(status) {
  draw();
  const turned = status.lockedOut !== barred;
  barred = status.lockedOut;
  if (turned || status.state === "locked-out") return route();
  const mark = [status.unsent, status.conflict, status.refused, status.takenAt].join();
  const list = !page.querySelector("form") && vault.isOpen() && location.hash !== "#/menu";
  if (mark !== before && list) {
    quiet = true;
    route();
  }
  before = mark;
}

async function start() {
  dress();
  await vault.ready();
  const asked = new URLSearchParams(location.search).get("lang");
  await speak(asked || (await vault.meta("locale")) || document.documentElement.dataset.locale || "en", folder);
  if (asked) await vault.setMeta({ locale: asked });
  sync.listen(follow);
  addEventListener("hashchange", route);
  addEventListener("online", async () => (await vault.device()) || route());
  for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, () => vault.isOpen() && awake(), { passive: true });
  navigator.serviceWorker?.register("/field/sw.js", { scope: "/field/" }).catch(() => {});
  await sync.refresh();
  await route();
  if (await vault.device()) {
    sync.watch();
    sync.go();
  }
}

start();
