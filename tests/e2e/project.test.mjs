// The project module: a project is read, compared, migrated and updated in the page, and what is taken away is what
// the command line writes.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { address, check, dunnage, eventually, filesOf, filesOfZip, options, ready, scratch } from "./harness.mjs";

const fixture = (name) => fileURLToPath(new URL(`../fixtures/projects/${name}`, import.meta.url));
const label = (id) => options.find((option) => option.id === id).label;
const git = (directory, ...args) =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], { cwd: directory, encoding: "utf8" });

/** Runs a Python program that makes something harmful or large, with its arguments. */
const python = (program, ...args) => execFileSync("python3", ["-c", program, ...args]);

const dialog = (page) => page.getByRole("dialog", { name: "Your project" });

/** Opens the dialog. */
async function bring(page) {
  await page.getByRole("button", { name: "Open your project", exact: true }).click();
  await page.getByText("Drop your project here").waitFor();
}

/** Waits until nothing is read any more. */
const settled = (page) => page.locator("#project-body:not([aria-busy])").waitFor();

/** Picks a folder or files and waits for what they say. */
async function take(page, path, how = "folder") {
  await page.locator(how === "folder" ? "#project-folder" : "#project-files").setInputFiles(path);
  await settled(page);
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

check("the project module is fetched only when somebody opens it", async ({ page, seen }) => {
  const second = () => seen.requests.filter((url) => /\/(dialog|open|project|read|write|zip)[-_.]/.test(url));
  await page.getByRole("button", { name: "Download zip", exact: true }).waitFor();
  assert.deepEqual(second(), []);
  await bring(page);
  assert.deepEqual(
    second().map((url) => url.split("/").at(-1).replace(/-[0-9a-f]{16}/, "")).sort(),
    ["dialog.js", "open.js", "project.css", "project.js", "project_bg.wasm", "read.js", "write.js", "zip.js"]
  );
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
  await eventually(async () => (await address(page))["django-module"], "forum");
  const link = dunnage("inspect", fixture("compose-v2-links"), "--yaml");
  for (const [id, value] of Object.entries(await address(page))) {
    assert.ok(link.includes(`${id}: `), `${id}=${value} is none of the project's`);
  }
  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "hidden" });
  await eventually(() => module.inputValue(), "forum");
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await eventually(() => module.inputValue(), wish);
  await eventually(() => address(page), Object.fromEntries(new URLSearchParams(new URL(before).hash.slice(1))));
  await eventually(() => page.getByRole("button", { name: "Undo", exact: true }).isDisabled(), true);
});

check("a field says where the project has its value, and leads back to it", async ({ page }) => {
  const { inferred } = JSON.parse(dunnage("inspect", fixture("psycopg2"), "--json"));
  const row = (id) => inferred.find((row) => row.option === id);
  const at = ({ file, line }) => `${file}:${line}`;
  const notes = (id) => page.locator(`#${id}-notes .source p`);
  await eventually(() => page.locator(".source").count(), 0, "nothing is said before a project is read");
  await bring(page);
  await take(page, fixture("psycopg2"));
  await press(page, "Use these choices");
  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "hidden" });
  await eventually(() => page.locator(".source").count(), inferred.length, "a note for each option that was found");
  await eventually(() => page.locator(".source--other").count(), 0);
  const tool = row("packages");
  await eventually(
    () => notes("packages").textContent(),
    `From your project (${tool.confidence}): ${tool.evidence.slice(0, 3).map(at).join(", ")}`
  );
  // Changed by hand, it says what the project says, and goes back to that.
  const before = await address(page);
  const field = page.getByLabel(label("packages"), { exact: true });
  await field.selectOption("poetry");
  await eventually(() => notes("packages").textContent(), /^Your project says “Your requirements files” instead \(/);
  const back = (id) => page.locator(`#${id}-notes`).getByRole("button", { name: "Use what the project says", exact: true });
  await back("packages").click();
  await eventually(() => field.inputValue(), tool.value);
  await eventually(() => address(page), before);
  await eventually(() => back("packages").count(), 0);
  // Each entry of a list says its own place, and one that was added says so.
  const list = row("system-packages");
  const shown = () =>
    page.locator("#step-existing .field", { has: page.locator("#system-packages") }).locator(".entries li").evaluateAll((rows) =>
      Object.fromEntries(rows.map((row) => [row.querySelector("code").textContent, row.querySelector(".entries__place").textContent]))
    );
  const places = Object.fromEntries(list.items.map(([name, place]) => [name, at(place)]));
  assert.ok(Object.keys(places).length > 0);
  await eventually(shown, places);
  const [first] = Object.keys(places);
  await page.getByLabel(label("system-packages"), { exact: true }).fill("gettext");
  await page.getByLabel(label("system-packages"), { exact: true }).press("Enter");
  await eventually(shown, { ...places, gettext: "added by hand" });
  await page.getByRole("button", { name: `Remove ${first}`, exact: true }).click();
  await eventually(() => notes("system-packages").textContent(), `Your project also has ${first} (${list.confidence}).`);
  await back("system-packages").click();
  await eventually(shown, places);
  await eventually(() => address(page), before);
});

check("a migration begins with the project's choices where the wizard has none, and an undo holds", async ({ page }) => {
  await bring(page);
  await take(page, fixture("split-settings"));
  await tab(page, "Migrate");
  await dialog(page).getByRole("button", { name: "Patch for git apply" }).waitFor();
  await dialog(page).getByRole("status").getByText("Undo restores the defaults.").waitFor();
  const taken = await scratch(async (directory) => {
    const choices = join(directory, "choices.yaml");
    writeFileSync(choices, dunnage("inspect", fixture("split-settings"), "--yaml"));
    return Object.fromEntries(new URLSearchParams(dunnage("link", "--choices", choices).trim().slice(1)));
  });
  delete taken.v;
  await eventually(() => address(page), taken);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await eventually(() => address(page), {});
  // What was undone is not done again, but offered.
  await page.getByRole("button", { name: "Open your project", exact: true }).click();
  await tab(page, "Migrate");
  await press(page, "Use the project's choices");
  await dialog(page).getByRole("button", { name: "Patch for git apply" }).waitFor();
  await eventually(() => address(page), taken);
});

check("a migration asks before it replaces choices of the user's", async ({ page }) => {
  await bring(page);
  await take(page, fixture("split-settings"));
  await tab(page, "Migrate");
  await press(page, "Use the project's choices");
  await dialog(page).getByRole("button", { name: "Patch for git apply" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await eventually(() => address(page), { python: "3.12" });
}, { fragment: "#v=1&python=3.12" });

check("a zip tells the same as the folder, picked or dropped, and a dropped folder as well", async ({ page }) => {
  await bring(page);
  await take(page, fixture("channels"));
  const expected = await told(page);
  assert.ok(Object.keys(expected).length > 5);
  await scratch(async (directory) => {
    const zip = join(directory, "channels.zip");
    python("import shutil, sys; shutil.make_archive(sys.argv[1][:-4], 'zip', sys.argv[2], sys.argv[3])", zip, fixture(""), "channels");
    await take(page, zip, "zip");
    await page.getByRole("heading", { name: "Findings in “channels”" }).waitFor();
    await eventually(() => told(page), expected);
    const session = await page.context().newCDPSession(page);
    for (const [path, name] of [[zip, "channels"], [fixture("poetry"), "poetry"]]) {
      const place = await page.locator("#project-drop").boundingBox();
      const data = { items: [], files: [path], dragOperationsMask: 1 };
      for (const type of ["dragEnter", "dragOver", "drop"]) {
        await session.send("Input.dispatchDragEvent", { type, x: place.x + 20, y: place.y + 20, data });
      }
      await page.getByRole("heading", { name: `Findings in “${name}”` }).waitFor();
    }
  });
  const poetry = JSON.parse(dunnage("inspect", fixture("poetry"), "--json")).inferred;
  await eventually(async () => Object.keys(await told(page)), poetry.map((row) => row.option));
});

check("one pasted file is read", async ({ page }) => {
  await bring(page);
  await page.getByText("Or paste one file").click();
  await dialog(page).getByLabel("This is a").selectOption("requirements.txt");
  await dialog(page).getByLabel("Text of the file").fill("Django==5.2.1\ncelery==5.4\npsycopg2-binary\n");
  await dialog(page).getByRole("button", { name: "Read file" }).click();
  await page.getByRole("heading", { name: "Findings in “requirements.txt”" }).waitFor();
  await eventually(async () => (await told(page)).django?.place, "requirements.txt:1");
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
      // The name of a project may be that of its folder.
      const tree = join(directory, project);
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
    await eventually(() => item().isChecked(), true);
  });
}

check("ticks belong to one project, not to the name of its folder", async ({ page }) => {
  await scratch(async (directory) => {
    const projects = ["split-settings", "channels"].map((name) => {
      const site = join(directory, name, "site");
      cpSync(fixture(name), site, { recursive: true });
      return site;
    });
    await bring(page);
    const item = dialog(page).getByRole("checkbox", { name: /^docker\/Dockerfile\s*\+/ });
    for (const [site, ticked] of [[projects[0], false], [projects[1], false], [projects[0], true]]) {
      await tab(page, "Project");
      await take(page, site);
      await page.getByRole("heading", { name: "Findings in “site”" }).waitFor();
      await press(page, "Use these choices");
      await tab(page, "Migrate");
      await eventually(() => item.isChecked(), ticked);
      if (site === projects[0]) {
        await item.check();
        await page.getByText(/^1 of \d+ done$/).waitFor();
      }
    }
  });
});

check("a comparison is the command line's", async ({ page }) => {
  await page.getByRole("button", { name: "Compare setups" }).click();
  await dialog(page).getByLabel("Left side").selectOption("reference");
  await dialog(page).getByLabel("Right side").selectOption("senex");
  await dialog(page).getByRole("heading", { name: "Reference system and Senex Trader" }).waitFor();
  const expected = JSON.parse(dunnage("compare", "reference", "senex", "--format", "json"));
  const rows = dialog(page).getByRole("table", { name: "Aspects side by side" }).locator("tbody tr");
  await eventually(() => rows.count(), expected.aspects.length);
  await eventually(() => rows.first().getByRole("rowheader").innerText(), expected.aspects[0].aspect);
  // A difference unfolds, one below the other and side by side.
  const changed = dialog(page).locator(".task").filter({ hasText: "docker/Dockerfile.dev" });
  await changed.getByText("Show the differences").click();
  const code = changed.locator("code").last();
  // It is filled once it is open.
  await code.locator(".d--out").first().waitFor();
  const [unified, gone] = [await code.textContent(), await code.locator(".d--out").first().textContent()];
  assert.match(unified, /^@@ /);
  await changed.getByRole("button", { name: "Side by side" }).click();
  await eventually(async () => `-${await code.locator(".pair .d--out").first().textContent()}`, gone);
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
    await eventually(() => rows.filter(written).locator(".task__file code").allInnerTexts(), ["dunnage.yaml"]);
    await dialog(page).getByLabel("Update it with").selectOption("wizard");
    await rows.filter(written).filter({ hasText: "docker/Dockerfile.dev" }).waitFor();
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
    await page.locator("#project-files").setInputFiles(junk);
    await page.getByRole("alert").getByText("this is not a zip file, or its end is missing").waitFor();

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
    await page.getByText("The file exceeds 4194304 bytes and is not read").waitFor();
    await page.getByText("2 entries were skipped").waitFor();

    const other = join(directory, "notes.txt");
    writeFileSync(other, "nothing");
    await page.locator("#project-files").setInputFiles(other);
    await page.getByRole("alert").getByText("Dunnage found nothing to read in it").waitFor();
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
      const button = document.querySelector("#project-cancel");
      const observer = new MutationObserver(() => {
        observer.disconnect();
        button.click();
      });
      observer.observe(button.parentElement, { attributes: true });
    });
    await page.locator("#project-files").setInputFiles(zip);
    await page.waitForFunction(() => document.querySelector("#project-files").files.length === 0);
    await settled(page);
    await dialog(page).getByRole("button", { name: "Cancel" }).waitFor({ state: "hidden" });
    await eventually(() => page.getByRole("heading", { name: "Findings in “large”" }).count(), 0);
    await take(page, zip, "zip");
    await page.getByText(/^\d+ options? found in 1 file;/).waitFor();
  });
});

check("the keyboard reaches every tab, and closing gives the focus back", async ({ page }) => {
  await page.getByRole("button", { name: "Open your project", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("Drop your project here").waitFor();
  await dialog(page).getByRole("tab", { name: "Project" }).focus();
  for (const name of ["Migrate", "Compare", "Update", "Project"]) {
    await page.keyboard.press("ArrowRight");
    const chosen = dialog(page).getByRole("tab", { name, selected: true });
    await eventually(() => chosen.evaluate((element) => element === document.activeElement), true, name);
  }
  await page.keyboard.press("Escape");
  const opener = page.getByRole("button", { name: "Open your project", exact: true });
  await eventually(() => opener.evaluate((element) => element === document.activeElement), true);
});

check("a module that does not arrive is said, and can be asked for again", async ({ page }) => {
  await page.route(/project_bg(-[0-9a-f]{16})?\.wasm$/, (route) => route.abort());
  const opener = page.getByRole("button", { name: "Open your project", exact: true });
  await opener.click();
  await dialog(page).getByText("This part could not be loaded").waitFor();
  await page.unroute(/project_bg(-[0-9a-f]{16})?\.wasm$/);
  await dialog(page).getByRole("button", { name: "Close" }).click();
  await opener.click();
  await page.getByText("Drop your project here").waitFor();
  await dialog(page).getByText("This part could not be loaded").waitFor({ state: "hidden" });
  await take(page, fixture("channels"));
}, { noise: /./ });

check("a module that breaks down says so, and the wizard goes on", async ({ page, seen }) => {
  await bring(page);
  // What the views stand on is taken away while the dialog is open, so that what was read cannot be drawn.
  await page.evaluate(() => {
    const make = Document.prototype.createElement;
    Document.prototype.createElement = function (...args) {
      if (document.querySelector("#project[open]")) {
        throw new Error("taken away by the test");
      }
      return make.apply(this, args);
    };
  });
  await page.locator("#project-folder").setInputFiles(fixture("channels"));
  const crash = dialog(page).getByRole("alert").filter({ hasText: "This part has crashed" });
  await crash.waitFor();
  await eventually(() => crash.locator("pre").textContent(), /panicked/);
  await dialog(page).getByText("Drop your project here").waitFor({ state: "hidden" });
  await eventually(() => seen.console.some((line) => line.includes("panicked")), true);
  await dialog(page).getByRole("button", { name: "Close" }).click();
  await dialog(page).waitFor({ state: "hidden" });
  // The wizard is another program.
  await page.getByLabel(label("project-name"), { exact: true }).fill("harbour");
  await eventually(() => address(page), { "project-name": "harbour" });
  // Opened again, it still says so, and a reload brings it back.
  await page.getByRole("button", { name: "Open your project", exact: true }).click();
  await crash.waitFor();
  await page.reload();
  await ready(page);
  await bring(page);
  await take(page, fixture("channels"));
}, { noise: /./ });

// --- writing into the folder -----------------------------------------------------------------------------------------

/** Puts a directory into the browser's own file system, and lets the picker hand that out. */
async function folder(page, directory, behaviour = "give") {
  const files = Object.entries(filesOf(directory)).filter(([path]) => !path.startsWith(".git/"));
  await page.evaluate(
    async ([files, behaviour]) => {
      const root = await (await navigator.storage.getDirectory()).getDirectoryHandle("shop", { create: true });
      window.testFolder = {
        root,
        async at(path, create) {
          const parts = path.split("/");
          const name = parts.pop();
          let at = root;
          for (const part of parts) {
            at = await at.getDirectoryHandle(part, { create });
          }
          return [at, name];
        },
        async write(path, bytes) {
          const [at, name] = await this.at(path, true);
          const writable = await (await at.getFileHandle(name, { create: true })).createWritable();
          await writable.write(bytes);
          await writable.close();
        },
        async files(at = root, prefix = "", found = {}) {
          for await (const [name, child] of at.entries()) {
            if (child.kind === "directory") {
              await this.files(child, `${prefix}${name}/`, found);
            } else {
              const bytes = new Uint8Array(await (await child.getFile()).arrayBuffer());
              found[prefix + name] = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
            }
          }
          return found;
        },
        asked: 0,
      };
      for (const [path, { bytes }] of files) {
        await window.testFolder.write(path, Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0)));
      }
      if (behaviour === "refuse") {
        root.requestPermission = async () => "denied";
      }
      window.showDirectoryPicker = async ({ mode }) => {
        window.testFolder.asked += 1;
        if (behaviour === "cancel" || mode !== "readwrite") {
          throw new DOMException("The user aborted a request.", "AbortError");
        }
        return root;
      };
    },
    [files, behaviour]
  );
}

/** Path to bytes of what is in the browser's folder. */
const inFolder = (page) => page.evaluate(() => window.testFolder.files());

/** Path to bytes of a directory. */
const bytesIn = (directory) =>
  Object.fromEntries(
    Object.entries(filesOf(directory))
      .filter(([path]) => !path.startsWith(".git/"))
      .map(([path, { bytes }]) => [path, bytes])
  );

const press = (page, name) => dialog(page).getByRole("button", { name, exact: true }).click();

/** Every file that an update touches, with what happens to it, by the command line; the directory is brought up to date. */
function updated(directory, ...wanted) {
  const run = () => {
    try {
      return dunnage("update", directory, ...wanted, "--json");
    } catch (error) {
      // 1 says that a conflict was left.
      assert.equal(error.status, 1);
      return error.stdout;
    }
  };
  const planned = JSON.parse(run()).files;
  const acts = planned.filter((file) => file.action === "delete" || file.diff !== "" || file.from);
  return Object.fromEntries(acts.map((file) => [file.path, file.from && file.action === "keep" ? "move" : file.action]));
}

/** What the page says that it will do, file by file. */
const asked = (page) =>
  dialog(page).locator(".task--still .task__file").evaluateAll((rows) =>
    Object.fromEntries(rows.map((row) => [row.querySelector("code").textContent.split(" → ").at(-1), row.querySelector(".mark").textContent]))
  );

/** Asks for the update to the wizard's choices, up to the question. */
async function askToUpdate(page) {
  await tab(page, "Update");
  await dialog(page).getByLabel("Update it with").selectOption("wizard");
  await press(page, "Write to a folder …");
  await dialog(page).getByRole("heading", { name: "Write to the folder “shop”?" }).waitFor();
}

// With these, files come, go, move and change.
const OTHERS = ["project-name=quay", "server=granian", "python=3.12", "backups=true"].flatMap((pair) => ["--set", pair]);

/** A set in a directory, an edit in it, and the link to other choices. */
function edited(directory, edit) {
  const set = join(directory, "shop");
  dunnage("render", "--set", "project-name=shop", "--out", set);
  const dockerfile = join(set, "docker/Dockerfile");
  writeFileSync(dockerfile, edit(readFileSync(dockerfile, "utf8")));
  return { set, link: dunnage("link", "--choices", join(set, "dunnage.yaml"), ...OTHERS).trim() };
}

check("an update is written into the folder as the command line writes it", async ({ page, open }) => {
  await scratch(async (directory) => {
    const { set, link } = edited(directory, (text) => `${text}# mine\n`);
    await open(page, link);
    await folder(page, set);
    await bring(page);
    await take(page, set);
    // The page's reading is older than this edit: what is written is planned on what is there now.
    const script = `${readFileSync(join(set, "docker/entrypoint.sh"), "utf8")}# mine as well\n`;
    writeFileSync(join(set, "docker/entrypoint.sh"), script);
    await page.evaluate((script) => window.testFolder.write("docker/entrypoint.sh", script), script);
    const before = bytesIn(set);
    const expected = updated(set, ...OTHERS);
    for (const kind of ["create", "replace", "merge", "delete"]) {
      assert.ok(Object.values(expected).includes(kind), `nothing to ${kind} in this test`);
    }
    await askToUpdate(page);
    await eventually(() => asked(page), expected);
    await dialog(page).getByText("deploy/nginx/shop.conf → deploy/nginx/quay.conf").waitFor();
    assert.deepEqual(await inFolder(page), before, "nothing is written before the answer");
    await press(page, "Write now");
    await dialog(page).getByRole("heading", { name: "All files were written" }).waitFor();
    assert.deepEqual(await inFolder(page), bytesIn(set));
    await eventually(() => dialog(page).locator("#project-checked").innerText(), /All files are unmodified and up to date/);
    await dialog(page).getByText(/^chmod \+x .*docker\/entrypoint\.sh/).waitFor();
    assert.equal(dunnage("check", set), "");
    // The folder is known now, and there is nothing left to do.
    await press(page, "Done");
    await dialog(page).getByText("Everything is up to date: nothing needs to be written.").waitFor();
    assert.equal(await page.evaluate(() => window.testFolder.asked), 1);
  });
});

check("a conflict is named before it is written, and found afterwards", async ({ page, open }) => {
  await scratch(async (directory) => {
    const { set, link } = edited(directory, (text) => text.replaceAll("python:3.13", "python:3.11"));
    await open(page, link);
    await folder(page, set);
    await bring(page);
    await take(page, set);
    const expected = updated(set, ...OTHERS);
    assert.equal(expected["docker/Dockerfile"], "conflict");
    await askToUpdate(page);
    await eventually(() => asked(page), expected);
    await dialog(page).getByText(/^Conflicts in docker\/Dockerfile/).waitFor();
    await press(page, "Write now");
    await dialog(page).getByRole("heading", { name: "All files were written" }).waitFor();
    assert.deepEqual(await inFolder(page), bytesIn(set));
    await eventually(() => dialog(page).locator("#project-checked li").allInnerTexts(), ["docker/Dockerfile unresolved conflict"]);
  });
});

for (const project of ["split-settings", "compose-extends"]) {
  check(`the migration of ${project} is written into the folder as the patch writes it`, async ({ page, open }) => {
    await scratch(async (directory) => {
      const tree = join(directory, "tree");
      cpSync(fixture(project), tree, { recursive: true });
      // One keeps its own lists, the other has them split, so that files go.
      const wish = project === "split-settings" ? ["--set", "packages=set"] : [];
      const choices = join(directory, "choices.yaml");
      writeFileSync(choices, dunnage("inspect", tree, "--yaml"));
      await open(page, dunnage("link", "--choices", choices, ...wish).trim());
      await folder(page, tree);
      await bring(page);
      await take(page, fixture(project));
      await tab(page, "Migrate");
      // A zip cannot delete, and says what is left.
      const gone = JSON.parse(dunnage("migrate", tree, ...wish, "--json")).files.filter((file) => file.step === "delete");
      const paths = gone.map((file) => file.path).join(", ");
      assert.equal(paths !== "", wish.length > 0);
      if (paths) {
        await dialog(page).getByText(`A zip cannot delete files: after unpacking, delete ${paths} yourself.`).waitFor();
      }
      await press(page, "Write to a folder …");
      await dialog(page).getByRole("heading", { name: "Write to the folder “shop”?" }).waitFor();
      git(tree, "init", "--quiet");
      writeFileSync(join(directory, "p.patch"), dunnage("migrate", tree, ...wish, "--patch", "-"));
      git(tree, "apply", "--whitespace=nowarn", join(directory, "p.patch"));
      await press(page, "Write now");
      await dialog(page).getByRole("heading", { name: "All files were written" }).waitFor();
      // Without a repository, what a container file was is kept beside it.
      const earlier = bytesIn(fixture(project))["docker-compose.yml"];
      const copies = earlier === undefined ? {} : { "docker-compose.yml.before": earlier };
      assert.deepEqual(await inFolder(page), { ...bytesIn(tree), ...copies });
      await eventually(() => dialog(page).locator("#project-checked").innerText(), /All files are unmodified and up to date/);
      assert.equal(dunnage("check", tree), "");
    });
  });
}

for (const [behaviour, said] of [
  ["cancel", "No folder was chosen, so nothing was written."],
  ["refuse", "The browser is not allowed to write to this folder, so nothing was written."],
]) {
  check(`a folder that is not given leaves everything as it was: ${behaviour}`, async ({ page, open }) => {
    await scratch(async (directory) => {
      const { set, link } = edited(directory, (text) => text);
      await open(page, link);
      await folder(page, set, behaviour);
      await bring(page);
      await take(page, set);
      await tab(page, "Update");
      await dialog(page).getByLabel("Update it with").selectOption("wizard");
      await dialog(page).getByRole("button", { name: "Write to a folder …" }).waitFor();
      const rows = await dialog(page).locator(".task--still").allInnerTexts();
      await press(page, "Write to a folder …");
      await dialog(page).getByText(said).waitFor();
      assert.deepEqual(await inFolder(page), bytesIn(set));
      await eventually(() => dialog(page).locator(".task--still").allInnerTexts(), rows);
      assert.equal(await page.evaluate(() => window.testFolder.asked), 1);
    });
  });
}

check("a file that changes between the plan and the writing is not overwritten", async ({ page, open }) => {
  await scratch(async (directory) => {
    const { set, link } = edited(directory, (text) => text);
    await open(page, link);
    await folder(page, set);
    await bring(page);
    await take(page, set);
    await askToUpdate(page);
    await page.evaluate(() => window.testFolder.write("docker-compose.yml", "# somebody was quicker\n"));
    const before = await inFolder(page);
    await press(page, "Write now");
    await dialog(page).getByRole("heading", { name: "Nothing was written" }).waitFor();
    await dialog(page).getByText("Changed since the plan was made, and therefore left alone: docker-compose.yml.").waitFor();
    assert.deepEqual(await inFolder(page), before);
    // Looked at again, it is part of the plan.
    await press(page, "Re-read the folder …");
    await dialog(page).getByText(/^Conflicts in docker-compose\.yml/).waitFor();
    await press(page, "Don't write");
    await dialog(page).getByRole("heading", { name: "Effects of updating “shop”" }).waitFor();
    assert.deepEqual(await inFolder(page), before);
  });
});

check("a writing that fails half way says what is there and what is not, and can be made again", async ({ page, open }) => {
  await scratch(async (directory) => {
    const { set, link } = edited(directory, (text) => `${text}# mine\n`);
    await open(page, link);
    await folder(page, set);
    await bring(page);
    await take(page, set);
    await askToUpdate(page);
    const before = await inFolder(page);
    // The disk is full once docker/ is reached, for a file that is new as for one that was there.
    await page.evaluate(() => {
      const write = FileSystemWritableFileStream.prototype.write;
      let count = 0;
      window.testFolder.mend = () => {
        FileSystemWritableFileStream.prototype.write = write;
      };
      FileSystemWritableFileStream.prototype.write = function (bytes) {
        count += 1;
        return count > 4 ? Promise.reject(new DOMException("The disk is full.", "QuotaExceededError")) : write.call(this, bytes);
      };
    });
    await press(page, "Write now");
    await dialog(page).getByRole("heading", { name: "Some files were not written" }).waitFor();
    const parts = await dialog(page).locator(".project__part").evaluateAll((found) =>
      Object.fromEntries(found.filter((part) => part.querySelector("h3")).map((part) =>
        [part.querySelector("h3").textContent, [...part.querySelectorAll("li")].map((item) => item.textContent)]
      ))
    );
    const [failed, done, left] = [parts["What failed"], parts["Done: 4 files"], parts["Not done"]];
    assert.deepEqual(failed, [`${left[0]}: The disk is full.`]);
    assert.equal(done.length, 4);
    assert.equal(left.at(-1), "dunnage.yaml");
    const now = await inFolder(page);
    for (const path of left) {
      assert.equal(now[path], before[path], path);
    }
    assert.notEqual(now[done[0]], before[done[0]]);
    await page.evaluate(() => window.testFolder.mend());
    await press(page, "Re-read the folder …");
    await dialog(page).getByRole("heading", { name: "Write to the folder “shop”?" }).waitFor();
    await press(page, "Write now");
    await dialog(page).getByRole("heading", { name: "All files were written" }).waitFor();
    updated(set, ...OTHERS);
    assert.deepEqual(await inFolder(page), bytesIn(set));
  });
});

check("a browser that cannot write into folders offers no button for it", async ({ page }) => {
  await page.evaluate(() => delete window.showDirectoryPicker);
  await bring(page);
  await take(page, fixture("compose-v2-links"));
  await press(page, "Use these choices");
  await tab(page, "Migrate");
  await dialog(page).getByRole("button", { name: "Patch for git apply" }).waitFor();
  assert.equal(await dialog(page).getByRole("button", { name: /^Write to/ }).count(), 0);
});
