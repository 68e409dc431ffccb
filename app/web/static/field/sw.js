/* The page without a network: its files are kept with their version; everything else goes to the server or fails. */

const NAME = `guzar-field-${VERSION}`;
const SHELL = "/field/";

self.addEventListener("install", (event) => {
  const fresh = FILES.map((file) => new Request(file, { cache: "reload" }));
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(fresh)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("guzar-field-") && name !== NAME;
  const cleared = caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))));
  event.waitUntil(cleared.then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && address.pathname === SHELL) event.respondWith(kept(SHELL, event.request));
  else if (FILES.includes(address.pathname)) event.respondWith(kept(address.pathname, event.request));
});

async function kept(path, request) {
  const cache = await caches.open(NAME);
  return (await cache.match(path)) || fetch(request);
}

/* The records can only be opened by the page, so the page is told to send them. */
self.addEventListener("sync", (event) => {
  if (event.tag !== "guzar-send") return;
  event.waitUntil(self.clients.matchAll({ type: "window" }).then((pages) => pages.forEach((page) => page.postMessage("send"))));
});
