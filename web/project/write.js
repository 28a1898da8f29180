// Writes into the folder of a project, where the browser can and the user says so: exactly what the module planned, and
// nothing where the folder is not as the plan found it.

import { breath, find, host, reason, say } from "./dialog.js";
import { bringFolder, project } from "./read.js";

/** @typedef {import("./dialog.js").Write} Write */
/** @typedef {import("./dialog.js").Found} Found */
/** @typedef {FileSystemDirectoryHandle} Folder */

const isNamed = (/** @type {unknown} */ error, /** @type {string} */ name) => error instanceof DOMException && error.name === name;

/** The folder to write to, with the user's leave; null where there is none. */
async function allowed() {
  try {
    const handle = project.folder ?? (await window.showDirectoryPicker({ id: "dunnage", mode: "readwrite" }));
    if ((await handle.requestPermission({ mode: "readwrite" })) === "granted") {
      return handle;
    }
    host.fail(say("The browser is not allowed to write to this folder, so nothing was written."));
  } catch (error) {
    if (isNamed(error, "AbortError")) {
      host.say(say("No folder was chosen, so nothing was written."));
    } else {
      host.fail(say("The folder is not writable, so nothing was written: {0}", reason(error)));
    }
  }
  return null;
}

/** Reads the folder as it is now, and asks whether what a tab plans for it is to be written. */
async function ask(/** @type {string} */ view) {
  const handle = await allowed();
  if (handle && (await bringFolder(handle)) && host.plan(view, handle.name)) {
    await breath();
    find("project-writing")?.focus();
  }
}

/**
 * The folder that a path stands in, and its name there.
 *
 * @param {Folder} root
 * @param {string} path
 * @param {boolean} create
 * @returns {Promise<[Folder, string]>}
 */
async function within(root, path, create) {
  const parts = path.split("/");
  const name = parts.pop() ?? "";
  let at = root;
  for (const part of parts) {
    at = await at.getDirectoryHandle(part, { create });
  }
  return [at, name];
}

/** The bytes of a file; null where there is none. */
async function bytesOf(/** @type {Folder} */ root, /** @type {string} */ path) {
  try {
    const [at, name] = await within(root, path, false);
    const file = await (await at.getFileHandle(name)).getFile();
    return new Uint8Array(await file.arrayBuffer());
  } catch (error) {
    if (isNamed(error, "NotFoundError")) {
      return null;
    }
    throw error;
  }
}

/** Those of the paths at which there is something else than the plan found. */
async function changedOf(/** @type {Folder} */ root, /** @type {Found[]} */ before) {
  const changed = [];
  for (const [path, known] of before) {
    const now = await bytesOf(root, path).catch((error) => {
      throw new Error(`${path}: ${reason(error)}`);
    });
    const same = now && known ? now.length === known.length && now.every((byte, at) => byte === known[at]) : !now && !known;
    if (!same) {
      changed.push(path);
    }
  }
  return changed;
}

async function remove(/** @type {Folder} */ root, /** @type {string} */ path) {
  const [at, name] = await within(root, path, false);
  await at.removeEntry(name);
}

/**
 * Writes a file; the browser puts the text in its place when all of it is there.
 *
 * @param {Folder} root
 * @param {string} path
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {boolean} isNew
 */
async function put(root, path, bytes, isNew) {
  const [at, name] = await within(root, path, true);
  const file = await at.getFileHandle(name, { create: true });
  try {
    const writable = await file.createWritable();
    try {
      await writable.write(bytes);
      await writable.close();
    } catch (error) {
      await writable.abort().catch(() => {});
      throw error;
    }
  } catch (error) {
    if (isNew) {
      await at.removeEntry(name).catch(() => {});
    }
    throw error;
  }
}

/**
 * Carries out what was asked, one file after another, and stops at the first that cannot be done.
 *
 * @param {Folder} root
 * @param {Write[]} writes
 * @param {{ written: string[], changed: string[] }} account
 */
async function carryOut(root, writes, account) {
  for (const [, , , before] of writes) {
    account.changed.push(...(await changedOf(root, before)));
  }
  if (account.changed.length > 0) {
    return;
  }
  for (const [path, from, bytes, before] of writes) {
    // Somebody may have been quicker.
    account.changed.push(...(await changedOf(root, before)));
    if (account.changed.length > 0) {
      return;
    }
    try {
      if (bytes) {
        await put(root, path, bytes, before.every(([touched, known]) => touched !== path || !known));
      }
      if (from || !bytes) {
        await remove(root, from ?? path);
      }
    } catch (error) {
      throw new Error(`${path}: ${reason(error)}`);
    }
    account.written.push(path);
  }
}

async function write() {
  const [root, writes] = [project.folder, host.writes()];
  // Nothing can be asked for without a folder.
  if (!root) {
    return;
  }
  const account = {
    written: /** @type {string[]} */ ([]),
    changed: /** @type {string[]} */ ([]),
    failed: /** @type {string[]} */ ([]),
  };
  // Nothing else is begun in the meantime.
  host.inert = true;
  try {
    await carryOut(root, writes, account);
  } catch (error) {
    account.failed.push(reason(error));
  }
  let isRead = false;
  try {
    isRead = await bringFolder(root, true);
  } finally {
    host.inert = false;
  }
  host.written(isRead, [account.written, account.changed, account.failed]);
  await breath();
  find("project-writing")?.focus();
}

host.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-write], #project-write") : null;
  if (button?.id === "project-write") {
    void write();
  } else if (button instanceof HTMLElement) {
    void ask(button.dataset.write ?? "");
  }
});
