/* What the officer sees: the code, the orders, one order, what could not be applied. */

import { button, code, h, icon, replace, said } from "./dom.js";
import { drawDeclared } from "./forms.js";
import * as vault from "./vault.js";
import { LANGUAGES, locale, moment, t, word } from "./words.js";

/* Coming in ------------------------------------------------------------------------------------------------------------ */

export function welcome(online) {
  return h("div.screen.narrow", h("h1", { tabindex: "-1" }, t("title")), h("p.lead", t("welcome")),
    online ? h("a.button.primary.wide", { href: "/login?next=/field/" }, h("span", t("sign-in"))) : h("p.notice.caution", icon("offline"), h("span", t("first-online"))));
}

function codeBox(id, name, hint = null) {
  return h("div.field", h("label", { for: id }, t(name)), h("input", { id, type: "password", autocomplete: "off", minlength: vault.SHORTEST, maxlength: 128, dir: "ltr", enterkeyhint: "go", "aria-describedby": hint ? `${id}-hint` : null }),
    hint ? h("p.hint", { id: `${id}-hint` }, t(hint, { least: vault.SHORTEST })) : null);
}

/** Registers the device, or (with `device`) gives its store a new code. `act({label, kind, code})` does it. */
export function registration({ name, posts, device, act }) {
  const trouble = h("p.trouble", { role: "alert" });
  const submit = async (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    const [one, two] = [form.querySelector("#code").value, form.querySelector("#again").value];
    if ([...one].length < vault.SHORTEST || new Set(one).size < 3) return (trouble.textContent = t("code.weak", { least: vault.SHORTEST }));
    if (one !== two) return (trouble.textContent = t("code.differs"));
    const send = form.querySelector("[type=submit]");
    send.disabled = true;
    trouble.textContent = "";
    try {
      await act({ label: form.querySelector("#label")?.value || "", kind: form.querySelector("[name=kind]:checked")?.value || "phone", post: posts?.[0], code: one });
    } catch (error) {
      send.disabled = false;
      trouble.textContent = error.problem?.errors?.[0]?.message || error.message;
    }
  };
  const small = Math.min(screen.width, screen.height) < 600;
  const kinds = ["phone", "tablet"].map((kind) => h("label.pick", h("input", { type: "radio", name: "kind", value: kind, checked: (kind === "phone") === small }), h("span", t(`device.${kind}`))));
  return h("form.screen.narrow", { onsubmit: submit, novalidate: true, autocomplete: "off" },
    h("h1", { tabindex: "-1" }, t(device ? "new-code" : "register")), h("p.lead", t(device ? "new-code.lead" : "register.lead", { name })), trouble,
    device ? null : [h("div.field", h("label", { for: "label" }, t("device.label")), h("input", { id: "label", type: "text", maxlength: 60, dir: "auto", value: t(small ? "device.phone" : "device.tablet") })),
      h("fieldset.field", h("legend", t("device.kind")), h("div.picks", kinds))],
    codeBox("code", "code", "code.hint"), codeBox("again", "code.again"),
    h("div.bar", h("button.button.primary.wide", { type: "submit" }, icon("check"), h("span", t(device ? "save" : "register.do")))));
}

/** The lock: `act(code)` opens, or throws `Refused`. */
export function locked({ act, forgotten, online, why = "" }) {
  const trouble = h("p.trouble", { role: "alert", id: "trouble" }, why ? t(`refused.${why}`) : "");
  const submit = async (event) => {
    event.preventDefault();
    const [box, send] = [event.currentTarget.querySelector("#code"), event.currentTarget.querySelector("[type=submit]")];
    send.disabled = true;
    trouble.textContent = t("opening");
    try {
      await act(box.value);
    } catch (error) {
      trouble.textContent = error instanceof vault.Refused ? t(`refused.${error.why}`, error.facts) : error.message;
      box.value = "";
      box.focus();
    }
    send.disabled = false;
  };
  return h("form.screen.narrow", { onsubmit: submit, autocomplete: "off" }, h("h1", { tabindex: "-1" }, t("locked")), h("p.lead", t("locked.lead")),
    codeBox("code", "code"), trouble,
    h("div.bar", online ? button(t("forgotten"), null, forgotten, "quiet") : null, h("button.button.primary", { type: "submit" }, icon("lock"), h("span", t("open")))));
}

export function lockedOut(status) {
  return h("div.screen.narrow", h("h1", { tabindex: "-1" }, t("locked-out")), h("p.notice.bad", icon("stop"), h("span", t("locked-out.lead"))),
    status.unsent ? h("p", t("locked-out.unsent", { count: status.unsent })) : null);
}

/* Orders --------------------------------------------------------------------------------------------------------------- */

export function lane(name) {
  return name ? h(`span.lane.lane-${name}`, word("lane", name)) : null;
}

export function orders({ orders: taken, records, open, show }) {
  const waiting = records.filter((record) => record.state === "conflict" || record.state === "refused");
  const others = [...new Set(records.filter((record) => !taken.some((order) => order.reference === record.reference)).map((record) => record.reference))];
  return h("div.screen", h("h1", { tabindex: "-1" }, t("orders")),
    waiting.length ? h("button.notice.caution.wide", { type: "button", onclick: show }, icon("warning"), h("span", t("not-applied", { count: waiting.length })), icon("next")) : null,
    taken.length ? h("ul.cards", taken.map((order) => h("li", card(order, records, open)))) : h("p.empty", icon("truck"), h("span", t("no-orders"))),
    others.map((reference) => h("p.quiet", t("other-records", { count: records.filter((record) => record.reference === reference).length }), " ", code(reference))));
}

function card(order, records, open) {
  const unsent = records.filter((record) => record.reference === order.reference && record.state === "unsent").length;
  return h("button.card", { type: "button", onclick: () => open(order.reference) },
    h("span.card-head", lane(order.lane), h("strong", code(order.plates[0] || order.mrn || order.reference)), order.place ? h("span.quiet", said(order.place)) : null),
    h("span.card-line", said(order.items[0]?.description || "")), h("span.card-line.quiet", order.types.map((type) => word("type", type)).join(" · ")),
    h("span.card-foot.quiet", code(order.mrn || order.reference), order.due_at ? h("span", t("due", { at: moment(order.due_at) })) : null, unsent ? h("span.chip.caution", t("unsent", { count: unsent })) : null));
}

/* One order ------------------------------------------------------------------------------------------------------------ */

const MORE = ["measure", "seal", "person", "sample"];

export function order({ order: one, records, form, step, back, remark }) {
  const own = records.filter((record) => record.reference === one.reference);
  const ended = own.some((record) => record.kind === "conclusion" && ["unsent", "applied"].includes(record.state));
  return h("div.screen", h("h1", { tabindex: "-1" }, code(one.plates[0] || one.mrn || one.reference)),
    h("p.about", lane(one.lane), " ", code(one.mrn || one.reference)), ended ? h("p.notice.good", icon("check"), h("span", t("concluded"))) : null,
    lookFor(one), steps(one, own, step), goods(one, form), shown(one, own, form), section("parties", parties(one)), one.seals.length ? section("seals", h("p", one.seals.map((serial) => [code(serial), " "]))) : null, one.documents.length ? section("documents", h("ul", one.documents.map((paper) => h("li", code(paper.type), " ", code(paper.number || ""), " ", code(paper.date || ""))))) : null,
    section("more", h("div.choices", MORE.map((kind) => button(t(`form.${kind}`), "plus", () => form(kind))))),
    h("div.bar", button(t("back"), "back", back), button(t("form.photo"), "camera", () => form("photo")), button(t("form.finding"), "edit", () => form("finding"), "primary"), button(t("form.conclusion"), "check", () => form("conclusion"))));
}

function parties(one) {
  const rows = [...one.parties.map((party) => [word("party", party.role), h("span", said(party.name || ""), " ", code(party.id || ""))]), one.driver ? [word("party", "driver"), said(one.driver)] : null,
    [t("field.bearer"), h("span", [...one.plates, ...one.containers].map((number) => [code(number), " "]))]].filter(Boolean);
  return h("dl.facts", rows.map(([name, value]) => h("div", h("dt", name), h("dd", value))));
}

function section(name, ...body) {
  return h("section.part", h("h2", t(`part.${name}`)), body);
}

function lookFor(one) {
  const words = one.instruction || one.reason_words;
  const rows = [words ? h("p.instruction", said(words)) : null, one.profiles.map((profile) => h("p.quiet", code(profile))), one.extent ? h("p", t("extent", { extent: one.extent })) : null,
    one.slot_from ? h("p", icon("people"), " ", t("slot", { from: moment(one.slot_from), to: moment(one.slot_to), place: one.place || "" })) : null].flat().filter(Boolean);
  return rows.length ? section("look", rows) : null;
}

function steps(one, own, step) {
  const done = (each, kind) => own.some((record) => record.kind === kind && record.state !== "refused" && record.body.type === each.type && (record.body.agency || "customs") === each.agency);
  return one.steps.length ? section("steps", h("ul.steps", one.steps.map((each) => {
    const ended = each.status === "done" || each.status === "waived" || done(each, "end");
    const begun = ended || each.status === "started" || done(each, "start");
    return h("li", h("span", h("strong", word("type", each.type)), " ", h("span.quiet", word("agency", each.agency))),
      ended ? h("span.chip.good", icon("check"), t("step.done")) : button(t(begun ? "step.end" : "step.start"), begun ? "check" : "next", () => step(begun ? "end" : "start", each)));
  }))) : null;
}

function goods(one, form) {
  return section("items", h("ol.items", one.items.map((item) => h("li.item", h("h3", code(item.number), " ", said(item.description)), drawDeclared(item, { named: true }), button(t("form.finding"), "edit", () => form("finding", { item: item.number }))))));
}

function shown(one, own, form) {
  const rows = [
    ...one.found.map((each) => finding(each, () => form("correction", { corrects: each.id, item: each.item, told: each.found }), one.found.some((other) => other.corrects === each.id))),
    ...own.filter((record) => record.state !== "applied").map((record) => recorded(record)),
  ];
  return rows.length || one.photos ? section("found", h("ul.found", rows), one.photos ? h("p.quiet", t("photos", { count: one.photos })) : null) : null;
}

function finding(each, correct, corrected) {
  return h("li", h("p", h(`span.chip.${each.conform ? "good" : "bad"}`, t(each.conform ? "conform.yes" : "conform.no")), " ", each.item ? h("span.quiet", t("item", { item: each.item })) : null, corrected ? h("span.chip", t("corrected")) : null),
    h("p", said(each.found)), h("p.quiet", said(each.name), " · ", code(moment(each.at))), corrected ? null : button(t("correct"), "edit", correct, "small"));
}

const STATES = { unsent: "caution", conflict: "bad", refused: "bad", applied: "good" };

/** A record of this device in a line. */
export function recorded(record) {
  return h("li", h("p", h(`span.chip.${STATES[record.state]}`, t(`state.${record.state}`)), " ", h("strong", t(`form.${record.kind}`)), " ", h("span.quiet", code(moment(record.noted_at)))), summary(record));
}

function summary({ body: inner }) {
  const words = inner.found || inner.summary || inner.caption || inner.full_name || inner.serial || inner.description || inner.remarks || "";
  const facts = [inner.item ? t("item", { item: inner.item }) : "", inner.type ? word("type", inner.type) : "", inner.gross_kg || "", inner.level || ""].filter(Boolean).join(" · ");
  return h("p", facts ? h("span.quiet", facts, " ") : null, said(words));
}

/* What could not be applied -------------------------------------------------------------------------------------------- */

export function unapplied({ records, dismiss, again, back }) {
  const rows = records.filter((record) => record.state === "conflict" || record.state === "refused");
  return h("div.screen", h("h1", { tabindex: "-1" }, t("conflicts")), h("p.lead", t("conflicts.lead")),
    rows.length ? rows.map((record) => h("article.part.sides", h("h2", code(record.reference)), (record.answer?.sentences || []).map((sentence) => h("p.notice.caution", icon("warning"), h("span", said(sentence)))),
      h("div.two", h("section", h("h3", t("side.mine")), h("ul.found", recorded(record))), record.state === "conflict" ? h("section", h("h3", t("side.theirs")), theirs(record.answer?.theirs || {})) : null),
      h("p.quiet", t(record.state === "conflict" ? "conflict.kept" : "refused.kept")),
      h("div.choices", record.state === "refused" ? button(t("record-again"), "edit", () => again(record)) : null, button(t("dismiss"), "check", () => dismiss(record)))))
      : h("p.empty", icon("check"), h("span", t("no-conflicts"))),
    h("div.bar", button(t("back"), "back", back)));
}

function theirs(side) {
  const look = side.inspection;
  const rows = [
    side.state ? [t("theirs.state"), word("status", side.state)] : null,
    look?.assigned ? [t("theirs.assigned"), said(look.assigned)] : null,
    look?.conclusion ? [t("theirs.conclusion"), h("span", word("conclusion", look.conclusion), ": ", said(look.summary || ""), " ", said(look.name || ""), " ", code(moment(look.at)))] : null,
    ...(side.decisions || []).map((each) => [t("theirs.decision"), h("span", word("decision", each.decision), ": ", said(each.reason), " ", said(each.name), " ", code(moment(each.at)))]),
  ].filter(Boolean);
  const found = (side.findings || []).map((each) => h("li", h(`span.chip.${each.conform ? "good" : "bad"}`, t(each.conform ? "conform.yes" : "conform.no")), " ", said(each.found), " ", h("span.quiet", said(each.name))));
  if (!rows.length && !found.length) return h("p", t("theirs.unknown"));
  return h("div", h("dl.facts", rows.map(([name, value]) => h("div", h("dt", name), h("dd", value)))), found.length ? h("ul.found", found) : null);
}

/* The head and the menu ------------------------------------------------------------------------------------------------- */

const SHOWN = { idle: "net.ready", sending: "net.sending", offline: "net.offline", "sign-in": "net.sign-in", "locked-out": "locked-out", refused: "net.refused" };

export function head(place, status, { menu, send }) {
  const offline = !navigator.onLine || status.state === "offline";
  const state = !navigator.onLine ? "offline" : status.state;
  replace(place, h("span.net", { "data-state": state }, icon(offline ? "offline" : "online"), h("span", t(SHOWN[state]))),
    h("span.counts", h("span", { id: "unsent", "data-count": status.unsent }, t("unsent", { count: status.unsent })), status.conflict + status.refused ? h("span.chip.bad", { id: "conflicts" }, t("conflicts.count", { count: status.conflict + status.refused })) : null,
      h("span.sent", t("sent-at", { at: status.sentAt ? moment(status.sentAt).slice(-5) : "–" }))),
    state === "sign-in" ? h("a.button.small", { href: "/login?next=/field/" }, h("span", t("sign-in"))) : h("button.button.small", { type: "button", "aria-label": t("send-now"), onclick: send }, icon("refresh")),
    h("button.button.small", { type: "button", "aria-label": t("menu"), onclick: menu }, icon("menu")));
}

export function settings({ speak, theme, themes, pick, lock, back, device, leave }) {
  const languages = Object.entries(LANGUAGES).map(([name, own]) => h("label.pick", h("input", { type: "radio", name: "language", value: name, checked: name === locale(), onchange: () => speak(name) }), h("span", { lang: name.replace("_", "-") }, own)));
  const looks = themes.map((name) => h("label.pick", h("input", { type: "radio", name: "theme", value: name, checked: name === theme, onchange: () => pick(name) }), h("span", t(`theme.${name}`))));
  return h("div.screen.narrow", h("h1", { tabindex: "-1" }, t("menu")), device ? h("p.quiet", said(device.label)) : null,
    h("fieldset.field", h("legend", t("language")), h("div.picks", languages)), h("fieldset.field", h("legend", t("theme")), h("div.picks", looks)),
    device ? h("div.choices", button(t("lock"), "lock", lock), button(t("leave"), "stop", leave)) : null, h("div.bar", button(t("back"), "back", back)));
}
