// Pictures of the built page, for eyes: every width in both themes, as it is first seen and busy with findings.
//
//     node scripts/screenshots.mjs [--root dist] [--out /tmp/dunnage-shots]
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
  },
});

const BUSY =
  "#v=1&websockets=true&celery=worker-beat&flower=true&python=3.10&django=6.0&user-management=dynamic" +
  "&project-name=shop&tls=certbot";

const step = (name) => (page) => page.getByRole("navigation", { name: "Steps" }).getByRole("button", { name }).click();
const files = (page) => page.getByRole("tab", { name: "Files" }).click();

/** The second module with a project of the tests in it, on one of its tabs. */
const bring = (tab, act) => async (page) => {
  await page.getByRole("button", { name: "Bring your project" }).click();
  await page.locator("#adapt-folder").setInputFiles(new URL("../tests/fixtures/projects/compose-v2-links", import.meta.url).pathname);
  await page.getByRole("button", { name: "Use these choices" }).click();
  await page.getByRole("tab", { name: tab }).click();
  await act?.(page);
};
const unfold = (page) => page.locator(".diff summary").nth(10).click();

/** Name, width, height, fragment, and what is done before the picture is taken. */
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
  ["390-damaged", 390, 844, "#v=1&python=3.99&flowers=true"],
];

mkdirSync(values.out, { recursive: true });
const site = await serve({ root: values.root, base: "/some/sub/path/" });
const browser = await chromium.launch({
  executablePath: process.env.DUNNAGE_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
});
for (const colorScheme of ["light", "dark"]) {
  for (const [name, width, height, fragment, act] of VIEWS) {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme, reducedMotion: "reduce" });
    await page.goto(site.url + fragment);
    await page.waitForFunction(() => document.documentElement.dataset.boot === "ready");
    await act?.(page);
    const path = join(values.out, `${name}-${colorScheme}.png`);
    await page.screenshot({ path });
    console.log(path);
    await page.close();
  }
}
await browser.close();
await site.close();
