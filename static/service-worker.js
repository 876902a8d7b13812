// Keeps the page usable without a network. Every release has a cache of its own with all of its files, so parts of two
// releases never meet. `cargo xtask build` puts the names and the release's hash in.

const RELEASE = "{{release}}";
const FILES = {{files}};

const OURS = `rollscope ${registration.scope} `;
const CACHE = OURS + RELEASE;
const known = new Map(FILES.map((file) => [new URL(file, registration.scope).href, file]));

addEventListener("install", (event) => event.waitUntil(fill()));

async function fill() {
  const cache = await caches.open(CACHE);
  // Not what an older release left in the browser's own cache under the same name.
  await cache.addAll(FILES.map((file) => new Request(new URL(file, registration.scope), { cache: "no-cache" })));
}

addEventListener("activate", (event) => event.waitUntil(takeOver()));

async function takeOver() {
  const names = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== CACHE);
  await Promise.all(names.map((name) => caches.delete(name)));
  await clients.claim();
}

addEventListener("message", (event) => event.data === "take over" && skipWaiting());

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const opened = request.mode === "navigate";
  if (request.method !== "GET" || url.origin !== location.origin) return;
  // What a page is asked to show stands in the query.
  if (opened) url.search = "";
  url.hash = "";
  if (opened && url.href === registration.scope) url.href += "index.html";
  if (known.has(url.href)) event.respondWith(answer(request, url.href, opened));
});

async function answer(request, name, opened) {
  // A newer release waits until nobody looks at this one, and whoever loads its only page again looks away.
  if (opened && registration.waiting && (await clients.matchAll()).length < 2) {
    registration.waiting.postMessage("take over");
    // It must not ask for an icon either.
    const empty = '<!doctype html><link rel="icon" href="data:,">';
    return new Response(empty, { headers: { "content-type": "text/html", refresh: "0" } });
  }
  const cache = await caches.open(CACHE);
  return (await cache.match(name)) ?? fetch(request);
}
