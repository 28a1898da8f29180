// Choosing: every option by its name, what the rules say about it, and that nothing chosen is lost.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { address, check, control, dunnage, eventually, options, pick, presets, ready, row, shown } from "./harness.mjs";

const by = (id) => options.find((option) => option.id === id);

/** A valid text for each option that takes one. */
const TEXTS = {
  "project-dir": "backend",
  "package-dir": "src",
  "wsgi-application": "serving.wsgi",
  "asgi-application": "serving.asgi",
  "celery-application": "serving.queue:app",
  "package-files": "deps/base.txt deps/live.txt",
  "development-files": "deps/dev.txt",
  "package-sources": "libs/billing",
  "packages-dir": "backend",
  "package-groups": "live",
  "package-extras": "postgres",
  "own-packages": "django redis",
  "build-packages": "libpq-dev",
  "system-packages": "libpq5 gdal-bin",
  "frontend-dir": "client",
  "frontend-version": "9.1.0",
  "frontend-files": "client/package-lock.json",
  "frontend-script": "bundle",
  "frontend-watch": "dev",
  "frontend-output": "client/dist",
  "project-name": "harbour",
  "django-module": "harbour_site",
  "settings-module": "harbour_site.settings.live",
  "app-user": "docker1",
  domain: "harbour.example,www.harbour.example",
};

const names = (prefix) => Array.from({ length: 300 }, (_, number) => `${prefix}-${number}`).join(" ");
/** A link that is longer than others can be trusted to pass on. */
const LONG = `#${new URLSearchParams({
  v: "1",
  packages: "uv",
  "own-packages": names("package"),
  "build-packages": names("library"),
  "system-packages": names("program"),
})}`;

check("the first paint shows docker-compose.yml", async ({ page }) => {
  await eventually(() => shown(page), dunnage("render", "--stdout", "docker-compose.yml"));
  await eventually(() => row(page, "docker-compose.yml").getAttribute("aria-selected"), "true");
  assert.equal(new URL(page.url()).hash, "", "a first visit leaves the address alone");
});

// One visit for all of them: opening the page takes longer than what is looked at.
// What has to be chosen before a field is there.
const NEEDS = {
  "celery-application": { celery: "worker" },
  "package-files": { packages: "requirements" },
  "development-files": { packages: "requirements" },
  "package-sources": { packages: "uv" },
  "packages-dir": { packages: "uv" },
  "package-groups": { packages: "uv" },
  "package-extras": { packages: "uv" },
  "own-packages": { packages: "uv" },
  "install-project": { packages: "uv" },
  "frontend-dir": { frontend: "npm" },
  "frontend-version": { frontend: "pnpm" },
  "frontend-files": { frontend: "npm" },
  "frontend-script": { frontend: "npm" },
  "frontend-watch": { frontend: "npm" },
  "frontend-port": { frontend: "npm", "frontend-watch": "dev" },
  "frontend-output": { frontend: "npm" },
  node: { frontend: "npm" },
};

check("every option is changed by its label", async ({ page }) => {
  for (const option of options) {
    const needs = NEEDS[option.id] ?? {};
    for (const [id, value] of Object.entries(needs)) {
      const chosen = by(id).values?.find((known) => known.id === value);
      await (chosen ? pick(page, by(id), chosen) : control(page, by(id).label).fill(value));
    }
    const field = control(page, option.label);
    await eventually(() => field.getAttribute("id"), option.id);
    let wanted;
    if (option.kind === "switch") {
      wanted = String(option.default !== "true" && option.default !== true);
      await field.setChecked(wanted === "true");
    } else if (option.kind === "set") {
      const value = option.values.find((value) => value.id !== String(option.default));
      wanted = value.id;
      await pick(page, option, value);
    } else if (option.kind === "number") {
      wanted = option.id === "workers" ? "7" : String(Number(option.default) + 1);
      await field.fill(wanted);
    } else {
      wanted = TEXTS[option.id];
      assert.ok(wanted, `a text for ${option.id} is missing in this test`);
      await field.fill(wanted);
      if (option.kind === "list") {
        await page.getByRole("button", { name: `Add to ${option.label}`, exact: true }).click();
        await eventually(() => entries(page, option.label), wanted.split(" "), option.id);
      }
    }
    await eventually(() => address(page), { ...needs, [option.id]: wanted }, option.id);
    // The step says that something in it was changed.
    const stop = page.getByRole("navigation", { name: "Steps" }).getByRole("button", { name: new RegExp(`^${option.step}( |$)`) });
    await eventually(() => stop.textContent(), /[123] changed/, option.id);
    // The last first: what no longer applies offers its reset a second time.
    for (const id of [option.id, ...Object.keys(needs).reverse()]) {
      await page.getByRole("button", { name: `Reset ${by(id).label}`, exact: true }).click();
    }
    await eventually(() => address(page), {}, `reset brings the default of ${option.id} back`);
  }
});

/** The entries of a list, as its rows show them. */
const entries = (page, label) =>
  page.getByRole("list", { name: `${label}: entries`, exact: true }).locator("code").allTextContents();

check("a list is edited entry by entry, with the keyboard alone", async ({ page }) => {
  const { label } = by("system-packages");
  const field = control(page, label);
  const list = async () => (await address(page))["system-packages"] ?? "";
  const isFocused = (locator) => eventually(() => locator.evaluate((element) => element === document.activeElement), true);
  const remove = (name) => page.getByRole("button", { name: `Remove ${name}`, exact: true });
  await field.focus();
  await page.keyboard.type("libpq5");
  assert.deepEqual(await address(page), {}, "what is typed is not added yet");
  await page.keyboard.press("Enter");
  await eventually(list, "libpq5");
  await eventually(() => field.inputValue(), "", "the field is ready for the next one");
  await isFocused(field);
  // Several at once, as they are pasted; one that is there already is not there twice.
  await page.keyboard.type("gdal-bin, git libpq5");
  await page.keyboard.press("Enter");
  await eventually(() => entries(page, label), ["libpq5", "gdal-bin", "git"]);
  await eventually(list, "libpq5 gdal-bin git");
  // A text that is refused stays, with the message that the command line has.
  await page.keyboard.type("No_Such!");
  await page.keyboard.press("Enter");
  await eventually(() => field.getAttribute("aria-invalid"), "true");
  let refusal = "";
  try {
    dunnage("link", "--set", "system-packages=No_Such!");
  } catch (error) {
    refusal = error.stderr;
  }
  const reason = await page.locator("#system-packages-notes .finding[data-severity=error] p").textContent();
  assert.ok(reason.length > 10 && refusal.includes(reason.trim()), `${reason} is not in ${refusal}`);
  await eventually(() => field.inputValue(), "No_Such!");
  await page.getByRole("button", { name: "1 field rejected", exact: true }).waitFor();
  await eventually(list, "libpq5 gdal-bin git");
  // Put right, and left by the keyboard, it is added.
  await field.fill("curl");
  await eventually(() => field.getAttribute("aria-invalid"), null);
  await page.keyboard.press("Tab");
  await eventually(list, "libpq5 gdal-bin git curl");
  // The focus goes to the next row, from the last one to the field.
  await remove("gdal-bin").focus();
  await page.keyboard.press("Enter");
  await eventually(() => entries(page, label), ["libpq5", "git", "curl"]);
  await isFocused(remove("git"));
  await page.getByRole("status").getByText("Removed: gdal-bin").waitFor();
  await remove("curl").press("Space");
  await eventually(list, "libpq5 git");
  await isFocused(field);
  const undo = page.getByRole("button", { name: "Undo", exact: true }).first();
  await undo.click();
  await undo.click();
  await eventually(() => entries(page, label), ["libpq5", "gdal-bin", "git", "curl"]);
});

check("a link that others may cut is not copied, and the choices are offered as YAML", async ({ page }) => {
  const wish = Object.fromEntries(new URLSearchParams(LONG.slice(1)));
  delete wish.v;
  await eventually(() => address(page), wish, "the address carries everything");
  const copy = page.getByRole("button", { name: "Copy link", exact: true });
  await copy.click();
  const said = page.getByRole("status").filter({ hasText: /^The link has [\d,]+ characters, and browsers/ });
  await said.waitFor();
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as YAML", exact: true }).click();
  const saved = await waiting;
  assert.equal(saved.suggestedFilename(), "choices.yaml");
  assert.equal(readFileSync(await saved.path(), "utf8"), dunnage("open", LONG));
}, { fragment: LONG });

check("a fix removes its finding", async ({ page }) => {
  await control(page, by("flower").label).check();
  const notes = page.locator("#flower-notes");
  await notes.getByText("Flower monitors Celery workers").waitFor();
  await eventually(() => control(page, by("flower").label).getAttribute("aria-describedby"), /flower-notes/);
  const jump = page.getByRole("button", { name: "1 error", exact: true });
  await jump.click();
  await page.waitForFunction(() => document.activeElement?.id === "flower");
  await notes.getByRole("button", { name: "Add a Celery worker" }).click();
  await eventually(() => notes.textContent(), "");
  await eventually(() => jump.isVisible(), false);
  await eventually(() => address(page), { celery: "worker", flower: "true" });
});

check("a wish survives while a rule keeps it off", async ({ page }) => {
  const flower = control(page, by("flower").label);
  const none = by("celery").values.find((value) => value.id === "none");
  const worker = by("celery").values.find((value) => value.id === "worker");
  await pick(page, by("celery"), worker);
  await flower.check();
  await eventually(() => shown(page), /flower/);
  await pick(page, by("celery"), none);
  await eventually(() => flower.isChecked(), true, "the wish stays visible");
  await page.locator(".field", { has: flower }).getByText("off for now").waitFor();
  await eventually(async () => /flower/.test(await shown(page)), false);
  await pick(page, by("celery"), worker);
  await eventually(() => shown(page), /flower/);
});

check("a wish that falls with another says so at its own field", async ({ page }) => {
  // Celery is kept off by the missing Redis, and Flower by the Celery that is kept off.
  await page.locator("#flower-notes").getByText("Flower monitors Celery workers").waitFor();
  await eventually(() => control(page, by("flower").label).isChecked(), true);
}, { fragment: "#v=1&redis=none&celery=worker&flower=true" });

check("the choices are there after a reload, in the address and without it", async ({ page, open }) => {
  await control(page, by("project-name").label).fill("harbour");
  await pick(page, by("python"), by("python").values.find((value) => value.id === "3.12"));
  const chosen = { "project-name": "harbour", python: "3.12" };
  await eventually(() => address(page), chosen);
  await page.reload();
  await ready(page);
  await eventually(() => address(page), chosen);
  await eventually(() => control(page, by("project-name").label).inputValue(), "harbour");
  // The storage has them, too.
  await open(page);
  await eventually(() => address(page), chosen);
  await eventually(() => control(page, by("python").label).inputValue(), "3.12");
});

check("a reload in the moment after a change keeps the change", async ({ page }) => {
  await page.evaluate(() => {
    const field = document.getElementById("project-name");
    field.value = "harbour";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    location.reload();
  });
  await page.waitForFunction(() => performance.getEntriesByType("navigation")[0].type === "reload");
  await ready(page);
  await eventually(() => control(page, by("project-name").label).inputValue(), "harbour");
  assert.deepEqual(await address(page), { "project-name": "harbour", media: "true" });
}, { fragment: "#v=1&media=true" });

check("a link opens in another profile", async ({ page, profile, open }) => {
  await control(page, by("websockets").label).check();
  await pick(page, by("server"), by("server").values.find((value) => value.id === "daphne"));
  await eventually(() => address(page), { websockets: "true", server: "daphne" });
  const link = new URL(page.url()).hash;
  await eventually(() => shown(page), dunnage("render", "--set", "websockets=true", "--set", "server=daphne", "--stdout", "docker-compose.yml"));
  const text = await shown(page);
  const other = await profile();
  await open(other, link);
  await eventually(() => control(other, by("websockets").label).isChecked(), true);
  await eventually(() => shown(other), text);
});

check("a link beats the storage, and can change while the page is open", async ({ page, open }) => {
  await control(page, by("project-name").label).fill("harbour");
  await eventually(() => address(page), { "project-name": "harbour" });
  await open(page, "#v=1&project-name=quay");
  await eventually(() => control(page, by("project-name").label).inputValue(), "quay");
  await page.evaluate(() => {
    location.hash = "#v=1&project-name=pier";
  });
  await page.waitForFunction(() => document.getElementById("project-name").value === "pier");
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await eventually(() => control(page, by("project-name").label).inputValue(), "quay");
});

check("a damaged link opens with what could be read and says what was dropped", async ({ page }) => {
  const notice = page.getByRole("alert");
  await eventually(() => control(page, by("project-name").label).inputValue(), "harbour");
  const text = await notice.textContent();
  for (const part of ["python", "3.99", "flowers", "flower", "domain", "uid"]) {
    assert.ok(text.includes(part), `${part} is named in: ${text}`);
  }
  await notice.getByRole("button", { name: "Dismiss" }).click();
  await eventually(() => notice.count(), 0);
  await eventually(() => address(page), { "project-name": "harbour" });
}, { fragment: "#v=1&python=3.99&flowers=true&project-name=harbour&domain=%ZZ&uid=-1&%%%=&=x" });

check("a page that is left at once after a change has it the next time", async ({ page, open }) => {
  await page.evaluate(() => {
    const field = document.getElementById("project-name");
    field.value = "harbour";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    location.href = "about:blank";
  });
  await page.waitForURL("about:blank");
  await open(page);
  await eventually(() => control(page, by("project-name").label).inputValue(), "harbour");
});

check("storage that cannot be used changes nothing else", async ({ page, open }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, "localStorage", {
      get() {
        throw new DOMException("denied", "SecurityError");
      },
    });
  });
  await open(page);
  await control(page, by("project-name").label).fill("harbour");
  await eventually(() => address(page), { "project-name": "harbour" });
}, { open: false });

check("presets are lit while the choices equal them", async ({ page }) => {
  for (const preset of presets) {
    const card = page.getByRole("button", { name: preset.title, exact: true });
    await card.click();
    await eventually(() => card.getAttribute("aria-pressed"), "true", preset.id);
    await eventually(() => page.locator(".presets [aria-pressed=true]").count(), 1, preset.id);
    await eventually(() => shown(page), dunnage("render", "--preset", preset.id, "--stdout", "docker-compose.yml"));
    await page.getByRole("button", { name: "Start over", exact: true }).click();
    await eventually(() => card.getAttribute("aria-pressed"), "false", preset.id);
  }
});

check("what was done can be undone and done again", async ({ page }) => {
  const name = control(page, by("project-name").label);
  const undo = page.getByRole("button", { name: "Undo", exact: true });
  const redo = page.getByRole("button", { name: "Redo", exact: true });
  await eventually(() => undo.isDisabled(), true);
  await name.press("End");
  await name.pressSequentially("-two");
  await control(page, by("media").label).check();
  await eventually(() => address(page), { "project-name": "my-project-two", media: "true" });
  await page.getByRole("button", { name: "Start over", exact: true }).click();
  await eventually(() => address(page), {});
  await undo.click();
  await eventually(() => address(page), { "project-name": "my-project-two", media: "true" });
  await undo.click();
  await eventually(() => address(page), { "project-name": "my-project-two" });
  await undo.click();
  await eventually(() => address(page), {}, "a word that was typed is one step");
  await eventually(() => name.inputValue(), "my-project");
  await eventually(() => undo.isDisabled(), true);
  await redo.click();
  await eventually(() => name.inputValue(), "my-project-two");
});

const BAD = [
  ["project-name", ["a; rm -rf /", "x\\n", '"$(id)"', "${HOME}", "{{ 7*7 }}", "ѕhop", "", "a".repeat(500), "-a", "a--b", "A"]],
  ["django-module", ["class", "import", "a b", "my-shop", "1a", "os", "{{ 7*7 }}", "a".repeat(500)]],
  ["settings-module", ["2settings", "a..b", "a.class", "a.b;c", "$(id).x"]],
  ["app-user", ["root", "", "Root", "a b", "a;b", "www-data", "x".repeat(33)]],
  ["domain", ["https://a.example", "a;b", "*", "{{ 7*7 }}", "a.example/x", '"', ""]],
  ["uid", ["0", "-1", "1e3", "99999999", "12.5", "a", "", "0x10", " 1000"]],
  ["workers", ["0", "-2", "many", "65", ""]],
];
check("what would break a file is refused, and why is said", async ({ page }) => {
  for (const [id, texts] of BAD) {
    const field = control(page, by(id).label);
    const before = await field.inputValue();
    for (const text of texts) {
      await field.fill(text);
      const shownAs = `${id}: ${JSON.stringify(text.slice(0, 40))}`;
      await eventually(() => field.getAttribute("aria-invalid"), "true", shownAs);
      await eventually(() => field.inputValue(), text, "the draft stays in the field");
      const reason = await page.locator(`#${id}-notes .finding[data-severity=error] p`).textContent();
      assert.ok(reason.length > 10, shownAs);
      await eventually(() => address(page), {}, `the last valid value stays: ${shownAs}`);
    }
    await page.getByRole("button", { name: "1 field rejected", exact: true }).waitFor();
    await page.getByRole("button", { name: "Start over", exact: true }).click();
    await eventually(() => field.inputValue(), before, "starting over drops the draft");
    await eventually(() => field.getAttribute("aria-invalid"), null);
  }
});

check("a suggestion is taken with a click", async ({ page }) => {
  const name = control(page, by("project-name").label);
  await name.fill("My Shop");
  await page.getByRole("button", { name: "Use “my-shop”" }).click();
  await eventually(() => name.inputValue(), "my-shop");
  await eventually(() => name.getAttribute("aria-invalid"), null);
  await eventually(() => address(page), { "project-name": "my-shop" });
  // What follows from the name shows as a placeholder.
  await eventually(() => control(page, by("django-module").label).getAttribute("placeholder"), "my_shop");
});

check("help and reasons can be had by keyboard", async ({ page }) => {
  const why = page.locator(".field", { has: control(page, by("python").label) }).locator("summary");
  await why.focus();
  await page.keyboard.press("Enter");
  await page.getByText(by("python").why).waitFor();
});
