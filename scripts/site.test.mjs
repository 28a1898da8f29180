// Tests of the built site as files: what the page refers to, its policy, and how a host would serve it.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { firstLoad, references, tags } from "./first_load.mjs";
import { headersFor, parseHeaders, serve } from "./serve.mjs";

const DIST = new URL("../dist/", import.meta.url).pathname;
const html = readFileSync(join(DIST, "index.html"), "utf8");
const rules = parseHeaders(readFileSync(join(DIST, "_headers"), "utf8"));
const page = tags(html);
const policyOf = (text) => new Map(text.split(";").map((d) => d.trim().split(/\s+/)).map(([name, ...v]) => [name, v.join(" ")]));
const meta = page.find(({ attributes }) => attributes.get("http-equiv")?.toLowerCase() === "content-security-policy");

test("every script is a file of the site", () => {
  const scripts = page.filter(({ tag }) => tag === "script");
  assert.ok(scripts.length > 0);
  for (const { attributes } of scripts) {
    assert.ok(attributes.get("src"), `inline script: ${JSON.stringify([...attributes])}`);
  }
});

test("no style or handler is written into the page", () => {
  for (const { tag, attributes } of page) {
    assert.notEqual(tag, "style", "inline <style>");
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
  assert.equal(policy.get("script-src"), "'self' 'wasm-unsafe-eval'");
  for (const [name, value] of policy) {
    assert.match(value, /^('self'|'none'|'wasm-unsafe-eval'| )*$/, `${name} ${value}`);
  }
});

test("the header's policy is the page's, plus frame-ancestors", () => {
  const header = policyOf(headersFor(rules, "/")["content-security-policy"]);
  assert.equal(header.get("frame-ancestors"), "'none'");
  header.delete("frame-ancestors");
  assert.deepEqual([...header].sort(), [...policyOf(meta.attributes.get("content"))].sort());
});

test("no two rules give one path the same header", () => {
  for (const path of ["/", "/index.html", "/boot.js", "/project.js", "/adapt/adapt.js", "/adapt/adapt_bg.wasm", ...firstLoad(DIST).map(({ path }) => `/${path}`)]) {
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

/** The second module, and what starts it: fetched by whoever asks for it, and by nobody else. */
const SECOND = { "project.js": /^text\/javascript/, "project.css": /^text\/css/, "adapt/adapt.js": /^text\/javascript/, "adapt/adapt_bg.wasm": /^application\/wasm$/ };

test("the second module is there, whole, and no part of the first load", () => {
  const first = firstLoad(DIST).map(({ path }) => path);
  for (const path of Object.keys(SECOND)) {
    assert.ok(existsSync(join(DIST, path)), `${path} is missing`);
    assert.ok(!first.includes(path), `${path} is loaded at once`);
    const text = readFileSync(join(DIST, path)).toString("latin1");
    for (const trace of [new URL("..", import.meta.url).pathname, "/.cargo/", "/.rustup/"]) {
      assert.ok(!text.includes(trace), `${path} contains ${trace}`);
    }
  }
  assert.ok(WebAssembly.validate(readFileSync(join(DIST, "adapt/adapt_bg.wasm"))));
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

test("the second module is served with its types, and asked for anew", async () => {
  for (const [path, type] of Object.entries(SECOND)) {
    const response = await fetch(new URL(path, server.url));
    assert.equal(response.status, 200, path);
    assert.match(response.headers.get("content-type"), type, path);
    assert.equal(response.headers.get("cache-control"), "no-cache", path);
    await response.arrayBuffer();
  }
});

test("what is not there is not found, and nothing outside is reached", async () => {
  for (const path of ["nothing", "..%2f..%2fCargo.toml", "_headers"]) {
    assert.equal((await fetch(server.url + path)).status, 404, path);
  }
});
