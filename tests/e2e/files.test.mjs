// The files: the tree, the code, and that what is taken away is what the command line writes.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { address, check, control, dunnage, eventually, filesOf, filesOfZip, options, presets, row, scratch, shown } from "./harness.mjs";

const by = (id) => options.find((option) => option.id === id);

/** Downloads the zip and compares it with what the command line writes. */
async function compare(page, root, ...choices) {
  await scratch(async (directory) => {
    const waiting = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download zip", exact: true }).click();
    const download = await waiting;
    assert.equal(download.suggestedFilename(), `${root}.zip`);
    const zip = join(directory, "set.zip");
    await download.saveAs(zip);
    const out = join(directory, "out");
    dunnage("render", ...choices, "--out", out);
    const expected = filesOf(out);
    const found = filesOfZip(zip, root);
    assert.deepEqual(Object.keys(found).sort(), Object.keys(expected).sort());
    assert.deepEqual(found, expected);
    assert.equal(found["docker/entrypoint.sh"].mode, 0o755);
    assert.equal(found["docker-compose.yml"].mode, 0o644);
  });
}

for (const preset of presets) {
  check(`the zip of ${preset.id} is what the command line writes`, async ({ page }) => {
    await page.getByRole("button", { name: preset.title, exact: true }).click();
    await compare(page, preset.choices["project-name"] ?? "my-project", "--preset", preset.id);
  });
}

check("the zip of choices made by hand is what the command line writes", async ({ page }) => {
  await control(page, by("project-name").label).fill("harbour");
  await control(page, by("domain").label).fill("harbour.example, www.harbour.example");
  await control(page, by("media").label).check();
  await control(page, by("timeout").label).fill("45");
  await control(page, by("server").label).selectOption("granian");
  await eventually(async () => Object.keys(await address(page)).length, 5);
  const made = Object.entries(await address(page)).flatMap(([id, value]) => ["--set", `${id}=${value}`]);
  await compare(page, "harbour", ...made);
});

check("every file is shown whole", async ({ page }) => {
  await page.getByRole("button", { name: "Single server", exact: true }).click();
  await scratch(async (directory) => {
    const out = join(directory, "out");
    dunnage("render", "--preset", "single-server", "--out", out);
    const files = filesOf(out);
    const rows = () =>
      page.locator("[role=treeitem]:not([aria-expanded])").evaluateAll((found) => found.map((element) => element.dataset.path));
    await eventually(async () => (await rows()).sort(), Object.keys(files).sort());
    for (const path of await rows()) {
      await page.locator(`[role=treeitem][data-path="${path}"]`).click();
      await eventually(() => shown(page), Buffer.from(files[path].bytes, "base64").toString(), path);
      const colours = await page.locator("#code code span span").count();
      assert.ok(colours > 0, `${path} has colours`);
      await eventually(() => page.locator("#code code").count(), 1);
    }
  });
});

check("one file is copied and downloaded", async ({ page }) => {
  const text = dunnage("render", "--stdout", "docker/entrypoint.sh");
  await row(page, "entrypoint.sh").click();
  await eventually(() => shown(page), text);
  await page.getByRole("button", { name: "Copy file", exact: true }).click();
  await page.getByText("docker/entrypoint.sh was copied to the clipboard.").waitFor();
  await eventually(() => page.evaluate(() => navigator.clipboard.readText()), text);
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download file", exact: true }).click();
  const download = await waiting;
  assert.equal(download.suggestedFilename(), "entrypoint.sh");
  assert.equal(readFileSync(await download.path(), "utf8"), text);
}, { context: { permissions: ["clipboard-read", "clipboard-write"] } });

check("the link is copied", async ({ page, url }) => {
  const copied = async (expected, message) => {
    await page.getByRole("button", { name: "Copy link", exact: true }).click();
    await page.getByText("The link was copied to the clipboard.").waitFor();
    await eventually(() => page.evaluate(() => navigator.clipboard.readText()), expected, message);
  };
  await copied(`${url}#v=1`, "the defaults have a link, too");
  await control(page, by("backups").label).check();
  await copied(`${url}#v=1&backups=true`);
}, { context: { permissions: ["clipboard-read", "clipboard-write"] } });

check("a clipboard that is not there is said", async ({ page, open }) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, "clipboard", { value: undefined });
  });
  await open(page);
  await page.getByRole("button", { name: "Copy link", exact: true }).click();
  await page.getByText("The browser blocked the clipboard.").waitFor();
}, { open: false });

check("the tree is walked by keyboard", async ({ page }) => {
  const press = async (key, path) => {
    await page.keyboard.press(key);
    await page.waitForFunction((path) => document.activeElement?.dataset.path === path, path);
  };
  const closed = (folder) => page.locator(`[role=treeitem][data-path="${folder}"][aria-expanded=false]`);
  await row(page, "docker-compose.yml").focus();
  await press("Home", "deploy");
  await press("ArrowDown", "deploy/nginx");
  await press("ArrowLeft", "deploy/nginx");
  await closed("deploy/nginx").waitFor();
  await press("ArrowDown", "docker");
  await press("ArrowUp", "deploy/nginx");
  await press("ArrowRight", "deploy/nginx");
  await press("ArrowRight", "deploy/nginx/my-project.conf");
  await eventually(() => shown(page), /proxy_pass/);
  await press("ArrowLeft", "deploy/nginx");
  await press("ArrowLeft", "deploy/nginx");
  await press("ArrowLeft", "deploy");
  await press("End", "dunnage.yaml");
  await eventually(() => shown(page), /project-name: my-project/);
  await press("g", "gunicorn");
  await press("Enter", "gunicorn");
  await closed("gunicorn").waitFor();
  await press("Enter", "gunicorn");
  await press("e", ".env.example");
  // One row is in the order of the Tab key.
  await eventually(() => page.locator("[role=treeitem][tabindex='0']").count(), 1);
});

check("a file whose name follows a choice stays in view", async ({ page }) => {
  await row(page, "my-project.conf").click();
  await control(page, by("project-name").label).fill("harbour");
  await eventually(() => row(page, "harbour.conf").getAttribute("aria-selected"), "true");
  await eventually(() => shown(page), /harbour/);
  await control(page, by("reverse-proxy").label).selectOption("none");
  await eventually(() => row(page, "docker-compose.yml").getAttribute("aria-selected"), "true", "it is gone with the proxy");
});

check("what changed is marked", async ({ page }) => {
  assert.equal(await page.locator("[data-mark=changed]").count(), 0, "nothing on the first paint");
  await control(page, by("port").label).fill("8123");
  await page.locator("[data-path='docker-compose.yml'][data-mark=changed]").waitFor();
  await page.locator("#code [data-mark=changed]").first().waitFor();
  const marked = await page.locator("#code [data-mark=changed]").allTextContents();
  assert.ok(marked.length > 0 && marked.every((line) => line.includes("8123")), marked.join(""));
});

check("an edit is laid out where it changes something, and nowhere else", async ({ page }) => {
  const name = control(page, by("project-name").label);
  const browser = page.context().browser();
  const follow = async (project) => {
    await eventually(() => shown(page), new RegExp(`name: ${project}\n`));
    await row(page, project).waitFor();
    await eventually(() => page.locator("#strip code").textContent(), new RegExp(`project-name=${project} `));
  };
  await name.fill("harbour");
  await follow("harbour");
  // The field that has the focus has the views module fetched, which brings a style of its own.
  await page.locator("html[data-views-state=ready]").waitFor();
  await browser.startTracing(page, { categories: ["devtools.timeline"] });
  await name.fill("haven");
  await follow("haven");
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const layouts = traceEvents.filter(({ name, args }) => name === "Layout" && args.beginData).map(({ args }) => args.beginData);
  assert.ok(layouts.length > 0, "the browser tells of its layouts");
  assert.deepEqual(layouts.filter(({ partialLayout }) => partialLayout === false), [], "of the whole page");
});

check("an edit touches the lines and rows that it changes, and no others", async ({ page }) => {
  const name = control(page, by("project-name").label);
  await name.fill("harbour");
  await eventually(() => shown(page), /name: harbour\n/);
  await page.evaluate(() => {
    for (const element of document.querySelectorAll("#lines > *, #tree > *")) {
      element.known = true;
    }
    globalThis.touched = new Set();
    globalThis.rebuilt = false;
    const observer = new MutationObserver((records) => {
      for (const { target, type } of records) {
        const element = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;
        touched.add(element.closest("#lines > *, #tree > *") ?? element);
        rebuilt ||= type === "childList";
      }
    });
    for (const id of ["lines", "tree"]) {
      observer.observe(document.getElementById(id), { subtree: true, childList: true, attributes: true, characterData: true });
    }
  });
  await name.fill("haven");
  await eventually(() => shown(page), /name: haven\n/);
  await row(page, "haven").waitFor();
  const { lines, rest, fresh, rebuilt } = await page.evaluate(() => {
    const all = [...document.querySelectorAll("#lines > *")];
    return {
      lines: all.filter((line) => touched.has(line)).map((line) => line.textContent),
      rest: all.filter((line) => !touched.has(line)).length,
      fresh: [...document.querySelectorAll("#lines > *, #tree > *")].filter((element) => !element.known).length,
      rebuilt,
    };
  });
  assert.ok(lines.length > 0 && lines.every((line) => line.includes("haven")), lines.join(""));
  assert.ok(rest > 100, `${rest} lines are left alone`);
  assert.equal(fresh, 0, "no element is made anew");
  assert.equal(rebuilt, false, "a line of the same pieces gets a new text and nothing else");
  // A switch adds lines between others.
  await control(page, by("media").label).check();
  await eventually(() => shown(page), /\n {2}media-files:\n/);
  const added = await page.evaluate(() => [...document.querySelectorAll("#lines > *")].filter((line) => !line.known).map((line) => line.textContent));
  assert.ok(added.length > 0 && added.length < 10 && added.every((line) => /media|volumes/.test(line)), added.join(""));
  // What is shown is what is made, however it came about.
  await scratch(async (directory) => {
    dunnage("render", "--set", "project-name=haven", "--set", "media=true", "--out", directory);
    assert.equal(await shown(page), readFileSync(join(directory, "docker-compose.yml"), "utf8"));
  });
});
