// Differences: against the defaults, a preset, a link, the last download and the step before; patches for git.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { address, check, dunnage, eventually, filesOf, options, presets, scratch } from "./harness.mjs";

const by = (id) => options.find((option) => option.id === id);
const stage = (page) => page.locator("#stage");

/** The views answer once their script has arrived, which is soon after the wizard runs; it shows these buttons. */
const listening = (page) => page.waitForFunction(() => document.querySelector("[data-open]:not([hidden])"));
const files = (page) => stage(page).getByRole("list", { name: "Files that differ" });
const file = (page, path) => files(page).locator(`button[data-path="${path}"]`);

async function differences(page, against) {
  await listening(page);
  await page.getByRole("tab", { name: "Differences" }).click();
  const field = stage(page).getByLabel("Your choices compared with");
  await field.waitFor();
  if (against) {
    await field.selectOption({ label: against });
  }
}

check("options and files that differ from the defaults are listed", async ({ page }) => {
  await differences(page, "The defaults");
  await stage(page).getByText("Options that differ: 2").waitFor();
  const row = stage(page).getByRole("row", { name: /^Published port/ });
  await eventually(() => row.textContent(), /8000.*8123/);
  // A file that came, files that changed, with numbers as git counts them.
  await file(page, "docker/backup.sh").waitFor();
  await eventually(() => file(page, "docker/backup.sh").textContent(), /new/);
  await eventually(() => file(page, "docker-compose.yml").textContent(), /changed\+\d+/);
  await file(page, "docker-compose.dev.yml").click();
  await eventually(() => file(page, "docker-compose.dev.yml").getAttribute("aria-current"), "true");
  const text = stage(page).locator(".dtext");
  await eventually(() => text.count(), 1, "one file is shown");
  await eventually(() => text.locator(".dline--out mark").allTextContents(), ["8000"], "the word is marked, not the line");
  await eventually(() => text.locator(".dline--in mark").allTextContents(), ["8123"]);
  const lines = dunnage("render", "--set", "port=8123", "--set", "backups=true", "--stdout", "docker-compose.dev.yml").split("\n");
  const number = Number(await text.locator(".dline--in i").nth(1).getAttribute("data-n"));
  assert.ok(lines[number - 1].includes("8123"), "the number is the line's");
}, { fragment: "#v=1&port=8123&backups=true" });

check("an option is taken back, which can be undone", async ({ page }) => {
  await differences(page, "The defaults");
  const row = stage(page).getByRole("row", { name: /^Published port/ });
  await row.getByRole("button", { name: /^Revert this/ }).click();
  await stage(page).getByText("Options that differ: 1").waitFor();
  await page.waitForFunction(() => document.activeElement?.id === "diff-options");
  assert.deepEqual(await address(page), { backups: "true" });
  await page.getByRole("button", { name: "Undo", exact: true }).first().click();
  await stage(page).getByText("Options that differ: 2").waitFor();
  assert.deepEqual(await address(page), { port: "8123", backups: "true" });
}, { fragment: "#v=1&port=8123&backups=true" });

check("git takes the copied patch, from a preset to these choices", async ({ page }) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const preset = presets.find((preset) => preset.id === "minimal");
  await differences(page, preset.title);
  await file(page, "docker-compose.yml").waitFor();
  await stage(page).getByRole("button", { name: "Copy as patch" }).click();
  await page.getByText("The patch was copied to the clipboard").waitFor();
  const patch = await page.evaluate(() => navigator.clipboard.readText());
  await scratch(async (base) => {
    dunnage("render", "--preset", "minimal", "--out", base);
    execFileSync("git", ["init", "--quiet"], { cwd: base });
    execFileSync("git", ["apply", "--whitespace=nowarn", "-"], { cwd: base, input: patch });
    rmSync(join(base, ".git"), { recursive: true });
    await scratch((wanted) => {
      dunnage("render", "--set", "celery=worker", "--set", "backups=true", "--set", "websockets=true", "--set", "server=daphne", "--out", wanted);
      assert.deepEqual(filesOf(base), filesOf(wanted));
    });
  });
}, { fragment: "#v=1&celery=worker&backups=true&websockets=true&server=daphne" });

check("one file alone is a patch, too, and can be downloaded", async ({ page }) => {
  await differences(page, "The defaults");
  await file(page, "docker-compose.dev.yml").click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    stage(page).getByRole("button", { name: "Download the patch" }).click(),
  ]);
  const patch = readFileSync(await download.path(), "utf8");
  assert.deepEqual(patch.match(/^diff --git .*$/gm), ["diff --git a/docker-compose.dev.yml b/docker-compose.dev.yml"]);
  await scratch((base) => {
    writeFileSync(join(base, "docker-compose.dev.yml"), dunnage("render", "--stdout", "docker-compose.dev.yml"));
    execFileSync("git", ["init", "--quiet"], { cwd: base });
    execFileSync("git", ["apply", "-"], { cwd: base, input: patch });
    assert.equal(readFileSync(join(base, "docker-compose.dev.yml"), "utf8"), dunnage("render", "--set", "port=8123", "--stdout", "docker-compose.dev.yml"));
  });
}, { fragment: "#v=1&port=8123" });

check("another link is compared with, and what cannot be read of it is named", async ({ page }) => {
  await differences(page, "Another link");
  await stage(page).getByText("Paste a link to this page").waitFor();
  const field = stage(page).getByLabel("Link, or the part after #");
  await field.fill("https://elsewhere.example/#v=1&port=8124&python=9.9&nonsense=1");
  const problems = stage(page).getByRole("alert");
  await problems.waitFor();
  const said = await problems.textContent();
  assert.ok(said.includes("python") && said.includes("nonsense"), said);
  await eventually(() => stage(page).getByRole("row", { name: /^Published port/ }).textContent(), /8124.*8123/);
  await field.fill("v=1&port=8123");
  await stage(page).getByText("Identical").waitFor();
  await eventually(() => problems.count(), 0);
}, { fragment: "#v=1&port=8123" });

check("one step before is where Undo leads", async ({ page }) => {
  await differences(page, "The previous step");
  await stage(page).getByText("Nothing has been changed yet").waitFor();
  const port = page.getByLabel("Published port", { exact: true });
  await port.fill("8123");
  await stage(page).getByText("Options that differ: 1").waitFor();
  await page.getByLabel(by("backups").label, { exact: true }).check();
  await stage(page).getByRole("row", { name: /^Database backups/ }).waitFor();
  await eventually(() => stage(page).getByRole("row", { name: /^Published port/ }).count(), 0);
  await page.getByRole("button", { name: "Undo", exact: true }).first().click();
  await stage(page).getByRole("row", { name: /^Published port/ }).waitFor();
});

check("the last download is read from what this browser remembers", async ({ page }) => {
  await differences(page, "The last download");
  await stage(page).getByText("No downloads in this browser yet").waitFor();
  // Another choice, a download, and back to what was.
  const port = page.getByLabel(by("port").label, { exact: true });
  await port.fill("8200");
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download zip", exact: true }).click();
  await saved;
  await stage(page).getByText("Identical").first().waitFor();
  await port.fill("8123");
  const row = stage(page).getByRole("row", { name: /^Published port/ });
  await row.waitFor();
  await eventually(() => row.textContent(), /8200.*8123/);
}, { fragment: "#v=1&port=8123" });

check("old and new stand side by side, and the keyboard walks the files", async ({ page }) => {
  await differences(page, "The defaults");
  const all = file(page, "");
  await all.focus();
  await page.keyboard.press("ArrowDown");
  const paths = await files(page).locator("button").evaluateAll((rows) => rows.map((row) => row.dataset.path));
  await eventually(() => page.evaluate(() => document.activeElement.dataset.path), paths[1]);
  await page.waitForFunction((path) => document.querySelector(".dfile[aria-current]")?.dataset.path === path, paths[1]);
  await page.keyboard.press("End");
  await eventually(() => page.evaluate(() => document.activeElement.dataset.path), paths.at(-1));
  await page.keyboard.press("Home");
  await page.waitForFunction(() => document.querySelector(".dfile[aria-current]")?.dataset.path === "");
  const sides = stage(page).getByRole("button", { name: "Side by side" });
  await sides.focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector(".dlines--sides"));
  await eventually(() => sides.getAttribute("aria-pressed"), "true");
  await file(page, "docker-compose.dev.yml").click();
  const pair = stage(page).locator(".dpair", { has: page.locator(".dline--out") });
  await eventually(() => pair.count(), 1);
  await eventually(() => pair.locator(".dline--out").textContent(), /8000/);
  await eventually(() => pair.locator(".dline--in").textContent(), /8123/);
}, { fragment: "#v=1&port=8123" });

check("on a phone the differences are read by touch", async ({ page }) => {
  await listening(page);
  await page.locator("#tabs").getByRole("tab", { name: "Files" }).tap();
  await page.getByRole("tab", { name: "Differences" }).tap();
  await file(page, "docker-compose.dev.yml").tap();
  await page.waitForFunction(() => document.querySelectorAll(".dtext").length === 1);
  await stage(page).getByRole("button", { name: "Side by side" }).tap();
  await page.waitForFunction(() => document.querySelector(".dlines--sides"));
  const wide = await page.evaluate(() => {
    const stage = document.getElementById("stage");
    return [stage.scrollWidth - stage.clientWidth, document.documentElement.scrollWidth - innerWidth];
  });
  assert.deepEqual(wide, [0, 0], "nothing is wider than the screen");
  await stage(page).getByRole("button", { name: /^Revert this/ }).tap();
  await stage(page).getByText("Identical").waitFor();
  assert.deepEqual(await address(page), {});
}, { fragment: "#v=1&port=8123", context: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } });
