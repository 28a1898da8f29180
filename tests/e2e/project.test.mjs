// The second module: a project is read, compared, migrated and updated in the page, and what is taken away is what
// the command line writes.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { address, check, dunnage, filesOf, filesOfZip, options, scratch } from "./harness.mjs";

const fixture = (name) => fileURLToPath(new URL(`../fixtures/projects/${name}`, import.meta.url));
const label = (id) => options.find((option) => option.id === id).label;
const git = (directory, ...args) =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], { cwd: directory, encoding: "utf8" });

/** Runs a Python program that makes something harmful or large, with its arguments. */
const python = (program, ...args) => execFileSync("python3", ["-c", program, ...args]);

const dialog = (page) => page.getByRole("dialog", { name: "Your project" });

/** Opens the dialog. */
async function bring(page) {
  await page.getByRole("button", { name: "Bring your project", exact: true }).click();
  await page.getByText("Drop your project here").waitFor();
}

/** Picks a folder or files and waits for what they say. */
async function take(page, path, how = "folder") {
  await page.locator(how === "folder" ? "#adapt-folder" : "#adapt-files").setInputFiles(path);
  await page.getByRole("button", { name: "Use these choices" }).waitFor();
}

const tab = (page, name) => dialog(page).getByRole("tab", { name, exact: true }).click();

/** Presses a button and gives the download: its name and its bytes. */
async function download(page, name) {
  const waiting = page.waitForEvent("download");
  await dialog(page).getByRole("button", { name, exact: true }).click();
  const done = await waiting;
  return { name: done.suggestedFilename(), bytes: readFileSync(await done.path()) };
}

/** The table of inferred options: id to value, sureness and first place. */
const told = (page) =>
  page.locator("tr[data-option]").evaluateAll((rows) =>
    Object.fromEntries(
      rows.map((row) => [
        row.dataset.option,
        { value: row.cells[1].innerText, sure: row.cells[2].innerText, place: row.querySelector(".place").innerText },
      ])
    )
  );

check("the second module is fetched only when somebody opens it", async ({ page, seen }) => {
  const second = () => seen.requests.filter((url) => /\/(adapt|project)[-_.]/.test(url));
  await page.getByRole("button", { name: "Download zip", exact: true }).waitFor();
  assert.deepEqual(second(), []);
  await bring(page);
  assert.deepEqual(second().map((url) => url.split("/").at(-1).replace(/-[0-9a-f]{16}/, "")).sort(), ["adapt.js", "adapt_bg.wasm", "project.css", "project.js"]);
});

check("a folder tells its options, and applying them is one step", async ({ page }) => {
  const [before, module] = [page.url(), page.getByLabel(label("django-module"), { exact: true })];
  const wish = await module.inputValue();
  await bring(page);
  await take(page, fixture("compose-v2-links"));
  const rows = await told(page);
  const expected = JSON.parse(dunnage("inspect", fixture("compose-v2-links"), "--json")).inferred;
  assert.deepEqual(Object.keys(rows), expected.map((row) => row.option));
  for (const row of expected) {
    assert.equal(rows[row.option].sure, row.confidence, row.option);
    assert.equal(rows[row.option].place, `${row.evidence[0].file}:${row.evidence[0].line}`, row.option);
  }
  await page.getByRole("button", { name: "Use these choices" }).click();
  const link = dunnage("inspect", fixture("compose-v2-links"), "--yaml");
  for (const [id, value] of Object.entries(address(page))) {
    assert.ok(link.includes(`${id}: `), `${id}=${value} is none of the project's`);
  }
  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "hidden" });
  assert.equal(await module.inputValue(), "forum");
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  assert.equal(await module.inputValue(), wish);
  assert.deepEqual(address(page), Object.fromEntries(new URLSearchParams(new URL(before).hash.slice(1))));
  assert.ok(await page.getByRole("button", { name: "Undo", exact: true }).isDisabled());
});

check("a zip tells the same as the folder, picked or dropped, and a dropped folder as well", async ({ page }) => {
  await bring(page);
  await take(page, fixture("channels"));
  const expected = await told(page);
  assert.ok(Object.keys(expected).length > 5);
  await scratch(async (directory) => {
    const zip = join(directory, "channels.zip");
    python("import shutil, sys; shutil.make_archive(sys.argv[1][:-4], 'zip', sys.argv[2], sys.argv[3])", zip, fixture(""), "channels");
    await take(page, zip, "zip");
    await page.getByRole("heading", { name: "What channels says" }).waitFor();
    assert.deepEqual(await told(page), expected);
    const session = await page.context().newCDPSession(page);
    for (const [path, name] of [[zip, "channels"], [fixture("poetry"), "poetry"]]) {
      const place = await page.locator("#adapt-drop").boundingBox();
      const data = { items: [], files: [path], dragOperationsMask: 1 };
      for (const type of ["dragEnter", "dragOver", "drop"]) {
        await session.send("Input.dispatchDragEvent", { type, x: place.x + 20, y: place.y + 20, data });
      }
      await page.getByRole("heading", { name: `What ${name} says` }).waitFor();
    }
  });
  const poetry = JSON.parse(dunnage("inspect", fixture("poetry"), "--json")).inferred;
  assert.deepEqual(Object.keys(await told(page)), poetry.map((row) => row.option));
});

check("one pasted file is read", async ({ page }) => {
  await bring(page);
  await page.getByText("Or paste one file").click();
  await dialog(page).getByLabel("It is a").selectOption("requirements.txt");
  await dialog(page).getByLabel("Text of the file").fill("Django==5.2.1\ncelery==5.4\npsycopg2-binary\n");
  await dialog(page).getByRole("button", { name: "Read it" }).click();
  await page.getByRole("heading", { name: "What requirements.txt says" }).waitFor();
  assert.equal((await told(page)).django.place, "requirements.txt:1");
});

for (const project of ["split-settings", "compose-v2-links"]) {
  check(`${project}: ticks survive a reload, and git applies the patch`, async ({ page, open }) => {
    await bring(page);
    await take(page, fixture(project));
    await page.getByRole("button", { name: "Use these choices" }).click();
    await tab(page, "Migrate");
    const item = () => dialog(page).getByRole("checkbox", { name: /^docker\/Dockerfile\s*\+/ });
    await item().check();
    await page.getByText(/^1 of \d+ done$/).waitFor();
    const patch = await download(page, "Patch for git apply");
    assert.match(patch.name, /\.patch$/);
    // Two long texts: their difference would fill the screen.
    assert.ok(patch.bytes.toString() === dunnage("migrate", fixture(project), "--patch", "-"), "the command line has another patch");
    await scratch(async (directory) => {
      const tree = join(directory, "tree");
      cpSync(fixture(project), tree, { recursive: true });
      git(tree, "init", "--quiet");
      writeFileSync(join(directory, "p.patch"), patch.bytes);
      git(tree, "apply", "--whitespace=nowarn", join(directory, "p.patch"));
      // The zip holds the very files that the patch makes.
      const zip = await download(page, "Zip of new and changed files");
      writeFileSync(join(directory, "changes.zip"), zip.bytes);
      const root = zip.name.replace(/-changes\.zip$/, "");
      const there = filesOf(tree);
      for (const [path, file] of Object.entries(filesOfZip(join(directory, "changes.zip"), root))) {
        assert.deepEqual(there[path], file, path);
      }
      assert.equal(dunnage("check", tree), "");
    });
    await open(page, new URL(page.url()).hash);
    await bring(page);
    await take(page, fixture(project));
    await tab(page, "Migrate");
    assert.ok(await item().isChecked());
  });
}

check("a comparison is the command line's", async ({ page }) => {
  await page.getByRole("button", { name: "Compare set-ups" }).click();
  await dialog(page).getByLabel("Left side").selectOption("reference");
  await dialog(page).getByLabel("Right side").selectOption("senex");
  await dialog(page).getByRole("heading", { name: "Reference system and Senex Trader" }).waitFor();
  const expected = JSON.parse(dunnage("compare", "reference", "senex", "--format", "json"));
  const rows = dialog(page).getByRole("table", { name: "Aspects side by side" }).locator("tbody tr");
  assert.equal(await rows.count(), expected.aspects.length);
  assert.equal(await rows.first().getByRole("rowheader").innerText(), expected.aspects[0].aspect);
  // A difference unfolds, one below the other and side by side.
  const changed = dialog(page).locator(".task").filter({ hasText: "docker/Dockerfile.dev" });
  await changed.getByText("Show the difference").click();
  const code = changed.locator("code").last();
  // It is filled once it is open.
  await code.locator(".d--out").first().waitFor();
  const [unified, gone] = [await code.textContent(), await code.locator(".d--out").first().textContent()];
  assert.match(unified, /^@@ /);
  await changed.getByRole("button", { name: "Side by side" }).click();
  assert.equal(`-${await code.locator(".pair .d--out").first().textContent()}`, gone);
  const markdown = await download(page, "Download as Markdown");
  const named = dunnage("compare", "reference", "senex", "--format", "markdown");
  const plain = (text) => text.replaceAll("Reference system", "reference").replaceAll("Senex Trader", "senex");
  assert.ok(plain(markdown.bytes.toString()) === plain(named), "the command line has another text");
});

check("a set is updated, and an edit is kept", async ({ page, open }) => {
  await scratch(async (directory) => {
    const set = join(directory, "shop");
    dunnage("render", "--preset", "minimal", "--set", "python=3.12", "--out", set);
    git(set, "init", "--quiet");
    const ignore = join(set, ".dockerignore");
    writeFileSync(ignore, `${readFileSync(ignore, "utf8")}\n# mine\nscratch/\n`);
    // The wizard is asked for other choices than the set has.
    await open(page, dunnage("link", "--choices", join(set, "dunnage.yaml"), "--set", "python=3.13").trim());
    await bring(page);
    await take(page, set);
    await tab(page, "Migrate");
    await dialog(page).getByRole("button", { name: "Update it" }).click();
    // With its own choices there is only the edit to be noted.
    const rows = dialog(page).locator(".task--still");
    const written = { hasText: /^replace/ };
    assert.deepEqual(await rows.filter(written).locator(".task__file code").allInnerTexts(), ["dunnage.yaml"]);
    await dialog(page).getByLabel("Bring it up to date with").selectOption("wizard");
    const patch = await download(page, "Patch for git apply");
    writeFileSync(join(directory, "u.patch"), patch.bytes);
    const other = join(directory, "other");
    cpSync(set, other, { recursive: true });
    dunnage("update", other, "--set", "python=3.13");
    git(set, "apply", join(directory, "u.patch"));
    const files = (tree) => Object.fromEntries(Object.entries(filesOf(tree)).filter(([path]) => !path.startsWith(".git/")));
    assert.deepEqual(files(set), files(other));
    assert.match(readFileSync(ignore, "utf8"), /# mine/);
  });
});

check("bad input is named, and the page goes on", async ({ page }) => {
  await bring(page);
  await scratch(async (directory) => {
    const junk = join(directory, "junk.zip");
    writeFileSync(junk, Buffer.alloc(70_000, 7));
    await page.locator("#adapt-files").setInputFiles(junk);
    await page.getByRole("alert").getByText("this is no zip, or its end is missing").waitFor();

    const bomb = join(directory, "bomb.zip");
    python(
      `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("shop/manage.py", "import os\\n")
    z.writestr("shop/requirements.txt", bytes(200 << 20))
    z.writestr("../../etc/requirements.txt", "Django==5.2")
    link = zipfile.ZipInfo("shop/Dockerfile")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    z.writestr(link, "/etc/passwd")
`,
      bomb
    );
    await take(page, bomb, "zip");
    await page.getByText("More than 4194304 bytes are too many").waitFor();
    await page.getByText("2 entries were passed over").waitFor();

    const other = join(directory, "notes.txt");
    writeFileSync(other, "nothing");
    await page.locator("#adapt-files").setInputFiles(other);
    await page.getByRole("alert").getByText("There is nothing in it that this program reads").waitFor();
  });
  await take(page, fixture("bad-input"));
  const expected = JSON.parse(dunnage("inspect", fixture("bad-input"), "--json")).troubles;
  for (const { file, message } of expected) {
    await dialog(page).getByRole("listitem").filter({ hasText: file }).filter({ hasText: message }).first().waitFor();
  }
});

check("50,000 files are looked through, and a reading can be cancelled", async ({ page }) => {
  await bring(page);
  await scratch(async (directory) => {
    const zip = join(directory, "large.zip");
    python(
      `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as z:
    z.writestr("manage.py", "import os\\n")
    for n in range(50_000):
        z.writestr(f"data/{n}.bin", b"")
`,
      zip
    );
    // However quick the reading is: the button is pressed as soon as it is there.
    await page.evaluate(() => {
      const button = document.querySelector("#adapt-cancel");
      const observer = new MutationObserver(() => {
        observer.disconnect();
        button.click();
      });
      observer.observe(button.parentElement, { attributes: true });
    });
    await page.locator("#adapt-files").setInputFiles(zip);
    await page.waitForFunction(() => document.querySelector("#adapt-files").files.length === 0);
    await dialog(page).getByRole("button", { name: "Cancel" }).waitFor({ state: "hidden" });
    assert.equal(await page.getByRole("heading", { name: "What large says" }).count(), 0);
    await take(page, zip, "zip");
    await page.getByText("1 option told by 1 file;").waitFor();
  });
});

check("the keyboard reaches every tab, and closing gives the focus back", async ({ page }) => {
  await page.getByRole("button", { name: "Bring your project", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("Drop your project here").waitFor();
  await dialog(page).getByRole("tab", { name: "Project" }).focus();
  for (const name of ["Migrate", "Compare", "Update", "Project"]) {
    await page.keyboard.press("ArrowRight");
    const chosen = dialog(page).getByRole("tab", { name, selected: true });
    assert.ok(await chosen.evaluate((element) => element === document.activeElement), name);
  }
  await page.keyboard.press("Escape");
  const opener = page.getByRole("button", { name: "Bring your project", exact: true });
  assert.ok(await opener.evaluate((element) => element === document.activeElement));
});
