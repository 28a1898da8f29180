// What every browser test needs: the built site served from a sub-path as a static host does, a real Chromium, the
// command line beside it, and two promises checked after each test: no request left the origin, the console is clean.
//
// DUNNAGE_DIST is the built site, DUNNAGE_BIN the command line, DUNNAGE_CHROMIUM the browser, DUNNAGE_HEADLESS the same
// browser without its windows, where there is one.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

import { serve } from "../../scripts/serve.mjs";
import { DIST, PATIENCE, notBuilt } from "./shared.mjs";

export * from "./shared.mjs";

/** The browser's program. */
export const CHROMIUM = [process.env.DUNNAGE_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
  .filter(Boolean)
  .find(existsSync);

/** The reason to skip, or false. On CI nothing is skipped: there a missing tool is an error. */
export const missing = existsSync(CHROMIUM ?? "")
  ? notBuilt
  : "Chromium is not installed: apt-get install chromium (or set DUNNAGE_CHROMIUM)";
if (missing && process.env.CI) {
  throw new Error(missing);
}

let site;
let browser;

before(async () => {
  if (missing) {
    return;
  }
  site = await serve({ root: DIST, base: "/some/sub/path/" });
  browser = await chromium.launch({
    executablePath: process.env.DUNNAGE_HEADLESS || CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
});

after(async () => {
  await browser?.close();
  await site?.close();
});

/** Keeps the service worker away, as a browser does that forbids it. */
function withoutWorker() {
  if (self.ServiceWorkerContainer) {
    ServiceWorkerContainer.prototype.register = () => Promise.reject(new DOMException("not here", "SecurityError"));
  }
}

/**
 * A test in a fresh browser profile. `body` gets the visit: a page that is open and ready, and ways to open more.
 * `options.context` are Playwright's; `options.open: false` leaves the opening to the test;
 * `options.noise` is a pattern of console errors that the test provokes; `options.worker` lets the service worker in,
 * which would answer requests that a test means to intercept; `options.site` makes a server of the test's own.
 */
export function check(name, body, options = {}) {
  test(name, { skip: missing ?? false }, async () => {
    const seen = { requests: [], console: [] };
    const contexts = [];
    const place = options.site ? await options.site() : site;
    const profile = async (more = {}) => {
      const context = await browser.newContext({ reducedMotion: "reduce", ...options.context, ...more });
      context.setDefaultTimeout(PATIENCE);
      contexts.push(context);
      if (!options.worker) {
        await context.addInitScript(withoutWorker);
      }
      context.on("request", (request) => seen.requests.push(request.url()));
      return tab(context);
    };
    const tab = async (context) => {
      const page = await context.newPage();
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") {
          seen.console.push(`${message.type()}: ${message.text()}`);
        }
      });
      page.on("pageerror", (error) => seen.console.push(`uncaught: ${error.message}`));
      return page;
    };
    const open = async (page, fragment = "") => {
      // A change of the fragment alone would load nothing.
      await page.goto("about:blank");
      await page.goto(place.url + fragment);
      await ready(page);
    };
    try {
      const page = await profile();
      if (options.open !== false) {
        await open(page, options.fragment);
      }
      await body({ page, open, profile, tab, url: place.url, seen, site: place });
    } finally {
      await Promise.all(contexts.map((context) => context.close()));
      if (place !== site) {
        await place.close();
      }
    }
    const origin = new URL(place.url).origin;
    const strangers = seen.requests.filter((url) => !url.startsWith(origin) && !/^(about|blob|data):/.test(url));
    assert.deepEqual(strangers, [], "a request left the origin");
    const noise = seen.console.filter((line) => !options.noise?.test(line));
    assert.deepEqual(noise, [], "the console is not clean");
  });
}

/** Waits until the wizard runs, its form is whole, and the script of the shortcuts and views is there. */
export async function ready(page) {
  await page.waitForFunction(() => {
    const { boot, form } = document.documentElement.dataset;
    return boot === "ready" && form === "whole" && document.querySelector("[data-open]:not([hidden])");
  });
}

/** Keeps back every answer to what a pattern names, until what this returns is called. */
export async function hold(page, pattern) {
  let release;
  const released = new Promise((done) => (release = done));
  await page.route(pattern, async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

/** Makes the page as wide as that, and waits until it is. */
export async function widen(page, width) {
  await page.setViewportSize({ width, height: 844 });
  await page.waitForFunction((width) => innerWidth === width, width);
}

/**
 * The choices in the address, as they differ from the defaults. It follows the choices at the next pause; a first visit
 * leaves it alone.
 */
export async function address(page) {
  await page.waitForFunction(() => {
    const [there, choices] = [location.hash.slice(1), document.documentElement.dataset.link];
    return there === choices || (there === "" && choices === "v=1");
  });
  const choices = Object.fromEntries(new URLSearchParams(new URL(page.url()).hash.slice(1)));
  delete choices.v;
  return choices;
}

/** The control of an option, by its label. */
export function control(page, label) {
  return page.getByLabel(label, { exact: true });
}

/** Picks a value of a set by its label. */
export async function pick(page, option, value) {
  const field = control(page, option.label);
  if ((await field.getAttribute("role")) === "radiogroup") {
    await field.getByRole("radio", { name: value.label, exact: true }).check();
  } else {
    await field.selectOption({ label: value.label });
  }
}

/** The text of the file that is shown. */
export async function shown(page) {
  return page.getByRole("region", { name: "Preview" }).locator("code").textContent();
}

/** A row of the tree. */
export function row(page, name) {
  return page.getByRole("tree", { name: "Generated files" }).getByRole("treeitem", { name, exact: true });
}
