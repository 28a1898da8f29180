// Starts the wizard. Trunk writes the hashed file names into this script's own data attributes, so that the page needs
// no inline script. Whatever goes wrong is said on the page: a blank page helps nobody.
//
// Not a module itself: it has to run, and to say what is missing, wherever a script runs at all.
(function () {
  "use strict";

  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const root = document.documentElement;

  /** A message in the page's language. */
  function say(/** @type {string} */ text) {
    return window.dunnageSay?.(text) || text;
  }

  /** The address of a file of the site. Whole names: scripts/finish_site.mjs puts a hash into each. */
  function at(/** @type {string} */ name) {
    return new URL(name, document.baseURI).href;
  }

  function fail(/** @type {string} */ text, /** @type {unknown} */ error) {
    root.dataset.boot = "failed";
    const status = document.getElementById("boot-status");
    if (status) {
      status.hidden = false;
      status.setAttribute("role", "alert");
      status.textContent = say(text);
    }
    if (error) {
      console.error(error);
    }
  }

  function ready() {
    root.dataset.boot = "ready";
    const status = document.getElementById("boot-status");
    if (status) {
      status.hidden = true;
    }
  }

  // Until the frame of the page is painted: a processor that compiles the program meanwhile would keep it from that.
  function painted() {
    return new Promise((/** @type {(value?: undefined) => void} */ done) => {
      // What is not looked at is not painted.
      if (document.hidden) {
        done();
      } else {
        requestAnimationFrame(() => setTimeout(done, 0));
      }
    });
  }

  // Adds a style to the page, by its name from there, for every script of the page.
  window.dunnageStyle = (name) =>
    new Promise((done, failed) => {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = at(name);
      link.onload = done;
      link.onerror = failed;
      document.head.append(link);
    });

  // The style of what the program fills in. The finished site has it fetched from the start, but read only now; it comes
  // before that of other scripts, which goes beyond it.
  function style() {
    const fetched = /** @type {HTMLLinkElement | null} */ (document.querySelector("link[as=style]"));
    return fetched && window.dunnageStyle(fetched.href);
  }

  /** The address that Trunk, or scripts/finish_site.mjs, wrote into an attribute of this script. */
  function url(/** @type {"js" | "wasm" | "offline"} */ name) {
    return at(script.dataset[name] ?? "");
  }

  // Another language than English is there before the page is shown and the program looks for it; without it the page is
  // English.
  function language() {
    return Promise.resolve(root.lang === "en" || import(at("locale.js")))
      .catch((error) => {
        root.lang = "en";
        console.error(error);
      })
      .then(() => {
        delete root.dataset.language;
      });
  }

  if (typeof WebAssembly !== "object" || typeof WebAssembly.instantiate !== "function") {
    void language().then(() =>
      fail(
        "The wizard runs as WebAssembly, which this browser lacks or has disabled. " +
          "The command-line program writes the same files.",
        undefined
      )
    );
    return;
  }

  // What reads projects is fetched when it is asked for.
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-bring]"))) {
    button.onclick = () => {
      import(at("project/open.js")).then(
        () => document.dispatchEvent(new CustomEvent("bring", { detail: button.dataset.bring })),
        () => {
          button.textContent = say("Not loaded: reload the page to retry");
        }
      );
    };
  }

  root.dataset.boot = "loading";
  language()
    .then(painted)
    .then(() => {
      const styled = style();
      // Always fetched: what answers shortcuts and opens everything that is fetched when it is asked for.
      import(at("shortcuts.js")).catch(console.error);
      return Promise.all([import(url("js")), styled]);
    })
    .then(([wizard]) => wizard.default({ module_or_path: url("wasm") }))
    .then(ready)
    .catch((error) =>
      fail(
        error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError
          ? "This browser cannot run the wizard: its WebAssembly support is too old. Update the browser."
          : "The wizard could not be started. The connection may have been interrupted: reload the page to retry.",
        error
      )
    )
    // What makes the page work offline comes last, and after a failure as well, since it may bring a version that works.
    // Only the finished site has it.
    .then(() => script.dataset.offline && import(url("offline")))
    .catch(() => {});
})();
