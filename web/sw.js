// The service worker: it keeps one whole version of the site and answers from that one, with or without a network.
//
// scripts/finish_site.mjs writes a line above this file that says what the version consists of:
// self.SITE = { version, first: { path: hash }, later: { path: hash } }. `first` is what the page needs to start,
// `later` the rest. Without that line, as under `make watch`, this worker removes itself and all that an earlier one
// kept.
(function () {
  "use strict";

  const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
  const site = worker.SITE;
  const scope = new URL(worker.registration.scope);
  // Another site may live under another path of the same origin.
  const PREFIX = `dunnage ${scope.pathname} `;
  const NAME = PREFIX + (site ? site.version : "");
  /** @type {Record<string, string>} */
  const files = { ...site?.first, ...site?.later };
  const isOurs = (/** @type {string} */ path) => Object.hasOwn(files, path);
  const addressOf = (/** @type {string} */ path) => new URL(path, scope).href;
  // These names carry a hash of the content, so that a file of this name is the right one wherever it comes from.
  const isHashed = (/** @type {string} */ path) => path.startsWith("assets/");

  async function ours() {
    return (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  }

  async function inAnyVersion(/** @type {string} */ address) {
    for (const name of await ours()) {
      const found = await caches.match(address, { cacheName: name });
      if (found) {
        return found;
      }
    }
    return undefined;
  }

  /** A file of this version from the network: exactly that one, or an error. */
  async function fetched(/** @type {string} */ path, /** @type {AbortSignal | undefined} */ signal) {
    const once = async (/** @type {RequestCache} */ cache) => {
      const response = await fetch(addressOf(path), { cache, integrity: files[path], priority: "low", signal });
      if (response.status !== 200) {
        throw new Error(`${path}: ${response.status}`);
      }
      return response;
    };
    try {
      return await once(isHashed(path) ? "default" : "no-cache");
    } catch {
      // What the browser's own cache holds may be damaged.
      return await once("reload");
    }
  }

  /** Puts a file into this version's cache, from an earlier version where that has the same one. */
  async function keep(/** @type {string} */ path, /** @type {AbortSignal | undefined} */ signal = undefined) {
    const cache = await caches.open(NAME);
    const address = addressOf(path);
    if (await cache.match(address)) {
      return;
    }
    const response = (isHashed(path) && (await inAnyVersion(address))) || (await fetched(path, signal));
    // A host may have redirected, and a page must not be answered with that.
    const { status, statusText, headers } = response;
    await cache.put(address, new Response(await response.blob(), { status, statusText, headers }));
  }

  /** All or nothing: what fails leaves the version before as it is. */
  async function install() {
    await caches.delete(NAME);
    // The first visit is not to compete with the page for the network. A later version is offered when all of it is
    // there, unless data are to be saved.
    const whole = worker.registration.active && !navigator.connection?.saveData;
    try {
      await Promise.all(Object.keys(whole ? files : (site?.first ?? {})).map((path) => keep(path)));
    } catch (error) {
      await caches.delete(NAME);
      throw error;
    }
  }

  /** Ends the fetching of the rest: a worker that has something to do does not give way to the next one. */
  const enough = new AbortController();

  /** The rest, one file after the other. What fails is tried again by the next page. */
  async function rest() {
    for (const path of Object.keys(site?.later ?? {})) {
      await keep(path, enough.signal);
    }
  }

  /** Deletes earlier versions that no open page runs. A page holds a lock with the name of its version's cache. */
  async function tidy() {
    const { held = [] } = (await navigator.locks?.query()) ?? {};
    const inUse = new Set(held.map(({ name }) => name));
    for (const name of await ours()) {
      // Names come in the order in which they were made: what follows is a version that waits.
      if (name === NAME) {
        break;
      }
      if (!inUse.has(name)) {
        await caches.delete(name);
      }
    }
  }

  async function page(/** @type {Request} */ request, /** @type {string} */ path) {
    const known = path === "index.html" || path === "" ? "./" : isOurs(path) ? path : `${path}.html`;
    return (isOurs(known) && (await caches.match(addressOf(known), { cacheName: NAME }))) || fetch(request);
  }

  /** @returns {Promise<Response>} */
  async function part(/** @type {Request} */ request, /** @type {string} */ path) {
    const found = await caches.match(request.url, { cacheName: NAME });
    if (found) {
      return found;
    }
    if (!isHashed(path)) {
      return fetch(request);
    }
    // A cache that has been deleted is not made again: nobody would delete it a second time.
    if (isOurs(path) && (await caches.has(NAME))) {
      await keep(path);
      return (await caches.match(request.url, { cacheName: NAME })) ?? fetch(request);
    }
    // A page of an earlier version asks for a part of its own.
    return (await inAnyVersion(request.url)) ?? fetch(request);
  }

  /** At once, and not when it is this worker's turn: nothing is left to answer with, and the next page has no worker. */
  async function leave() {
    await Promise.all((await ours()).map((name) => caches.delete(name)));
    // Not waited for: it may be done only after the installation, which waits for this.
    void worker.registration.unregister();
  }

  if (!site) {
    worker.addEventListener("install", (event) => event.waitUntil(leave()));
    return;
  }
  worker.addEventListener("install", (event) => event.waitUntil(install()));
  // Pages that load wait for this to end, so that nothing else is done here; the next one that loads has it tidied up.
  worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
  worker.addEventListener("message", (event) => {
    if (event.data === "go") {
      event.waitUntil(worker.skipWaiting());
    } else if (event.data === "rest") {
      event.waitUntil(rest().catch(() => {}));
    } else if (event.data === "enough") {
      enough.abort();
    }
  });
  worker.addEventListener("fetch", (event) => {
    const { request } = event;
    if (request.method !== "GET" || !request.url.startsWith(scope.href)) {
      return;
    }
    const path = decodeURI(new URL(request.url).pathname.slice(scope.pathname.length));
    if (request.mode === "navigate") {
      event.respondWith(page(request, path));
      event.waitUntil(tidy());
    } else if (isHashed(path) || isOurs(path)) {
      event.respondWith(part(request, path));
    }
  });
})();
