// The frame of the wizard's second module, and its hands: it opens the dialog, starts the module in it, reads the
// files of a project, and writes into its folder where the browser can and the user says so. Fetched when somebody asks
// for it. What is read and written is decided by the module, which offers functions on its element; nothing is sent
// anywhere.
(function () {
  "use strict";

  // A project may be large; what is looked at and kept has bounds.
  const MOST_NAMES = 200_000;
  const MOST_FILES = 2_001;
  const MOST_BYTES = 64 * 1024 * 1024;
  // One byte more than the module takes of a file, so that it can say that there is too much.
  const MOST_OF_A_FILE = 4 * 1024 * 1024 + 1;
  const MOST_OF_A_DIRECTORY = 32 * 1024 * 1024;

  /** A message in the page's language. What is handed to the module is English: the module says it itself. */
  const say = (english) => window.dunnageSay?.(english) ?? english;

  const dialog = document.createElement("dialog");
  dialog.className = "adapt";
  dialog.id = "adapt";
  dialog.setAttribute("aria-labelledby", "adapt-heading");
  dialog.innerHTML =
    `<header class="adapt__bar"><h2 id="adapt-heading">${say("Your project")}</h2>` +
    `<button type="button" class="button button--icon" id="adapt-close" title="${say("Close")}">` +
    `<svg class="icon" aria-hidden="true"><use href="#i-close"></use></svg><span class="button__name">${say("Close")}</span>` +
    "</button></header>" +
    `<p class="adapt__boot" id="adapt-boot" role="status">${say("Loading …")}</p>` +
    '<section class="adapt__crash" id="adapt-crash" role="alert" tabindex="-1" hidden>' +
    `<h3>${say("This part has broken down")}</h3><p>${say(
      "That is a mistake in this program. Your choices in the wizard are as they were, and nothing of your project was " +
        "changed. Reload the page to try again. What happened, for a report:"
    )}</p>` +
    '<pre id="adapt-crash-message"></pre></section>' +
    '<div class="adapt__body" id="adapt-body"></div>';
  document.body.append(dialog);
  const byId = (id) => dialog.querySelector("#" + id);
  const host = byId("adapt-body");
  byId("adapt-close").addEventListener("click", () => dialog.close());

  // --- starting ------------------------------------------------------------------------------------------------------

  let started;

  async function start() {
    // Whole names: scripts/finish_site.mjs puts a hash into each.
    const at = (name) => new URL(name, document.baseURI).href;
    const [module] = await Promise.all([import(at("adapt/adapt.js")), window.dunnageStyle("project.css")]);
    await module.default({ module_or_path: at("adapt/adapt_bg.wasm") });
    byId("adapt-boot").hidden = true;
    dialog.dataset.ready = "";
  }

  async function open(view) {
    if (!dialog.open) {
      dialog.showModal();
    }
    started ??= start();
    try {
      await started;
    } catch (error) {
      started = undefined;
      byId("adapt-boot").textContent = say(
        "This part could not be loaded. The connection may have been interrupted: close it and try again."
      );
      console.error(error);
      return;
    }
    if (!byId("adapt-crash").hidden) {
      return;
    }
    const job = fresh();
    try {
      await complete(entries, host.opened(view), job);
      host.progress("");
    } catch (error) {
      if (!(error instanceof Stop)) {
        host.fail(error.message);
      }
    }
  }

  document.addEventListener("bring", (event) => void open(event.detail));

  // --- reading -------------------------------------------------------------------------------------------------------

  /** What can be read of the project at hand: path to a function that gives at most so many bytes. */
  let entries = new Map();
  /** The folder that they come from, where it is one that can be written to. */
  let folder = null;
  /** The reading that goes on; whoever begins another one, or cancels, replaces it. */
  let current = {};
  /** How many go on, those included that have not noticed yet that they were cancelled. */
  let readings = 0;

  class Stop extends Error {}

  function fresh() {
    current = { seen: 0, read: 0, bytes: 0, said: 0, notes: [] };
    return current;
  }

  const breath = () => new Promise((done) => setTimeout(done, 0));

  /** Says how far it is, now and then, and gives the page a chance to answer. */
  async function pause(job) {
    if (job !== current) {
      throw new Stop();
    }
    const now = performance.now();
    if (now - job.said > 100) {
      job.said = now;
      host.progress(`Reading: ${job.seen.toLocaleString("en")} files seen, ${job.read} read.`);
      await breath();
      if (job !== current) {
        throw new Stop();
      }
    }
  }

  const head = async (blob, most) => new Uint8Array(await blob.slice(0, most).arrayBuffer());

  /** Adds a file to what can be read, unless there are too many. */
  async function see(found, path, read, job) {
    job.seen += 1;
    if (found.size >= MOST_NAMES) {
      throw new Error(`There are more than ${MOST_NAMES.toLocaleString("en")} files: bring the folder with manage.py.`);
    }
    found.set(path, read);
    await pause(job);
  }

  /** Walks a dropped folder; folders that say nothing are not entered. */
  async function walk(folder, prefix, found, job) {
    const reader = folder.createReader();
    for (;;) {
      // A reader gives a hundred entries at a time, and none at the end.
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (some.length === 0) {
        return;
      }
      for (const entry of some) {
        const path = prefix + entry.name;
        if (entry.isFile) {
          const file = () => new Promise((done, failed) => entry.file(done, failed));
          await see(found, path, async (most) => head(await file(), most), job);
        } else if (entry.isDirectory && host.isEntered(path)) {
          await walk(entry, path + "/", found, job);
        }
      }
    }
  }

  /** Walks a folder that was opened for writing. */
  async function walkHandle(handle, prefix, found, job) {
    for await (const [name, child] of handle.entries()) {
      const path = prefix + name;
      if (child.kind === "file") {
        await see(found, path, async (most) => head(await child.getFile(), most), job);
      } else if (host.isEntered(path)) {
        await walkHandle(child, path + "/", found, job);
      }
    }
  }

  const isZip = (file) => /\.zip$/i.test(file.name) || /^application\/(x-)?zip/.test(file.type);

  const broken = (file, why) => new Error(`${file.name}: ${why}`);

  /** Lists a zip by its central directory (APPNOTE.TXT 4.3.12 and 4.3.16). */
  async function list(file, found, job) {
    const tail = file.slice(Math.max(0, file.size - 65_557));
    const end = new DataView(await tail.arrayBuffer());
    let at = end.byteLength - 22;
    while (at >= 0 && end.getUint32(at, true) !== 0x06054b50) {
      at -= 1;
    }
    if (at < 0) {
      throw broken(file, "this is no zip, or its end is missing.");
    }
    const [count, size, offset] = [end.getUint16(at + 10, true), end.getUint32(at + 12, true), end.getUint32(at + 16, true)];
    if (count === 0xffff || offset === 0xffffffff || size > MOST_OF_A_DIRECTORY) {
      throw broken(file, "this zip is too large to be read here: unpack it and bring the folder.");
    }
    const directory = new DataView(await file.slice(offset, offset + size).arrayBuffer());
    const names = new TextDecoder();
    let skipped = 0;
    for (let entry = 0, here = 0; entry < count; entry += 1) {
      if (here + 46 > directory.byteLength || directory.getUint32(here, true) !== 0x02014b50) {
        throw broken(file, "this zip is damaged: its list of files ends too early.");
      }
      const [flags, method] = [directory.getUint16(here + 8, true), directory.getUint16(here + 10, true)];
      const [packed, nameLength] = [directory.getUint32(here + 20, true), directory.getUint16(here + 28, true)];
      const rest = directory.getUint16(here + 30, true) + directory.getUint16(here + 32, true);
      const mode = directory.getUint32(here + 38, true) >>> 16;
      const start = directory.getUint32(here + 42, true);
      if (here + 46 + nameLength > directory.byteLength) {
        throw broken(file, "this zip is damaged: a name in its list is too long.");
      }
      const name = names.decode(new Uint8Array(directory.buffer, here + 46, nameLength));
      here += 46 + nameLength + rest;
      if (name.endsWith("/")) {
        continue;
      }
      // Links are not followed, and nothing leads out of the project.
      const isLink = (mode & 0o170000) === 0o120000;
      const isOutside = /^[/\\]|^[a-z]:|\\|(^|\/)\.\.?(\/|$)/i.test(name);
      if (isLink || isOutside || (flags & 1) === 1 || (method !== 0 && method !== 8)) {
        skipped += 1;
        continue;
      }
      await see(found, name, (most) => unpack(file, name, { method, packed, start }, most), job);
    }
    if (skipped > 0) {
      job.notes.push(`${file.name}: ${skipped} entries were passed over (links, encrypted ones, paths that lead elsewhere).`);
    }
  }

  /** The first bytes of an entry. What the zip says about sizes is not believed: no more than `most` comes out. */
  async function unpack(file, name, { method, packed, start }, most) {
    const local = new DataView(await file.slice(start, start + 30).arrayBuffer());
    if (local.byteLength < 30 || local.getUint32(0, true) !== 0x04034b50) {
      throw broken(file, `${name} is not where the list says.`);
    }
    const from = start + 30 + local.getUint16(26, true) + local.getUint16(28, true);
    const data = file.slice(from, from + packed);
    if (method === 0) {
      return head(data, most);
    }
    const reader = data.stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    const parts = [];
    let length = 0;
    while (length < most) {
      const { done, value } = await reader.read().catch(() => {
        throw broken(file, `${name} is damaged.`);
      });
      if (done) {
        break;
      }
      parts.push(value.subarray(0, most - length));
      length += parts.at(-1).length;
    }
    reader.cancel().catch(() => {});
    const bytes = new Uint8Array(length);
    let to = 0;
    for (const part of parts) {
      bytes.set(part, to);
      to += part.length;
    }
    return bytes;
  }

  /** Takes away the one folder that everything stands in, and gives its name. */
  function unwrap(found) {
    let root = null;
    for (const path of found.keys()) {
      const first = path.includes("/") ? path.slice(0, path.indexOf("/")) : null;
      if (first === null || (root !== null && root !== first)) {
        return { name: null, found };
      }
      root = first;
    }
    const inner = new Map([...found].map(([path, read]) => [path.slice(root.length + 1), read]));
    return { name: root, found: inner };
  }

  /** Reads those of the paths that are there. */
  async function readAll(from, paths, job) {
    const files = [];
    for (const path of paths) {
      const read = from.get(path);
      if (!read) {
        continue;
      }
      if (files.length >= MOST_FILES || job.bytes >= MOST_BYTES) {
        job.notes.push("There is more than is read at once: the rest was left out.");
        break;
      }
      await pause(job);
      try {
        const bytes = await read(Math.min(MOST_OF_A_FILE, MOST_BYTES - job.bytes));
        files.push([path, bytes]);
        job.bytes += bytes.length;
        job.read += 1;
      } catch (error) {
        job.notes.push(`${path} could not be read: ${error.message}`);
      }
    }
    return files;
  }

  /** Hands over those of the paths that are there, and those that matter then, until there is nothing more. */
  async function complete(from, wanted, job) {
    const asked = new Set();
    for (;;) {
      const next = wanted.filter((path) => from.has(path) && !asked.has(path));
      if (next.length === 0) {
        return;
      }
      next.forEach((path) => asked.add(path));
      const files = await readAll(from, next, job);
      await pause(job);
      wanted = host.more(files);
    }
  }

  /** Gathers, reads, and hands over; `gather` fills a map, and says what the project is called, whether all of it may
      stand in one folder of its own, and the folder where it can be written to. What was written into a folder is of interest until another project comes.
      The answer is whether that worked. */
  async function bring(gather, isAfterwards = false) {
    const job = fresh();
    readings += 1;
    host.setAttribute("aria-busy", "true");
    host.progress("Looking …");
    await breath();
    try {
      const found = new Map();
      const { called, wrapped, handle } = await gather(found, job);
      const { name, found: inner } = wrapped ? unwrap(found) : { name: null, found };
      const wanted = [...inner.keys()].filter((path) => host.isRead(path)).sort();
      const files = await readAll(inner, wanted, job);
      const further = host.take(name ?? called, files, job.notes);
      if (!isAfterwards) {
        host.forget();
      }
      if (files.length === 0) {
        return false;
      }
      entries = inner;
      folder = handle ?? null;
      await complete(inner, further, job);
      host.progress("");
      byId("adapt-found")?.focus();
      return true;
    } catch (error) {
      if (!(error instanceof Stop)) {
        host.fail(error.message);
      }
      return false;
    } finally {
      readings -= 1;
      if (readings === 0) {
        host.removeAttribute("aria-busy");
      }
    }
  }

  // --- where projects come from --------------------------------------------------------------------------------------

  async function gatherFiles(files, found, job) {
    for (const file of files) {
      if (isZip(file) && !file.webkitRelativePath) {
        await list(file, found, job);
      } else {
        await see(found, file.webkitRelativePath || file.name, (most) => head(file, most), job);
      }
    }
    return { called: files.length === 1 ? files[0].name.replace(/\.zip$/i, "") : "these files", wrapped: true };
  }

  host.addEventListener("change", (event) => {
    const input = event.target;
    if (input.type === "file" && input.files.length > 0) {
      const files = [...input.files];
      // So that picking the same again is a change as well.
      input.value = "";
      void bring((found, job) => gatherFiles(files, found, job));
    }
  });

  function cancel() {
    fresh();
    host.progress?.("");
  }

  host.addEventListener("click", (event) => {
    if (event.target.id === "adapt-cancel") {
      cancel();
    }
  });
  dialog.addEventListener("close", cancel);

  // A file that is dropped beside the place for it must not replace the page.
  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
    dialog.addEventListener(name, (event) => {
      event.preventDefault();
      byId("adapt-drop")?.toggleAttribute("data-over", name === "dragenter" || name === "dragover");
    });
  }

  dialog.addEventListener("drop", (event) => {
    // The entries are there only while the event lasts.
    const dropped = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const files = [...event.dataTransfer.files];
    if (dropped.length === 0 && files.length === 0) {
      return;
    }
    void bring(async (found, job) => {
      if (!dropped.some((entry) => entry.isDirectory)) {
        return gatherFiles(files, found, job);
      }
      for (const entry of dropped) {
        if (entry.isDirectory) {
          await walk(entry, dropped.length === 1 ? "" : entry.name + "/", found, job);
        } else {
          const file = () => new Promise((done, failed) => entry.file(done, failed));
          await see(found, entry.name, async (most) => head(await file(), most), job);
        }
      }
      return { called: dropped[0].name, wrapped: false };
    });
  });

  // --- writing into the folder ---------------------------------------------------------------------------------------

  const bringFolder = (handle, isAfterwards = false) =>
    bring(async (found, job) => {
      await walkHandle(handle, "", found, job);
      return { called: handle.name, wrapped: false, handle };
    }, isAfterwards);

  /** The folder to write to, with the user's leave; null where there is none. */
  async function allowed() {
    try {
      const handle = folder ?? (await window.showDirectoryPicker({ id: "dunnage", mode: "readwrite" }));
      if ((await handle.requestPermission({ mode: "readwrite" })) === "granted") {
        return handle;
      }
      host.fail("The browser may not write into this folder, so nothing was written.");
    } catch (error) {
      if (error.name === "AbortError") {
        host.say("No folder was chosen, so nothing was written.");
      } else {
        host.fail(`The folder cannot be written to, so nothing was written: ${error.message}`);
      }
    }
    return null;
  }

  /** Reads the folder as it is now, and asks whether what a tab plans for it is to be written. */
  async function ask(view) {
    const handle = await allowed();
    if (handle && (await bringFolder(handle)) && host.plan(view, handle.name)) {
      await breath();
      byId("adapt-writing")?.focus();
    }
  }

  /** The folder that a path stands in, and its name there. */
  async function within(root, path, create) {
    const parts = path.split("/");
    const name = parts.pop();
    let at = root;
    for (const part of parts) {
      at = await at.getDirectoryHandle(part, { create });
    }
    return [at, name];
  }

  /** The bytes of a file; null where there is none. */
  async function bytesOf(root, path) {
    try {
      const [at, name] = await within(root, path, false);
      const file = await (await at.getFileHandle(name)).getFile();
      return new Uint8Array(await file.arrayBuffer());
    } catch (error) {
      if (error.name === "NotFoundError") {
        return null;
      }
      throw error;
    }
  }

  /** Those of the paths at which there is something else than the plan found. */
  async function changedOf(root, before) {
    const changed = [];
    for (const [path, known] of before) {
      const now = await bytesOf(root, path).catch((error) => {
        throw new Error(`${path}: ${error.message}`);
      });
      const same = now && known ? now.length === known.length && now.every((byte, at) => byte === known[at]) : !now && !known;
      if (!same) {
        changed.push(path);
      }
    }
    return changed;
  }

  async function remove(root, path) {
    const [at, name] = await within(root, path, false);
    await at.removeEntry(name);
  }

  /** Writes a file; the browser puts the text in its place when all of it is there. */
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

  /** Carries out what was asked, one file after another, and stops at the first that cannot be done. */
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
        throw new Error(`${path}: ${error.message}`);
      }
      account.written.push(path);
    }
  }

  async function write() {
    const [root, writes] = [folder, host.writes()];
    const account = { written: [], changed: [], failed: [] };
    // Nothing else is begun in the meantime.
    host.inert = true;
    try {
      await carryOut(root, writes, account);
    } catch (error) {
      account.failed.push(error.message);
    }
    let isRead = false;
    try {
      isRead = await bringFolder(root, true);
    } finally {
      host.inert = false;
    }
    host.written(isRead, [account.written, account.changed, account.failed]);
    await breath();
    byId("adapt-writing")?.focus();
  }

  host.addEventListener("click", (event) => {
    const button = event.target.closest("[data-write], #adapt-write");
    if (button?.id === "adapt-write") {
      void write();
    } else if (button) {
      void ask(button.dataset.write);
    }
  });
})();
