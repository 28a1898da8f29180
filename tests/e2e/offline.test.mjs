// Without a network, and from one version to the next: the service worker in the built site.

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

import { finish, finished } from "../../scripts/finish_site.mjs";
import { serve } from "../../scripts/serve.mjs";
import { CHROMIUM, DIST, check, control, dunnage, filesOf, filesOfZip, missing, options, pick, presets, ready, row, scratch, shown } from "./harness.mjs";

const BASE = "/some/sub/path/";
const by = (id) => options.find((option) => option.id === id);
const siteOf = (root) => JSON.parse(/^self\.SITE = (.*);$/m.exec(readFileSync(join(root, "sw.js"), "utf8"))[1]);

/** The site as it is built, another version in which every file differs, and the site as Trunk leaves it. */
const sites = { one: resolve(DIST) };
let work;

before(() => {
  if (missing) {
    return;
  }
  work = mkdtempSync(join(tmpdir(), "dunnage-offline-"));
  sites.two = join(work, "two");
  cpSync(DIST, sites.two, { recursive: true });
  for (const name of readdirSync(join(sites.two, "assets"))) {
    const path = join(sites.two, "assets", name);
    // A custom section that is named "2" and empty.
    const more = { css: Buffer.from("\n/* 2 */\n"), js: Buffer.from("\n// 2\n"), wasm: Buffer.from([0, 2, 1, 0x32]) }[name.split(".").at(-1)];
    writeFileSync(path, Buffer.concat([readFileSync(path), more ?? Buffer.from("\n")]));
  }
  const page = join(sites.two, "index.html");
  writeFileSync(page, readFileSync(page, "utf8").replace("<h2>What your Django project ships in", "<h2>The second version"));
  finish(sites.two, {});

  sites.bad = join(work, "bad");
  cpSync(DIST, sites.bad, { recursive: true });
  writeFileSync(join(sites.bad, finished(DIST, "wizard.js")), 'throw new Error("a bad version");\n');
  finish(sites.bad, {});

  sites.unfinished = join(work, "unfinished");
  cpSync(DIST, sites.unfinished, { recursive: true });
  const worker = join(sites.unfinished, "sw.js");
  writeFileSync(worker, readFileSync(worker, "utf8").replace(/^self\.SITE = .*\n/, ""));
  const raw = join(sites.unfinished, "index.html");
  writeFileSync(raw, readFileSync(raw, "utf8").replace(/ data-offline=("[^"]*"|[^\s>]+)/, ""));
});
after(() => work && rmSync(work, { recursive: true }));

/** A host on which another version can be put in place, that can break or stall for some paths, and that can go away. */
async function host(first = sites.one) {
  const directory = mkdtempSync(join(tmpdir(), "dunnage-host-"));
  const root = join(directory, "site");
  const [broken, stalled] = [new Set(), new Set()];
  symlinkSync(first, root);
  const fails = (path) => (stalled.has(path) ? new Promise(() => {}) : broken.has(path));
  const server = await serve({ root, base: BASE, fails });
  let gone = false;
  const leave = async () => {
    if (!gone) {
      gone = true;
      await server.close();
    }
  };
  return {
    url: server.url,
    broken,
    stalled,
    deploy: (site) => {
      unlinkSync(root);
      symlinkSync(site, root);
    },
    leave,
    close: async () => {
      await leave();
      rmSync(directory, { recursive: true });
    },
  };
}

const alone = { worker: true, site: host };

/** The caches of the site, each with the paths in it. */
const caches_ = (page) =>
  page.evaluate(async (base) => {
    const found = {};
    for (const name of await caches.keys()) {
      const requests = await (await caches.open(name)).keys();
      found[name] = requests.map(({ url }) => new URL(url).pathname.slice(base.length) || "./").sort();
    }
    return found;
  }, BASE);

const nameOf = (site) => `dunnage ${BASE} ${siteOf(site).version}`;
const listed = (...lists) => lists.flatMap((list) => Object.keys(list)).sort();

/** Asks again until the answer is the wanted one; Playwright's own timeout ends a vain wait. */
async function until(page, ask, wanted) {
  let last;
  for (let turn = 0; turn < 200; turn++) {
    last = await ask();
    if (JSON.stringify(last) === JSON.stringify(wanted)) {
      return;
    }
    await page.waitForTimeout(100);
  }
  assert.deepEqual(last, wanted);
}

/** Waits until a version is kept whole and answers the page. */
async function kept(page, site = sites.one) {
  const { first, later } = siteOf(site);
  await until(page, async () => (await caches_(page))[nameOf(site)], listed(first, later));
  await page.waitForFunction(() => navigator.serviceWorker.controller);
}

/** The version of a page: of its text, and of everything that it has loaded from assets/. */
async function versionOf(page) {
  const heading = await page.locator(".intro h2").textContent();
  const loaded = await page.evaluate((base) =>
    performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname.slice(base.length)).filter((path) => path.startsWith("assets/")), BASE);
  assert.ok(loaded.length > 3, `${loaded}`);
  const version = heading.includes("second") ? "two" : "one";
  const { first, later } = siteOf(sites[version]);
  const strange = loaded.filter((path) => !(path in first) && !(path in later));
  assert.deepEqual(strange, [], `parts of another version in version ${version}`);
  return version;
}

const notice = (page) => page.getByRole("status").filter({ hasText: "A new version is ready." });
/**
 * Accepts the new version once the page asks for nothing of its own accord any more. Whatever is asked for while the old
 * worker ends has Chromium start it again, and then wait until it has been idle for half a minute, which a worker is
 * never while a test looks on.
 */
async function accept(page, act = () => notice(page).getByRole("button", { name: "Reload" }).click()) {
  await page.waitForFunction(() => {
    const paper = performance.getEntriesByType("resource").filter(({ name }) => /\/print\b.*\.(js|css)$/.test(name));
    return paper.length === 2 && document.documentElement.dataset.viewsState !== "loading";
  });
  await Promise.all([page.waitForEvent("load"), act()]);
}
const askForUpdate = (page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    const worker = (await registration.update().catch(() => registration)).installing;
    // Whatever comes of it is waited for.
    if (worker) {
      await new Promise((done) => worker.addEventListener("statechange", () => worker.state !== "installing" && done()));
    }
  });

async function openModule(page) {
  await page.getByRole("button", { name: "Open your project", exact: true }).click();
  await page.getByText("Drop your project here").waitFor();
}

check("after one visit everything works without a network", async ({ page, open, site }) => {
  await kept(page);
  await site.leave();
  await page.reload();
  await ready(page);
  assert.equal(await versionOf(page), "one");
  // What holds is computed and shown.
  await row(page, "docker-compose.yml").click();
  await pick(page, by("celery"), by("celery").values.find(({ id }) => id === "worker"));
  await control(page, by("project-name").label).fill("offline-shop");
  await page.waitForFunction(() => document.querySelector("#files-pane code")?.textContent.includes("celery"));
  assert.match(await shown(page), /celery/);
  await scratch(async (directory) => {
    const waiting = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download zip", exact: true }).click();
    const zip = join(directory, "set.zip");
    await (await waiting).saveAs(zip);
    dunnage("render", "--set", "project-name=offline-shop", "--set", "celery=worker", "--out", join(directory, "set"));
    const found = filesOfZip(zip, "offline-shop");
    assert.deepEqual(Object.keys(found).sort(), Object.keys(filesOf(join(directory, "set"))).sort());
  });
  await openModule(page);
  // Other addresses of the site, as links lead to them.
  await open(page, "index.html#v=1&project-name=elsewhere");
  assert.equal(await control(page, by("project-name").label).inputValue(), "elsewhere");
  await open(page, "?fresh#v=1");
  await page.getByRole("link", { name: "How it is verified" }).click();
  await page.getByRole("heading", { name: "How the output is verified" }).waitFor();
}, alone);

check("the first visit loads the rest only when the wizard runs, and none of it when data are to be saved", async ({ page, open, seen }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, "connection", { value: { saveData: true } }));
  await open(page);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  const names = seen.requests.map((url) => url.slice(url.indexOf(BASE) + BASE.length));
  const { first, later } = siteOf(sites.one);
  const wasm = names.findIndex((name) => name.startsWith("assets/wizard_bg"));
  assert.ok(wasm >= 0 && names.indexOf(finished(DIST, "offline.js")) > wasm, `${names}`);
  // The page takes the sheet of paper a second after it runs, be the worker in charge by then or not.
  const paper = ["print.js", "print.css"].map((name) => finished(DIST, name));
  const inCache = async () => (await caches_(page))[nameOf(sites.one)].filter((path) => !paper.includes(path));
  assert.deepEqual(await inCache(), listed(first));
  // What is used is kept all the same.
  await openModule(page);
  const used = ["dialog.js", "open.js", "project.css", "project.js", "project_bg.wasm", "read.js", "write.js", "zip.js"].map((name) => finished(DIST, name));
  await until(page, inCache, [...listed(first), ...used].sort());
  assert.ok(used.every((path) => path in later));
}, { ...alone, open: false });

check("a new version offers itself, and no page gets parts of the other one", async ({ page, tab, open, site }) => {
  await kept(page);
  // Another site of the same origin is none of the worker's business.
  await page.evaluate(() => caches.open("dunnage /other/ 1"));
  site.deploy(sites.two);
  const second = await tab(page.context());
  await open(second);
  assert.equal(await versionOf(second), "one", "until it is accepted, the old version answers");
  await notice(second).waitFor();
  await notice(page).waitFor();
  await control(second, by("project-name").label).fill("kept-shop");
  assert.equal(await versionOf(second), "one");
  // The field that has the focus has the views module fetched.
  await second.locator("html[data-views-state=ready]").waitFor();
  await accept(second);
  await ready(second);
  assert.equal(await versionOf(second), "two");
  assert.equal(await control(second, by("project-name").label).inputValue(), "kept-shop", "the choices are there");
  await openModule(second);
  assert.equal(await versionOf(second), "two");
  // The host has nothing of the old version any more, yet the page that is open goes on with it.
  assert.ok(await notice(page).isVisible());
  await openModule(page);
  assert.equal(await versionOf(page), "one");
  assert.deepEqual(Object.keys(await caches_(second)).sort(), [nameOf(sites.one), nameOf(sites.two), "dunnage /other/ 1"].sort());
  await page.close();
  await second.reload();
  await ready(second);
  await until(second, async () => Object.keys(await caches_(second)).sort(), [nameOf(sites.two), "dunnage /other/ 1"].sort());
  await site.leave();
  await second.reload();
  await ready(second);
  assert.equal(await versionOf(second), "two");
}, alone);

check("a version that is still being fetched gives way to the next one", async ({ page, url, site }) => {
  const paths = Object.keys(siteOf(sites.one).later);
  const slow = paths.findLastIndex((path) => !(path in siteOf(sites.two).later));
  assert.ok(slow > 0, "one of them comes before it");
  site.stalled.add(`/${paths[slow]}`);
  await page.goto(url);
  await ready(page);
  // The file before it has come, so that this one is asked for now.
  await until(page, async () => (await caches_(page))[nameOf(sites.one)]?.includes(paths[slow - 1]), true);
  site.deploy(sites.two);
  await askForUpdate(page);
  await accept(page);
  await ready(page);
  assert.equal(await versionOf(page), "two");
}, { ...alone, open: false });

check("the notice can wait, by keyboard as well", async ({ page, site }) => {
  await kept(page);
  site.deploy(sites.two);
  await askForUpdate(page);
  const later = notice(page).getByRole("button", { name: "Later" });
  await later.focus();
  await page.keyboard.press("Enter");
  await notice(page).waitFor({ state: "detached" });
  await page.reload();
  await ready(page);
  assert.equal(await versionOf(page), "one");
  await notice(page).waitFor();
  await notice(page).getByRole("button", { name: "Reload" }).focus();
  await accept(page, () => page.keyboard.press("Enter"));
  await ready(page);
  assert.equal(await versionOf(page), "two");
  assert.equal(await notice(page).count(), 0);
}, alone);

check("the notice fits a small screen", async ({ page, site }) => {
  await kept(page);
  site.deploy(sites.two);
  await askForUpdate(page);
  await notice(page).waitFor();
  const box = await notice(page).boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= 320 && box.y + box.height <= 640, JSON.stringify(box));
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
  // What stands at the bottom stays in reach.
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download zip", exact: true }).tap();
  await waiting;
  await page.getByRole("tab", { name: "Files" }).tap();
  assert.ok(await notice(page).isVisible());
}, { ...alone, context: { viewport: { width: 320, height: 640 }, hasTouch: true } });

for (const lost of ["project_bg.wasm", "boot.js"]) {
  check(`a version that does not arrive whole changes nothing: ${lost}`, async ({ page, site }) => {
    await kept(page);
    site.deploy(sites.two);
    site.broken.add(`/${finished(sites.two, lost)}`);
    await askForUpdate(page);
    assert.deepEqual(Object.keys(await caches_(page)), [nameOf(sites.one)]);
    assert.equal(await notice(page).count(), 0);
    await page.reload();
    await ready(page);
    assert.equal(await versionOf(page), "one");
    await openModule(page);
    assert.equal(await versionOf(page), "one");
    site.broken.clear();
    await askForUpdate(page);
    await page.keyboard.press("Escape");
    await accept(page);
    await ready(page);
    assert.equal(await versionOf(page), "two");
  }, alone);
}

check("a host that mixes two versions is not believed", async ({ page, site }) => {
  await kept(page);
  // The worker is the new one, the page still the old one: as seen in the middle of an upload.
  const mixed = join(work, "mixed");
  cpSync(sites.two, mixed, { recursive: true });
  cpSync(join(sites.one, "index.html"), join(mixed, "index.html"));
  site.deploy(mixed);
  await askForUpdate(page);
  assert.deepEqual(Object.keys(await caches_(page)), [nameOf(sites.one)]);
  assert.equal(await notice(page).count(), 0);
  await page.reload();
  await ready(page);
  assert.equal(await versionOf(page), "one");
}, alone);

check("a version that does not start is no dead end", async ({ page, url, site }) => {
  await page.goto(url);
  await page.getByText("The wizard could not be started").waitFor();
  await kept(page, sites.bad);
  site.deploy(sites.two);
  await page.reload();
  await page.getByText("The wizard could not be started").waitFor();
  await accept(page);
  await ready(page);
  assert.equal(await versionOf(page), "two");
}, { worker: true, site: () => host(sites.bad), open: false, noise: /a bad version/ });

check("a site without the list removes the worker, as make watch needs it", async ({ page, site }) => {
  await kept(page);
  site.deploy(sites.unfinished);
  await askForUpdate(page);
  await until(page, () => page.evaluate(async () => [(await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length]), [0, 0]);
  await page.reload();
  await ready(page);
  await page.waitForLoadState("networkidle");
  assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0, "none under make watch");
}, alone);

check("what is not the site's is the host's", async ({ page, url }) => {
  await kept(page);
  const response = await page.goto(`${url}no/such/page`);
  assert.equal(response.status(), 404);
  await page.getByRole("heading", { name: "Page not found" }).waitFor();
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector("a")).borderRadius), "8px", "its style is allowed");
  // Chromium reports every answer of 404.
}, { ...alone, noise: /404 \(Not Found\)/ });

test("the wizard is installable", { skip: missing ?? false }, async () => {
  // Chromium installs nothing from a private window, so that this one has a profile on disk; and nothing without windows.
  const profile = mkdtempSync(join(tmpdir(), "dunnage-profile-"));
  const site = await serve({ root: DIST, base: BASE });
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  });
  try {
    const page = await context.newPage();
    await page.goto(site.url);
    await ready(page);
    await kept(page);
    const devtools = await context.newCDPSession(page);
    const { url, errors, data } = await devtools.send("Page.getAppManifest");
    assert.equal(url, `${site.url}manifest.webmanifest`);
    assert.deepEqual(errors, []);
    const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
    assert.deepEqual(installabilityErrors, []);
    const manifest = JSON.parse(data);
    assert.equal(new URL(manifest.start_url, url).href, site.url);
    assert.equal(new URL(manifest.scope, url).href, site.url);
    // A shortcut is a preset, and leads to what the preset is now.
    for (const shortcut of manifest.shortcuts) {
      const preset = presets.find(({ title }) => title === shortcut.name);
      assert.ok(preset, shortcut.name);
      assert.equal(shortcut.url, `./${dunnage("link", "--preset", preset.id).trim()}`);
    }
  } finally {
    await context.close();
    await site.close();
    rmSync(profile, { recursive: true });
  }
});
