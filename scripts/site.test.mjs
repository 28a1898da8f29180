// Tests of the built site as files: what the page refers to, its policy, and how a host would serve it.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { finish, finished } from "./finish_site.mjs";
import { firstLoad, references } from "./first_load.mjs";
import { tags } from "./html.mjs";
import { headersFor, parseHeaders, serve } from "./serve.mjs";

const DIST = new URL("../dist/", import.meta.url).pathname;
const html = readFileSync(join(DIST, "index.html"), "utf8");
const rules = parseHeaders(readFileSync(join(DIST, "_headers"), "utf8"));
const page = tags(html);
const policyOf = (text) => new Map(text.split(";").map((d) => d.trim().split(/\s+/)).map(([name, ...v]) => [name, v.join(" ")]));
const meta = page.find(({ attributes }) => attributes.get("http-equiv")?.toLowerCase() === "content-security-policy");

const sha256 = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
/** The styles or scripts that are written into a page, as hashes. */
const inlined = (text, kind) => [...text.matchAll(new RegExp(`<${kind}>(.*?)</${kind}>`, "gs"))].map(([, inside]) => sha256(inside));

test("what is written into the page is what it cannot be painted without, and the policy names it by its hash", () => {
  const policy = policyOf(meta.attributes.get("content"));
  for (const [kind, rest] of [["style", "'self'"], ["script", "'self' 'wasm-unsafe-eval'"]]) {
    const hashes = inlined(html, kind);
    assert.equal(hashes.length, 1, kind);
    const allowed = policy.get(`${kind}-src`).split(" ");
    assert.deepEqual(allowed.filter((value) => value.startsWith("'sha256-")), hashes, kind);
    assert.deepEqual(allowed.filter((value) => !value.startsWith("'sha256-")).join(" "), rest, kind);
  }
  // A tag with attributes names a file.
  const named = page.filter(({ tag, attributes }) => tag === "script" && attributes.get("src"));
  assert.equal(page.filter(({ tag }) => tag === "script").length, named.length + 1);
  assert.ok(!page.some(({ tag, attributes }) => tag === "link" && attributes.get("rel") === "stylesheet"));
});

test("the style that the first frame does without is fetched early, and counts", () => {
  const fetched = page.filter(({ tag, attributes }) => tag === "link" && attributes.get("as") === "style");
  assert.deepEqual(fetched.map(({ attributes }) => attributes.get("href")), [finished(DIST, "main.css")]);
  assert.ok(firstLoad(DIST).some(({ kind, path }) => kind === "CSS" && path === finished(DIST, "main.css")));
});

test("no style or handler is written into an element", () => {
  for (const { tag, attributes } of page) {
    for (const name of attributes.keys()) {
      assert.ok(name !== "style" && !name.startsWith("on"), `<${tag} ${name}>`);
    }
  }
});

test("every reference is relative and its file is there", () => {
  const found = references(html);
  assert.ok(found.some(({ kind }) => kind === "WASM"));
  for (const { url } of found) {
    assert.match(url, /^(?![a-z]+:|\/)/i, `${url} would not work from a sub-path`);
  }
  for (const { path } of firstLoad(DIST)) {
    assert.ok(!path.startsWith("..") && existsSync(join(DIST, path)), `${path} is missing`);
  }
});

test("the page allows itself WebAssembly and its own files, nothing wider", () => {
  assert.ok(meta, "no Content-Security-Policy in the page");
  const policy = policyOf(meta.attributes.get("content"));
  assert.equal(policy.get("default-src"), "'self'");
  for (const [name, value] of policy) {
    assert.match(value, /^('self'|'none'|'wasm-unsafe-eval'|'sha256-[A-Za-z0-9+/]{43}='| )*$/, `${name} ${value}`);
  }
});

test("the header's policy forbids nothing that the page allows, and adds frame-ancestors", () => {
  const header = policyOf(headersFor(rules, "/")["content-security-policy"]);
  assert.equal(header.get("frame-ancestors"), "'none'");
  header.delete("frame-ancestors");
  const policy = policyOf(meta.attributes.get("content"));
  assert.deepEqual([...header].sort(), [...policy].filter(([name]) => ["object-src", "base-uri", "form-action"].includes(name)).sort());
});

test("every page has a policy of its own", () => {
  for (const name of readdirSync(DIST).filter((path) => path.endsWith(".html"))) {
    const text = readFileSync(join(DIST, name), "utf8");
    const own = tags(text).find(({ attributes }) => attributes.get("http-equiv") === "Content-Security-Policy");
    const policy = policyOf(own.attributes.get("content"));
    assert.match(policy.get("default-src"), /^'(self|none)'$/, name);
    for (const kind of ["style", "script"]) {
      const allowed = policy.get(`${kind}-src`) ?? policy.get("default-src");
      assert.ok(!allowed.includes("unsafe-inline"), name);
      assert.deepEqual(inlined(text, kind).filter((hash) => !allowed.includes(hash)), [], name);
    }
  }
});

test("no two rules give one path the same header", () => {
  for (const path of ["/", ...readdirSync(DIST, { recursive: true }).map((path) => `/${path}`)]) {
    const names = rules.filter(({ test }) => test.test(path)).flatMap(({ headers }) => headers.map(([name]) => name));
    assert.equal(new Set(names).size, names.length, `${path}: ${names}`);
  }
});

test("nothing names a path of the machine that built it", () => {
  const checkout = new URL("..", import.meta.url).pathname;
  for (const { path } of firstLoad(DIST)) {
    const text = readFileSync(join(DIST, path)).toString("latin1");
    for (const trace of [checkout, "/.cargo/", "/.rustup/"]) {
      assert.ok(!text.includes(trace), `${path} contains ${trace}`);
    }
  }
});

test("the WebAssembly is valid", () => {
  const { path } = firstLoad(DIST).find(({ kind }) => kind === "WASM");
  assert.ok(WebAssembly.validate(readFileSync(join(DIST, path))));
});

/** What is fetched by whoever asks for it, and by nobody else: as it was named before the site was finished. */
const PROJECT_MODULE = {
  "open.js": /^text\/javascript/,
  "dialog.js": /^text\/javascript/,
  "read.js": /^text\/javascript/,
  "zip.js": /^text\/javascript/,
  "write.js": /^text\/javascript/,
  "project.css": /^text\/css/,
  "project.js": /^text\/javascript/,
  "project_bg.wasm": /^application\/wasm$/,
};

test("the project module is there, whole, and no part of the first load", () => {
  const first = firstLoad(DIST).map(({ path }) => path);
  for (const path of Object.keys(PROJECT_MODULE).map((name) => finished(DIST, name))) {
    assert.ok(!first.includes(path), `${path} is loaded at once`);
    const text = readFileSync(join(DIST, path)).toString("latin1");
    for (const trace of [new URL("..", import.meta.url).pathname, "/.cargo/", "/.rustup/"]) {
      assert.ok(!text.includes(trace), `${path} contains ${trace}`);
    }
  }
  assert.ok(WebAssembly.validate(readFileSync(join(DIST, finished(DIST, "project_bg.wasm")))));
});

// --- one version, whole -------------------------------------------------------------------------------------------------

const everything = (root) =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.replace(/\/$/, "").length + 1))
    .sort();
const siteOf = (root) => JSON.parse(/^self\.SITE = (.*);$/m.exec(readFileSync(join(root, "sw.js"), "utf8"))[1]);

/** A copy of the site that is gone after `use`. */
function copy(use) {
  const root = mkdtempSync(join(tmpdir(), "dunnage-site-"));
  try {
    cpSync(DIST, root, { recursive: true });
    return use(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

test("every file that a page loads has the hash of its content in its name", () => {
  const outside = everything(DIST).filter((path) => !path.startsWith("assets/"));
  assert.deepEqual(outside.filter((path) => /\.(css|js|wasm)$/.test(path)), ["sw.js"]);
  for (const path of everything(join(DIST, "assets"))) {
    const hash = createHash("sha256").update(readFileSync(join(DIST, "assets", path))).digest("hex").slice(0, 16);
    assert.match(path, new RegExp(`-${hash}\\.[a-z0-9]+$`));
  }
});

test("the service worker's list is the site, by content", () => {
  const { first, later } = siteOf(DIST);
  const listed = { ...first, ...later };
  for (const [path, hash] of Object.entries(listed)) {
    const bytes = readFileSync(join(DIST, path === "./" ? "index.html" : path));
    assert.equal(hash, `sha256-${createHash("sha256").update(bytes).digest("base64")}`, path);
  }
  for (const { path } of firstLoad(DIST)) {
    assert.ok((path === "index.html" ? "./" : path) in first, `${path} is not kept at once`);
  }
  const left = everything(DIST).filter((path) => !(path in listed) && path !== "index.html");
  assert.deepEqual(left.filter((path) => path.startsWith("assets/")), []);
  assert.deepEqual(left.filter((path) => /\.html$/.test(path)), ["404.html"]);
});

test("the worker and the notice come after the first load", () => {
  const first = firstLoad(DIST).map(({ path }) => path);
  for (const path of ["sw.js", "manifest.webmanifest", finished(DIST, "offline.js"), finished(DIST, "offline.css")]) {
    assert.ok(!first.includes(path), path);
  }
});

test("finishing once more changes nothing, and a change of any file changes the version and what names it", () => {
  const before = everything(DIST);
  const { version } = siteOf(DIST);
  copy((root) => {
    assert.equal(finish(root, {}), version);
    assert.deepEqual(everything(root), before);
    for (const path of before) {
      assert.deepEqual(readFileSync(join(root, path)), readFileSync(join(DIST, path)), path);
    }
  });
  // The project module's JavaScript is named by open.js, that by boot.js, and that by the page.
  copy((root) => {
    const changed = finished(root, "project.js");
    writeFileSync(join(root, changed), `${readFileSync(join(root, changed), "utf8")}\n`);
    assert.notEqual(finish(root, {}), version);
    const fresh = (name) => assert.notEqual(finished(root, name), finished(DIST, name), name);
    ["project.js", "open.js", "boot.js"].forEach(fresh);
    const same = (name) => assert.equal(finished(root, name), finished(DIST, name), name);
    ["project_bg.wasm", "project.css", "wizard_bg.wasm"].forEach(same);
    assert.ok(readFileSync(join(root, "index.html"), "utf8").includes(finished(root, "boot.js")));
  });
});

test("a file that nothing names is an error, and so is a ring of names", () => {
  copy((root) => {
    writeFileSync(join(root, "lost.js"), "");
    assert.throws(() => finish(root, {}), /nothing names lost\.js/);
  });
  copy((root) => {
    writeFileSync(join(root, "one.js"), 'import("two.js")');
    writeFileSync(join(root, "two.js"), 'import("one.js")');
    assert.throws(() => finish(root, {}), /one\.js names two\.js names one\.js/);
  });
});

test("a text in a directory of its own gets its hash as well", () => {
  copy((root) => {
    cpSync(new URL("../public/robots.txt", import.meta.url), join(root, "locale/de.txt"));
    const asking = finished(root, "offline.js");
    writeFileSync(join(root, asking), `${readFileSync(join(root, asking), "utf8")}\n// "locale/de.txt"\n`);
    finish(root, {});
    assert.ok(!existsSync(join(root, "locale")));
    assert.ok(readFileSync(join(root, finished(root, "offline.js")), "utf8").includes(`"${finished(root, "de.txt")}"`));
    assert.ok(finished(root, "de.txt") in siteOf(root).later);
  });
});

// --- seen from outside --------------------------------------------------------------------------------------------------

const social = (root) => {
  const tagsThere = tags(readFileSync(join(root, "index.html"), "utf8"));
  const of = (name) => tagsThere.find(({ attributes }) => (attributes.get("property") ?? attributes.get("name")) === name)?.attributes.get("content");
  const canonical = tagsThere.find(({ attributes }) => attributes.get("rel") === "canonical")?.attributes.get("href");
  return { image: of("og:image"), url: of("og:url"), title: of("og:title"), card: of("twitter:card"), canonical };
};

/** Width and height as a PNG states them. */
function sizeOf(path) {
  const bytes = readFileSync(path);
  assert.equal(bytes.toString("latin1", 1, 4), "PNG", path);
  return `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`;
}

test("a link to the site brings up a card", () => {
  const { image, title, card, url } = social(DIST);
  assert.equal(image, "social-card.png");
  assert.equal(sizeOf(join(DIST, image)), "1200x630");
  assert.match(title, /Dunnage/);
  assert.equal(card, "summary_large_image");
  assert.equal(url, undefined, "no address is known");
  assert.ok(!existsSync(join(DIST, "sitemap.xml")));
  assert.doesNotMatch(readFileSync(join(DIST, "robots.txt"), "utf8"), /Sitemap/);
});

test("with DUNNAGE_URL, addresses for others are absolute", () => {
  for (const given of ["https://example.org/dunnage", "https://example.org/dunnage/"]) {
    copy((root) => {
      finish(root, { DUNNAGE_URL: given });
      const base = "https://example.org/dunnage/";
      const { image, url, canonical } = social(root);
      assert.deepEqual([image, url, canonical], [`${base}social-card.png`, base, base]);
      const sitemap = readFileSync(join(root, "sitemap.xml"), "utf8");
      assert.deepEqual([...sitemap.matchAll(/<loc>(.*?)<\/loc>/g)].map(([, at]) => at), [base, `${base}verification.html`]);
      assert.match(readFileSync(join(root, "robots.txt"), "utf8"), /^Sitemap: https:\/\/example\.org\/dunnage\/sitemap\.xml$/m);
      assert.match(readFileSync(join(root, "404.html"), "utf8"), /<a href="https:\/\/example\.org\/dunnage\/">/);
      const { first } = siteOf(root);
      assert.equal(first["./"], `sha256-${createHash("sha256").update(readFileSync(join(root, "index.html"))).digest("base64")}`);
    });
  }
  for (const bad of ["example.org", "ftp://example.org/", "https://example.org/?a=b"]) {
    copy((root) => assert.throws(() => finish(root, { DUNNAGE_URL: bad }), /DUNNAGE_URL has to be/));
  }
});

test("the manifest's pictures are there, of the size that it states", () => {
  const manifest = JSON.parse(readFileSync(join(DIST, "manifest.webmanifest"), "utf8"));
  for (const { src, sizes, type } of manifest.icons) {
    assert.ok(existsSync(join(DIST, src)), src);
    if (type === "image/png") {
      assert.equal(sizeOf(join(DIST, src)), sizes, src);
    }
  }
  assert.ok(manifest.icons.some(({ purpose }) => purpose === "maskable"));
  assert.equal(sizeOf(join(DIST, "apple-touch-icon.png")), "180x180");
});

test("the missing page needs nothing from the site", () => {
  const found = tags(readFileSync(join(DIST, "404.html"), "utf8"));
  for (const { tag, attributes } of found) {
    assert.ok(!["script", "link", "img"].includes(tag), `<${tag}>`);
    assert.ok(!attributes.has("style") && !attributes.has("src"), tag);
  }
  assert.equal(found.find(({ tag }) => tag === "a").attributes.get("href"), "/");
});

let server;
before(async () => {
  server = await serve({ root: DIST, base: "/some/where/" });
});
after(() => server.close());

test("a sub-path serves every file of the first load with its type and its caching", async () => {
  const types = { HTML: /^text\/html/, JS: /^text\/javascript/, WASM: /^application\/wasm$/, CSS: /^text\/css/, font: /^font\/woff2$/ };
  for (const { kind, path } of firstLoad(DIST)) {
    const response = await fetch(new URL(path, server.url));
    assert.equal(response.status, 200, path);
    assert.match(response.headers.get("content-type"), types[kind] ?? /./, path);
    assert.equal(response.headers.get("x-content-type-options"), "nosniff", path);
    if (path.startsWith("assets/")) {
      assert.match(path, /-[0-9a-f]{8,}/, "only names with a hash may be kept for ever");
      assert.match(response.headers.get("cache-control"), /immutable/, path);
    } else {
      assert.doesNotMatch(response.headers.get("cache-control") ?? "", /immutable/, path);
    }
    await response.arrayBuffer();
  }
});

test("the project module is served with its types, and kept", async () => {
  for (const [name, type] of Object.entries(PROJECT_MODULE)) {
    const path = finished(DIST, name);
    const response = await fetch(new URL(path, server.url));
    assert.equal(response.status, 200, path);
    assert.match(response.headers.get("content-type"), type, path);
    assert.match(response.headers.get("cache-control"), /immutable/, path);
    await response.arrayBuffer();
  }
});

test("what keeps its name is asked for anew", async () => {
  for (const path of ["", "index.html", "sw.js", "verification.html", "manifest.webmanifest"]) {
    const response = await fetch(new URL(path, server.url));
    assert.equal(response.status, 200, path);
    assert.equal(response.headers.get("cache-control"), "no-cache", path);
    await response.arrayBuffer();
  }
});

test("what is not there is not found, and nothing outside is reached", async () => {
  for (const path of ["nothing", "deep/er/nothing", "..%2f..%2fCargo.toml", "_headers"]) {
    const response = await fetch(server.url + path);
    assert.equal(response.status, 404, path);
    assert.match(await response.text(), /Page not found/, path);
    assert.equal(response.headers.get("cache-control"), "no-cache", path);
  }
});
