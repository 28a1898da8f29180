// Opens the project module: fetches it when somebody first asks for it, and starts it in its dialog. What is
// read and written is decided by the module; read.js and write.js do it. Nothing is sent anywhere.

import { byId, dialog, host, say } from "./dialog.js";
import { readFurther } from "./read.js";
import "./write.js";

/** @type {Promise<void> | undefined} */
let started;

async function start() {
  // Whole names: scripts/finish_site.mjs puts a hash into each.
  const at = (/** @type {string} */ name) => new URL(name, document.baseURI).href;
  const [module] = await Promise.all([import(at("project/project.js")), window.dunnageStyle("project.css")]);
  await module.default({ module_or_path: at("project/project_bg.wasm") });
  byId("project-boot").hidden = true;
  dialog.dataset.ready = "";
}

async function open(/** @type {string} */ view) {
  if (!dialog.open) {
    dialog.showModal();
  }
  started ??= start();
  try {
    await started;
  } catch (error) {
    started = undefined;
    byId("project-boot").textContent = say(
      "This part could not be loaded. The connection may have been interrupted: close it and try again."
    );
    console.error(error);
    return;
  }
  if (byId("project-crash").hidden) {
    await readFurther(() => host.opened(view));
  }
}

document.addEventListener("bring", (event) => void open(event.detail));
