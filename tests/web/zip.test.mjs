// Tests of what reads zips (web/project/zip.js): a zip comes from anywhere, so most of these are damaged or hostile.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { ZipError, list } from "../../web/project/zip.js";

const MOST = 1_000_000;

/**
 * Writes a zip as its entries say, true or not: `claims` overrides what the list states of an entry, `end` what the end
 * of the list states of all of them.
 */
function zip(entries, end = {}) {
  const [files, records] = [[], []];
  let offset = 0;
  for (const { name, text = "", method = 8, mode = 0o100644, flags = 0x800, claims = {} } of entries) {
    const path = Buffer.from(name);
    const bytes = Buffer.from(text);
    const data = method === 8 ? deflateRawSync(bytes) : bytes;
    const stated = { packed: data.length, size: bytes.length, start: offset, nameLength: path.length, ...claims };
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(flags, 6);
    local.writeUInt16LE(method, 8);
    local.writeUInt32LE(stated.packed, 18);
    local.writeUInt32LE(stated.size, 22);
    local.writeUInt16LE(path.length, 26);
    const record = Buffer.alloc(46);
    record.writeUInt32LE(0x02014b50, 0);
    record.writeUInt16LE(0x314, 4);
    record.writeUInt16LE(20, 6);
    record.writeUInt16LE(flags, 8);
    record.writeUInt16LE(method, 10);
    record.writeUInt32LE(stated.packed, 20);
    record.writeUInt32LE(stated.size, 24);
    record.writeUInt16LE(stated.nameLength, 28);
    record.writeUInt32LE((mode << 16) >>> 0, 38);
    record.writeUInt32LE(stated.start, 42);
    files.push(local, path, data);
    records.push(record, path);
    offset += local.length + path.length + data.length;
  }
  const directory = Buffer.concat(records);
  const stated = { count: entries.length, size: directory.length, offset, comment: "", ...end };
  const last = Buffer.alloc(22);
  last.writeUInt32LE(0x06054b50, 0);
  last.writeUInt16LE(stated.count, 8);
  last.writeUInt16LE(stated.count, 10);
  last.writeUInt32LE(stated.size, 12);
  last.writeUInt32LE(stated.offset, 16);
  last.writeUInt16LE(Buffer.byteLength(stated.comment), 20);
  return Buffer.concat([...files, directory, last, Buffer.from(stated.comment)]);
}

/** What is in a zip: path to text, and how many entries were passed over. */
async function read(bytes, most = MOST) {
  const found = new Map();
  const skipped = await list(new Blob([bytes]), async (entry) => void found.set(entry.name, entry));
  const files = {};
  for (const [name, entry] of found) {
    files[name] = Buffer.from(await entry.read(most)).toString();
  }
  return { files, skipped };
}

const refuses = (bytes, message) => assert.rejects(read(bytes), (error) => error instanceof ZipError && message.test(error.message));

test("files are read as they are, stored and deflated, and folders are none", async () => {
  const bytes = zip([
    { name: "shop/", method: 0, mode: 0o040755 },
    { name: "shop/manage.py", text: "import django\n".repeat(500) },
    { name: "shop/größe.txt", text: "drei", method: 0 },
    { name: "shop/empty", text: "" },
  ]);
  assert.deepEqual(await read(bytes), {
    files: { "shop/manage.py": "import django\n".repeat(500), "shop/größe.txt": "drei", "shop/empty": "" },
    skipped: 0,
  });
});

test("an empty zip has no files, and a comment at the end is passed over", async () => {
  assert.deepEqual(await read(zip([])), { files: {}, skipped: 0 });
  for (const comment of ["made on a Friday", "x".repeat(65_535)]) {
    assert.deepEqual((await read(zip([{ name: "a", text: "b" }], { comment }))).files, { a: "b" });
  }
});

test("what another program writes is read to the byte", async () => {
  const home = mkdtempSync(join(tmpdir(), "dunnage-zip-"));
  try {
    const path = join(home, "made.zip");
    const program = `
import json, random, sys, zipfile
random.seed(12)
files = {f"d{n % 7}/f{n}.txt": "".join(random.choice("abc \\u00e4\\n") for _ in range(random.randrange(5000))) for n in range(60)}
with zipfile.ZipFile(sys.argv[1], "w") as archive:
    for name, text in files.items():
        archive.writestr(name, text, random.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
print(json.dumps(files))
`;
    const files = JSON.parse(execFileSync("python3", ["-c", program, path], { encoding: "utf8" }));
    assert.deepEqual(await read(readFileSync(path)), { files, skipped: 0 });
  } finally {
    rmSync(home, { recursive: true });
  }
});

test("links, encrypted files, unknown methods and paths that lead elsewhere are passed over and counted", async () => {
  const elsewhere = ["../up", "a/../b", "/etc/passwd", "C:/boot.ini", "a\\b", "\\\\host\\share", "./here", "a/..", ".."];
  const bytes = zip([
    { name: "link", text: "/etc/passwd", mode: 0o120777 },
    { name: "secret", text: "?", flags: 0x801 },
    { name: "lzma", text: "?", method: 14 },
    ...elsewhere.map((name) => ({ name, text: "?" })),
    { name: "..hidden/..", text: "?" },
    { name: "fine/..also.txt", text: "!" },
  ]);
  assert.deepEqual(await read(bytes), { files: { "fine/..also.txt": "!" }, skipped: 4 + elsewhere.length });
});

test("no more is unpacked than is asked for, whatever the zip says", async () => {
  const bomb = "0".repeat(80_000_000);
  const bytes = zip([
    { name: "honest", text: bomb },
    { name: "modest", text: bomb, claims: { size: 10 } },
    { name: "stored", text: "0".repeat(5000), method: 0 },
  ]);
  assert.ok(bytes.length < 400_000);
  const { files } = await read(bytes, 1000);
  assert.deepEqual(Object.values(files).map((text) => text.length), [1000, 1000, 1000]);
});

test("what is no zip says so", async () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from("PK"), Buffer.alloc(200_000), zip([{ name: "a" }]).subarray(0, -1)]) {
    await refuses(bytes, /^this is not a zip file, or its end is missing\.$/);
  }
});

test("a zip that is too large says so before anything of it is read", async () => {
  const one = [{ name: "a", text: "b" }];
  for (const end of [{ count: 0xffff }, { offset: 0xffffffff }, { size: 32 * 1024 * 1024 + 1 }]) {
    await refuses(zip(one, end), /^this zip is too large to read here: unpack it and choose the folder\.$/);
  }
});

test("a damaged list says so", async () => {
  const one = [{ name: "a", text: "b" }];
  for (const end of [{ count: 2 }, { size: 20 }, { offset: 0 }, { offset: 0xfffffffe }]) {
    await refuses(zip(one, end), /^this zip is damaged: its file list ends too early\.$/);
  }
  await refuses(zip([{ name: "a", claims: { nameLength: 2000 } }]), /^this zip is damaged: a name in its file list is too long\.$/);
});

test("a damaged file says so, and the others can be read", async () => {
  const bytes = zip([
    { name: "lost", text: "?", claims: { start: 7 } },
    { name: "outside", text: "?", claims: { start: 0xfffffff0 } },
    { name: "short", text: "some text of some length", claims: { packed: 4 } },
    { name: "whole", text: "!" },
  ]);
  const found = new Map();
  await list(new Blob([bytes]), async (entry) => void found.set(entry.name, entry));
  const wrong = (name, message) => assert.rejects(found.get(name).read(MOST), (error) => error instanceof ZipError && error.message === message);
  await wrong("lost", "lost is not where the file list says it is.");
  await wrong("outside", "outside is not where the file list says it is.");
  await wrong("short", "short is damaged.");
  assert.equal(Buffer.from(await found.get("whole").read(MOST)).toString(), "!");
});

test("what listens can stop the listing", async () => {
  const stop = new Error("enough");
  await assert.rejects(list(new Blob([zip([{ name: "a" }, { name: "b" }])]), () => Promise.reject(stop)), stop);
});

// --- whatever else a zip may be -----------------------------------------------------------------------------------------

/** Numbers that are the same in every run (mulberry32). */
function dice(seed) {
  return (below) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const INTERESTING = [0x00, 0x01, 0x2e, 0x2f, 0x50, 0x5c, 0x7f, 0x80, 0xff];

/** Changes some bytes, cuts something out, doubles something, or cuts the end off. */
function damage(bytes, roll) {
  let out = Buffer.from(bytes);
  for (let times = 1 + roll(4); times > 0; times -= 1) {
    const at = roll(out.length + 1);
    const length = roll(40);
    switch (roll(6)) {
      case 0:
        out = Buffer.concat([out.subarray(0, at), out.subarray(at + length)]);
        break;
      case 1:
        out = Buffer.concat([out.subarray(0, at), out.subarray(at, at + length), out.subarray(at)]);
        break;
      case 2:
        out = out.subarray(0, Math.max(0, out.length - roll(60)));
        break;
      default:
        if (at < out.length) {
          out = Buffer.from(out);
          out[at] = roll(2) ? INTERESTING[roll(INTERESTING.length)] : roll(256);
        }
    }
  }
  return out;
}

test("of 4,000 damaged zips each is read or refused with a reason, within its bounds", async () => {
  const roll = dice(20_261_127);
  const whole = zip(
    [
      { name: "shop/manage.py", text: "import django\n".repeat(40) },
      { name: "shop/requirements.txt", text: "django==5.2\n", method: 0 },
      { name: "shop/link", text: "manage.py", mode: 0o120777 },
      { name: "shop/static/", method: 0 },
    ],
    { comment: "made by a test" }
  );
  const outcomes = { read: 0, refused: 0, damaged: 0 };
  const most = 300;
  for (let turn = 0; turn < 4000; turn += 1) {
    const bytes = damage(whole, roll);
    const about = `turn ${turn}: ${bytes.toString("base64")}`;
    const found = [];
    try {
      await list(new Blob([bytes]), async (entry) => void found.push(entry));
    } catch (error) {
      assert.ok(error instanceof ZipError, `${about}: ${error.stack}`);
      outcomes.refused += 1;
    }
    for (const { name, read } of found) {
      assert.ok(!name.startsWith("/") && !name.includes("\\") && !name.split("/").some((part) => part === ".." || part === "."), `${about}: ${name}`);
      try {
        assert.ok((await read(most)).length <= most, about);
        outcomes.read += 1;
      } catch (error) {
        assert.ok(error instanceof ZipError, `${about}: ${error.stack}`);
        outcomes.damaged += 1;
      }
    }
  }
  // Damage that is always noticed at the same place would test no other.
  for (const [outcome, times] of Object.entries(outcomes)) {
    assert.ok(times > 300, `${outcome}: ${times}`);
  }
});
