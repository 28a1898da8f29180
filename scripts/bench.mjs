// How fast the built site is in a real Chromium, beside a hand-written page that does nothing else: the floor, which is
// what machine and browser cost. Both are measured in one run, in turn, so that a ratio means something even on a busy
// machine.
//
//     node scripts/bench.mjs [--dist dist] [--runs 15] [--edits 40] [--write] [--criterion target/criterion]
//
// With --write, the tables of docs/performance.md are written anew, with --criterion also that of the engine. How it is
// measured stands there.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { serve } from "./serve.mjs";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const { chromium } = createRequire(join(ROOT, "tests/e2e/package.json"))("playwright-core");
const { values: args } = parseArgs({
  options: {
    dist: { type: "string", default: join(ROOT, "dist") },
    runs: { type: "string", default: "15" },
    edits: { type: "string", default: "40" },
    write: { type: "boolean", default: false },
    criterion: { type: "string" },
  },
});
const RUNS = Number(args.runs);
const EDITS = Number(args.edits);
/** So many edits are measured apart, right after the page can be used. */
const FIRST = 20;

// Lighthouse's "slow 4G": 1.6 Mbit/s down, 0.75 up, 150 ms there and back.
const SLOW = { offline: false, latency: 150, downloadThroughput: (1.6e6 / 8) * 0.9, uploadThroughput: (0.75e6 / 8) * 0.9 };
const MODES = [
  { id: "plain", name: "plain", cpu: 1, network: null },
  { id: "slow", name: "CPU ÷ 4, slow 4G", cpu: 4, network: SLOW },
];

/** What runs in the page before anything else: it notes when the preview can be used and when a file is ready. */
function watch() {
  // Asked when the page changes, not frame by frame: a page that is looked at all the time is slower for it.
  const observer = new MutationObserver(() => {
    if (document.documentElement.dataset.boot === "ready" && document.querySelector("#code code")?.textContent.length > 20) {
      observer.disconnect();
      // What the frame shows is there once it has been painted.
      requestAnimationFrame(() => setTimeout(() => (globalThis.usable = performance.now()), 0));
    }
  });
  observer.observe(document, { subtree: true, attributeFilter: ["data-boot"] });
  const create = URL.createObjectURL;
  URL.createObjectURL = (blob) => {
    globalThis.ready?.(performance.now());
    return create.call(URL, blob);
  };
  globalThis.painted = () =>
    new Promise((done) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => done(performance.now());
        port2.postMessage(0);
      });
    });
  /** The moment when something that is looked for has been painted. */
  globalThis.paintedWith = async (isThere) => {
    const begin = performance.now();
    let end;
    do {
      end = await globalThis.painted();
    } while (!isThere() && end - begin < 5000);
    return end;
  };
  /** Types a project name, and says when that began. */
  globalThis.enter = (name) => {
    const field = document.getElementById("project-name");
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
    const begin = performance.now();
    set.call(field, name);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    return begin;
  };
}

const ACTS = {
  /** A new project name, until the preview that has it is painted. */
  edit: (page, number) =>
    page.evaluate(async (name) => {
      const begin = globalThis.enter(name);
      const end = await globalThis.painted();
      if (!document.querySelector("#code code").textContent.includes(name)) {
        throw new Error(`the preview lacks ${name}`);
      }
      return end - begin;
    }, `shop-${number}`),
  /** A new project name, until the last place that shows it is painted: the command below the preview. */
  rest: (page, number) =>
    page.evaluate(async (name) => {
      const last = document.getElementById("strip") ?? document.getElementById("code");
      const begin = globalThis.enter(name);
      return (await globalThis.paintedWith(() => last.textContent.includes(name))) - begin;
    }, `store-${number}`),
  /** A switch, until the preview that follows it is painted. */
  toggle: (page) =>
    page.evaluate(async () => {
      const before = document.querySelector("#code code").textContent;
      const begin = performance.now();
      document.getElementById("media").click();
      const end = await globalThis.painted();
      if (document.querySelector("#code code").textContent === before) {
        throw new Error("the preview is as before");
      }
      return end - begin;
    }),
  /** The press on “Download”, until the file is ready to be saved. */
  zip: (page) =>
    page.evaluate(
      () =>
        new Promise((done) => {
          const begin = performance.now();
          globalThis.ready = (end) => done(end - begin);
          const button = document.getElementById("download") ?? document.querySelector(".button--primary");
          button.click();
        })
    ),
  /** A press on a line, until its explanation is painted. */
  explain: (page, number) =>
    page.evaluate(async (number) => {
      const lines = document.querySelectorAll("#code .l");
      const place = document.getElementById("explain");
      const before = place.textContent;
      const begin = performance.now();
      /** @type {HTMLElement} */ (lines[(3 + number) % lines.length]).click();
      return (await globalThis.paintedWith(() => place.textContent !== before)) - begin;
    }, number),
};

/** Waits until the service worker, where there is one, has taken the site. */
async function settled() {
  if ((await navigator.serviceWorker?.getRegistrations())?.length) {
    await navigator.serviceWorker.ready;
  }
  await new Promise((done) => setTimeout(done, 1000));
}

const sorted = (list) => [...list].sort((a, b) => a - b);
const at = (list, share) => sorted(list)[Math.min(list.length - 1, Math.ceil(share * list.length) - 1)];

/** A cold load in a fresh profile: in a blank tab, or from a page of another site. */
async function visit(browser, site, mode, list, from) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(watch);
  const cdp = await context.newCDPSession(page);
  await cdp.send("Network.enable");
  if (mode.network) {
    await cdp.send("Network.emulateNetworkConditions", mode.network);
  }
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: mode.cpu });
  if (from) {
    await page.goto(from, { waitUntil: "load" });
  }
  await page.goto(site.url, { waitUntil: "load" });
  // The browser writes down its first paint a little later than that.
  await page.waitForFunction(() => globalThis.usable && performance.getEntriesByName("first-contentful-paint").length, null, { polling: 100 });
  const { fcp, usable } = await page.evaluate(() => ({
    fcp: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
    usable: globalThis.usable,
  }));
  list(from ? "linked" : "fcp").push(fcp);
  if (!from) {
    list("usable").push(usable);
  }
  return { context, page };
}

async function main() {
  const dist = await serve({ root: args.dist, compress: true });
  const floor = await serve({ root: join(ROOT, "benches"), compress: true });
  const sites = [
    { id: "floor", url: `${floor.url}floor.html` },
    { id: "dunnage", url: dist.url },
  ];
  // Another name for this machine is another site to a browser.
  const elsewhere = sites[0].url.replace("127.0.0.1", "localhost");
  const browser = await chromium.launch({
    executablePath: process.env.DUNNAGE_CHROMIUM ?? "/usr/bin/chromium",
    // Without the wait for the screen's next refresh, so that what is measured is the work and not the wait.
    args: ["--no-sandbox", "--disable-gpu", "--disable-frame-rate-limit", "--disable-gpu-vsync", "--disable-quic"],
  });
  const found = {};
  const list = (site, mode) => (what) => (((found[mode.id] ??= {})[what] ??= {})[site.id] ??= []);
  try {
    for (const mode of MODES) {
      // One visit that nobody counts: the first one pays for the browser's own start.
      for (let run = -1; run < RUNS; run += 1) {
        for (const site of sites) {
          const keep = run < 0 ? () => [] : list(site, mode);
          for (const from of [undefined, elsewhere]) {
            const { context } = await visit(browser, site, mode, keep, from);
            await context.close();
          }
        }
      }
      // The acts take turns between the two pages, which stay open.
      const open = [];
      for (const site of sites) {
        open.push({ site, ...(await visit(browser, site, mode, () => [])) });
      }
      for (const [what, act] of Object.entries(ACTS)) {
        const times = what === "zip" ? Math.ceil(EDITS / 2) : EDITS;
        if (what === "edit") {
          // First while the page still takes its other files, then once it stands.
          for (let number = 0; number < FIRST; number += 1) {
            for (const { site, page } of open) {
              list(site, mode)("first").push(await act(page, number + 1000));
            }
          }
          await Promise.all(open.map(({ page }) => page.evaluate(settled)));
        }
        for (let number = -3; number < times; number += 1) {
          for (const { site, page } of open) {
            const took = await act(page, number + 3);
            if (number >= 0) {
              list(site, mode)(what).push(took);
            }
          }
        }
      }
      for (const { context } of open) {
        await context.close();
      }
    }
    report(found, browser.version());
  } finally {
    await browser.close();
    await dist.close();
    await floor.close();
  }
}

const NAMES = {
  fcp: "first contentful paint, in a blank tab",
  linked: "first contentful paint, from another site",
  usable: "preview usable",
  first: "first edits → painted",
  edit: "edit → painted",
  rest: "edit → all of the page painted",
  toggle: "toggle → painted",
  zip: "Download → zip ready",
  explain: "line → explained",
};

function report(found, version) {
  const ms = (n) => (n < 100 ? n.toFixed(1) : n.toFixed(0));
  const table = [];
  for (const mode of MODES) {
    table.push(
      `| ${mode.name} | floor median | floor p95 | Dunnage median | Dunnage p95 | × floor |`,
      "| --- | --: | --: | --: | --: | --: |"
    );
    for (const [what, name] of Object.entries(NAMES)) {
      const { floor, dunnage } = found[mode.id][what];
      const ratio = at(dunnage, 0.5) / at(floor, 0.5);
      const cells = [at(floor, 0.5), at(floor, 0.95), at(dunnage, 0.5), at(dunnage, 0.95)].map(ms);
      table.push(`| ${name} | ${cells.join(" | ")} | ${ratio.toFixed(1)} |`);
    }
    table.push("");
  }
  const text = [
    `Milliseconds; ${RUNS} cold loads, ${EDITS} edits; Chromium ${version}, ${cpus().length} × ${cpus()[0].model.trim()}.`,
    "",
    ...table,
  ].join("\n");
  console.log(text);
  if (args.write) {
    write("browser", text);
    write("size", "```text\n" + execFileSync("node", [join(ROOT, "scripts/size.mjs"), args.dist], { encoding: "utf8" }) + "```\n");
    if (args.criterion) {
      write("engine", engine(args.criterion));
    }
  }
}

/** Puts a text into its place in the page. */
function write(place, text) {
  const path = join(ROOT, "docs/performance.md");
  const block = new RegExp(`(<!-- ${place} -->\\n)[^]*?(<!-- end -->)`);
  writeFileSync(path, readFileSync(path, "utf8").replace(block, (_, begin, end) => `${begin}\n${text}\n${end}`));
}

/** The table of what Criterion has measured last, below a directory. */
function engine(root) {
  const rows = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith("new/estimates.json") && existsSync(join(root, path)))
    .map((path) => {
      const read = (name) => JSON.parse(readFileSync(join(root, dirname(path), name), "utf8"));
      const { median } = read("estimates.json");
      const micro = (n) => (n / 1000 < 100 ? (n / 1000).toPrecision(3) : (n / 1000).toFixed(0));
      const range = median.confidence_interval;
      return [read("benchmark.json").full_id, micro(median.point_estimate), micro(range.lower_bound), micro(range.upper_bound)];
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    "Medians in microseconds, with their 95 % confidence interval.",
    "",
    "| what | median | from | to |",
    "| --- | --: | --: | --: |",
    ...rows.map((row) => `| ${row.join(" | ")} |`),
    "",
  ].join("\n");
}

await main();
