// Finishes the site that Trunk has built: the style in the page, names with a hash, absolute addresses, the list of the
// service worker.
//
//     node scripts/finish_site.mjs [DIST]
//
// Every script, style, module and text that the page loads gets a hash of its content into its name and moves to
// assets/, so that no page ever gets a part of another version, and hosts may keep these files for ever. Wherever a
// file names another by its whole path from the site's root ("views/views.js"), or from its own directory, the name is
// changed; a name put together while the program runs would not be found, so a file that nothing names is an error.
//
// DUNNAGE_URL is the address that the site will have, such as https://example.org/dunnage/. Previews of links, the
// sitemap and the way back from a missing page want it absolute; without it, previews get a relative address, there is
// no sitemap, and the way back is the root of the host.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, rmdirSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, relative } from "node:path/posix";
import { pathToFileURL } from "node:url";
import { firstLoad } from "./first_load.mjs";
import { edited, only, tags, withValue } from "./html.mjs";

const HASHED = "assets";
const TEXTS = new Set([".css", ".html", ".js", ".json", ".mjs", ".svg", ".webmanifest"]);
const WORKER = "sw.js";

/**
 * Whether a file keeps its name, because somebody asks for it by that: a page, the worker, what crawlers and hosts look
 * for, pictures that other sites show.
 */
const isFixed = (path) =>
  !path.includes("/") && (path === WORKER || /^[._]|\.(html|ico|png|svg|txt|webmanifest|xml)$/.test(path));

const sha = (algorithm, bytes, encoding) => createHash(algorithm).update(bytes).digest(encoding);
const quoted = (text) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");

/**
 * The name without the hash that a file may have already: Trunk's is of an earlier state of the file, and is a number
 * without its leading zeros.
 */
const plain = (name) => name.replace(/-[0-9a-f]{10,16}(?=[._])/, "");

/** The path of the file that was `name` before the step, as tests and scripts ask for it. */
export function finished(root, name) {
  const stem = quoted(basename(name, extname(name)));
  const found = readdirSync(join(root, HASHED)).filter((file) => new RegExp(`^${stem}-[0-9a-f]{16}${quoted(extname(name))}$`).test(file));
  if (found.length !== 1) {
    throw new Error(`${name}: ${found.length} files of this name in ${root}/${HASHED}`);
  }
  return `${HASHED}/${found[0]}`;
}

function filesOf(root) {
  return readdirSync(root, { recursive: true })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => statSync(join(root, path)).isFile())
    .sort();
}

/** Every way in which `text`, the file at `from`, names `path`: an expression with the name's place in the middle. */
function namesIn(from, path) {
  const fromRoot = `(?:\\./)?${quoted(path)}`;
  const own = relative(dirname(from), path);
  const near = `(?:\\./)?${quoted(own)}`;
  switch (extname(from)) {
    case ".css":
      return [[`(url\\(\\s*["']?)(${near})(?=["'\\s)?#])`, "near"]];
    case ".js":
    case ".mjs":
      // Without a directory in it, the name from the root and the one from the own directory may be the same text;
      // they are told apart by the directory that the asking file stands in.
      return [
        [`(["'\`])(${fromRoot})(?=\\1)`, "root"],
        ...(own === path ? [] : [[`(["'\`])(${near})(?=\\1)`, "near"]]),
      ];
    default:
      return [[`(["'])(${fromRoot})(?=\\1)`, "root"]];
  }
}

/** Gives hashes to the names, and puts the new names wherever the old ones stood. Returns old path to new path. */
function rename(root) {
  const all = filesOf(root);
  const moving = all.filter((path) => !isFixed(path));
  const asked = new Set();
  const done = new Map();
  const open = [];

  const rewritten = (from, to) => {
    const bytes = readFileSync(join(root, from));
    if (!TEXTS.has(extname(from))) {
      return bytes;
    }
    let text = bytes.toString("utf8");
    if (extname(from) === ".html") {
      return Buffer.from(edited(text, attributesNaming(text)));
    }
    for (const path of moving) {
      for (const [pattern, base] of path === from ? [] : namesIn(from, path)) {
        text = text.replace(new RegExp(pattern, "g"), (_, before, name) => {
          asked.add(path);
          const target = finish(path);
          const fresh = base === "root" ? target : relative(dirname(to), target);
          return before + (name.startsWith("./") ? "./" : "") + fresh;
        });
      }
    }
    return Buffer.from(text);
  };

  /** The edits of a page whose attributes name files that move: a page stands at the root of the site. */
  function attributesNaming(html) {
    return tags(html).flatMap((tag) =>
      [...tag.attributes]
        .map(([name, value]) => ({ name, path: value.replace(/^\.\//, "") }))
        .filter(({ path }) => moving.includes(path))
        .map(({ name, path }) => {
          asked.add(path);
          return withValue(html, tag, name, (value) => value.replace(path, finish(path)));
        })
    );
  }

  function finish(path) {
    if (done.has(path)) {
      return done.get(path).to;
    }
    if (open.includes(path)) {
      throw new Error(`${[...open, path].join(" names ")}: none of these can have a hash of its content`);
    }
    open.push(path);
    const bytes = rewritten(path, `${HASHED}/${basename(path)}`);
    open.pop();
    const name = plain(basename(path));
    const stem = basename(name, extname(name));
    const to = `${HASHED}/${stem}-${sha("sha256", bytes, "hex").slice(0, 16)}${extname(name)}`;
    done.set(path, { to, bytes });
    return to;
  }

  const fixed = all
    .filter((path) => isFixed(path) && TEXTS.has(extname(path)))
    .map((path) => [path, rewritten(path, path)]);
  for (const path of moving) {
    finish(path);
  }
  const orphans = moving.filter((path) => !asked.has(path));
  if (orphans.length > 0) {
    throw new Error(`nothing names ${orphans.join(", ")}: name a file as a whole, "like/this.js", where it is loaded`);
  }
  for (const path of moving) {
    rmSync(join(root, path));
  }
  for (const directory of new Set(moving.map(dirname))) {
    if (directory !== "." && existsSync(join(root, directory)) && readdirSync(join(root, directory)).length === 0) {
      rmdirSync(join(root, directory));
    }
  }
  mkdirSync(join(root, HASHED), { recursive: true });
  for (const [path, bytes] of fixed) {
    writeFileSync(join(root, path), bytes);
  }
  for (const { to, bytes } of done.values()) {
    writeFileSync(join(root, to), bytes);
  }
}

/** The style that the first frame of the page is painted with; any other one is read later, by boot.js. */
const FIRST_STYLE = "first.css";

/**
 * Puts into the page what it cannot be painted without, the first style and the scripts before it: a browser waits for
 * each of them, and for each once more on its way.
 */
function inline(root) {
  const taken = (path, kind) => {
    const text = readFileSync(join(root, path), "utf8");
    if (text.includes(`</${kind}`)) {
      throw new Error(`${path} cannot stand in the page, because it names the end of its own element`);
    }
    rmSync(join(root, path));
    return `<${kind}>${text}</${kind}>`;
  };
  edit(root, "index.html", (html) =>
    edited(
      html,
      tags(html).flatMap(({ tag, attributes, whole: [from, to] }) => {
        const path = (attributes.get("href") ?? attributes.get("src") ?? "").replace(/^\.\//, "");
        if (tag === "link" && attributes.get("rel") === "stylesheet") {
          return [[from, to, plain(basename(path)) === FIRST_STYLE ? taken(path, "style") : `<link rel="preload" href="${path}" as="style">`]];
        }
        // A script with further attributes does not hold up the page.
        return tag === "script" && path && attributes.size === 1 ? [[from, to, taken(path, "script")]] : [];
      })
    )
  );
}

/** What takes longest to arrive is asked for first: the program before the style is read. */
function programFirst(html) {
  const links = tags(html).filter(({ tag, attributes }) => tag === "link" && /^(module)?preload$/.test(attributes.get("rel")));
  // Behind the policy, which a browser wants to know before it loads anything.
  const [, behind] = policyOf(html).place;
  const moved = links.map(({ place: [from, to] }) => html.slice(from, to)).join("");
  return edited(html, [[behind, behind, moved], ...links.map(({ place: [from, to] }) => /** @type {import("./html.mjs").Edit} */ ([from, to, ""]))]);
}

/** The element that has the page's policy. */
const policyOf = (html) => only(html, "the policy", ({ attributes }) => attributes.get("http-equiv") === "Content-Security-Policy");

/** The policy of the page allows the styles and scripts that stand in it, by their hashes, and no others. */
function policy(html) {
  const hashes = (kind) =>
    tags(html)
      .filter(({ tag, attributes }) => tag === kind && attributes.size === 0)
      .map(({ text }) => ` 'sha256-${sha("sha256", text, "base64")}'`)
      .join("");
  const change = (text) =>
    ["script", "style"].reduce(
      (value, kind) => once(value, `(${kind}-src 'self')(?: 'sha256-[A-Za-z0-9+/=]+')*`, `$1${hashes(kind)}`),
      text
    );
  return edited(html, [withValue(html, policyOf(html), "content", change)]);
}

/** The attributes that let a browser check a file are those of the file as it is now. */
function integrity(root, html) {
  return edited(
    html,
    tags(html)
      .filter(({ attributes }) => attributes.has("integrity"))
      .map((tag) => {
        const path = tag.attributes.get("href") ?? tag.attributes.get("src");
        return withValue(html, tag, "integrity", () => `sha384-${sha("sha384", readFileSync(join(root, path)), "base64")}`);
      })
  );
}

/** The address of the site, with a slash at its end, or nothing. */
function addressOf(text) {
  if (!text) {
    return undefined;
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash) {
    throw new Error(`DUNNAGE_URL has to be an address such as https://example.org/dunnage/, not "${text}"`);
  }
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}

const edit = (root, path, change) => writeFileSync(join(root, path), change(readFileSync(join(root, path), "utf8")));

/** Replaces exactly one place. */
function once(text, pattern, fresh) {
  if ([...text.matchAll(new RegExp(pattern, "g"))].length !== 1) {
    throw new Error(`${pattern} is not there once`);
  }
  return text.replace(new RegExp(pattern), fresh);
}

/** Absolute addresses, where they are known. */
function address(root, url) {
  const pages = ["", "verification.html"];
  edit(root, "index.html", (html) => {
    const image = only(html, "the picture of a link", ({ attributes }) => attributes.get("property") === "og:image");
    const [title] = only(html, "the title", ({ tag }) => tag === "title").place;
    return edited(html, [
      withValue(html, image, "content", () => `${url}social-card.png`),
      [title, title, `<link href="${url}" rel="canonical"><meta content="${url}" property="og:url">`],
    ]);
  });
  edit(root, "404.html", (html) =>
    edited(
      html,
      tags(html)
        .filter(({ attributes }) => attributes.get("href") === "/")
        .map((tag) => withValue(html, tag, "href", () => url))
    )
  );
  edit(root, "robots.txt", (text) => `${text.trimEnd()}\nSitemap: ${url}sitemap.xml\n`);
  const entries = pages.map((path) => `  <url><loc>${url}${path}</loc></url>\n`).join("");
  const open = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">';
  writeFileSync(join(root, "sitemap.xml"), `<?xml version="1.0" encoding="UTF-8"?>\n${open}\n${entries}</urlset>\n`);
}

/** What the worker keeps: path to the hash that the browser holds the answer to. */
function worker(root, version) {
  const around = ["manifest.webmanifest", finished(root, "offline.js"), finished(root, "offline.css")];
  const first = new Set([...firstLoad(root).map(({ path }) => path), ...around]);
  const pages = readdirSync(root).filter((path) => path.endsWith(".html") && path !== "404.html");
  const rest = [...pages, ...readdirSync(join(root, HASHED)).map((name) => `${HASHED}/${name}`)].filter((path) => !first.has(path));
  const listed = (paths) =>
    Object.fromEntries(
      [...paths].sort().map((path) => [
        path === "index.html" ? "./" : path,
        `sha256-${sha("sha256", readFileSync(join(root, path)), "base64")}`,
      ])
    );
  const site = { version, first: listed(first), later: listed(rest) };
  edit(root, WORKER, (text) => `self.SITE = ${JSON.stringify(site)};\n${text}`);
}

/** The script that starts the program. */
const starter = (html) => only(html, "the script that starts the program", ({ tag, attributes }) => tag === "script" && attributes.has("data-wasm"));

/** The whole step. */
export function finish(root, environment = process.env) {
  const url = addressOf(environment.DUNNAGE_URL);
  // What an earlier run wrote gives way, so that a finished site can be changed and finished again.
  edit(root, WORKER, (text) => text.replace(/^self\.SITE = .*\n/, ""));
  // Only now, so that the page that Trunk serves has no service worker.
  edit(root, "index.html", (html) => {
    const script = starter(html);
    const version = script.places.get("data-version");
    const start = script.place[0] + "<script".length;
    /** @type {import("./html.mjs").Edit[]} */
    const edits = [];
    if (!script.attributes.has("data-offline")) {
      edits.push([start, start, ' data-offline="offline.js"']);
    }
    if (version) {
      // With the space before it.
      edits.push([version[0] - 1, version[1], ""]);
    }
    return edited(html, edits);
  });
  inline(root);
  rename(root);
  if (url) {
    address(root, url);
  }
  edit(root, "index.html", (html) => policy(programFirst(integrity(root, html))));
  // Everything counts, the worker's own program as well.
  const version = sha("sha256", filesOf(root).map((path) => `${path} ${sha("sha256", readFileSync(join(root, path)), "hex")}\n`).join(""), "hex").slice(0, 16);
  edit(root, "index.html", (html) => {
    const start = starter(html).place[0] + "<script ".length;
    return edited(html, [[start, start, `data-version="${version}" `]]);
  });
  worker(root, version);
  return version;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    console.log(`version ${finish(process.argv[2] ?? "dist")}`);
  } catch (error) {
    console.error(`finish_site: ${error.message}`);
    process.exit(1);
  }
}
