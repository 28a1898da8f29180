// Pictures of the built page, for eyes: every width in both themes, as it is first seen and busy with findings.
//
//     node scripts/screenshots.mjs [--root dist] [--out /tmp/dunnage-shots] [--only PART_OF_A_NAME]
//     node scripts/screenshots.mjs --docs     # those that the documentation shows, into docs/screenshots/
//
// It uses the browser tests' Playwright, so it wants `npm ci` in tests/e2e and a Chromium.

import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { serve } from "./serve.mjs";

const { chromium } = createRequire(new URL("../tests/e2e/package.json", import.meta.url))("playwright-core");

const { values } = parseArgs({
  options: {
    root: { type: "string", default: "dist" },
    out: { type: "string", default: "/tmp/dunnage-shots" },
    only: { type: "string", default: "" },
    docs: { type: "boolean", default: false },
  },
});

const BUSY =
  "#v=1&websockets=true&celery=worker-beat&flower=true&python=3.10&django=6.0&user-management=dynamic" +
  "&project-name=shop&tls=certbot";

const step = (name) => (page) => page.getByRole("navigation", { name: "Steps" }).getByRole("button", { name }).click();
const files = (page) => page.getByRole("tab", { name: "Files" }).click();

/** The project module with a project of the tests in it, on one of its tabs. */
const bring = (tab, act, project = "compose-v2-links") => async (page) => {
  await page.getByRole("button", { name: "Open your project" }).click();
  await page.locator("#project-folder").setInputFiles(new URL(`../tests/fixtures/projects/${project}`, import.meta.url).pathname);
  await page.getByRole("button", { name: "Use these choices" }).click();
  await page.getByRole("tab", { name: tab }).click();
  await act?.(page);
};
/** The facts of a project, one of which was changed by hand; on a page that is high enough to show them all. */
const facts = async (page) => {
  await bring("Project", undefined, "psycopg2")(page);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Remove libpq5", exact: true }).click();
  await page.getByLabel("Debian packages in the image", { exact: true }).fill("gettext");
  await page.getByRole("button", { name: "Add to Debian packages in the image", exact: true }).click();
  await page.getByLabel("Debian packages for the build", { exact: true }).fill("No_Such!");
  await page.getByRole("button", { name: "Add to Debian packages for the build", exact: true }).click();
  await step("Your project")(page);
};
const unfold = (page) => page.locator(".diff summary").nth(10).click();

/**
 * Name, width, height, fragment, and what is done before the picture is taken.
 *
 * @typedef {[name: string, width: number, height: number, fragment: string, act?: (page: any) => unknown, scheme?: "light" | "dark"]} View
 * @type {View[]}
 */
const VIEWS = [
  ["1440", 1440, 900, ""],
  ["1440-busy", 1440, 900, BUSY, step("Server")],
  ["1440-preset", 1440, 900, "", async (page) => {
    await page.getByRole("button", { name: "Single server" }).click();
    await step("Edge")(page);
  }],
  ["1440-typing", 1440, 900, "", async (page) => {
    await page.getByLabel("Project name", { exact: true }).fill("My Shop; rm -rf");
    await step("Project")(page);
  }],
  ["1920", 1920, 1080, "#v=1&start=new", step("Runtime")],
  ["1024", 1024, 768, BUSY],
  ["768", 768, 1024, BUSY],
  ["390", 390, 844, ""],
  ["390-busy", 390, 844, BUSY, step("Server")],
  ["390-files", 390, 844, "", files],
  ["1440-project", 1440, 900, "", bring("Project")],
  ["1440-migrate", 1440, 900, "", bring("Migrate", unfold)],
  ["1024-compare", 1024, 768, "", bring("Compare")],
  ["390-project", 390, 844, "", bring("Project")],
  ["390-migrate", 390, 844, "", bring("Migrate", unfold)],
  ["390-compare", 390, 844, "", bring("Compare")],
  ["1440-facts", 1440, 3000, "", facts],
  ["1024-facts", 1024, 3000, "", facts],
  ["390-facts", 390, 3600, "", facts],
  ["390-damaged", 390, 844, "#v=1&python=3.99&flowers=true"],
];

/** A view beside the files; on a phone the files stand behind a tab. */
const view = (name, ready) => async (page) => {
  if (await page.locator("#tabs").isVisible()) {
    await page.locator("#tabs").getByRole("tab", { name: "Files" }).click();
  }
  await page.locator(`#view-${name}`).click();
  await page.locator(ready).first().waitFor();
};

const explain = async (page) => {
  await page.locator("#code .l", { hasText: "command:" }).first().click();
  await page.locator(".explain__one").first().waitFor();
};

const SHOP = "#v=1&project-name=shop&domain=shop.example&server=gunicorn-uvicorn&websockets=true&celery=worker-beat&flower=true";

/** @type {View[]} What the documentation shows: name, width, height, fragment, act, scheme. */
const DOCS = [
  ["wizard", 1440, 900, SHOP, step("Server"), "light"],
  ["explained", 1440, 900, SHOP, explain, "dark"],
  ["picture", 1440, 900, SHOP, view("stack", ".stack__picture svg"), "light"],
  ["next-steps", 1440, 900, SHOP, view("next", ".todo"), "dark"],
  ["differences", 1440, 900, SHOP, view("diff", ".dfile"), "light"],
  ["terminal", 1440, 900, SHOP, view("terminal", ".shell__sum"), "light"],
  [
    "search",
    1440,
    900,
    SHOP,
    async (page) => {
      await page.keyboard.press("/");
      await page.locator("dialog.palette[open]").waitFor();
      await page.keyboard.type("redis");
    },
    "dark",
  ],
  ["project", 1440, 900, "", bring("Migrate"), "light"],
  ["phone", 390, 844, SHOP, step("Tasks"), "light"],
  ["phone-picture", 390, 844, SHOP, view("stack", ".stack__picture svg"), "dark"],
];

const out = values.docs ? "docs/screenshots" : values.out;
/** @type {View[]} */
const shots = values.docs
  ? DOCS.map(([name, ...rest]) => /** @type {View} */ ([`${name}.png`, ...rest]))
  : /** @type {const} */ (["light", "dark"]).flatMap((scheme) =>
      [...VIEWS, ...DOCS].map(
        ([name, width, height, fragment, act]) => /** @type {View} */ ([`${name}-${scheme}.png`, width, height, fragment, act, scheme])
      )
    );
mkdirSync(out, { recursive: true });
const site = await serve({ root: values.root, base: "/some/sub/path/" });
const browser = await chromium.launch({
  executablePath: process.env.DUNNAGE_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
});
for (const [name, width, height, fragment, act, colorScheme] of shots.filter(([name]) => name.includes(values.only))) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme, reducedMotion: "reduce" });
  await page.goto(site.url + fragment);
  await page.waitForFunction(() => document.documentElement.dataset.boot === "ready");
  await act?.(page);
  const path = join(out, name);
  await page.screenshot({ path });
  console.log(path);
  await page.close();
}
await browser.close();
await site.close();
