// Compresses the finished site beside itself, for servers that send such files as they are: FILE.br and FILE.gz.
//
//     node scripts/compress_site.mjs [DIST]
//
// nginx wants that (docs/hosting.md). Hosts such as Netlify, Cloudflare and GitHub compress by themselves.

import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const TEXTS = new Set([".css", ".html", ".js", ".json", ".svg", ".txt", ".wasm", ".webmanifest", ".xml"]);

const root = process.argv[2] ?? "dist";
const sizes = { raw: 0, br: 0, gz: 0 };
for (const path of readdirSync(root, { recursive: true }).map((path) => join(root, path))) {
  if (!TEXTS.has(extname(path)) || !statSync(path).isFile()) {
    continue;
  }
  const bytes = readFileSync(path);
  const brotli = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  const made = { br: brotliCompressSync(bytes, { params: brotli }), gz: gzipSync(bytes, { level: 9 }) };
  sizes.raw += bytes.length;
  for (const [ending, smaller] of Object.entries(made)) {
    writeFileSync(`${path}.${ending}`, smaller);
    sizes[ending] += smaller.length;
  }
}
const kB = (n) => `${(n / 1000).toFixed(1)} kB`;
console.log(`compressed in ${root}: ${kB(sizes.raw)} to ${kB(sizes.br)} (brotli -11), ${kB(sizes.gz)} (gzip -9)`);
