// Lists a zip and unpacks from it. A zip comes from anywhere: nothing that it says about sizes and places is believed,
// and no more of it is unpacked than is asked for. tests/web/zip.test.mjs reads damaged ones.
//
// No library does this here: zip.js is 108 kB at its smallest, and every build of the site would need npm for it, which
// scripts/site.sh does not. The browser itself unpacks; this only finds out where a file is.

/** More than this is no list of a project's files. */
const MOST_OF_A_DIRECTORY = 32 * 1024 * 1024;

/** The end of central directory record, and the longest comment that may follow it (APPNOTE.TXT 4.3.16). */
const END_SIZE = 22;
const MOST_OF_AN_END = END_SIZE + 0xffff;
const END = 0x06054b50;
/** An entry of the central directory (4.3.12), and the header before the bytes of a file (4.3.7). */
const ENTRY_SIZE = 46;
const ENTRY = 0x02014b50;
const LOCAL_SIZE = 30;
const LOCAL = 0x04034b50;

const STORED = 0;
const DEFLATED = 8;

/**
 * @typedef {object} ZipEntry a file in a zip
 * @property {string} name its path, which leads nowhere else
 * @property {(most: number) => Promise<Uint8Array>} read its first bytes, at most so many
 */

/** A zip that cannot be read: a message that says why, and the value in it. */
export class ZipError extends Error {
  constructor(/** @type {string} */ key, /** @type {string[]} */ ...values) {
    super(key.replace("{0}", () => values[0] ?? ""));
    this.key = key;
    this.values = values;
  }
}

/** The first bytes of a file, at most so many. */
export const head = async (/** @type {Blob} */ blob, /** @type {number} */ most) =>
  new Uint8Array(await blob.slice(0, most).arrayBuffer());

/** The bytes of a file from one place to another, or to its end. */
const view = async (/** @type {Blob} */ blob, /** @type {number} */ from, /** @type {number} */ to) =>
  new DataView(await blob.slice(from, to).arrayBuffer());

/** Where the central directory stands, and how many entries it has. */
async function findDirectory(/** @type {Blob} */ file) {
  const end = await view(file, Math.max(0, file.size - MOST_OF_AN_END), file.size);
  let at = end.byteLength - END_SIZE;
  while (at >= 0 && end.getUint32(at, true) !== END) {
    at -= 1;
  }
  if (at < 0) {
    throw new ZipError("this is not a zip file, or its end is missing.");
  }
  const [count, size, offset] = [end.getUint16(at + 10, true), end.getUint32(at + 12, true), end.getUint32(at + 16, true)];
  // The first two say that the real ones are in a record of Zip64.
  if (count === 0xffff || offset === 0xffffffff || size > MOST_OF_A_DIRECTORY) {
    throw new ZipError("this zip is too large to read here: unpack it and choose the folder.");
  }
  return { count, size, offset };
}

/** Whether a path leads out of the project, on any system. */
const isOutside = (/** @type {string} */ path) => /^[/\\]|^[a-z]:|\\|(^|\/)\.\.?(\/|$)/i.test(path);

/**
 * The files of a zip by its central directory, handed to `see` one by one. Links are not followed, nothing leads out of
 * the project, and what is encrypted stays so: the answer is how many entries were passed over.
 *
 * @param {Blob} file
 * @param {(entry: ZipEntry) => Promise<void>} see
 * @returns {Promise<number>}
 */
export async function list(file, see) {
  const { count, size, offset } = await findDirectory(file);
  const directory = await view(file, offset, offset + size);
  const names = new TextDecoder();
  let skipped = 0;
  for (let entry = 0, here = 0; entry < count; entry += 1) {
    if (here + ENTRY_SIZE > directory.byteLength || directory.getUint32(here, true) !== ENTRY) {
      throw new ZipError("this zip is damaged: its file list ends too early.");
    }
    const [flags, method] = [directory.getUint16(here + 8, true), directory.getUint16(here + 10, true)];
    const [packed, nameLength] = [directory.getUint32(here + 20, true), directory.getUint16(here + 28, true)];
    const rest = directory.getUint16(here + 30, true) + directory.getUint16(here + 32, true);
    const mode = directory.getUint32(here + 38, true) >>> 16;
    const start = directory.getUint32(here + 42, true);
    if (here + ENTRY_SIZE + nameLength > directory.byteLength) {
      throw new ZipError("this zip is damaged: a name in its file list is too long.");
    }
    const name = names.decode(new Uint8Array(directory.buffer, here + ENTRY_SIZE, nameLength));
    here += ENTRY_SIZE + nameLength + rest;
    if (name.endsWith("/")) {
      continue;
    }
    const isLink = (mode & 0o170000) === 0o120000;
    const isEncrypted = (flags & 1) === 1;
    if (isLink || isEncrypted || isOutside(name) || (method !== STORED && method !== DEFLATED)) {
      skipped += 1;
      continue;
    }
    await see({ name, read: (most) => unpack(file, name, { method, packed, start }, most) });
  }
  return skipped;
}

/**
 * The first bytes of an entry. What the zip says about sizes is not believed: no more than `most` comes out.
 *
 * @param {Blob} file
 * @param {string} name
 * @param {{ method: number, packed: number, start: number }} entry
 * @param {number} most
 */
async function unpack(file, name, { method, packed, start }, most) {
  const local = await view(file, start, start + LOCAL_SIZE);
  if (local.byteLength < LOCAL_SIZE || local.getUint32(0, true) !== LOCAL) {
    throw new ZipError("{0} is not where the file list says it is.", name);
  }
  const from = start + LOCAL_SIZE + local.getUint16(26, true) + local.getUint16(28, true);
  const data = file.slice(from, from + packed);
  if (method === STORED) {
    return head(data, most);
  }
  const reader = data.stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  /** @type {Uint8Array[]} */
  const parts = [];
  let length = 0;
  while (length < most) {
    const { done, value } = await reader.read().catch(() => {
      throw new ZipError("{0} is damaged.", name);
    });
    if (done) {
      break;
    }
    const part = value.subarray(0, most - length);
    parts.push(part);
    length += part.length;
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
