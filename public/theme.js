// Light or dark: what the reader chose here, else what the system says. It runs before the first paint, so that the
// page never flashes in the wrong colours, and it works before and without the wizard.
(function () {
  "use strict";

  var KEY = "dunnage.theme";
  var root = document.documentElement;
  var system = matchMedia("(prefers-color-scheme: dark)");

  function stored() {
    try {
      return localStorage.getItem(KEY);
    } catch (error) {
      return null;
    }
  }

  function isDark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
  }

  var theme = stored();
  if (theme === "light" || theme === "dark") {
    root.dataset.theme = theme;
  }

  document.addEventListener("DOMContentLoaded", function () {
    var button = document.getElementById("theme");
    function show() {
      button.setAttribute("aria-pressed", String(isDark()));
    }
    button.hidden = false;
    button.addEventListener("click", function () {
      root.dataset.theme = isDark() ? "light" : "dark";
      try {
        localStorage.setItem(KEY, root.dataset.theme);
      } catch (error) {
        // Without a storage the choice lasts as long as the page.
      }
      show();
    });
    system.addEventListener("change", show);
    show();
  });
})();
