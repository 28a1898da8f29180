// The size of the first load: a row per file, raw and compressed, and a budget that must hold.
//
//     node scripts/size.mjs [DIST]

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { firstLoad } from "./first_load.mjs";

// Bytes after brotli -11, which every static host worth the name sends.
const BUDGET = 250_000;

const root = process.argv[2] ?? "dist";
if (!existsSync(join(root, "index.html"))) {
  console.error(`There is no site in ${root}: run make site first.`);
  process.exit(2);
}

const ORDER = ["HTML", "JS", "WASM", "CSS", "font", "other"];
const rows = firstLoad(root)
  .map(({ kind, path }) => {
    const bytes = readFileSync(join(root, path));
    const brotli = brotliCompressSync(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    });
    // Fonts and images are compressed already; a second time would only add bytes.
    return {
      kind,
      path,
      raw: bytes.length,
      gzip: Math.min(bytes.length, gzipSync(bytes, { level: 9 }).length),
      brotli: Math.min(bytes.length, brotli.length),
    };
  })
  .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || b.brotli - a.brotli);

const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
const total = { kind: "total", path: `${rows.length} files`, raw: sum("raw"), gzip: sum("gzip"), brotli: sum("brotli") };
const width = Math.max(...rows.map(({ path }) => path.length), total.path.length);
const print = ({ kind, path, raw, gzip, brotli }) =>
  console.log(
    kind.padEnd(6) + path.padEnd(width + 2) + [raw, gzip, brotli].map((n) => String(n).padStart(11)).join(""),
  );
print({ kind: "", path: "first load", raw: "raw", gzip: "gzip -9", brotli: "brotli -11" });
rows.forEach(print);
print(total);

const kB = (n) => (n / 1000).toFixed(1);
if (total.brotli > BUDGET) {
  console.log(`over the budget: ${kB(total.brotli)} kB of ${kB(BUDGET)} kB (brotli -11)`);
  process.exit(1);
}
console.log(`within the budget: ${kB(total.brotli)} kB of ${kB(BUDGET)} kB (brotli -11)`);
