/* What can be recorded: fields of each form, the draft of what is typed, and the record it becomes. */

import { button, code, h, icon, replace, said } from "./dom.js";
import * as photo from "./photo.js";
import * as vault from "./vault.js";
import { choices, digits, grouped, t } from "./words.js";

const NUMBER = /^\d{1,12}(\.\d{1,6})?$/;

/* A field: {name, label, type, options, required, when, length, hint}. `when(values)` hides what does not apply. */

const text = (name, label, more = {}) => ({ name, label, type: "text", length: 200, ...more });
const long = (name, label, more = {}) => ({ name, label, type: "long", length: 2000, ...more });
const number = (name, label, more = {}) => ({ name, label, type: "number", length: 20, ...more });
const choice = (name, label, options, more = {}) => ({ name, label, type: "choice", options, ...more });
const pick = (name, label, options, more = {}) => ({ name, label, type: "pick", options, ...more });

function items({ order }) {
  const of = order.items.map((item) => [String(item.number), `${item.number} – \u2066${item.commodity}\u2069 \u2068${item.description.slice(0, 50)}\u2069`]);
  return [["", t("whole")], ...of];
}

const listed = (name) => ({ lists }) => (lists[name] || []).map((entry) => [entry.code, `${entry.code} – ${entry.name}`]);
const yesNo = (yes, no) => () => [["true", t(yes)], ["false", t(no)]];
const otherwise = (values) => values.conform === "false";

const FACTS = [
  number("quantity", "fact.quantity"), choice("unit", "fact.unit", listed("units")), number("net_kg", "fact.net_kg"),
  number("gross_kg", "fact.gross_kg"), number("packages", "fact.packages", { whole: true }), text("commodity", "fact.commodity", { ltr: true, length: 10 }),
  text("origin", "fact.origin", { ltr: true, length: 2 }), number("value", "fact.value"), text("currency", "fact.currency", { ltr: true, length: 3 }),
  text("description", "fact.description"), text("marks", "fact.marks"),
];

const FINDING = [
  choice("item", "field.item", items),
  choice("control", "field.control", listed("controls"), { required: true, first: "40" }),
  pick("conform", "field.conform", yesNo("conform.yes", "conform.no"), { required: true }),
  choice("kind", "field.kind", () => choices("finding").filter(([value]) => value !== "match"), { when: otherwise, required: true }),
  long("found", "field.found", { required: true }),
  { name: "facts", label: "field.facts", type: "group", fields: FACTS, when: otherwise },
];

export const FORMS = {
  finding: { title: "form.finding", fields: FINDING, body: finding },
  correction: { title: "form.correction", fields: FINDING, body: (values, about) => ({ corrects: about.corrects, ...finding(values) }) },
  photo: {
    title: "form.photo",
    fields: [{ name: "photo", label: "field.photo", type: "photo", required: true }, text("caption", "field.caption"), choice("item", "field.item", items)],
    body: (values) => given({ caption: values.caption, item: whole(values.item) }),
  },
  measure: {
    title: "form.measure",
    fields: [
      pick("what", "field.what", () => choices("measured").filter(([value]) => value !== "scan"), { required: true }),
      number("gross_kg", "fact.gross_kg", { when: (values) => values.what === "weighing", required: true }),
      number("level", "field.level", { when: (values) => values.what === "radiation", required: true }),
      text("unit", "field.level_unit", { when: (values) => values.what === "radiation", required: true, ltr: true, length: 10 }),
      pick("alarm", "field.alarm", yesNo("yes", "no"), { when: (values) => values.what === "radiation" }),
      text("instrument", "field.instrument", { required: true }),
      long("remarks", "field.remarks"),
    ],
    body: (values) => given({ ...values, alarm: values.alarm === "true" ? true : undefined }),
  },
  sample: {
    title: "form.sample",
    fields: [
      choice("item", "field.item", items), text("description", "field.description", { required: true }), number("quantity", "fact.quantity", { required: true }),
      choice("unit", "fact.unit", listed("units"), { required: true }), text("laboratory", "field.laboratory", { required: true }),
      long("question", "field.question", { required: true }), text("seal", "field.seal", { ltr: true, length: 30, capital: true }),
    ],
    body: (values) => given({ ...values, item: whole(values.item) }),
  },
  person: {
    title: "form.person",
    fields: [
      text("full_name", "field.full_name", { required: true }), choice("role", "field.role", () => choices("presence"), { required: true }),
      text("of", "field.of"), text("document", "field.document"), pick("signs", "field.signs", yesNo("yes", "no"), { required: true, first: "true" }),
      long("remark", "field.remark", { when: (values) => values.signs === "false", required: true }),
    ],
    body: (values) => given({ ...values, signs: values.signs !== "false" }),
  },
  seal: {
    title: "form.seal",
    fields: [
      pick("what", "field.seal_what", () => choices("seal-deed"), { required: true }), text("serial", "field.serial", { required: true, ltr: true, length: 30, capital: true }),
      choice("condition", "field.condition", () => choices("seal"), { when: (values) => values.what !== "set", required: true, first: "intact" }),
      text("bearer", "field.bearer", { ltr: true }), text("place", "field.place"), long("remarks", "field.remarks"),
    ],
    body: (values) => given(values.what === "set" ? { ...values, condition: "intact" } : values),
  },
  conclusion: {
    title: "form.conclusion",
    fields: [
      pick("conclusion", "field.conclusion", () => choices("conclusion"), { required: true }),
      long("summary", "field.summary", { required: true, length: 4000 }),
      choice("recommendation", "field.recommendation", () => [["", t("none")], ...choices("recommendation")]),
    ],
    body: (values) => given(values),
  },
};

function finding(values) {
  const facts = given(Object.fromEntries(FACTS.map((field) => [field.name, values[field.name]])));
  const conform = values.conform === "true";
  return given({
    item: whole(values.item), control: values.control, conform, kind: conform ? undefined : values.kind, found: values.found,
    facts: !conform && Object.keys(facts).length ? facts : undefined,
  });
}

function given(values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== "" && value !== undefined && value !== null));
}

function whole(value) {
  return value ? Number(value) : undefined;
}

/* Drawing ------------------------------------------------------------------------------------------------------------- */

/** The form of a kind for an order. `about` holds what is known already ({item, corrects}); `done()` follows a saved record. */
export async function drawForm(kind, { order, lists, about, done, back }) {
  const form = FORMS[kind];
  const place = `${order.id}/${kind}/${about.corrects || ""}`;
  const kept = (await vault.draft(place)) || {};
  const values = { ...kept.values, ...(kept.values?.item === undefined && about.item ? { item: String(about.item) } : {}) };
  const state = { values, picture: kept.picture ? bytesOf(kept.picture) : null };
  const context = { order, lists };
  const problems = h("div.problems", { role: "alert", tabindex: "-1", id: "problems" });
  const body = h("div.fields");
  const flat = form.fields.flatMap((field) => (field.type === "group" ? field.fields : [field]));
  for (const field of flat) if (values[field.name] === undefined && field.first) values[field.name] = field.first;

  let timer = 0;
  const keep = () => {
    clearTimeout(timer);
    timer = 0;
    return vault.keepDraft(place, { values, picture: state.picture ? base64(state.picture) : null });
  };
  const typed = (name, value) => {
    values[name] = value;
    body.querySelectorAll("[data-when]").forEach((box) => (box.hidden = !form.fields.find((field) => field.name === box.dataset.when).when(values)));
    showDeclared();
    clearTimeout(timer);
    timer = setTimeout(() => keep().catch(() => {}), 250);
  };
  const declared = h("div.declared", { id: "declared" });
  const showDeclared = () => {
    const item = order.items.find((each) => String(each.number) === String(values.item || ""));
    replace(declared, item && (kind === "finding" || kind === "correction") ? drawDeclared(item) : null);
  };

  for (const field of form.fields) {
    const drawn = draw(field, { state, typed, context });
    if (field.when) {
      drawn.dataset.when = field.name;
      drawn.hidden = !field.when(values);
    }
    body.append(drawn);
    if (field.name === "item") body.append(declared);
  }
  showDeclared();

  const save = async (event) => {
    event.preventDefault();
    const wrong = check(form, values, state);
    if (wrong.length) {
      replace(problems, h("p.problems-title", icon("warning"), h("span", t("problems"))), h("ul", wrong.map((each) => h("li", h("a", { href: `#f-${each.name}`, onclick: jump }, each.message)))));
      return problems.focus();
    }
    clearTimeout(timer);
    saving.disabled = true;
    const shown = Object.fromEntries(flat.filter((field) => visible(form, field, values)).map((field) => [field.name, values[field.name]]));
    const record = { id: crypto.randomUUID(), kind, reference: order.reference, noted_at: new Date().toISOString(), body: form.body(shown, about) };
    await vault.keepRecord(record, kind === "photo" ? state.picture : null, place);
    done(record);
  };
  const saving = h("button.button.primary", { type: "submit" }, icon("check"), h("span", t("save")));
  return h("form.screen", { novalidate: true, onsubmit: save, autocomplete: "off" },
    h("h1", { tabindex: "-1", id: "title" }, t(form.title)), h("p.about", code(order.mrn || order.reference)),
    about.told ? h("p.quiet", said(about.told)) : null, problems, body,
    h("div.bar", button(t("back"), "back", () => (timer ? keep() : Promise.resolve()).finally(back)), saving));
}

function jump(event) {
  event.preventDefault();
  const id = event.currentTarget.getAttribute("href").slice(1);
  const target = document.getElementById(id);
  (target?.matches("fieldset") ? target.querySelector("input") : target)?.focus();
}

function visible(form, field, values) {
  const owner = form.fields.find((each) => each.name === field.name || each.fields?.includes(field));
  return !owner.when || owner.when(values);
}

function check(form, values, state) {
  const wrong = [];
  for (const field of form.fields.flatMap((each) => (each.type === "group" ? each.fields : [each]))) {
    if (!visible(form, field, values)) continue;
    const value = field.type === "photo" ? state.picture : (values[field.name] || "").trim();
    if (field.required && !value) wrong.push({ name: field.name, message: t("needed", { field: t(field.label) }) });
    else if (value && field.type === "number" && !(field.whole ? /^\d{1,9}$/ : NUMBER).test(value)) wrong.push({ name: field.name, message: t("not-a-number", { field: t(field.label) }) });
  }
  return wrong;
}

function draw(field, context) {
  const makers = { text: line, number: line, long: area, choice: select, pick: radios, photo: camera, group };
  return makers[field.type](field, context);
}

function label(field) {
  return h("label", { for: `f-${field.name}` }, t(field.label), field.required ? null : h("span.optional", t("optional")));
}

function line(field, { state, typed }) {
  const clean = (value) => (field.type === "number" ? digits(value) : field.capital ? value.toUpperCase() : value);
  const ltr = field.ltr || field.type === "number";
  return h("div.field", label(field), h("input", {
    id: `f-${field.name}`, type: "text", maxlength: field.length, value: state.values[field.name] || "", dir: ltr ? "ltr" : "auto",
    inputmode: field.type === "number" ? "decimal" : null, autocapitalize: field.capital ? "characters" : null, spellcheck: ltr ? "false" : null,
    oninput: (event) => typed(field.name, clean(event.target.value)),
  }));
}

function area(field, { state, typed }) {
  return h("div.field", label(field), h("textarea", {
    id: `f-${field.name}`, rows: 3, maxlength: field.length, dir: "auto", value: state.values[field.name] || "", oninput: (event) => typed(field.name, event.target.value),
  }));
}

function select(field, { state, typed, context }) {
  const options = field.options(context);
  const all = options.some(([value]) => value === "") ? options : [["", t("choose")], ...options];
  const box = h("select", { id: `f-${field.name}`, onchange: (event) => typed(field.name, event.target.value) }, all.map(([value, name]) => h("option", { value }, name)));
  box.value = state.values[field.name] || "";
  return h("div.field", label(field), box);
}

function radios(field, { state, typed, context }) {
  const boxes = field.options(context).map(([value, name]) => h("label.pick",
    h("input", { type: "radio", name: field.name, value, checked: state.values[field.name] === value, onchange: () => typed(field.name, value) }), h("span", name)));
  return h("fieldset.field", { id: `f-${field.name}` }, h("legend", t(field.label), field.required ? null : h("span.optional", t("optional"))), h("div.picks", boxes));
}

function group(field, context) {
  return h("details.field.more", h("summary", t(field.label)), h("div.fields.pairs", field.fields.map((each) => draw(each, context))));
}

function camera(field, { state, typed }) {
  const shown = h("div.preview");
  const trouble = h("p.trouble", { role: "alert" });
  const show = async () => replace(shown, await photo.shown(state.picture, t("field.photo")));
  const taken = async (event) => {
    const [file] = event.target.files;
    if (!file) return;
    trouble.textContent = "";
    try {
      state.picture = await photo.fitting(file);
      await show();
      typed("photo", "");
    } catch {
      trouble.textContent = t("no-picture");
    }
    event.target.value = "";
  };
  if (state.picture) show();
  return h("div.field", h("label.button.wide.camera", { for: "f-photo" }, icon("camera"), h("span", t(field.label))),
    h("input.camera-input", { id: "f-photo", type: "file", accept: "image/*", capture: "environment", onchange: taken }), trouble, shown);
}

/** What was declared of an item, to be looked at beside what is found. */
export function drawDeclared(item, { named = false } = {}) {
  const rows = [
    ["fact.commodity", code(item.commodity)], ["fact.description", !named && said(item.description)],
    ["fact.packages", item.packages.map((each) => h("span", code(grouped(each.count ?? "")), " ", code(each.kind || ""), " ", said(each.marks || "")))],
    ["fact.gross_kg", item.gross_kg && code(grouped(item.gross_kg))], ["fact.net_kg", item.net_kg && code(grouped(item.net_kg))],
    ["fact.quantity", item.quantity && h("span", code(grouped(item.quantity)), " ", code(item.unit || ""))], ["fact.origin", item.origin && code(item.origin)],
    ["fact.value", item.value && h("span", code(grouped(item.value)), " ", code(item.currency || ""))],
  ];
  return h("dl.facts", { "aria-label": t("declared") }, rows.filter(([, value]) => value && value.length !== 0).map(([name, value]) => h("div", h("dt", t(name)), h("dd", value))));
}

/* Bytes ------------------------------------------------------------------------------------------------------------------ */

function base64(buffer) {
  let letters = "";
  for (const byte of new Uint8Array(buffer)) letters += String.fromCharCode(byte);
  return btoa(letters);
}

function bytesOf(letters) {
  return Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0)).buffer;
}
