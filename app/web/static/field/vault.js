/* What the device keeps, encrypted: orders, records, drafts. Without the code the browser's storage says nothing.

A random data key encrypts everything (AES-GCM, the place of each row as additional data). It is wrapped by a key of this
browser that cannot be exported, and again by one derived from the officer's code (PBKDF2). A second wrapping opens with a
secret that only the server holds, for whoever forgets the code. The open data key lives in memory alone. */

const DATABASE = "guzar-field";
const STORES = ["meta", "orders", "records", "drafts"];
const ROUNDS = 600_000;
export const SHORTEST = 6;
export const MOST_TRIES = 5;
/** A shift: how long orders can be opened without having heard from the server. */
export const SHIFT = 12 * 3600 * 1000;
/** A clock that was put back by more than this does not lengthen the shift. */
const SLACK = 10 * 60 * 1000;

const text = new TextEncoder();
let database = null;
let dataKey = null;
let openedAt = 0;

export class Refused extends Error {
  constructor(why, facts = {}) {
    super(why);
    this.why = why;
    this.facts = facts;
  }
}

/* The database ------------------------------------------------------------------------------------------------------- */

export async function ready() {
  if (database) return;
  database = await new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => STORES.forEach((name) => asked.result.createObjectStore(name));
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  database.onversionchange = () => database.close();
}

function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Everything `act` asks of the stores is written together or not at all. */
function together(names, act) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(names, "readwrite", { durability: "strict" });
    let result;
    transaction.oncomplete = () => resolve(result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error || new Error("storage"));
    Promise.resolve(act((name) => transaction.objectStore(name), answer)).then((value) => (result = value), (error) => {
      transaction.abort();
      reject(error);
    });
  });
}

export async function meta(key) {
  await ready();
  return answer(database.transaction("meta").objectStore("meta").get(key));
}

export function setMeta(values) {
  return together(["meta"], (store) => {
    for (const [key, value] of Object.entries(values)) store("meta").put(value, key);
  });
}

/* Keys ------------------------------------------------------------------------------------------------------------------ */

function random(length) {
  return crypto.getRandomValues(new Uint8Array(length));
}

function aes(raw) {
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

async function fromCode(code, salt, rounds) {
  const typed = await crypto.subtle.importKey("raw", text.encode(code.normalize("NFKC")), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(how, typed, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

async function close(key, bytes, place) {
  const iv = random(12);
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: text.encode(place) }, key, bytes);
  return { iv, data };
}

function openWith(key, sealed, place) {
  return crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv, additionalData: text.encode(place) }, key, sealed.data);
}

async function wrapped(key, sealed) {
  const inner = await close(key, sealed.data, "data-key");
  return { outer: inner, iv: sealed.iv };
}

async function unwrapped(key, kept, bind) {
  const data = await openWith(key, kept.outer, "data-key");
  return new Uint8Array(await openWith(bind, { iv: kept.iv, data }, "bound"));
}

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

/** Makes the store of a newly registered device. `recovery` is the server's secret (base64). */
export async function create(code, { device, key, recovery, name }) {
  const raw = random(32);
  const salt = random(16);
  const bind = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const bound = await close(bind, raw, "bound");
  const byCode = await wrapped(await fromCode(code, salt, ROUNDS), bound);
  const spare = await wrapped(await aes(bytesOf(recovery)), bound);
  dataKey = await aes(raw);
  openedAt = Date.now();
  raw.fill(0);
  const secret = await close(dataKey, text.encode(JSON.stringify({ key, name })), "meta/secret");
  await together(STORES, (store) => {
    STORES.forEach((each) => store(each).clear());
    const values = { device, bind, salt, rounds: ROUNDS, byCode, spare, secret, sequence: 0, tries: 0 };
    for (const [place, value] of Object.entries(values)) store("meta").put(value, place);
  });
  await heard();
}

export async function device() {
  return meta("device");
}

export function isOpen() {
  return dataKey !== null && Date.now() - openedAt < SHIFT;
}

export function lock() {
  dataKey = null;
}

/** The server has answered a request of this officer: the shift counts from now. */
export async function heard() {
  await setMeta({ until: Date.now() + SHIFT, clock: Date.now() });
}

async function withinShift() {
  const [until, clock] = [await meta("until"), await meta("clock")];
  const now = Date.now();
  if (now < clock - SLACK || now > until) return false;
  await setMeta({ clock: Math.max(now, clock) });
  return true;
}

/** Opens the store with the code. Throws `Refused`: locked-out, shift, blocked, wiped, code. */
export async function unlock(code) {
  if (await meta("lockedOut")) throw new Refused("locked-out");
  if (!(await withinShift())) throw new Refused("shift");
  const kept = await meta("byCode");
  if (!kept) throw new Refused("blocked");
  const tries = await together(["meta"], async (store, ask) => {
    const next = ((await ask(store("meta").get("tries"))) || 0) + 1;
    store("meta").put(next, "tries"); // counted before it is tried: killing the page does not give another try
    return next;
  });
  if (tries > MOST_TRIES) throw new Refused(await exhausted());
  try {
    const key = await fromCode(code, await meta("salt"), await meta("rounds"));
    await opened(await unwrapped(key, kept, await meta("bind")));
  } catch (error) {
    if (error instanceof Refused || error.name !== "OperationError") throw error;
    if (tries >= MOST_TRIES) throw new Refused(await exhausted());
    throw new Refused("code", { left: MOST_TRIES - tries });
  }
}

async function opened(raw) {
  dataKey = await aes(raw);
  openedAt = Date.now();
  raw.fill(0);
  await setMeta({ tries: 0 });
}

/** Too many wrong codes: what is all sent is wiped; what is not stays, and opens only with the server's secret. */
async function exhausted() {
  if (await hasUnsent()) {
    await together(["meta", "orders"], (store) => {
      store("meta").delete("byCode");
      store("orders").clear();
    });
    return "blocked";
  }
  await wipe();
  return "wiped";
}

/** Opens the store with the server's secret, and gives it a new code. */
export async function recover(recovery, code) {
  const [spare, bind] = [await meta("spare"), await meta("bind")];
  const raw = await unwrapped(await aes(bytesOf(recovery)), spare, bind);
  const salt = random(16);
  const bound = await close(bind, raw, "bound");
  const byCode = await wrapped(await fromCode(code, salt, ROUNDS), bound);
  const again = await wrapped(await aes(bytesOf(recovery)), bound);
  await setMeta({ byCode, salt, rounds: ROUNDS, spare: again });
  await opened(raw);
}

export async function secret() {
  const kept = await meta("secret");
  return JSON.parse(new TextDecoder().decode(await openWith(dataKey, kept, "meta/secret")));
}

/** Nothing is left in this browser. */
export async function wipe() {
  lock();
  await together(STORES, (store) => STORES.forEach((name) => store(name).clear()));
}

/** The device was reported lost: orders go at once, what was not sent stays closed until it is released. */
export async function lockOut() {
  lock();
  await together(["meta", "orders"], (store) => {
    store("orders").clear();
    store("meta").put(true, "lockedOut");
  });
}

export async function letIn() {
  await setMeta({ lockedOut: false });
}

/* Sealed rows -------------------------------------------------------------------------------------------------------- */

async function seal(place, value) {
  if (!isOpen()) throw new Refused("closed");
  const bytes = value instanceof ArrayBuffer ? value : text.encode(JSON.stringify(value));
  return close(dataKey, bytes, place);
}

async function unseal(place, sealed) {
  if (!isOpen()) throw new Refused("closed");
  return JSON.parse(new TextDecoder().decode(await openWith(dataKey, sealed, place)));
}

/** The orders taken along take the place of those before. */
export async function keepOrders(orders, lists) {
  const rows = await Promise.all(orders.map(async (order) => [order.id, await seal(`orders/${order.id}`, order)]));
  const kept = await seal("meta/lists", lists);
  await together(["orders", "meta"], (store) => {
    store("orders").clear();
    rows.forEach(([id, sealed]) => store("orders").put(sealed, id));
    store("meta").put(kept, "lists");
    store("meta").put(Date.now(), "takenAt");
  });
}

export async function orders() {
  const [ids, rows] = await all("orders");
  return Promise.all(rows.map((sealed, at) => unseal(`orders/${ids[at]}`, sealed)));
}

export async function lists() {
  const kept = await meta("lists");
  return kept ? unseal("meta/lists", kept) : {};
}

async function all(name) {
  const store = database.transaction(name).objectStore(name);
  return Promise.all([answer(store.getAllKeys()), answer(store.getAll())]);
}

/** Keeps a new record as the next of this device, and takes its draft away, both at once. */
export async function keepRecord(record, photo = null, draft = null) {
  const id = record.id;
  const sealed = await seal(`records/${id}`, record);
  const picture = photo ? await seal(`records/${id}/photo`, photo) : null;
  return together(["records", "meta", "drafts"], async (store, ask) => {
    const sequence = ((await ask(store("meta").get("sequence"))) || 0) + 1;
    store("records").put({ sequence, state: "unsent", sealed, picture, answer: null }, id);
    store("meta").put(sequence, "sequence");
    if (draft) store("drafts").delete(draft);
    return sequence;
  });
}

/** Records in their order, opened, without their pictures. */
export async function records() {
  const [ids, rows] = await all("records");
  const found = await Promise.all(rows.map(async (row, at) => ({
    ...(await unseal(`records/${ids[at]}`, row.sealed)),
    sequence: row.sequence,
    state: row.state,
    answer: row.answer ? await unseal(`records/${ids[at]}/answer`, row.answer) : null,
  })));
  return found.sort((one, other) => one.sequence - other.sequence);
}

export async function photo(id) {
  const row = await answer(database.transaction("records").objectStore("records").get(id));
  return row && row.picture ? openWith(dataKey, row.picture, `records/${id}/photo`) : null;
}

/** What became of a record. The picture of one that was taken in is not needed any more. */
export async function settle(id, state, said) {
  const sealed = said ? await seal(`records/${id}/answer`, said) : null;
  await together(["records", "meta"], async (store, ask) => {
    const row = await ask(store("records").get(id));
    if (!row) return;
    store("records").put({ ...row, state, answer: sealed, picture: state === "applied" ? null : row.picture }, id);
    store("meta").put(Date.now(), "sentAt");
  });
}

export function forget(id) {
  return together(["records"], (store) => store("records").delete(id));
}

/** Numbers what is unsent anew, from `first` on, in its order. */
export async function renumber(first) {
  await together(["records", "meta"], async (store, ask) => {
    const ids = await ask(store("records").getAllKeys());
    const rows = await ask(store("records").getAll());
    const waiting = rows.map((row, at) => ({ id: ids[at], row })).filter(({ row }) => row.state === "unsent");
    waiting.sort((one, other) => one.row.sequence - other.row.sequence);
    waiting.forEach(({ id, row }, at) => store("records").put({ ...row, sequence: first + at }, id));
    store("meta").put(first + waiting.length - 1, "sequence");
  });
}

/** How many records wait and stand how; needs no open store. */
export async function counts() {
  await ready();
  const [, rows] = await all("records");
  const count = (state) => rows.filter((row) => row.state === state).length;
  return { unsent: count("unsent"), conflict: count("conflict"), refused: count("refused") };
}

async function hasUnsent() {
  return (await counts()).unsent > 0;
}

export async function keepDraft(place, values) {
  const sealed = await seal(`drafts/${place}`, values);
  await together(["drafts"], (store) => store("drafts").put(sealed, place));
}

export async function draft(place) {
  const sealed = await answer(database.transaction("drafts").objectStore("drafts").get(place));
  return sealed ? unseal(`drafts/${place}`, sealed) : null;
}

export function dropDraft(place) {
  return together(["drafts"], (store) => store("drafts").delete(place));
}
