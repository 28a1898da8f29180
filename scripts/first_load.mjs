// Which files a browser loads before the wizard can be used. Shared by the size budget and the tests of the built site.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { tags } from "./html.mjs";

/** What the page itself names: [{ kind, url }]. */
export function references(html) {
  const found = [];
  for (const { tag, attributes } of tags(html)) {
    if (tag === "script") {
      found.push({ kind: "JS", url: attributes.get("src") });
      found.push({ kind: "JS", url: attributes.get("data-js") });
      found.push({ kind: "WASM", url: attributes.get("data-wasm") });
    } else if (tag === "link") {
      const rel = (attributes.get("rel") ?? "").toLowerCase().split(/\s+/);
      const as = attributes.get("as");
      const kind = rel.includes("stylesheet") || as === "style" ? "CSS" : as === "font" ? "font" : null;
      if (kind || rel.includes("modulepreload") || rel.includes("preload")) {
        found.push({ kind: kind ?? "JS", url: attributes.get("href") });
      } else if (rel.includes("icon") || rel.includes("manifest")) {
        found.push({ kind: "other", url: attributes.get("href") });
      }
    } else if (tag === "img" || tag === "source") {
      found.push({ kind: "other", url: attributes.get("src") });
    }
  }
  return found.filter(({ url }) => url && !url.startsWith("data:"));
}

/** Follows the page's references, the imports of its scripts and the fonts of its styles: [{ kind, path }]. */
export function firstLoad(root) {
  const files = new Map([["index.html", "HTML"]]);
  const visit = (kind, url, from) => {
    const path = join(dirname(from), url.split(/[?#]/)[0]);
    if (files.has(path)) {
      return;
    }
    files.set(path, path.endsWith(".wasm") ? "WASM" : path.endsWith(".woff2") ? "font" : kind);
    if (!existsSync(join(root, path))) {
      return;
    }
    if (path.endsWith(".css")) {
      for (const [, quoted] of readFileSync(join(root, path), "utf8").matchAll(/url\(\s*["']?([^"')]+)["']?\s*\)/g)) {
        if (!quoted.startsWith("data:") && !quoted.startsWith("#")) {
          visit("other", quoted, path);
        }
      }
    } else if (path.endsWith(".js") || path.endsWith(".mjs")) {
      const text = readFileSync(join(root, path), "utf8");
      for (const [, imported] of text.matchAll(/^\s*(?:import|export)\b[^;]*?from\s*["'](\.[^"']+)["']/gm)) {
        visit("JS", imported, path);
      }
      // What boot.js imports whatever happens; its names count from the page.
      for (const [, imported] of text.matchAll(/\/\/ Always fetched:[^\n]*\s*import\(at\("([^"]+)"/g)) {
        visit("JS", imported, "index.html");
      }
    }
  };
  for (const { kind, url } of references(readFileSync(join(root, "index.html"), "utf8"))) {
    visit(kind, url, "index.html");
  }
  return [...files].map(([path, kind]) => ({ kind, path }));
}
