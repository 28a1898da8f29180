// What the tests of every browser need: where the built site and the command line are, and what the latter says.
//
// DUNNAGE_DIST is the built site, DUNNAGE_BIN the command line.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
/** The built site. */
export const DIST = process.env.DUNNAGE_DIST ?? join(ROOT, "dist");
const BIN = process.env.DUNNAGE_BIN ?? join(ROOT, "target/debug/dunnage");

/** How long a slow machine may take for one thing, in milliseconds. */
export const PATIENCE = Number(process.env.DUNNAGE_PATIENCE ?? 60_000);

/** What of our own is not built, or nothing. */
export const notBuilt = [
  [existsSync(join(DIST, "index.html")), "the site is not built: make site (or set DUNNAGE_DIST)"],
  [existsSync(BIN), "the command line is not built: cargo build (or set DUNNAGE_BIN)"],
].find(([there]) => !there)?.[1];

/**
 * Waits until what is read is as expected: equal, or matching a regular expression. A page answers in its own time, so
 * everything that is read after something was done is read this way. `read` is called again and again, and does nothing
 * else than read.
 */
export async function eventually(read, expected, message) {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    const found = await read();
    const isPattern = expected instanceof RegExp;
    if (isPattern ? expected.test(found ?? "") : isDeepStrictEqual(found, expected)) {
      return;
    }
    // An assertion that fails describes the difference, which for a whole file takes a while.
    if (performance.now() > deadline) {
      return isPattern ? assert.match(found ?? "", expected, message) : assert.deepEqual(found, expected, message);
    }
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Runs the command line and returns its standard output. */
export function dunnage(...args) {
  return execFileSync(BIN, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Every option, as the command line lists them. */
export const options = notBuilt ? [] : JSON.parse(dunnage("options", "--json"));

/** Every preset, as the command line lists them. */
export const presets = notBuilt ? [] : JSON.parse(dunnage("presets", "--json"));

/** A directory that is gone after `use`. */
export async function scratch(use) {
  const directory = mkdtempSync(join(tmpdir(), "dunnage-e2e-"));
  try {
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Path to text and mode for every file below a directory, written by `dunnage render`. */
export function filesOf(directory) {
  const found = {};
  for (const entry of readdirSync(directory, { recursive: true })) {
    const path = join(directory, entry);
    const status = statSync(path);
    if (status.isFile()) {
      const mode = status.mode & 0o111 ? 0o755 : 0o644;
      found[relative(directory, path)] = { mode, bytes: readFileSync(path).toString("base64") };
    }
  }
  return found;
}

/** The same for a zip, read by a program that is not ours. */
export function filesOfZip(path, root) {
  const program = `
import base64, json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    print(json.dumps([[i.filename, i.external_attr >> 16 & 0o777, base64.b64encode(archive.read(i)).decode()]
                      for i in archive.infolist()]))
`;
  const entries = JSON.parse(execFileSync("python3", ["-c", program, path], { encoding: "utf8" }));
  return Object.fromEntries(
    entries.map(([name, mode, bytes]) => {
      assert.ok(name.startsWith(`${root}/`), `${name} stands in the directory ${root}`);
      return [name.slice(root.length + 1), { mode, bytes }];
    })
  );
}
