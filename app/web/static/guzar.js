// Comforts on top of pages that work without any script: keys, scan box, live lists, confirm step.
"use strict";
(() => {
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

  // --- Menus close when one leaves them -------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    all("details[data-menu][open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("focusin", (event) => {
    all("details[data-menu][open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  const closeMenus = () => all("details[data-menu][open]").forEach((menu) => { menu.open = false; one("summary", menu).focus(); });

  // --- Confirm step: a button with data-confirm asks first -------------------------------------------------------------
  const confirmDialog = one("#confirm");
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || !button.dataset.confirm || button.dataset.confirmed || !confirmDialog) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    one("#confirm-text").textContent = button.dataset.confirm;
    confirmDialog.returnValue = "no";
    confirmDialog.addEventListener("close", () => {
      button.focus();
      if (confirmDialog.returnValue !== "yes") return;
      button.dataset.confirmed = "1";
      button.form.requestSubmit(button);
      delete button.dataset.confirmed;
    }, { once: true });
    confirmDialog.showModal();
    one("[data-default]", confirmDialog)?.focus();
  }, true);

  // --- A form is sent once: a second click while it is on its way does nothing --------------------------------------------
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented || form.hasAttribute("hx-post")) return;
    if (form.dataset.sending) { event.preventDefault(); return; }
    form.dataset.sending = "1";
    // The answer is a file: the page stays, so it is fetched anew to show what was done.
    if ("download" in form.dataset) setTimeout(() => window.location.reload(), 3000);
  });
  window.addEventListener("pageshow", () => all("form[data-sending]").forEach((form) => { delete form.dataset.sending; }));

  // --- Scan box: has the focus when nobody types elsewhere, beeps when nothing was found ---------------------------------
  const scan = one("[data-scan]");
  let touched = Date.now();
  const beep = () => {
    if (!navigator.userActivation?.hasBeenActive) return; // the browser would refuse and complain
    try {
      const sound = new AudioContext();
      const tone = sound.createOscillator();
      tone.frequency.value = 330;
      tone.connect(sound.destination);
      tone.start();
      tone.stop(sound.currentTime + 0.18);
    } catch { /* no sound device: the message on the page is enough */ }
  };
  if (scan) {
    if (!one("[data-focus]")) { scan.focus(); scan.select(); }
    if (scan.hasAttribute("data-scan-missed")) beep();
    ["keydown", "pointerdown", "pointermove"].forEach((kind) => document.addEventListener(kind, () => { touched = Date.now(); }, { passive: true }));
    setInterval(() => {
      const idle = document.activeElement === document.body || document.activeElement === null;
      if (idle && Date.now() - touched > 8000 && !one("dialog[open]")) scan.focus();
    }, 2000);
  }

  // --- Error summary first -------------------------------------------------------------------------------------------
  const focusSummary = (within) => one("[data-focus]", within)?.focus();
  focusSummary(document);
  document.addEventListener("htmx:afterSwap", (event) => focusSummary(event.detail.target));

  // --- Rows by keyboard: j, k, Enter -----------------------------------------------------------------------------------
  const rows = () => all("[data-row]").filter((row) => row.offsetParent !== null);
  const step = (by) => {
    const list = rows();
    if (!list.length) return;
    const now = list.findIndex((row) => row.contains(document.activeElement));
    const row = list[Math.min(Math.max(now + by, 0), list.length - 1)];
    (row.matches("a, [tabindex]") ? row : one("a, button", row))?.focus();
    row.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { closeMenus(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || one("dialog[open]")) return;
    const acts = {
      j: () => step(1),
      k: () => step(-1),
      r: () => one("[data-live-news]:not([hidden])")?.click(),
      "/": () => { const box = one("[data-scan], [data-search]"); box?.focus(); box?.select(); },
      "?": () => one("#keys")?.showModal(),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  });

  // --- What somebody is writing stays as it is ---------------------------------------------------------------------------
  const isBegun = (within) => within.contains(document.activeElement)
    || one("details[open]", within) !== null
    || all("textarea, input:not([type=hidden])", within).some((box) => box.value !== box.defaultValue);
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (isBegun(event.detail.target)) event.preventDefault();
  });

  // --- Live lists ------------------------------------------------------------------------------------------------------
  const POLL = 15000;
  const live = (box) => {
    const { stream, url, target } = box.dataset;
    const list = document.getElementById(target);
    const news = one("[data-live-news]", box);
    const count = one("[data-live-count]", box);
    const state = one("[data-live-state]", box);
    let waiting = 0;
    let timer = null;
    let source = null;
    let failures = 0;
    let soon = null;

    const show = () => {
      const held = document.activeElement?.closest?.("[data-row]")?.id;
      waiting = 0;
      news.hidden = true;
      return window.htmx.ajax("GET", url, { target: list, swap: "innerHTML" }).then(() => {
        if (held) one("a, button", document.getElementById(held) ?? document.createElement("i"))?.focus();
      });
    };
    // The row under the pointer or the focus never moves by itself, and nothing that is being written or confirmed is
    // taken away: then only the bar says how many are new.
    const busy = () => list.matches(":hover") || isBegun(list) || one("dialog[open]") !== null || document.hidden;
    const heard = () => {
      waiting += 1;
      document.body.dispatchEvent(new CustomEvent("guzar:news"));
      if (!busy()) { clearTimeout(soon); soon = setTimeout(show, 400); return; }
      count.textContent = String(waiting);
      news.hidden = false;
    };
    const tell = (on) => {
      const text = on ? state.dataset.liveOn : state.dataset.liveOff;
      if (state.textContent !== text) state.textContent = text;
      state.classList.toggle("is-off", !on);
    };
    const poll = () => {
      tell(false);
      if (timer === null) timer = setInterval(() => { if (!busy()) show(); }, POLL);
    };
    const listen = () => {
      if (!stream || !window.EventSource) { poll(); return; }
      source = new EventSource(stream);
      source.onopen = () => {
        // What happened while the stream was away was not heard.
        if (failures > 0 && !busy()) show();
        failures = 0;
        clearInterval(timer);
        timer = null;
        tell(true);
      };
      source.onmessage = heard;
      ["changed", "resync"].forEach((kind) => source.addEventListener(kind, heard));
      source.onerror = () => {
        failures += 1;
        // CLOSED: the server is full (204) or says no; it is tried again in a minute, with polling until then.
        if (source.readyState === EventSource.CLOSED) { poll(); setTimeout(listen, 60000); } else if (failures > 2) poll();
      };
    };
    news.addEventListener("click", show);
    window.addEventListener("pagehide", () => source?.close());
    listen();
  };
  all("[data-live]").forEach(live);

  // --- Without a connection --------------------------------------------------------------------------------------------
  const offline = one("#offline");
  const connection = () => { if (offline) offline.hidden = navigator.onLine; };
  window.addEventListener("online", connection);
  window.addEventListener("offline", connection);
  document.addEventListener("htmx:sendError", () => { if (offline) offline.hidden = false; });
  document.addEventListener("htmx:afterOnLoad", connection);
  connection();
})();
