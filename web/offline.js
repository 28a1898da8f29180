// Makes the page installable, registers the service worker, and offers a new version. boot.js fetches this once the
// wizard runs, and only on the finished site (scripts/finish_site.mjs). Whatever fails here is no matter of the user's:
// the page works without.

const WORDS = {
  en: { ready: "A new version is ready.", reload: "Reload", later: "Later", coming: "The new version will load in a moment." },
  de: { ready: "Eine neue Version ist bereit.", reload: "Neu laden", later: "Später", coming: "Die neue Version wird gleich geladen." },
};
const AN_HOUR = 3_600_000;

const at = (/** @type {string} */ path) => new URL(path, document.baseURI);

function link(/** @type {string} */ rel, /** @type {string} */ path) {
  const made = document.createElement("link");
  made.rel = rel;
  made.href = at(path).href;
  document.head.append(made);
  return made;
}

// Tells the worker which version this page is of, so that its files are kept as long as it is open. A page in the
// browser's memory of pages gone back from holds none.
function hold(/** @type {string} */ version) {
  /** @type {(value?: undefined) => void} */
  let release = () => {};
  const take = () => {
    const held = new Promise((/** @type {(value?: undefined) => void} */ done) => {
      release = done;
    });
    navigator.locks?.request(`dunnage ${at(".").pathname} ${version}`, { mode: "shared" }, () => held).catch(() => {});
  };
  take();
  addEventListener("pagehide", () => release());
  addEventListener("pageshow", (event) => event.persisted && take());
}

/**
 * Shows the notice that a new version is there, with a way to take it.
 *
 * @param {() => boolean} accept takes the new version; the answer is whether that will take a moment
 */
async function offer(accept) {
  const notice = document.createElement("div");
  notice.className = "news";
  notice.setAttribute("role", "status");
  await new Promise((done) => {
    const style = link("stylesheet", "offline.css");
    style.onload = style.onerror = done;
  });
  document.body.append(notice);
  // A live region announces what is put into it while it is there.
  await new Promise(requestAnimationFrame);
  const words = document.documentElement.lang.startsWith("de") ? WORDS.de : WORDS.en;
  const paragraph = (/** @type {string} */ text) => {
    const made = document.createElement("p");
    made.textContent = text;
    return made;
  };
  const button = (/** @type {string} */ name, /** @type {string} */ kind, /** @type {() => void} */ act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = `button ${kind}`;
    made.textContent = name;
    made.onclick = act;
    return made;
  };
  notice.append(
    paragraph(words.ready),
    button(words.reload, "button--primary", () => accept() && notice.replaceChildren(paragraph(words.coming))),
    button(words.later, "button--quiet", () => notice.remove())
  );
}

/** Offers a new version as soon as there is one. */
function watch(/** @type {ServiceWorkerContainer} */ workers, /** @type {ServiceWorkerRegistration} */ registration) {
  let accepted = false;
  let offered = false;
  let controlled = Boolean(workers.controller);

  // The reload follows when the new worker is in charge. That may take a while: Chromium waits until the old one has
  // nothing to do, and where the page asks for something in just that moment, until it has been idle for half a minute.
  const accept = () => {
    if (!registration.waiting) {
      location.reload();
      return false;
    }
    accepted = true;
    registration.active?.postMessage("enough");
    registration.waiting.postMessage("go");
    return true;
  };
  const offerOnce = () => {
    if (!offered) {
      offered = true;
      void offer(accept);
    }
  };
  // Without a worker in charge this page came from the network, and is the new version already.
  const offerIfOlder = () => workers.controller && offerOnce();

  const installing = () => {
    const worker = registration.installing;
    worker?.addEventListener("statechange", () => worker.state === "installed" && offerIfOlder());
  };
  if (registration.waiting) {
    offerIfOlder();
  }
  installing();
  registration.addEventListener("updatefound", installing);
  workers.addEventListener("controllerchange", () => {
    if (accepted) {
      location.reload();
    } else if (controlled) {
      // Another tab has taken the new version; this one goes on with the files of its own.
      offerOnce();
    }
    controlled = true;
  });
  let asked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && Date.now() - asked > AN_HOUR) {
      asked = Date.now();
      registration.update().catch(() => {});
    }
  });
}

async function begin(/** @type {ServiceWorkerContainer} */ workers) {
  const registration = await workers.register(at("sw.js"), { updateViaCache: "none" });
  watch(workers, registration);
  await workers.ready;
  if (!navigator.connection?.saveData) {
    idle(() => registration.active?.postMessage("rest"));
  }
}

/** Calls back when the page has nothing better to do; Safari cannot tell. */
const idle = (/** @type {() => void} */ act) => ("requestIdleCallback" in window ? requestIdleCallback(act) : setTimeout(act, 200));

// In the page itself it would weigh in the first load.
link("manifest", "manifest.webmanifest");

if (navigator.serviceWorker && isSecureContext) {
  const script = /** @type {HTMLScriptElement} */ (document.querySelector("script[data-offline]"));
  hold(script.dataset.version ?? "");
  idle(() => void begin(navigator.serviceWorker).catch(() => {}));
}
