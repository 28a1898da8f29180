// What is at hand in the whole page: shortcuts, the views beside the files, and the third module, which is fetched when
// somebody first asks for it. The wizard is told what to do by `wizard-do`; it tells by `wizard` that `data-link` or
// `data-file` of the page has changed. The module is asked by `desk`, whose detail is a word and what it is about.

const root = document.documentElement;
const stage = document.getElementById("stage");
const tabs = [...document.querySelectorAll("[data-view]")];
const wizard = (command) => document.dispatchEvent(new CustomEvent("wizard-do", { detail: command }));

// --- the third module -------------------------------------------------------------------------------------------------

let started;

async function start() {
  // Whole names: the finished site has others, with a hash of what is in the file.
  const [module] = await Promise.all([
    import(new URL("desk/desk.js", document.baseURI)),
    window.dunnageStyle("views.css"),
    window.dunnageStyle("picture.css"),
  ]);
  await module.default({ module_or_path: new URL("desk/desk_bg.wasm", document.baseURI) });
  root.dataset.deskState = "ready";
}

/** Has the module fetched; whoever asks twice waits for the same one. */
function fetched() {
  root.dataset.deskState ??= "loading";
  started ??= start().catch((error) => {
    started = undefined;
    delete root.dataset.deskState;
    throw error;
  });
  return started;
}

/** Asks the module for something. */
async function ask(detail) {
  try {
    await fetched();
  } catch (error) {
    console.error(error);
    wizard("say This part could not be loaded. The connection may have been interrupted: try again.");
    return;
  }
  document.dispatchEvent(new CustomEvent("desk", { detail }));
}

// --- the views beside the files -----------------------------------------------------------------------------------------

function show(view) {
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
  tab.addEventListener("click", () => show(tab.dataset.view));
  tab.addEventListener("keydown", (event) => {
    const last = tabs.length - 1;
    const step = { ArrowRight: number + 1, ArrowLeft: number - 1, Home: 0, End: last }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const target = tabs[(step + tabs.length) % tabs.length];
      target.focus();
      show(target.dataset.view);
    }
  });
}
document.addEventListener("wizard-show", (event) => show(event.detail));

// --- asked for by pointer ---------------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const view = event.target.closest?.("[data-show]");
  if (view) {
    show(view.dataset.show);
    tabs.find((tab) => tab.dataset.view === view.dataset.show).focus();
    return;
  }
  const button = event.target.closest?.("[data-desk]");
  if (button) {
    void ask(button.dataset.desk);
    return;
  }
  const line = event.target.closest?.("#code .l");
  // Whoever selects text wants the text.
  if (line && getSelection().isCollapsed) {
    void ask(`explain ${[...line.parentNode.children].indexOf(line) + 1}`);
  }
});

// What an option costs, and where to read on: it stands below the reason once that is unfolded.
document.addEventListener(
  "toggle",
  (event) => {
    const place = event.target.querySelector?.(":scope > [data-ground]:empty");
    if (place && event.target.open) {
      void ask(`ground ${place.dataset.ground}`);
    }
  },
  { capture: true }
);

// Whoever goes to the lines may soon ask about one.
const warm = () => void fetched().catch(() => {});
document.getElementById("files").addEventListener("pointerenter", warm, { once: true });
// The files that an option in focus touches are marked.
document.getElementById("form").addEventListener("focusin", () => setTimeout(warm, 300), { once: true });

for (const button of document.querySelectorAll("[data-desk]")) {
  button.hidden = false;
}

// --- what is kept -----------------------------------------------------------------------------------------------------

let complained = false;

// A zip was downloaded: the wizard leaves the link of its choices. A line each, newest first; `memory.rs` reads them.
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
      wizard("say The zip is downloaded. It is not in the list of downloads: the browser's storage is full or forbidden.");
    }
  }
  document.dispatchEvent(new Event("kept"));
});

// A printed page is made of what is shown; see there.
setTimeout(() => void import(new URL("print.js", document.baseURI)).catch(() => {}), 1000);

// --- shortcuts --------------------------------------------------------------------------------------------------------

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
const NAMES = isMac
  ? { Control: "⌘", Shift: "⇧", Enter: "↵" }
  : { Control: root.lang === "de" ? "Strg" : "Ctrl", Enter: "↵" };

/** Prints on every button that has a shortcut which one it is: where there is room for it, and where it is pointed at. */
function printShortcuts() {
  for (const button of document.querySelectorAll("[aria-keyshortcuts]:not([data-printed])")) {
    button.dataset.printed = "";
    const keys = button.getAttribute("aria-keyshortcuts").split(" ")[0].split("+");
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

document.addEventListener("keydown", (event) => {
  const held = isMac ? event.metaKey : event.ctrlKey;
  const key = event.key.toLowerCase();
  const typing = event.target.closest?.("input:not([type=radio], [type=checkbox]), select, textarea, [contenteditable]");
  const apart = event.target.closest?.("dialog");
  let act;
  if (held && !event.altKey) {
    act = {
      k: () => ask("palette"),
      enter: () => wizard("zip"),
      z: () => wizard(event.shiftKey ? "redo" : "undo"),
      y: () => wizard("redo"),
    }[key];
    // A field that is none of the wizard's takes back what was typed in it.
    if ((apart || typing?.closest("#stage")) && key !== "k") {
      act = undefined;
    }
  } else if (!typing && !apart && single() && !event.altKey && !event.metaKey && !event.ctrlKey) {
    act = {
      "/": () => ask("palette"),
      "?": () => ask("shortcuts"),
      l: () => wizard("link"),
      c: () => wizard("changed"),
      1: () => show("files"),
      2: () => show("stack"),
      3: () => show("next"),
      4: () => show("diff"),
      5: () => show("terminal"),
    }[key];
    // In the tree a letter leads to a file.
    if (event.target.closest?.("[role=tree]") && /^[a-z]$/.test(key)) {
      act = undefined;
    }
    if (key === "enter" && event.target.id === "code") {
      act = () => ask("explain 0");
    }
  }
  if (act) {
    event.preventDefault();
    act();
  }
});
