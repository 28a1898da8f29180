// What is at hand in the whole page: shortcuts, the views beside the files, and the views module, which is fetched when
// somebody first asks for it. What to do is told by `wizard-do` and `views-do`, whose detail is a command of
// src/page/command.rs; the wizard tells by `wizard` that `data-link` or `data-file` of the page has changed.

const root = document.documentElement;
const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const stage = byId("stage");
const tabs = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-view]")]);
const at = (/** @type {string} */ name) => new URL(name, document.baseURI).href;

/** What an event came from, where that is an element and not the document. */
const targetOf = (/** @type {Event} */ event) => (event.target instanceof Element ? event.target : null);

/** The nearest element around that a selector describes, itself included. */
const closest = (/** @type {Element | null} */ from, /** @type {string} */ selector) =>
  /** @type {HTMLElement | null} */ (from?.closest(selector) ?? null);

const say = (/** @type {string} */ english) => window.dunnageSay?.(english) ?? english;
const wizard = (/** @type {string} */ command) => document.dispatchEvent(new CustomEvent("wizard-do", { detail: command }));

// --- the views module ------------------------------------------------------------------------------------------------

/** @type {Promise<void> | undefined} */
let started;

async function start() {
  // Whole names: the finished site has others, with a hash of what is in the file.
  const [module] = await Promise.all([
    import(at("views/views.js")),
    window.dunnageStyle("views.css"),
    window.dunnageStyle("picture.css"),
  ]);
  await module.default({ module_or_path: at("views/views_bg.wasm") });
  root.dataset.viewsState = "ready";
}

/** Has the module fetched; whoever asks twice waits for the same one. */
function fetched() {
  root.dataset.viewsState ??= "loading";
  started ??= start().catch((error) => {
    started = undefined;
    delete root.dataset.viewsState;
    throw error;
  });
  return started;
}

/** Asks the module for something. */
async function ask(/** @type {string} */ detail) {
  try {
    await fetched();
  } catch (error) {
    console.error(error);
    wizard(`say ${say("This part could not be loaded. The connection may have been interrupted: try again.")}`);
    return;
  }
  document.dispatchEvent(new CustomEvent("views-do", { detail }));
}

// --- the views beside the files -----------------------------------------------------------------------------------------

function show(/** @type {string} */ view) {
  root.dataset.view = view;
  for (const tab of tabs) {
    const chosen = tab.dataset.view === view;
    tab.ariaSelected = String(chosen);
    tab.tabIndex = chosen ? 0 : -1;
  }
  stage.setAttribute("aria-labelledby", `view-${view}`);
  if (view !== "files") {
    void ask(`view ${view}`);
  }
}

for (const [number, tab] of tabs.entries()) {
  tab.addEventListener("click", () => show(tab.dataset.view ?? ""));
  tab.addEventListener("keydown", (event) => {
    const last = tabs.length - 1;
    /** @type {Record<string, number>} */
    const steps = { ArrowRight: number + 1, ArrowLeft: number - 1, Home: 0, End: last };
    const step = steps[event.key];
    const target = step === undefined ? undefined : tabs.at(step % tabs.length);
    if (target) {
      event.preventDefault();
      target.focus();
      show(target.dataset.view ?? "");
    }
  });
}
document.addEventListener("wizard-show", (event) => show(event.detail));

// --- asked for by pointer ---------------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const target = targetOf(event);
  const view = closest(target, "[data-show]")?.dataset.show;
  if (view !== undefined) {
    show(view);
    tabs.find((tab) => tab.dataset.view === view)?.focus();
    return;
  }
  const asked = closest(target, "[data-open]")?.dataset.open;
  if (asked !== undefined) {
    void ask(`open ${asked}`);
    return;
  }
  const line = closest(target, "#code .l");
  // Whoever selects text wants the text.
  if (line?.parentNode && getSelection()?.isCollapsed) {
    void ask(`explain ${[...line.parentNode.children].indexOf(line) + 1}`);
  }
});

// What an option costs, and where to read on: it stands below the reason once that is unfolded.
document.addEventListener(
  "toggle",
  (event) => {
    const details = event.target instanceof HTMLDetailsElement ? event.target : null;
    const place = /** @type {HTMLElement | null} */ (details?.querySelector(":scope > [data-cost]:empty") ?? null);
    if (place && details?.open) {
      void ask(`cost ${place.dataset.cost}`);
    }
  },
  { capture: true }
);

// Whoever goes to the lines may soon ask about one.
const warm = () => void fetched().catch(() => {});
byId("files").addEventListener("pointerenter", warm, { once: true });
// The files that an option in focus touches are marked.
byId("form").addEventListener("focusin", () => setTimeout(warm, 300), { once: true });

for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-open]"))) {
  button.hidden = false;
}

// --- what is kept -----------------------------------------------------------------------------------------------------

let complained = false;

// A zip was downloaded: the wizard leaves the link of its choices. A line each, newest first; `saved.rs` reads them.
document.addEventListener("wizard", () => {
  const link = root.dataset.zip;
  if (link === undefined) {
    return;
  }
  delete root.dataset.zip;
  try {
    const before = (localStorage.getItem("dunnage.downloads") ?? "").split("\n").filter(Boolean);
    const lines = [`${new Date().toISOString()} ${link} `, ...before].slice(0, 100);
    localStorage.setItem("dunnage.downloads", lines.join("\n"));
  } catch {
    if (!complained) {
      complained = true;
      const said = say("The zip was downloaded, but it is not in the list of downloads: the browser's storage is full or disabled.");
      wizard(`say ${said}`);
    }
  }
  document.dispatchEvent(new Event("kept"));
});

// A printed page is made of what is shown; see there.
setTimeout(() => void import(at("print.js")).catch(() => {}), 1000);

// --- shortcuts --------------------------------------------------------------------------------------------------------

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
/** @type {Record<string, string>} */
const NAMES = isMac
  ? { Control: "⌘", Shift: "⇧", Enter: "↵" }
  : { Control: root.lang === "de" ? "Strg" : "Ctrl", Enter: "↵" };

/** Prints on every button that has a shortcut which one it is: where there is room for it, and where it is pointed at. */
function printShortcuts() {
  const buttons = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[aria-keyshortcuts]:not([data-printed])"));
  for (const button of buttons) {
    button.dataset.printed = "";
    const [first = ""] = button.getAttribute("aria-keyshortcuts")?.split(" ") ?? [];
    const keys = first.split("+");
    const text = keys.map((key) => NAMES[key] ?? key).join(isMac ? "" : " ");
    for (const place of button.querySelectorAll("kbd")) {
      place.textContent = text;
    }
    if (button.title) {
      button.title += ` (${text})`;
    }
  }
}
printShortcuts();
// The wizard may have made its buttons before, or makes them later.
document.addEventListener("wizard", printShortcuts, { once: true });

/** Single keys can be switched off, for people who speak to their computer. */
const single = () => {
  try {
    return localStorage.getItem("dunnage.keys") !== "off";
  } catch {
    return true;
  }
};

/** The shortcuts of src/page/command.rs, which the wizard writes into the page: keys, where they are heard, command. */
function shortcuts() {
  const lines = root.dataset.shortcuts?.split("\n") ?? [];
  return lines.map((line) => {
    const [keys = "", place = "", ...words] = line.split(" ");
    return { keys: keys.toLowerCase(), place, command: words.join(" ") };
  });
}

/** The keys of an event as the shortcuts spell them; `?` and `/` are pressed with or without Shift. */
function spelled(/** @type {KeyboardEvent} */ event, /** @type {boolean} */ held) {
  const key = event.key.toLowerCase();
  const shift = event.shiftKey && (held || /^[a-z]$/.test(key));
  return [held ? "control" : "", shift ? "shift" : "", key].filter(Boolean).join("+");
}

/** Sends a command to whom it concerns. */
function run(/** @type {string} */ command) {
  const [verb, about = ""] = command.split(" ");
  if (verb === "view") {
    show(about);
  } else if (verb === "open" || verb === "explain") {
    void ask(command);
  } else {
    wizard(command);
  }
}

document.addEventListener("keydown", (event) => {
  const held = isMac ? event.metaKey : event.ctrlKey;
  const target = targetOf(event);
  const typing = closest(target, "input:not([type=radio], [type=checkbox]), select, textarea, [contenteditable]");
  const apart = closest(target, "dialog");
  const keys = spelled(event, held);
  const found = shortcuts().find((shortcut) => shortcut.keys === keys && (shortcut.place === "page" || target?.id === shortcut.place));
  if (!found || event.altKey) {
    return;
  }
  if (held) {
    // A field that is none of the wizard's takes back what was typed in it.
    if ((apart || closest(typing, "#stage")) && found.command !== "open palette") {
      return;
    }
  } else if (typing || apart || !single() || event.metaKey || event.ctrlKey) {
    return;
  } else if (closest(target, "[role=tree]") && /^[a-z]$/.test(keys)) {
    // In the tree a letter leads to a file.
    return;
  }
  event.preventDefault();
  run(found.command);
});
