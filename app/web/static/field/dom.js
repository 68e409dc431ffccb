/* Elements without a framework: h("button.big", {onclick}, "text", child…). Text is always text, never markup. */

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  check: "M5 13l4.5 4.5L19 7",
  warning: "M12 4L2.5 20h19zM12 10v4.5M12 17.2v.3",
  stop: "M8 3h8l5 5v8l-5 5H8l-5-5V8zM9 9l6 6M15 9l-6 6",
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  camera: "M4 8h4l2-3h4l2 3h4v11H4zM12 10a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7z",
  edit: "M4 20l1-4L16.500 4.500l3 3L8 19zM14 7l3 3",
  lock: "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3M12 14.500v2",
  plus: "M12 5v14M5 12h14",
  up: "M12 20V6M6 11l6-6 6 6",
  refresh: "M20 6v5h-5M4 18v-5h5M19 11a7 7 0 0 0-12.500-3.500M5 13a7 7 0 0 0 12.500 3.500",
  truck: "M3 6h11v10H3zM14 10h4l3 3v3h-7M7 16.500a1.8 1.8 0 1 0 .1 3.6 1.8 1.8 0 0 0-.1-3.600zM17 16.500a1.8 1.8 0 1 0 .1 3.6 1.8 1.8 0 0 0-.1-3.600z",
  offline: "M3 3l18 18M5 12a10 10 0 0 1 3-2M19 12a10 10 0 0 0-6-3M8.500 15.500a5 5 0 0 1 7 0M12 19v.3",
  online: "M2.500 9a14 14 0 0 1 19 0M5.500 12.500a9.500 9.500 0 0 1 13 0M8.500 16a5 5 0 0 1 7 0M12 19.500v.3",
  menu: "M4 7h16M4 12h16M4 17h16",
  examine: "M10.500 4a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13zM15.500 15.500L21 21",
  people: "M9 5a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7zM2.500 20c.7-3.500 3-5 6.500-5s5.800 1.500 6.500 5M16 5.500a3.500 3.500 0 0 1 0 6.500M18 15.200c2 .7 3.200 2.300 3.500 4.800",
};

export function h(what, ...rest) {
  const [name, ...classes] = what.split(".");
  const element = document.createElement(name || "div");
  if (classes.length) element.className = classes.join(" ");
  const given = rest.length && isPlain(rest[0]) ? rest.shift() : {};
  for (const [key, value] of Object.entries(given)) set(element, key, value);
  element.append(...rest.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function isPlain(value) {
  return value !== null && typeof value === "object" && !(value instanceof Node) && !Array.isArray(value);
}

function set(element, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
  else if (key === "value" || key === "checked" || key === "disabled") element[key] = value;
  else element.setAttribute(key, value === true ? "" : String(value));
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", width: 24, height: 24, "aria-hidden": "true", focusable: "false" })) svg.setAttribute(key, value);
  svg.setAttribute("class", name === "back" || name === "next" ? "icon icon-turns" : "icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name] || PATHS.check);
  svg.append(path);
  return svg;
}

/** A code, plate or number: left to right in any line. */
export function code(text) {
  return h("bdi.code", { dir: "ltr" }, String(text));
}

/** Words somebody typed, in whatever direction they run. */
export function said(text) {
  return h("bdi", String(text));
}

export function button(text, symbol, act, kind = "") {
  return h(`button.button${kind ? "." + kind : ""}`, { type: "button", onclick: act }, symbol ? icon(symbol) : null, h("span", text));
}

export function replace(place, ...children) {
  place.replaceChildren(...children.flat(Infinity).filter((child) => child));
}
