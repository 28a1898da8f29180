// The built site behind a real nginx with the configuration of deploy/nginx: types, compression, caching, headers, the
// missing page, at a host of its own and under a path.
//
// DUNNAGE_NGINX is where Debian's packages of nginx and of its Brotli module are unpacked: scripts/setup.sh server.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { headersFor, parseHeaders } from "./serve.mjs";

const ROOT = new URL("..", import.meta.url).pathname;
const DIST = join(ROOT, "dist");
const DEBIAN = process.env.DUNNAGE_NGINX ?? "";
const MODULE = join(DEBIAN, "usr/lib/nginx/modules/ngx_http_brotli_static_module.so");
const skip = DEBIAN && existsSync(join(DEBIAN, "usr/sbin/nginx")) ? false : "nginx is not here: scripts/setup.sh server";
if (skip && process.env.CI) {
  throw new Error(skip);
}

const rules = parseHeaders(readFileSync(join(DIST, "_headers"), "utf8"));
const files = readdirSync(DIST, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !/\.(br|gz)$/.test(entry.name) && !["_headers", ".nojekyll"].includes(entry.name))
  .map((entry) => join(entry.parentPath, entry.name).slice(DIST.length + 1));
const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".xml": "application/xml",
};

let work;

before(() => {
  if (skip) {
    return;
  }
  work = mkdtempSync(join(tmpdir(), "dunnage-nginx-"));
  // The directory's name is the path's last part.
  cpSync(DIST, join(work, "srv/dunnage"), { recursive: true });
  execFileSync(process.execPath, [join(ROOT, "scripts/compress_site.mjs"), join(work, "srv/dunnage")], { stdio: "ignore" });
});
after(() => work && rmSync(work, { recursive: true }));

/** Replaces what stands in the text, so that a configuration that has changed is noticed. */
function put(text, from, to) {
  assert.ok(text.includes(from), `${from} is not in the configuration`);
  return text.replaceAll(from, to);
}

/**
 * The program with its own C library.
 *
 * @returns {[program: string, args: string[]]}
 */
function nginx(...args) {
  const library = readdirSync(join(DEBIAN, "usr/lib"), { withFileTypes: true }).find(
    (entry) => entry.isDirectory() && existsSync(join(DEBIAN, "usr/lib", entry.name, "libc.so.6"))
  ).name;
  const home = join(DEBIAN, "usr/lib", library);
  const loader = readdirSync(home).find((name) => /^ld-linux.*\.so\.\d+$/.test(name));
  return [join(home, loader), ["--library-path", home, join(DEBIAN, "usr/sbin/nginx"), ...args]];
}

async function freePort() {
  const probe = createServer();
  probe.listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (probe.address());
  await new Promise((done) => probe.close(done));
  return port;
}

/** Starts nginx on the files of deploy/nginx with no more changed than the port and where the site lies. */
async function start({ subpath, brotli }) {
  const port = await freePort();
  const home = join(work, `${subpath ? "subpath" : "own"}-${brotli ? "brotli" : "gzip"}`);
  mkdirSync(home, { recursive: true });
  cpSync(join(ROOT, "deploy/nginx/dunnage"), join(home, "dunnage"), { recursive: true });
  if (brotli) {
    const path = join(home, "dunnage/files.conf");
    writeFileSync(path, put(readFileSync(path, "utf8"), "#brotli_static on;", "brotli_static on;"));
  }
  let site = readFileSync(join(ROOT, "deploy/nginx", subpath ? "dunnage-subpath.conf" : "dunnage.conf"), "utf8");
  if (subpath) {
    site = `server {\n listen 127.0.0.1:${port};\n${put(site, "root /srv;", `root ${work}/srv;`)}\n}\n`;
  } else {
    site = put(put(site, "listen 80;", `listen 127.0.0.1:${port};`), "listen [::]:80;", "");
    site = put(site, "root /srv/dunnage;", `root ${work}/srv/dunnage;`);
  }
  writeFileSync(join(home, "site.conf"), site);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${home}/tmp;`);
  writeFileSync(
    join(home, "nginx.conf"),
    `${brotli ? `load_module ${MODULE};` : ""}
${process.getuid() === 0 ? "user root;" : ""}
daemon off;
worker_processes 1;
pid ${home}/pid;
error_log stderr;
events {}
http {
  access_log off;
  ${temporary.join("\n  ")}
  include ${home}/site.conf;
}
`
  );
  const [program, args] = nginx("-p", home, "-c", join(home, "nginx.conf"), "-e", "stderr");
  execFileSync(program, [...args, "-t", "-q"], { stdio: ["ignore", "inherit", "inherit"] });
  const server = spawn(program, args, { stdio: ["ignore", "ignore", "inherit"] });
  const ended = new Promise((done) => server.once("exit", done));
  const base = `http://127.0.0.1:${port}${subpath ? "/dunnage/" : "/"}`;
  for (let turn = 0; server.exitCode === null; turn++) {
    try {
      await get(base);
      break;
    } catch (error) {
      assert.ok(turn < 600 && error.code === "ECONNREFUSED", error);
      await new Promise((done) => setTimeout(done, 50));
    }
  }
  return {
    base,
    stop: () => {
      server.kill();
      return ended;
    },
  };
}

/** An answer as it came over the wire. */
function get(address, headers = {}) {
  return new Promise((done, failed) => {
    request(address, { headers, agent: false }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => done({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }));
    })
      .on("error", failed)
      .end();
  });
}

const unpack = { br: brotliDecompressSync, gzip: gunzipSync };

/** The headers that public/_headers asks for, against those that came. */
function asPromised(headers, path) {
  for (const [name, value] of Object.entries({ "cache-control": "no-cache", ...headersFor(rules, path) })) {
    assert.equal(headers[name], value, `${path}: ${name}`);
  }
}

for (const subpath of [false, true]) {
  for (const brotli of [false, true]) {
    const place = subpath ? "under a path" : "at a host of its own";
    describe(`nginx ${place}, ${brotli ? "with Brotli" : "as it comes"}`, () => {
      let server;
      before(async () => {
        server = skip ? undefined : await start({ subpath, brotli });
      });
      after(() => server?.stop());

      test("every file has its type, its headers and its bytes", { skip }, async () => {
        for (const path of ["", ...files]) {
          const file = path || "index.html";
          const { status, headers, body } = await get(server.base + path);
          assert.equal(status, 200, path);
          assert.equal(headers["content-type"], TYPES[extname(file)], path);
          assert.equal(headers["content-encoding"], undefined, path);
          assert.deepEqual(body, readFileSync(join(DIST, file)), path);
          asPromised(headers, `/${path}`);
        }
      });

      test("what can be smaller is sent compressed, as the browser takes it", { skip }, async () => {
        for (const path of files.filter((path) => extname(path) !== ".png")) {
          for (const [asked, given] of [["gzip", "gzip"], ["gzip, deflate, br", brotli ? "br" : "gzip"]]) {
            const { headers, body } = await get(server.base + path, { "accept-encoding": asked });
            assert.equal(headers["content-encoding"], given, `${path}, asked for ${asked}`);
            assert.match(headers.vary ?? "", /accept-encoding/i, path);
            assert.equal(headers["content-type"], TYPES[extname(path)], path);
            assert.deepEqual(unpack[given](body), readFileSync(join(DIST, path)), path);
          }
        }
      });

      test("what is not there is not found, on the site's own page", { skip }, async () => {
        const page = readFileSync(join(DIST, "404.html"), "utf8");
        for (const path of ["nothing", "deep/er/nothing", "assets/wizard-0123456789abcdef.js", "_headers", ".nojekyll"]) {
          const { status, headers, body } = await get(server.base + path);
          assert.equal(status, 404, path);
          assert.equal(body.toString(), page, path);
          assert.equal(headers["content-type"], TYPES[".html"], path);
          assert.equal(headers["cache-control"], "no-cache", `${path} may be there tomorrow`);
          asPromised(headers, "/404.html");
        }
      });

      test("the page is asked for anew and sent only if it has changed", { skip }, async () => {
        const first = await get(server.base);
        const again = await get(server.base, { "if-none-match": first.headers.etag });
        assert.equal(again.status, 304);
        assert.equal(again.headers["cache-control"], "no-cache");
      });

      if (subpath) {
        test("the path without its slash leads to the site", { skip }, async () => {
          const { status, headers } = await get(server.base.slice(0, -1));
          assert.equal(status, 301);
          assert.equal(new URL(headers.location).pathname, "/dunnage/");
        });
      }
    });
  }
}

test("deploy/nginx has the headers of public/_headers, no more and no fewer", () => {
  const text = readFileSync(join(ROOT, "deploy/nginx/dunnage/headers.conf"), "utf8");
  const found = [...text.matchAll(/^add_header (\S+) "(.*)" always;$/gm)].map(([, name, value]) => [name.toLowerCase(), value]);
  assert.deepEqual(found, Object.entries(headersFor(rules, "/assets/none")).filter(([name]) => name !== "cache-control"));
});
