// Quick to the hand: the search palette, the terminal, choices as a file, bookmarks, downloads, and paper.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { address, check, control, dunnage, eventually, filesOf, hold, options, presets, row, scratch, shown } from "./harness.mjs";

const by = (id) => options.find((option) => option.id === id);
const clipboard = { permissions: ["clipboard-read", "clipboard-write"] };
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const field = (page) => page.getByRole("combobox", { name: "Search options, values, files and actions" });
const active = (page) => page.locator("[role=option][aria-selected=true]");
const gone = (page) => page.waitForFunction(() => !document.querySelector("#dialogs dialog"));
const choices = (page) => page.evaluate(() => document.documentElement.dataset.link);

/** Opens the palette by its shortcut and types into it; ends when the best result has this name. */
async function search(page, query, best) {
  await page.keyboard.press("Control+k");
  await field(page).fill(query);
  await active(page).filter({ hasText: best }).waitFor();
}

async function more(page) {
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("dialog", { name: "More", exact: true }).waitFor();
}

// --- the palette -------------------------------------------------------------------------------------------------------

check("the palette opens by shortcut, slash and button, and gives the focus back", async ({ page }) => {
  const name = control(page, by("project-name").label);
  await name.focus();
  await page.keyboard.press("Control+k");
  await field(page).waitFor();
  await eventually(() => field(page).evaluate((element) => element === document.activeElement), true);
  await page.keyboard.press("Escape");
  await gone(page);
  await eventually(() => name.evaluate((element) => element === document.activeElement), true);
  await page.keyboard.press("/");
  await eventually(() => name.inputValue(), /\//, "a slash is a slash in a field");
  await page.keyboard.press("Backspace");
  await row(page, "docker-compose.yml").click();
  await page.keyboard.press("/");
  await field(page).waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await gone(page);
  await page.getByRole("button", { name: /^Search/ }).click();
  await field(page).waitFor();
  // The backdrop closes it as well.
  await page.mouse.click(5, 5);
  await gone(page);
});

check("the palette is a combobox with a listbox of groups", async ({ page }) => {
  await search(page, "postgres", "PostgreSQL");
  const state = await page.evaluate(() => {
    const input = document.getElementById("palette-field");
    const list = document.getElementById(input.getAttribute("aria-controls"));
    return {
      expanded: input.ariaExpanded,
      list: list.getAttribute("role"),
      active: input.getAttribute("aria-activedescendant"),
      selected: [...list.querySelectorAll("[aria-selected=true]")].map(({ id }) => id),
      groups: [...list.querySelectorAll("[role=group]")].map((group) =>
        document.getElementById(group.getAttribute("aria-labelledby")).textContent
      ),
      loose: [...list.querySelectorAll("[role=option]")].filter((option) => !option.closest("[role=group]")).length,
    };
  });
  assert.equal(state.expanded, "true");
  assert.equal(state.list, "listbox");
  assert.deepEqual([state.active], state.selected);
  assert.equal(state.loose, 0);
  assert.ok(["Options", "Values"].every((name) => state.groups.includes(name)), state.groups.join());
  await page.keyboard.press("ArrowUp");
  const last = page.locator("[role=option]").last();
  await page.waitForFunction(() => [...document.querySelectorAll("[role=option]")].at(-1).ariaSelected === "true");
  assert.ok(await last.evaluate((element) => {
    const [box, room] = [element, element.closest(".palette__scroll")].map((element) => element.getBoundingClientRect());
    return box.bottom <= room.bottom + 1;
  }), "it is scrolled to");
  await page.waitForFunction(() =>
    document.getElementById("palette-field").getAttribute("aria-activedescendant") ===
      document.querySelector("[role=option][aria-selected=true]").id
  );
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() => document.querySelector("[role=option]").ariaSelected === "true");
  await field(page).fill("no such thing at all");
  await page.getByText("No match for “no such thing at all”.").waitFor();
  await eventually(() => field(page).getAttribute("aria-expanded"), "false");
  await page.waitForFunction(() => !document.getElementById("palette-field").hasAttribute("aria-activedescendant"));
});

check("a value is taken from the palette as one step", async ({ page }) => {
  const before = await choices(page);
  await search(page, "python 3.12", `Set ${by("python").label} to 3.12`);
  await page.keyboard.press("Enter");
  await gone(page);
  await page.waitForFunction(() => location.hash.includes("python=3.12"));
  assert.deepEqual(await address(page), { python: "3.12" });
  await page.keyboard.press("Control+z");
  await page.waitForFunction((before) => document.documentElement.dataset.link === before, before);
  // A number and a text are values as well.
  await search(page, "timeout 45", "to 45");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash.includes("timeout=45"));
  // What was used stands first the next time.
  await page.keyboard.press("Control+k");
  await page.getByRole("group", { name: "Recent" }).getByRole("option").first().filter({ hasText: `Set ${by("python").label} to 3.12` })
    .waitFor();
  await eventually(() => page.evaluate(() => localStorage.getItem("dunnage.recent")), "python=3.12");
});

check("options, files, presets, steps and actions are found and done", async ({ page }) => {
  await search(page, "celery", by("celery").label);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.closest("#celery") || document.activeElement?.id === "celery");
  // An option is found by what is said of it.
  await search(page, by("flower").help.split(" ").slice(0, 4).join(" "), by("flower").label);
  await page.keyboard.press("Escape");
  await gone(page);
  await search(page, "entrypoint.sh", "docker/entrypoint.sh");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.documentElement.dataset.file === "docker/entrypoint.sh");
  await eventually(() => shown(page), /^#!/);
  await search(page, "single server", "Single server");
  await page.keyboard.press("Enter");
  await page.locator(".preset__title[aria-pressed=true]").filter({ hasText: "Single server" }).waitFor();
  await search(page, "start ov", "Start over");
  await page.keyboard.press("Enter");
  await page.getByText("All options were reset to their defaults.").waitFor();
  await search(page, "undo", "Undo");
  await page.keyboard.press("Enter");
  await page.locator(".preset__title[aria-pressed=true]").filter({ hasText: "Single server" }).waitFor();
  await search(page, "termin", "Terminal");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Command that writes this set" }).waitFor();
  await search(page, "shortcuts", "Shortcuts");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Shortcuts" }).waitFor();
  await page.keyboard.press("Escape");
  await gone(page);
  await search(page, "dark", "Dark theme");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
}, { context: { colorScheme: "light" } });

check("the palette works by touch on a phone", async ({ page }) => {
  await page.getByRole("button", { name: /^Search/ }).tap();
  await field(page).fill("compose");
  await page.getByRole("option", { name: /^docker-compose\.yml/ }).tap();
  await gone(page);
  await page.waitForFunction(() => document.documentElement.dataset.tab === "files");
  await page.getByRole("button", { name: /^Search/ }).tap();
  await field(page).fill("terminal");
  await page.getByRole("group", { name: "Views" }).getByRole("option").tap();
  const heading = page.getByRole("heading", { name: "Command that writes this set" });
  await heading.waitFor();
  const [content, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(content <= room, `${content} > ${room}`);
  await page.getByRole("button", { name: /^Search/ }).tap();
  await page.locator("dialog.palette [role=option]").first().waitFor();
  const tops = await page.evaluate(() => {
    const box = document.querySelector("dialog.palette").getBoundingClientRect();
    const hits = [...document.querySelectorAll("[role=option]")].map((hit) => hit.getBoundingClientRect().height);
    return { inside: box.left >= 0 && box.right <= innerWidth && box.bottom <= innerHeight, low: Math.min(...hits) };
  });
  assert.ok(tops.inside);
  assert.ok(tops.low >= 44, `${tops.low}`);
}, { context: phone });

// --- the terminal ------------------------------------------------------------------------------------------------------

async function terminal(page) {
  await page.getByRole("tab", { name: "Terminal" }).click();
  await page.getByText("Command that writes this set").waitFor();
}

/** The text of a block, once it is about these choices. */
async function block(page, id, contains) {
  await page.waitForFunction(([id, contains]) => document.getElementById(id)?.textContent.includes(contains), [id, contains]);
  return page.locator(`#${id}`).textContent();
}

const made =
  "#v=1&project-name=harbour&domain=harbour.example%2Cwww.harbour.example&timeout=45&server=granian&celery=worker&media=true";

for (const [name, fragment, words] of [
  ["the defaults", "", ["--out", "my-project"]],
  ["choices by hand", made, ["--out", "harbour"]],
  ...presets.map((preset) => [preset.id, "", ["--preset", preset.id]]),
]) {
  check(`the command and the text for ${name} give what the command line writes`, async ({ page }) => {
    const preset = presets.find(({ id }) => id === name);
    if (preset) {
      await page.getByRole("button", { name: preset.title, exact: true }).click();
    }
    await terminal(page);
    const root = fragment ? "harbour" : preset?.choices["project-name"] ?? "my-project";
    const command = await block(page, "shell-command", words.join(" "));
    const script = await block(page, "shell-script", `into ${root}.`);
    await scratch(async (directory) => {
      // The command finds the program under its name.
      const bin = join(directory, "bin");
      mkdirSync(bin);
      writeFileSync(join(bin, "dunnage"), `#!/bin/sh\nexec ${JSON.stringify(process.env.DUNNAGE_BIN ?? "target/debug/dunnage")} "$@"\n`, { mode: 0o755 });
      const run = (cwd, text) =>
        spawnSync("sh", [], { cwd, input: text, encoding: "utf8", env: { ...process.env, PATH: `${bin}:${process.env.PATH}` } });
      const [byCommand, byText] = ["command", "text"].map((name) => join(directory, name));
      mkdirSync(byCommand);
      mkdirSync(byText);
      const ran = run(byCommand, command);
      assert.equal(ran.status, 0, ran.stderr);
      const unpacked = run(byText, script);
      assert.equal(unpacked.status, 0, unpacked.stderr);
      assert.equal(unpacked.stderr, "");
      const expected = join(directory, "expected");
      const link = await choices(page);
      writeFileSync(join(directory, "choices.yaml"), dunnage("open", link));
      dunnage("render", "--choices", join(directory, "choices.yaml"), "--out", expected);
      const files = filesOf(expected);
      assert.ok(Object.keys(files).length > 5);
      assert.deepEqual(filesOf(join(byCommand, root)), files);
      assert.deepEqual(filesOf(join(byText, root)), files);
      for (const path of Object.keys(files)) {
        assert.equal(statSync(join(byText, root, path)).mode & 0o777, files[path].mode, path);
      }
    });
  }, { fragment });
}

check("a text that was damaged, cut off or would overwrite unpacks nothing", async ({ page }) => {
  await terminal(page);
  const script = await block(page, "shell-script", "into my-project.");
  const lines = script.split("\n");
  const begin = lines.findIndex((line) => line.includes("<<'END'")) + 1;
  const damaged = lines.with(begin + 3, lines[begin + 3].replace(/^./, (first) => (first === "A" ? "B" : "A"))).join("\n");
  const missing = lines.toSpliced(begin + 5, 1).join("\n");
  const noise = lines.with(begin + 3, "!?").join("\n");
  const cut = script.slice(0, -3);
  for (const shell of ["sh", "bash"]) {
    await scratch(async (directory) => {
      const run = (text, env = {}) =>
        spawnSync(shell, [], { cwd: directory, input: text, encoding: "utf8", env: { ...process.env, ...env } });
      const there = () => Object.keys(filesOf(directory)).length;
      for (const text of [damaged, missing, noise]) {
        const ran = run(text);
        assert.notEqual(ran.status, 0);
        assert.match(ran.stderr, /This script is damaged; nothing was unpacked\./);
        assert.equal(there(), 0);
      }
      assert.notEqual(run(cut).status, 0);
      assert.equal(there(), 0, "a text that breaks off runs nothing");
      // A Mac has shasum, and a base64 that may know -D alone.
      const bin = join(directory, "bin");
      mkdirSync(bin);
      for (const name of ["mktemp", "tar", "gzip", "rm", "shasum", "perl"]) {
        const found = execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
        execFileSync("ln", ["-s", found, join(bin, name)]);
      }
      const base64 = execFileSync("sh", ["-c", "command -v base64"], { encoding: "utf8" }).trim();
      writeFileSync(join(bin, "base64"), `#!/bin/sh\n[ "$1" = -D ] || exit 64\nexec ${base64} -d\n`, { mode: 0o755 });
      const bash = execFileSync("sh", ["-c", `command -v ${shell}`], { encoding: "utf8" }).trim();
      const mac = spawnSync(bash, [], { cwd: directory, input: script, encoding: "utf8", env: { PATH: bin } });
      assert.equal(mac.status, 0, mac.stderr);
      assert.match(mac.stdout, /^Unpacked \d+ files into my-project\.\n$/);
      const before = filesOf(join(directory, "my-project"));
      writeFileSync(join(directory, "my-project/Dockerfile"), "edited\n");
      const again = run(script);
      assert.notEqual(again.status, 0);
      assert.match(again.stderr, /my-project: already exists; nothing was unpacked\./);
      assert.equal(readFileSync(join(directory, "my-project/Dockerfile"), "utf8"), "edited\n");
      assert.ok(Object.keys(before).length > 5);
    });
  }
});

check("a browser that cannot compress gives a text that unpacks as well", async ({ page, open }) => {
  await page.addInitScript(() => delete window.CompressionStream);
  await open(page);
  await terminal(page);
  const script = await block(page, "shell-script", "into my-project.");
  assert.match(script, /tar -xpmf /);
  await scratch(async (directory) => {
    const ran = spawnSync("sh", [], { cwd: directory, input: script, encoding: "utf8" });
    assert.equal(ran.status, 0, ran.stderr);
    assert.equal(filesOf(directory)["my-project/docker/entrypoint.sh"].mode, 0o755);
  });
});

check("the terminal's texts are one click to copy, and follow the choices", async ({ page }) => {
  await terminal(page);
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  for (const [button, said, id] of [
    ["Copy command", "The command was copied to the clipboard.", "shell-command"],
    ["Copy script", "The script was copied to the clipboard.", "shell-script"],
  ]) {
    const text = await block(page, id, "my-project");
    await page.getByRole("tabpanel").getByRole("button", { name: button, exact: true }).click();
    await page.getByText(said).waitFor();
    await eventually(() => copied(), text);
  }
  await page.getByRole("button", { name: "Copy all files", exact: true }).click();
  await page.getByText("All files were copied to the clipboard").waitFor();
  const markdown = await copied();
  await scratch(async (directory) => {
    dunnage("render", "--out", directory);
    for (const [path, { bytes }] of Object.entries(filesOf(directory))) {
      assert.ok(markdown.includes(`## \`${path}\``), path);
      assert.ok(markdown.includes(Buffer.from(bytes, "base64").toString()), path);
    }
  });
  await control(page, by("project-name").label).fill("quay");
  await block(page, "shell-command", "--set project-name=quay");
  await block(page, "shell-script", "into quay.");
  // The command line refuses choices that contradict each other, and so it says here.
  const contradiction = page.getByText("The command line writes nothing while the choices conflict:");
  await eventually(() => contradiction.count(), 0);
  await control(page, by("flower").label).check();
  await contradiction.waitFor();
  await page.getByRole("button", { name: "Go to the option" }).click();
  await page.waitForFunction(() => document.activeElement?.id === "flower");
}, { context: clipboard });

// --- choices as a file -------------------------------------------------------------------------------------------------

check("the command stands below every view, is one click to copy, and leads to the way without installing", async ({ page }) => {
  const strip = page.getByRole("group", { name: "Command that writes this set" });
  await control(page, by("project-name").label).fill("harbour");
  await control(page, by("media").label).check();
  const command = "dunnage render --set project-name=harbour --set media=true --out harbour";
  await eventually(() => strip.locator("code").textContent(), command);
  await strip.getByRole("button", { name: "Copy command" }).click();
  await page.getByText("The command was copied to the clipboard.").waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied, command);
  const text = await shown(page);
  await scratch((directory) => {
    dunnage(...copied.split(" ").slice(1, -1), directory);
    assert.equal(readFileSync(join(directory, "docker-compose.yml"), "utf8"), text);
  });
  await page.getByRole("tab", { name: "Diagram" }).click();
  assert.ok(await strip.isVisible());
  await strip.getByRole("button", { name: "No installation required" }).click();
  await page.getByText("Command that writes this set", { exact: true }).waitFor();
  const tab = page.getByRole("tab", { name: "Terminal" });
  await eventually(() => tab.getAttribute("aria-selected"), "true");
  await eventually(() => tab.evaluate((element) => element === document.activeElement), true);
}, { context: clipboard });

check("shortcuts are printed on what they do", async ({ page }) => {
  const printed = async (role, name) => page.getByRole(role, { name, exact: true }).locator("kbd").innerText();
  for (const [role, name, keys] of [
    ["button", "Search", "Ctrl K"],
    ["button", "Copy link", "L"],
    ["button", "Download zip", "Ctrl ↵"],
    ["tab", "Files", "1"],
    ["tab", "Terminal", "5"],
  ]) {
    await eventually(() => printed(role, name), keys, name);
  }
  const undo = page.getByRole("button", { name: "Undo", exact: true });
  await eventually(() => undo.getAttribute("title"), "Undo (Ctrl Z)");
  await eventually(() => page.getByRole("button", { name: "Redo", exact: true }).getAttribute("title"), "Redo (Ctrl Shift Z)");
  // And they do it.
  await control(page, by("project-name").label).fill("harbour");
  await page.getByRole("tree").getByRole("treeitem").first().focus();
  await page.keyboard.press("3");
  await eventually(() => page.getByRole("tab", { name: "Next steps" }).getAttribute("aria-selected"), "true");
  await page.keyboard.press("Control+z");
  await eventually(() => control(page, by("project-name").label).inputValue(), "my-project");
});

check("choices are saved as a file and opened again as one step", async ({ page, open }) => {
  await open(page, made);
  const before = await choices(page);
  await more(page);
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save choices", exact: true }).click();
  const download = await waiting;
  assert.equal(download.suggestedFilename(), "choices.yaml");
  const text = readFileSync(await download.path(), "utf8");
  await scratch(async (directory) => {
    const path = join(directory, "choices.yaml");
    writeFileSync(path, text);
    dunnage("render", "--choices", path, "--out", join(directory, "out"));
    assert.equal(dunnage("link", "--choices", path).trim().replace(/^#/, ""), before);
    await page.keyboard.press("Escape");
    await gone(page);
    await page.getByRole("button", { name: "Start over" }).click();
    await page.waitForFunction(() => document.documentElement.dataset.link === "v=1");
    await more(page);
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Open choices", exact: true }).click();
    await (await chooser).setFiles(path);
    await page.waitForFunction((before) => document.documentElement.dataset.link === before, before);
    await gone(page);
    await page.getByRole("button", { name: "Undo", exact: true }).first().click();
    await page.waitForFunction(() => document.documentElement.dataset.link === "v=1");
  });
});

check("a file that is wrong in part is taken in part, and one that is no choices not at all", async ({ page }) => {
  await more(page);
  const dialog = page.getByRole("dialog", { name: "More" });
  const give = (name, text) =>
    page.getByLabel("Choices file").setInputFiles({ name, mimeType: "application/yaml", buffer: Buffer.from(text) });
  await give("part.yaml", "project-name: harbour\npyhton: \"3.12\"\ntimeout: never\n");
  await dialog.getByText("The readable parts of “part.yaml” were applied. These were not:").waitFor();
  const problems = await dialog.getByRole("listitem").allTextContents();
  assert.match(problems[0], /pyhton \(line 2\).*Did you mean “python”\?/);
  assert.match(problems[1], /timeout \(line 3\)/);
  assert.deepEqual(await address(page), { "project-name": "harbour" });
  for (const [name, text] of [["broken.yaml", "a: [1\nb: {"], ["list.yaml", "- a\n- b\n"], ["none.yaml", "# nothing\n"], ["other.yaml", "name: x\non: push\n"]]) {
    await give(name, text);
    await dialog.getByText(`“${name}” contains no readable choices. Nothing was changed.`).waitFor();
    assert.deepEqual(await address(page), { "project-name": "harbour" }, name);
  }
  await give("broken.yaml", "a: [1\nb: {");
  await dialog.getByText(/line \d, column \d/).waitFor();
  await give("large.yaml", `a: "${"x".repeat(1 << 20)}"`);
  await dialog.getByText("“large.yaml” is too large for a choices file, or could not be read.").waitFor();
  // A dunnage.yaml of a set, dropped.
  const manifest = dunnage("render", "--preset", "senex", "--stdout", "dunnage.yaml");
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "dunnage.yaml"));
    document.querySelector(".more").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  }, manifest);
  await gone(page);
  await page.locator(".preset__title[aria-pressed=true]").filter({ hasText: presets.find(({ id }) => id === "senex").title }).waitFor();
});

// --- bookmarks and downloads -------------------------------------------------------------------------------------------

const lines = (page, name) => page.evaluate((name) => localStorage.getItem(`dunnage.${name}`), name);

check("bookmarks are saved, renamed, applied and deleted, and deleting can be undone", async ({ page, open }) => {
  await open(page, "#v=1&project-name=harbour");
  await more(page);
  const dialog = page.getByRole("dialog", { name: "More" });
  const list = dialog.getByRole("list", { name: "Bookmarks" });
  await eventually(() => list.count(), 0, "there is no list before there are any");
  await dialog.getByLabel("Name for these choices").fill("  the   harbour ");
  await page.keyboard.press("Enter");
  await dialog.getByText("“the harbour” was saved in this browser.").waitFor();
  await eventually(() => lines(page, "bookmarks"), /^\S+Z v=1&project-name=harbour the harbour$/);
  await dialog.getByRole("button", { name: "Rename “the harbour”" }).click();
  await dialog.getByLabel("New name of “the harbour”").fill("quay");
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: "Delete “quay”" }).click();
  await dialog.getByText("“quay” was deleted.").waitFor();
  await eventually(() => list.count(), 0);
  await dialog.getByRole("button", { name: "Undo" }).click();
  await list.getByText("quay").waitFor();
  await page.keyboard.press("Escape");
  await gone(page);
  await page.getByRole("button", { name: "Start over" }).click();
  await page.reload();
  await more(page);
  await dialog.getByRole("button", { name: "Apply “quay”" }).click();
  await gone(page);
  assert.deepEqual(await address(page), { "project-name": "harbour" });
  // It is found by searching, too.
  await page.getByRole("button", { name: "Start over" }).click();
  await search(page, "quay", "quay");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash.includes("project-name=harbour"));
});

check("two tabs that bookmark do not overwrite each other", async ({ page, url }) => {
  const other = await page.context().newPage();
  await other.goto(`${url}#v=1&project-name=quay`);
  await other.waitForFunction(() => document.documentElement.dataset.viewsState === undefined && document.documentElement.dataset.boot === "ready");
  for (const tab of [page, other]) {
    await more(tab);
  }
  for (const [tab, name] of [[page, "one"], [other, "two"], [page, "three"]]) {
    await tab.getByLabel("Name for these choices").fill(name);
    await tab.keyboard.press("Enter");
    await tab.getByRole("button", { name: `Apply “${name}”` }).waitFor();
  }
  for (const tab of [page, other]) {
    for (const name of ["one", "two", "three"]) {
      await tab.getByRole("button", { name: `Apply “${name}”` }).waitFor();
    }
  }
  assert.equal((await lines(page, "bookmarks")).split("\n").length, 3);
});

check("every zip is in the list of downloads, also from before the list was looked at", async ({ page, open }) => {
  // A field in focus has the module fetched soon after: it comes only when it is let through.
  const letThrough = await hold(page, /views_bg(-[0-9a-f]{16})?\.wasm$/);
  await open(page, "#v=1&project-name=harbour");
  for (const name of ["harbour", "quay"]) {
    await control(page, by("project-name").label).fill(name);
    const waiting = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download zip", exact: true }).click();
    await waiting;
  }
  await eventually(() => page.evaluate(() => localStorage.getItem("dunnage.downloads")?.split("\n").length), 2);
  assert.notEqual(await page.evaluate(() => document.documentElement.dataset.viewsState), "ready", "without the module");
  assert.equal(await page.evaluate(() => document.documentElement.dataset.zip), undefined);
  await page.evaluate(() => {
    const old = Array.from({ length: 120 }, (_, day) => `2025-01-01T00:00:00.000Z v=1&project-name=old${day} `);
    localStorage.setItem("dunnage.downloads", [localStorage.getItem("dunnage.downloads"), ...old].join("\n"));
  });
  letThrough();
  await more(page);
  const dialog = page.getByRole("dialog", { name: "More" });
  const list = dialog.getByRole("list", { name: "Downloads" });
  await eventually(() => list.getByRole("listitem").count(), 100);
  await eventually(() => list.getByRole("listitem").nth(0).innerText(), /^quay/);
  await eventually(() => list.getByRole("listitem").nth(1).innerText(), /^harbour/);
  await list.getByRole("button", { name: /^Bookmark “harbour, / }).click();
  await dialog.getByRole("list", { name: "Bookmarks" }).getByText(/^harbour, /).waitFor();
  await list.getByRole("button", { name: /^Delete “quay, / }).click();
  await dialog.getByText(/^“quay, .*” was deleted\.$/).waitFor();
  await list.getByRole("button", { name: /^Apply “harbour, / }).click();
  await gone(page);
  assert.deepEqual(await address(page), { "project-name": "harbour" });
  // With the module there, a new one is in the list at once.
  await page.getByRole("button", { name: "Download zip", exact: true }).click();
  await page.waitForFunction(() => localStorage.getItem("dunnage.downloads").split("\n").length === 100);
  await more(page);
  await dialog.getByRole("button", { name: "Clear the downloads" }).click();
  await dialog.getByText("The downloads were cleared.").waitFor();
  await eventually(() => list.count(), 0);
  await eventually(() => lines(page, "downloads"), "");
});

check("a storage that is full or forbidden is said, and nothing breaks", async ({ page, open }) => {
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await open(page);
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download zip", exact: true }).click();
  await waiting;
  await page.getByText("The zip was downloaded, but it is not in the list of downloads").waitFor();
  await more(page);
  await page.getByLabel("Name for these choices").fill("harbour");
  await page.keyboard.press("Enter");
  await page.getByText("The browser could not save that: its storage is full or disabled.").waitFor();
  await page.keyboard.press("Escape");
  await gone(page);
  await search(page, "python 3.12", `Set ${by("python").label} to 3.12`);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash.includes("python=3.12"));
});

check("damaged lists are read as far as they can be", async ({ page, open }) => {
  await page.evaluate(() => {
    localStorage.setItem("dunnage.bookmarks", "\u0000\n\nx\n2026-01-01T00:00:00.000Z v=1&project-name=quay the quay\nbad v=9&nothing=1 odd\n<b>");
    localStorage.setItem("dunnage.downloads", "never v=1 ");
    localStorage.setItem("dunnage.recent", "no such\n\n=");
  });
  await open(page);
  await more(page);
  await page.getByRole("button", { name: "Apply “the quay”" }).waitFor();
  await eventually(() => page.getByRole("list", { name: "Bookmarks" }).getByRole("listitem").count(), 2);
  await page.keyboard.press("Escape");
  await gone(page);
  await page.keyboard.press("Control+k");
  await page.getByRole("group", { name: "Actions" }).waitFor();
});

check("the more dialog works by touch on a phone", async ({ page }) => {
  await page.getByRole("button", { name: "More", exact: true }).tap();
  const dialog = page.getByRole("dialog", { name: "More" });
  await dialog.getByLabel("Name for these choices").fill("a name that goes on and on and on and on and on and on and on");
  await dialog.getByRole("button", { name: "Bookmark", exact: true }).tap();
  await dialog.getByRole("button", { name: /^Apply “a name/ }).waitFor();
  const outside = await page.evaluate(() =>
    [...document.querySelectorAll("#dialogs :is(button, .input, p)")]
      .filter((element) => {
        const box = element.getBoundingClientRect();
        return box.width > 2 && (box.left < 0 || box.right > innerWidth);
      })
      .map((element) => element.textContent)
  );
  assert.deepEqual(outside, []);
  const copied = dialog.getByRole("button", { name: "Copy all files", exact: true });
  await copied.tap();
  await page.getByText("All files were copied to the clipboard").waitFor();
  await gone(page);
}, { context: { ...phone, ...clipboard } });

// --- paper -------------------------------------------------------------------------------------------------------------

check("a printed page has the choices, the findings and the whole file, and no buttons", async ({ page }) => {
  await page.waitForFunction(() => [...document.styleSheets].some(({ href }) => /print(-[0-9a-f]{16})?\.css$/.test(href)));
  await row(page, "docker-compose.yml").click();
  await page.evaluate(() =>
    addEventListener("beforeprint", () => {
      document.documentElement.dataset.printed = String(document.querySelectorAll("#print").length);
    })
  );
  const pdf = (await page.pdf()).toString("latin1");
  await eventually(() => page.evaluate(() => document.documentElement.dataset.printed), "1", "it is made for every print");
  await eventually(() => page.locator("#print").count(), 0, "and taken away again");
  const pages = pdf.match(/\/Type\s*\/Page\b(?!s)/g).length;
  assert.ok(pages >= 3, `${pages} pages`);
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  const rows = await page.locator("#print tr").allInnerTexts();
  assert.equal(rows.length, options.length + new Set(options.map(({ step }) => step)).size);
  const text = rows.join("\n");
  assert.match(text, new RegExp(`^${by("project-name").label}\\s+harbour changed$`, "m"));
  assert.match(text, new RegExp(`^${by("flower").label}\\s+on \\(.*\\) changed$`, "m"));
  assert.match(text, new RegExp(`^${by("postgres").label}\\s+\\d+$`, "m"));
  const sheet = await page.locator("#print").innerText();
  assert.ok(sheet.includes(`${page.url().split("#")[0]}#v=1&project-name=harbour&flower=true`));
  assert.match(sheet, /Findings[\s\S]*Flower/);
  const seen = await page.evaluate(() => ({
    buttons: [...document.querySelectorAll("button, input, select")].filter((element) => element.checkVisibility()).length,
    bars: [...document.querySelectorAll(".bar, .tabs, .views, .tree, .rail")].filter((element) => element.checkVisibility()).length,
    cut: ["body", ".code", ".files"].filter((name) => {
      const element = document.querySelector(name);
      return element.scrollHeight > element.clientHeight + 1 || element.scrollWidth > element.clientWidth + 1;
    }),
    ink: getComputedStyle(document.body).color,
  }));
  assert.deepEqual(seen, { buttons: 0, bars: 0, cut: [], ink: "rgb(0, 0, 0)" });
  assert.ok(await page.locator("#code .l").last().isVisible());
}, { fragment: "#v=1&project-name=harbour&flower=true", context: { colorScheme: "dark" } });

check("what is asked to be printed is printed", async ({ page }) => {
  await page.evaluate(() => {
    window.print = () => {
      document.documentElement.dataset.printed = String(document.querySelectorAll("dialog[open]").length);
    };
  });
  await search(page, "print", "Print");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.documentElement.dataset.printed === "0");
  await page.evaluate(() => delete document.documentElement.dataset.printed);
  await more(page);
  await page.getByRole("button", { name: "Print", exact: true }).click();
  await page.waitForFunction(() => document.documentElement.dataset.printed === "0");
});
