// A static server for the built site that does what a static host does: types by extension and the headers of _headers.
//
//     node scripts/serve.mjs [--root dist] [--port 8080] [--base /]
//
// Tests import `serve` and ask for port 0 and a sub-path.

import { once } from "node:events";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { brotliCompressSync } from "node:zlib";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".md": "text/markdown; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
  ".xml": "application/xml",
};

/** Reads a _headers file into rules: a test for the path, and the headers that it brings. */
export function parseHeaders(text) {
  const rules = [];
  for (const line of text.split("\n")) {
    if (!line.trim() || line.trimStart().startsWith("#")) {
      continue;
    }
    if (/^\s/.test(line)) {
      const [name, ...value] = line.split(":");
      rules.at(-1).headers.push([name.trim(), value.join(":").trim()]);
    } else {
      const pattern = line
        .trim()
        .split("*")
        .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
        .join(".*");
      rules.push({ path: line.trim(), test: new RegExp(`^${pattern}$`), headers: [] });
    }
  }
  return rules;
}

/** The headers of all rules that match. A path counts from the site's own root, wherever that is mounted. */
export function headersFor(rules, path) {
  const found = new Map();
  for (const rule of rules) {
    if (rule.test.test(path)) {
      for (const [name, value] of rule.headers) {
        found.set(name.toLowerCase(), value);
      }
    }
  }
  return Object.fromEntries(found);
}

/**
 * Serves `root` under `base` and resolves to the address and a way to stop. With `compress`, texts and programs go out
 * in brotli, each compressed once. `fails` may name paths, from the site's root, for which the server is to break down;
 * a promise of it is waited for, so that an answer may also never come.
 *
 * @param {object} options
 * @param {string} options.root
 * @param {number} [options.port]
 * @param {string} [options.base]
 * @param {boolean} [options.compress]
 * @param {(path: string) => boolean | Promise<boolean>} [options.fails]
 */
export async function serve({ root, port = 0, base = "/", compress = false, fails = () => false }) {
  const home = resolve(root);
  const compressed = new Map();
  const rules = parseHeaders(await readFile(join(home, "_headers"), "utf8").catch(() => ""));

  const server = createServer(async (request, response) => {
    const answer = (status, text, headers = {}) => {
      response.writeHead(status, { "content-type": "text/plain; charset=utf-8", ...headers });
      response.end(text);
    };
    if (request.method !== "GET" && request.method !== "HEAD") {
      return answer(405, "Only GET and HEAD.\n", { allow: "GET, HEAD" });
    }
    let path;
    try {
      path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    } catch {
      return answer(400, "That is no path.\n");
    }
    if (`${path}/` === base) {
      return answer(308, "", { location: base });
    }
    if (!path.startsWith(base)) {
      return answer(404, "Not found.\n");
    }
    path = `/${path.slice(base.length)}`;
    if (await fails(path)) {
      return answer(500, "Broken.\n");
    }
    const file = normalize(join(home, path.endsWith("/") ? `${path}index.html` : path));
    const found = file.startsWith(home + sep) ? await stat(file).catch(() => null) : null;
    if (!found?.isFile() || path === "/_headers") {
      const page = await readFile(join(home, "404.html")).catch(() => "Not found.\n");
      return answer(404, page, {
        ...(typeof page === "string" ? {} : { "content-type": TYPES[".html"] }),
        ...headersFor(rules, "/404.html"),
      });
    }
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    if (compress && /\bbr\b/.test(request.headers["accept-encoding"] ?? "") && !/^(image\/(png|x-icon)|font)/.test(type)) {
      if (!compressed.has(file)) {
        compressed.set(file, brotliCompressSync(await readFile(file)));
      }
      response.writeHead(200, {
        "content-type": type,
        "content-encoding": "br",
        "content-length": compressed.get(file).length,
        ...headersFor(rules, path),
      });
      return response.end(request.method === "HEAD" ? undefined : compressed.get(file));
    }
    response.writeHead(200, { "content-type": type, "content-length": found.size, ...headersFor(rules, path) });
    if (request.method === "HEAD") {
      return response.end();
    }
    // A file may be gone since: then the answer ends early.
    createReadStream(file).on("error", () => response.destroy()).pipe(response);
  });

  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}${base}`,
    close: () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({
    options: {
      root: { type: "string", default: "dist" },
      port: { type: "string", default: "8080" },
      base: { type: "string", default: "/" },
    },
  });
  try {
    const { url } = await serve({ root: values.root, port: Number(values.port), base: values.base });
    console.log(url);
  } catch (error) {
    if (error.code !== "EADDRINUSE") {
      throw error;
    }
    console.error(`Port ${values.port} is taken by another program. Choose another one.`);
    process.exit(1);
  }
}
