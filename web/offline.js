// Makes the page installable, registers the service worker, and offers a new version. boot.js fetches this once the
// wizard runs, and only on the finished site (scripts/finish_site.mjs). Whatever fails here is no matter of the user's:
// the page works without.
(function () {
  "use strict";

  const WORDS = {
    en: { ready: "A new version is ready.", reload: "Reload", later: "Later", coming: "The new version comes in a moment." },
    de: { ready: "Eine neue Version ist bereit.", reload: "Neu laden", later: "Später", coming: "Die neue Version kommt gleich." },
  };
  const AN_HOUR = 3_600_000;

  const at = (path) => new URL(path, document.baseURI);

  function link(rel, path) {
    const made = document.createElement("link");
    made.rel = rel;
    made.href = at(path).href;
    document.head.append(made);
    return made;
  }

  // In the page itself it would weigh in the first load.
  link("manifest", "manifest.webmanifest");

  const workers = navigator.serviceWorker;
  if (!workers || !isSecureContext) {
    return;
  }
  const { version } = document.querySelector("script[data-offline]").dataset;
  const idle = window.requestIdleCallback ?? ((what) => setTimeout(what, 200));

  // Tells the worker which version this page is of, so that its files are kept as long as it is open. A page in the
  // browser's memory of pages gone back from holds none.
  let release;
  function hold() {
    const held = new Promise((done) => {
      release = done;
    });
    navigator.locks?.request(`dunnage ${at(".").pathname} ${version}`, { mode: "shared" }, () => held).catch(() => {});
  }
  hold();
  addEventListener("pagehide", () => release());
  addEventListener("pageshow", (event) => event.persisted && hold());

  let registration;
  let accepted = false;
  let controlled = Boolean(workers.controller);

  let notice;
  async function offer() {
    if (notice) {
      return;
    }
    notice = document.createElement("div");
    notice.className = "news";
    notice.setAttribute("role", "status");
    await new Promise((done) => {
      const style = link("stylesheet", "offline.css");
      style.onload = style.onerror = done;
    });
    document.body.append(notice);
    // A live region announces what is put into it while it is there.
    await new Promise(requestAnimationFrame);
    const words = WORDS[document.documentElement.lang.slice(0, 2)] ?? WORDS.en;
    const paragraph = (text) => {
      const made = document.createElement("p");
      made.textContent = text;
      return made;
    };
    const button = (name, kind, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = `button ${kind}`;
      made.textContent = name;
      made.onclick = act;
      return made;
    };
    // The reload follows when the new worker is in charge. That may take a while: Chromium waits until the old one has
    // nothing to do, and where the page asks for something in just that moment, until it has been idle for half a minute.
    const accept = () => {
      if (!registration.waiting) {
        location.reload();
        return;
      }
      accepted = true;
      notice.replaceChildren(paragraph(words.coming));
      registration.active?.postMessage("enough");
      registration.waiting.postMessage("go");
    };
    notice.append(
      paragraph(words.ready),
      button(words.reload, "button--primary", accept),
      button(words.later, "button--quiet", () => notice.remove())
    );
  }

  // Without a worker in charge this page came from the network, and is the new version already.
  const offerIfOlder = () => workers.controller && void offer();

  function watch() {
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
        void offer();
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

  async function begin() {
    registration = await workers.register(at("sw.js"), { updateViaCache: "none" });
    watch();
    await workers.ready;
    if (!navigator.connection?.saveData) {
      idle(() => registration.active?.postMessage("rest"));
    }
  }

  idle(() => void begin().catch(() => {}));
})();
