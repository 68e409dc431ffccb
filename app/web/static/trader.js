// The trader's forms: saving by itself, looking commodities up, keys. Every page works without any of it.
"use strict";
(() => {
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // --- Saving by itself: the form is sent as it is, some time after the last key -------------------------------------------
  const PAUSE = 2500;
  const AGAIN = 15000;
  const saver = (told) => {
    const form = told.closest("form");
    let waiting = null;
    let busy = false;
    let stopped = false;
    let kept = null;
    let pressed = null;
    // The buttons are called "action", too, so form.action is one of them.
    const address = form.getAttribute("action") || window.location.href;

    const words = () => {
      const data = new FormData(form);
      all("input[type=file]", form).forEach((box) => data.delete(box.name));
      return data;
    };
    // What is compared leaves out what every answer changes.
    const print = () => [...words()].filter(([name]) => name !== "version").map((pair) => pair.join("\u0000")).join("\u0001");
    const say = (text, tone) => { told.textContent = text; told.className = `autosave autosave-${tone}`; };
    const later = (after) => { clearTimeout(waiting); waiting = setTimeout(save, after); };

    const save = async () => {
      if (busy || stopped || form.dataset.sending) return;
      const now = print();
      if (now === kept) { say("", "quiet"); return; }
      busy = true;
      say(told.dataset.saving, "quiet");
      const data = words();
      data.set("action", "autosave");
      try {
        const answer = await fetch(address, { method: "POST", body: data, headers: { Accept: "application/json" }, redirect: "error" });
        const said = await answer.json();
        if (answer.ok) {
          all("input[name=version]").forEach((box) => { box.value = said.version; });
          kept = now;
          say(told.dataset.saved.replace("{time}", said.time), "good");
        } else if (answer.status === 412) {
          stopped = true;
          say(told.dataset.conflict, "bad");
        } else {
          say(said.message || told.dataset.failed, "bad");
        }
      } catch {
        say(told.dataset.failed, "bad");
        later(AGAIN);
      } finally {
        busy = false;
      }
      if (pressed) { press(); return; }
      if (!stopped && kept === now && print() !== now) later(PAUSE);
    };
    // A button pressed while a save is on its way waits for it: else the form would show an old version.
    const press = () => {
      const button = pressed;
      pressed = null;
      if (button.dataset.confirm) button.dataset.confirmed = "1";
      form.requestSubmit(button);
      delete button.dataset.confirmed;
    };
    form.addEventListener("submit", (event) => {
      clearTimeout(waiting);
      if (!busy) return;
      event.preventDefault();
      pressed = event.submitter;
    });

    kept = print();
    form.addEventListener("input", () => {
      if (stopped) return;
      if (!busy) say(told.dataset.waiting, "quiet");
      later(PAUSE);
    });
    window.addEventListener("online", () => { if (print() !== kept) later(500); });
    window.addEventListener("beforeunload", (event) => {
      if (!form.dataset.sending && print() !== kept) event.preventDefault();
    });
  };
  all("[data-autosave]").forEach(saver);

  // --- Keys of a form ---------------------------------------------------------------------------------------------------
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || one("dialog[open]")) return;
    const wanted = { s: "[data-save], button[name=action][value=save]", Enter: "[data-next]" }[event.key];
    const button = wanted && one(wanted);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
  one("[data-autofocus]")?.focus();

  // --- Looking a commodity up: a combobox with the path of each code (ARIA: list autocomplete, manual selection) ------------
  const combo = (box) => {
    const input = one("input", box);
    const path = one("[data-combo-path]", box.parentElement);
    const list = document.createElement("ul");
    const told = document.createElement("p");
    let shown = [];
    let at = -1;
    let timer = null;
    let asked = null;

    list.id = `${input.id}-list`;
    list.className = "combo-list";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", one(`label[for="${input.id}"]`)?.textContent.trim() ?? "");
    list.hidden = true;
    told.className = "visually-hidden";
    told.setAttribute("role", "status");
    box.append(list, told);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);

    const close = () => {
      list.hidden = true;
      list.replaceChildren();
      shown = [];
      at = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const steps = (row) => {
      const made = document.createElement("ol");
      made.className = "commodity-path";
      row.path.forEach((step) => {
        const line = document.createElement("li");
        const code = document.createElement("bdi");
        code.dir = "ltr";
        code.className = "code";
        code.textContent = step.code;
        const name = document.createElement("bdi");
        name.textContent = step.name;
        line.append(code, " ", name);
        made.append(line);
      });
      return made;
    };
    const choose = (place) => {
      const row = shown[place];
      input.value = row.code;
      path?.replaceChildren(steps(row));
      close();
      input.dispatchEvent(new Event("input", { bubbles: true }));
      clearTimeout(timer);
      input.focus();
    };
    const mark = (place) => {
      at = place;
      [...list.children].forEach((line, n) => line.setAttribute("aria-selected", String(n === place)));
      const line = list.children[place];
      if (!line) { input.removeAttribute("aria-activedescendant"); return; }
      input.setAttribute("aria-activedescendant", line.id);
      line.scrollIntoView({ block: "nearest" });
    };
    const show = (rows) => {
      shown = rows;
      at = -1;
      list.replaceChildren(...rows.map((row, n) => {
        const line = document.createElement("li");
        line.id = `${list.id}-${n}`;
        line.setAttribute("role", "option");
        line.setAttribute("aria-selected", "false");
        line.append(steps(row));
        line.addEventListener("mousedown", (event) => { event.preventDefault(); choose(n); });
        return line;
      }));
      list.hidden = rows.length === 0;
      input.setAttribute("aria-expanded", String(rows.length > 0));
      input.removeAttribute("aria-activedescendant");
      told.textContent = rows.length ? box.dataset.comboCount.replace("{count}", rows.length) : box.dataset.comboNone;
    };
    const look = async () => {
      const typed = input.value.trim();
      if (typed.length < 2) { close(); return; }
      asked?.abort();
      asked = new AbortController();
      try {
        const answer = await fetch(`${box.dataset.combo}?q=${encodeURIComponent(typed)}`, { headers: { Accept: "application/json" }, signal: asked.signal });
        if (answer.ok && document.activeElement === input) show((await answer.json()).found);
      } catch { /* typed on, or no connection: the box takes what is typed */ }
    };

    input.addEventListener("input", (event) => {
      if (!event.isTrusted) return;
      clearTimeout(timer);
      timer = setTimeout(look, 250);
    });
    input.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "ArrowDown" && list.hidden) { event.preventDefault(); look(); return; }
      if (list.hidden) return;
      const acts = {
        ArrowDown: () => mark((at + 1) % shown.length),
        ArrowUp: () => mark((at + shown.length - (at < 0 ? 0 : 1)) % shown.length),
        Home: () => mark(0),
        End: () => mark(shown.length - 1),
        Escape: close,
        Enter: () => (at >= 0 ? choose(at) : close()),
      };
      if (!acts[event.key]) return;
      event.preventDefault();
      event.stopPropagation();
      acts[event.key]();
    });
    input.addEventListener("blur", () => { clearTimeout(timer); close(); });
  };
  all("[data-combo]").forEach(combo);
})();
