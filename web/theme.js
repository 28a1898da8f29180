// Light or dark, English or German: what the reader chose here, else what the system and the browser say. The page is
// not painted before it has run, so that nothing flashes in the wrong colours; and it works before and without the wizard.
(function () {
  "use strict";

  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");

  function stored(/** @type {string} */ key) {
    try {
      return localStorage.getItem("dunnage." + key);
    } catch {
      return null;
    }
  }

  function keep(/** @type {string} */ key, /** @type {string} */ value) {
    try {
      localStorage.setItem("dunnage." + key, value);
    } catch {
      // Without a storage the choice lasts as long as the page.
    }
  }

  function isDark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
  }

  const theme = stored("theme");
  if (theme === "light" || theme === "dark") {
    root.dataset.theme = theme;
  }

  // English or German: what was chosen here, else what the browser asks for.
  const language = stored("language") || navigator.language.slice(0, 2);
  root.lang = language === "de" ? "de" : "en";

  const other = /** @type {HTMLButtonElement} */ (document.getElementById("language"));
  other.hidden = false;
  if (root.lang === "de") {
    // Shown once it is in German; the style sheet waits only so long for that.
    root.dataset.language = "coming";
    other.lang = "en";
    other.textContent = "EN";
    other.title = "English";
  }
  other.addEventListener("click", () => {
    keep("language", other.lang);
    location.reload();
  });

  const button = /** @type {HTMLButtonElement} */ (document.getElementById("theme"));
  function show() {
    button.setAttribute("aria-pressed", String(isDark()));
  }
  button.hidden = false;
  button.addEventListener("click", () => {
    const chosen = isDark() ? "light" : "dark";
    root.dataset.theme = chosen;
    keep("theme", chosen);
    show();
  });
  system.addEventListener("change", show);
  show();
})();
