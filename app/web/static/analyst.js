// A comfort where hundreds of facts stand in one list: a box above it that narrows it. Without scripts the list is whole.
"use strict";
(() => {
  const fold = (words) => words.normalize("NFKD").toLowerCase();
  const finder = (list) => {
    if (list.options.length < 25 || list.dataset.found) return;
    list.dataset.found = "1";
    const box = document.createElement("input");
    box.type = "search";
    box.className = "form-control finder-box";
    box.dir = "auto";
    box.autocomplete = "off";
    box.placeholder = list.dataset.finder;
    box.setAttribute("aria-label", list.dataset.finder);
    box.setAttribute("aria-controls", list.id);
    const whole = [...list.querySelectorAll("option")].filter((option) => option.value);
    const narrow = () => {
      const words = fold(box.value).split(/\s+/).filter(Boolean);
      whole.forEach((option) => {
        const text = fold(`${option.textContent} ${option.value} ${option.parentElement.label ?? ""}`);
        const fits = option.selected || words.every((word) => text.includes(word));
        option.hidden = !fits;
        option.disabled = !fits;
      });
      [...list.querySelectorAll("optgroup")].forEach((group) => {
        group.hidden = [...group.children].every((option) => option.hidden);
      });
      // Open while somebody looks for something; a list that is open is chosen from with one press.
      const shown = whole.filter((option) => !option.hidden);
      const titles = new Set(shown.map((option) => option.parentElement)).size;
      list.size = words.length ? Math.min(10, Math.max(4, shown.length + titles + 1)) : 1;
    };
    box.addEventListener("input", narrow);
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        const first = whole.find((option) => !option.hidden && !option.selected);
        if (!first) return;
        first.selected = true;
        list.dispatchEvent(new Event("change", { bubbles: true }));
      } else if (event.key === "ArrowDown") {
        event.preventDefault();
        list.focus();
      }
    });
    // What was chosen is one of the whole list again.
    list.addEventListener("change", () => { box.value = ""; narrow(); });
    list.before(box);
    list.parentElement.classList.add("with-finder");
  };
  const all = (within) => within.querySelectorAll("select[data-finder]").forEach(finder);
  document.addEventListener("htmx:afterSwap", (event) => all(event.detail.elt?.isConnected ? event.detail.elt : document));
  document.addEventListener("htmx:load", (event) => all(event.detail.elt));
  all(document);

  // Enter in a condition checks the conditions; it keeps nothing.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.defaultPrevented || !event.target.matches("#criteria input[type=text]")) return;
    event.preventDefault();
    document.querySelector("#criteria button[name=try]")?.click();
  });

  // The conditions are drawn anew while somebody may already type on: what he typed since they were sent stays.
  let sent = new Map();
  const typed = () => new Map([...document.querySelectorAll("#criteria input[type=text]")].map((box) => [box.id, box.value]));
  document.addEventListener("htmx:beforeRequest", () => { sent = typed(); });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "criteria") return;
    const since = [...typed()].filter(([id, value]) => sent.has(id) && sent.get(id) !== value);
    if (!since.length) return;
    document.addEventListener("htmx:afterSwap", () => since.forEach(([id, value]) => {
      const box = document.getElementById(id);
      if (box) box.value = value;
    }), { once: true });
  });
})();
