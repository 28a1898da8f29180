// Reads a project: a folder that is picked, dropped or opened for writing, single files, or a zip. The module decides
// which files are of interest; what is looked at and kept has bounds.

import { breath, dialog, find, host, reason, say } from "./dialog.js";
import { head, list, ZipError } from "./zip.js";

const MOST_NAMES = 200_000;
const MOST_FILES = 2_001;
const MOST_BYTES = 64 * 1024 * 1024;
// One byte more than the module takes of a file, so that it can say that there is too much.
const MOST_OF_A_FILE = 4 * 1024 * 1024 + 1;

/**
 * @typedef {(most: number) => Promise<Uint8Array>} Reader gives a file's first bytes, at most so many
 * @typedef {Map<string, Reader>} Found what can be read of a project, by path
 *
 * @typedef {object} Job a reading
 * @property {number} seen how many files were seen
 * @property {number} read how many were read
 * @property {number} bytes how many bytes that was
 * @property {number} said when the page last said how far it is
 * @property {string[]} notes what was left out, and why
 *
 * @typedef {object} Gathered
 * @property {string} called what the project is called
 * @property {boolean} wrapped whether all of it may be in one folder of its own
 * @property {FileSystemDirectoryHandle} [handle] the folder, where it can be written to
 *
 * @typedef {(found: Found, job: Job) => Promise<Gathered>} Gather fills the map
 */

/** @type {{ entries: Found, folder: FileSystemDirectoryHandle | null }} What can be read of the project at hand, and the
    folder that it comes from, where it is one that can be written to. */
export const project = { entries: new Map(), folder: null };

/** @type {Job | undefined} The reading that goes on; whoever begins another one, or cancels, replaces it. */
let current;
/** How many go on, those included that have not noticed yet that they were cancelled. */
let readings = 0;

/** Ends a reading that was replaced. */
class Stop extends Error {}

/** @returns {Job} */
function fresh() {
  current = { seen: 0, read: 0, bytes: 0, said: 0, notes: [] };
  return current;
}

/** Says how far it is, now and then, and gives the page a chance to answer. */
async function pause(/** @type {Job} */ job) {
  if (job !== current) {
    throw new Stop();
  }
  const now = performance.now();
  if (now - job.said > 100) {
    job.said = now;
    host.progress(say("Reading: {0} files found, {1} read.", job.seen, job.read));
    await breath();
    if (job !== current) {
      throw new Stop();
    }
  }
}

/**
 * Adds a file to what can be read, unless there are too many.
 *
 * @param {Found} found
 * @param {string} path
 * @param {Reader} read
 * @param {Job} job
 */
async function see(found, path, read, job) {
  job.seen += 1;
  if (found.size >= MOST_NAMES) {
    throw new Error(say("More than {0} files were found: choose the folder that contains manage.py.", MOST_NAMES));
  }
  found.set(path, read);
  await pause(job);
}

/** @type {(entry: FileSystemFileEntry) => Reader} */
const dropped = (entry) => async (most) => {
  const file = await new Promise((/** @type {(file: File) => void} */ done, failed) => entry.file(done, failed));
  return head(file, most);
};

/** @returns {entry is FileSystemFileEntry} */
function isFile(/** @type {FileSystemEntry} */ entry) {
  return entry.isFile;
}

/** @returns {entry is FileSystemDirectoryEntry} */
function isDirectory(/** @type {FileSystemEntry} */ entry) {
  return entry.isDirectory;
}

/**
 * Walks a dropped folder; folders that say nothing are not entered.
 *
 * @param {FileSystemDirectoryEntry} folder
 * @param {string} prefix
 * @param {Found} found
 * @param {Job} job
 */
async function walk(folder, prefix, found, job) {
  const reader = folder.createReader();
  for (;;) {
    // A reader gives a hundred entries at a time, and none at the end.
    const some = await new Promise((/** @type {(some: FileSystemEntry[]) => void} */ done, failed) =>
      reader.readEntries(done, failed)
    );
    if (some.length === 0) {
      return;
    }
    for (const entry of some) {
      const path = prefix + entry.name;
      if (isFile(entry)) {
        await see(found, path, dropped(entry), job);
      } else if (isDirectory(entry) && host.isEntered(path)) {
        await walk(entry, path + "/", found, job);
      }
    }
  }
}

/**
 * Walks a folder that was opened for writing.
 *
 * @param {FileSystemDirectoryHandle} handle
 * @param {string} prefix
 * @param {Found} found
 * @param {Job} job
 */
async function walkHandle(handle, prefix, found, job) {
  for await (const [name, child] of handle.entries()) {
    const path = prefix + name;
    if (child.kind === "file") {
      const file = /** @type {FileSystemFileHandle} */ (child);
      await see(found, path, async (most) => head(await file.getFile(), most), job);
    } else if (host.isEntered(path)) {
      await walkHandle(/** @type {FileSystemDirectoryHandle} */ (child), path + "/", found, job);
    }
  }
}

const isZip = (/** @type {File} */ file) => /\.zip$/i.test(file.name) || /^application\/(x-)?zip/.test(file.type);

/**
 * What a zip is asked for, with its name in what goes wrong.
 *
 * @template T
 * @param {File} file
 * @param {() => Promise<T>} act
 */
async function named(file, act) {
  try {
    return await act();
  } catch (error) {
    throw error instanceof ZipError ? new Error(`${file.name}: ${say(error.key, ...error.values)}`) : error;
  }
}

/**
 * Adds the files of a zip.
 *
 * @param {File} file
 * @param {Found} found
 * @param {Job} job
 */
async function listZip(file, found, job) {
  const skipped = await named(file, () =>
    list(file, ({ name, read }) => see(found, name, (most) => named(file, () => read(most)), job))
  );
  if (skipped > 0) {
    const said = say("{0} entries were skipped (links, encrypted files, paths outside the archive).", skipped);
    job.notes.push(`${file.name}: ${said}`);
  }
}

/** Takes away the one folder that everything stands in, and gives its name. */
function unwrap(/** @type {Found} */ found) {
  /** @type {string | null} */
  let root = null;
  for (const path of found.keys()) {
    const first = path.includes("/") ? path.slice(0, path.indexOf("/")) : null;
    if (first === null || (root !== null && root !== first)) {
      return { name: null, found };
    }
    root = first;
  }
  const length = root === null ? 0 : root.length + 1;
  return { name: root, found: new Map([...found].map(([path, read]) => [path.slice(length), read])) };
}

/**
 * Reads those of the paths that are there.
 *
 * @param {Found} from
 * @param {string[]} paths
 * @param {Job} job
 */
async function readAll(from, paths, job) {
  /** @type {[path: string, bytes: Uint8Array][]} */
  const files = [];
  for (const path of paths) {
    const read = from.get(path);
    if (!read) {
      continue;
    }
    if (files.length >= MOST_FILES || job.bytes >= MOST_BYTES) {
      job.notes.push(say("The input exceeds the limit: the rest was left out."));
      break;
    }
    await pause(job);
    try {
      const bytes = await read(Math.min(MOST_OF_A_FILE, MOST_BYTES - job.bytes));
      files.push([path, bytes]);
      job.bytes += bytes.length;
      job.read += 1;
    } catch (error) {
      job.notes.push(say("{0} could not be read: {1}", path, reason(error)));
    }
  }
  return files;
}

/**
 * Hands over those of the paths that are there, and those that matter then, until there is nothing more.
 *
 * @param {Found} from
 * @param {string[]} wanted
 * @param {Job} job
 */
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

/** Says what went wrong, unless it is that the reading was replaced. */
function fail(/** @type {unknown} */ error) {
  if (!(error instanceof Stop)) {
    host.fail(reason(error));
  }
}

/** Reads what else is wanted of the project at hand. */
export async function readFurther(/** @type {() => string[]} */ wanted) {
  const job = fresh();
  try {
    await complete(project.entries, wanted(), job);
    host.progress("");
  } catch (error) {
    fail(error);
  }
}

/**
 * Gathers, reads, and hands over; the answer is whether that worked. What was written into a folder is of interest until
 * another project comes.
 *
 * @param {Gather} gather
 */
async function bring(gather, isAfterwards = false) {
  const job = fresh();
  readings += 1;
  host.setAttribute("aria-busy", "true");
  host.progress(say("Searching …"));
  await breath();
  try {
    /** @type {Found} */
    const found = new Map();
    const { called, wrapped, handle } = await gather(found, job);
    const { name, found: inner } = wrapped ? unwrap(found) : { name: null, found };
    const wanted = [...inner.keys()].filter((path) => host.isRead(path)).sort();
    const files = await readAll(inner, wanted, job);
    if (files.length > 0) {
      for (const path of [...inner.keys()].filter((path) => host.isListed(path))) {
        files.push([path, new Uint8Array()]);
      }
    }
    const further = host.take(name ?? called, files, job.notes);
    if (!isAfterwards) {
      host.forget();
    }
    if (files.length === 0) {
      return false;
    }
    project.entries = inner;
    project.folder = handle ?? null;
    await complete(inner, further, job);
    host.progress("");
    find("project-found")?.focus();
    return true;
  } catch (error) {
    fail(error);
    return false;
  } finally {
    readings -= 1;
    if (readings === 0) {
      host.removeAttribute("aria-busy");
    }
  }
}

/** Reads a folder that was opened for writing. */
export const bringFolder = (/** @type {FileSystemDirectoryHandle} */ handle, isAfterwards = false) =>
  bring(async (found, job) => {
    await walkHandle(handle, "", found, job);
    return { called: handle.name, wrapped: false, handle };
  }, isAfterwards);

// --- where projects come from ----------------------------------------------------------------------------------------

/**
 * @param {File[]} files
 * @param {Found} found
 * @param {Job} job
 */
async function gatherFiles(files, found, job) {
  for (const file of files) {
    if (isZip(file) && !file.webkitRelativePath) {
      await listZip(file, found, job);
    } else {
      await see(found, file.webkitRelativePath || file.name, (most) => head(file, most), job);
    }
  }
  const [only, ...others] = files;
  return { called: only && others.length === 0 ? only.name.replace(/\.zip$/i, "") : "these files", wrapped: true };
}

host.addEventListener("change", (event) => {
  const input = event.target;
  if (input instanceof HTMLInputElement && input.type === "file" && input.files && input.files.length > 0) {
    const files = [...input.files];
    // So that picking the same again is a change as well.
    input.value = "";
    void bring((found, job) => gatherFiles(files, found, job));
  }
});

function cancel() {
  fresh();
  // The module may not be there yet.
  host.progress?.("");
}

host.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.id === "project-cancel") {
    cancel();
  }
});
dialog.addEventListener("close", cancel);

// A file that is dropped beside the place for it must not replace the page.
for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  dialog.addEventListener(name, (event) => {
    event.preventDefault();
    find("project-drop")?.toggleAttribute("data-over", name === "dragenter" || name === "dragover");
  });
}

dialog.addEventListener("drop", (event) => {
  // The entries are there only while the event lasts.
  const all = [...(event.dataTransfer?.items ?? [])].map((item) => item.webkitGetAsEntry?.()).filter((entry) => !!entry);
  const files = [...(event.dataTransfer?.files ?? [])];
  const [first, ...others] = all;
  if (!first && files.length === 0) {
    return;
  }
  void bring(async (found, job) => {
    if (!first || !all.some(isDirectory)) {
      return gatherFiles(files, found, job);
    }
    for (const entry of all) {
      if (isDirectory(entry)) {
        await walk(entry, others.length === 0 ? "" : entry.name + "/", found, job);
      } else if (isFile(entry)) {
        await see(found, entry.name, dropped(entry), job);
      }
    }
    return { called: first.name, wrapped: false };
  });
});
