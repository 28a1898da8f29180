// Light or dark, and the language: what the reader chose here, else what the system and the browser say. The page is
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

  // English, or one of the languages that the button names a file for: what was chosen here, else what the browser asks
  // for. The button leads to the next one.
  const other = /** @type {HTMLButtonElement} */ (document.getElementById("language"));
  const languages = ["en", ...Object.keys(other.dataset)];
  const place = Math.max(languages.indexOf(stored("language") || navigator.language.slice(0, 2)), 0);
  root.lang = languages[place] ?? "en";
  if (place > 0) {
    // Shown once it is in that language; the style sheet waits only so long for that.
    root.dataset.language = "coming";
  }
  other.lang = languages[(place + 1) % languages.length] ?? "en";
  other.textContent = other.lang.toUpperCase();
  other.title = new Intl.DisplayNames(other.lang, { type: "language" }).of(other.lang) ?? "";
  other.hidden = false;
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
