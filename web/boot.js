// Starts the wizard. Trunk writes the hashed file names into this script's own data attributes, so that the page needs
// no inline script. Whatever goes wrong is said on the page: a blank page helps nobody.
(function () {
  "use strict";

  var script = document.currentScript;
  var root = document.documentElement;

  function say(text) {
    return (window.dunnageSay && window.dunnageSay(text)) || text;
  }

  function fail(text, error) {
    root.dataset.boot = "failed";
    var status = document.getElementById("boot-status");
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
    var status = document.getElementById("boot-status");
    if (status) {
      status.hidden = true;
    }
  }

  // Until the frame of the page is painted: a processor that compiles the program meanwhile would keep it from that.
  function painted() {
    return new Promise(function (done) {
      // What is not looked at is not painted.
      if (document.hidden) {
        done();
      } else {
        requestAnimationFrame(function () {
          setTimeout(done, 0);
        });
      }
    });
  }

  // Adds a style to the page, by its name from there, for every script of the page.
  window.dunnageStyle = function (name) {
    return new Promise(function (done, failed) {
      var link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = new URL(name, document.baseURI).href;
      link.onload = done;
      link.onerror = failed;
      document.head.append(link);
    });
  };

  // The style of what the program fills in. The finished site has it fetched from the start, but read only now; it comes
  // before that of other scripts, which goes beyond it.
  function style() {
    var fetched = document.querySelector("link[as=style]");
    return fetched && window.dunnageStyle(fetched.href);
  }

  function url(name) {
    return new URL(script.dataset[name], document.baseURI).href;
  }

  // Another language than English is there before the page is shown and the program looks for it; without it the page is
  // English.
  function language() {
    return Promise.resolve(root.lang === "en" || import(new URL("locale.js", document.baseURI)))
      .catch(function (error) {
        root.lang = "en";
        console.error(error);
      })
      .then(function () {
        delete root.dataset.language;
      });
  }

  if (typeof WebAssembly !== "object" || typeof WebAssembly.instantiate !== "function") {
    language().then(function () {
      fail(
        "The wizard runs as WebAssembly, which this browser lacks or has switched off. " +
          "The command-line program writes the same files."
      );
    });
    return;
  }

  // What reads projects is fetched when it is asked for.
  document.querySelectorAll("[data-bring]").forEach(function (button) {
    button.onclick = function () {
      import(new URL("project/read.js", document.baseURI)).then(
        function () {
          document.dispatchEvent(new CustomEvent("bring", { detail: button.dataset.bring }));
        },
        function () {
          button.textContent = say("Not loaded: reload the page to try again");
        }
      );
    };
  });

  root.dataset.boot = "loading";
  language()
    .then(painted)
    .then(function () {
      var styled = style();
      // Always fetched: what answers shortcuts and opens everything that is fetched when it is asked for.
      import(new URL("shortcuts.js", document.baseURI)).catch(console.error);
      return Promise.all([import(url("js")), styled]);
    })
    .then(function (loaded) {
      return loaded[0].default({ module_or_path: url("wasm") });
    })
    .then(ready)
    .catch(function (error) {
      fail(
        error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError
          ? "This browser cannot run the wizard: its WebAssembly is too old. A current version of it will do."
          : "The wizard could not be started. The connection may have been interrupted: reload the page to try again.",
        error
      );
    })
    .then(function () {
      // What makes the page work offline comes last, and after a failure as well, since it may bring a version that
      // works. Only the finished site has it.
      return script.dataset.offline && import(url("offline"));
    })
    .catch(function () {});
})();
