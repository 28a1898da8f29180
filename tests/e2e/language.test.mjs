// The page's language: German for those whose browser asks for it, switchable, and nothing on the page left unsaid.

import assert from "node:assert/strict";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { sayer } from "../../web/locale-say.js";
import { address, check, control, dunnage, options, ready, scratch, widen } from "./harness.mjs";

/** The German catalogue, under whatever name the site has it. */
const CATALOGUE = /\/de(-[0-9a-f]{16})?\.json$/;
const words = JSON.parse(readFileSync(new URL("../../public/locale/de.json", import.meta.url), "utf8"));
const fixture = (name) => fileURLToPath(new URL(`../fixtures/projects/${name}`, import.meta.url));
const by = (id) => options.find((option) => option.id === id);
const german = { context: { locale: "de-DE" } };

// --- finding a message ------------------------------------------------------------------------------------------------

test("a message is found by its English text", () => {
  const say = sayer(
    {
      None: "Ohne",
      Files: "Dateien",
      "{0} files": "{0} Dateien",
      "{0} is no part: {1}.": "{1} hat kein {0}.",
      "“{0}” is a keyword.": "„{0}“ ist ein Schlüsselwort.",
      Later: "",
    },
    "de"
  );
  assert.equal(say("Later"), undefined, "a text that is still to be translated stays English");
  assert.equal(say("Files"), "Dateien");
  assert.equal(say("docker/Dockerfile"), undefined, "what is no message stays with whoever asks");
  assert.equal(say("constructor"), undefined);
  assert.equal(say(""), undefined);
  assert.equal(say(" Files\n"), " Dateien\n", "spaces around it stay");
  assert.equal(say("{0} files"), "{0} Dateien", "places stay for whoever has the values");
  assert.equal(say("12 files"), undefined, "a finished sentence is no key");
  assert.equal(say("{0} files", 12), "12 Dateien");
  assert.equal(say("{0} files", 17_706), "17.706 Dateien", "a number as the language writes it");
  assert.equal(say("{0} files", 8000), "8000 Dateien", "also one of four digits");
  assert.equal(say("{0} is no part: {1}.", "x", "y"), "y hat kein x.", "values change places");
  assert.equal(say("“{0}” is a keyword.", "None"), "„None“ ist ein Schlüsselwort.", "a value is somebody's own text");
  assert.equal(say("{0} files", "Files"), "Files Dateien");
  assert.equal(say("{0} files", "$& {0}"), "$& {0} Dateien", "a value is no pattern");
  assert.equal(say.value("2026-03-09"), "9. März 2026", "so does a day");
  assert.equal(say.value("2026-99-99"), "2026-99-99");
  assert.equal(say.value("17706"), "17.706");
  assert.equal(say.value("Files"), "Files");
});

// --- choosing a language ----------------------------------------------------------------------------------------------

check("a browser that asks for German gets German, from the first visit", async ({ page, open }) => {
  assert.equal(await page.locator("html").getAttribute("lang"), "de");
  assert.equal(await page.title(), words["Dunnage: container files for a Django project"]);
  assert.equal(await page.locator(".intro h2").innerText(), words["What your Django project ships in"]);
  await control(page, words[by("project-name").label]).fill("hafen");
  await control(page, words[by("media").label]).check();
  const chosen = { "project-name": "hafen", media: "true" };
  assert.deepEqual(await address(page), chosen);
  assert.match(await page.locator("footer time").textContent(), /^\d+\. \p{L}+ \d{4}$/u);
  // The other language is one press away, and nothing is lost on the way.
  const other = page.locator("#language");
  assert.equal(await other.innerText(), "EN");
  await other.click();
  await page.locator("html[lang=en][data-boot=ready]").waitFor();
  assert.equal(await control(page, by("project-name").label).inputValue(), "hafen");
  assert.ok(await control(page, by("media").label).isChecked());
  assert.deepEqual(await address(page), chosen);
  const undo = page.getByRole("button", { name: "Undo", exact: true });
  await undo.click();
  assert.deepEqual(await address(page), { "project-name": "hafen" });
  await undo.click();
  assert.deepEqual(await address(page), {});
  // The choice is remembered.
  await open(page);
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  await page.locator("#language", { hasText: "DE" }).click();
  await page.locator("html[lang=de][data-boot=ready]").waitFor();
}, german);

check("any other browser gets English, and fetches no other language", async ({ page, seen }) => {
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  assert.equal(await page.locator(".intro h2").innerText(), "What your Django project ships in");
  assert.deepEqual(seen.requests.filter((url) => /locale/.test(url)), []);
}, { context: { locale: "fr-FR" } });

for (const [what, answer] of [
  ["does not arrive", (route) => route.abort()],
  ["is not there", (route) => route.fulfill({ status: 404, body: "Not found" })],
  ["is damaged", (route) => route.fulfill({ contentType: "application/json", body: "{" })],
]) {
  check(`a language that ${what} leaves an English page that works`, async ({ page, open }) => {
    await page.route(CATALOGUE, answer);
    await open(page);
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    await control(page, by("project-name").label).fill("harbour");
    assert.deepEqual(await address(page), { "project-name": "harbour" });
  }, { ...german, open: false, noise: /./ });
}

check("a German page is never seen in English", async ({ page, open }) => {
  await page.addInitScript(() => {
    globalThis.shown = [];
    const look = () => {
      // The page waits two seconds at most, which a busy machine may need.
      document.getAnimations().filter(({ animationName }) => animationName === "coming").forEach((wait) => wait.pause());
      const heading = document.querySelector(".intro h2");
      if (heading && getComputedStyle(heading).visibility === "visible" && globalThis.shown.at(-1) !== heading.textContent) {
        globalThis.shown.push(heading.textContent);
      }
      requestAnimationFrame(look);
    };
    look();
  });
  await page.route(CATALOGUE, async (route) => {
    await new Promise((done) => setTimeout(done, 500));
    await route.continue();
  });
  await open(page);
  assert.deepEqual(await page.evaluate(() => globalThis.shown), [words["What your Django project ships in"]]);
}, { ...german, open: false });

check("a page whose language does not come is shown after all", async ({ page, site }) => {
  await page.route(CATALOGUE, () => {});
  await page.goto(site.url);
  await page.getByRole("heading", { name: "What your Django project ships in" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("data-boot"), "loading");
}, { ...german, open: false });

// --- nothing left unsaid ----------------------------------------------------------------------------------------------

/** What is no message: code, paths, names and texts of the engine that say that they are English. */
const NO_MESSAGE = [
  "code", "pre", "kbd", "time", "samp", "script", "style", "noscript", "[lang=en]", "[translate=no]",
  ".row", ".place", ".stack-name", ".stack-tag", ".stack-image", ".stack-port", ".stack-volume", ".stack tspan", ".preview__title h2 > span:first-child", "#project-paste-name", "#crash-message",
  // What a project says about an option that takes any text is that text.
  ...options.filter((option) => option.kind !== "set" && option.kind !== "switch")
    .map((option) => `tr[data-option="${option.id}"] td:nth-of-type(1)`),
].join(", ");

/** Opens the page with every message of its own in ⟦…⟧. */
async function pseudo(page, open, fragment) {
  await page.route(CATALOGUE, (route) => {
    // Joins have no words; what they join is wrapped.
    const wrapped = Object.keys(words).map((english) => [english, /\p{L}/u.test(english) ? `⟦${english}⟧` : english]);
    return route.fulfill({ json: Object.fromEntries(wrapped) });
  });
  await open(page, fragment);
}

/** Asserts that everything that can be read here is a message. */
async function said(page, where) {
  const unsaid = await page.evaluate((skip) => {
    const rest = (text) => {
      let before;
      do {
        before = text;
        text = text.replace(/⟦[^⟦⟧]*⟧/g, "");
      } while (text !== before);
      return text;
    };
    // The id of an option may stand before what is said about it.
    const left = (text) => /\p{L}/u.test(rest((text ?? "").replace(/^[a-z-]+: (?=⟦)/, "")));
    const found = left(document.title) ? [`title: ${document.title}`] : [];
    for (const element of document.body.querySelectorAll("*")) {
      // A sentence of the engine that is no message has been marked as English; one that is nothing but code may be.
      if (element.matches("[data-sentence][lang=en]") && [...element.querySelectorAll(":scope > :not(code)")].some((part) => left(part.textContent))) {
        found.push(`sentence: ${element.textContent}`);
      }
      const isThere = element.checkVisibility() || element.closest("select")?.checkVisibility();
      if (!isThere || element.closest(skip)) {
        continue;
      }
      for (const name of ["title", "aria-label", "data-head", "placeholder"]) {
        // What a field shows while it is empty is a value, unless it is a sentence.
        // A shortcut behind the name of a button is no word.
        const text = element.getAttribute(name)?.replace(element.hasAttribute("data-printed") ? / \([^)]*\)$/ : /$^/, "");
        if (left(text) && (name !== "placeholder" || /\s/.test(text))) {
          found.push(`${name} of ${element.tagName}.${element.className}: ${text}`);
        }
      }
      // A sentence with code in it is one message, over several elements.
      const sentence = element.closest("[data-sentence]");
      if (sentence) {
        if (sentence === element && left(element.textContent)) {
          found.push(`sentence: ${element.textContent}`);
        }
        continue;
      }
      for (const node of element.childNodes) {
        if (node.nodeType === Node.TEXT_NODE && left(node.data)) {
          found.push(`${element.tagName}.${element.className}: ${node.data.trim()}`);
        }
      }
    }
    return [...new Set(found)];
  }, NO_MESSAGE);
  assert.deepEqual(unsaid, [], `${where}: not in the catalogue, or not said`);
}

const EVERYTHING =
  "#v=1&websockets=true&flower=true&celery=worker-beat&beat-scheduler=database&user-management=dynamic&python=3.10" +
  "&django=6.0&port=80&engine=podman&dev-workflow=watch&redis=none&workers=3&server=daphne&logging=file&media=true" +
  "&postgres-driver=psycopg2-binary&static-files=nginx&tls=certbot&base-image=slim-bookworm&start=new&settings-module=a.b";

check("every word of the wizard is said", async ({ page, open }) => {
  await pseudo(page, open);
  await said(page, "first visit");
  await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
  await said(page, "reasons");
  for (const id of ["project-name", "django-module", "domain", "uid", "workers"]) {
    await page.locator(`#${id}`).fill("My: Shop, x");
  }
  await said(page, "refusals");
  await page.locator(".fix").first().click();
  await page.locator(".preset__title").nth(1).click();
  await page.locator(".toast__undo").waitFor();
  await said(page, "a preset");
  await page.locator("[name=celery][value=worker], #celery").first().waitFor();
  await page.locator('.row[data-path="docker/Dockerfile"]').click();
  await page.locator(".only").click();
  await said(page, "what changed");
  await open(page, EVERYTHING);
  await page.locator(".finding").first().waitFor();
  await said(page, "findings");
  await page.locator("#websockets").uncheck();
  await page.locator("#celery-none, #celery").first().waitFor();
  await said(page, "what followed");
  await open(page, "#v=9&python=3.99&flowers=true&project-name=harbour&domain=%ZZ&uid=-1&%%%=&=x&app-user=root");
  await page.locator(".notice").waitFor();
  await said(page, "a damaged link");
  for (const command of ["copy-link", "copy-file", "reset", "choose v=1&media=true"]) {
    await page.evaluate((detail) => document.dispatchEvent(new CustomEvent("wizard-do", { detail })), command);
    await page.locator(".toast:not([data-empty])").waitFor();
    await said(page, command);
  }
  await page.evaluate(() => document.getElementById("crash").removeAttribute("hidden"));
  await page.evaluate(() => document.documentElement.setAttribute("data-crashed", ""));
  await page.locator("#crash").waitFor();
  await said(page, "the page after the worst");
}, { ...german, open: false });

/** The views beside the files and the dialogs of the views module; another one is another row. */
const VIEWS = [
  ["stack", (page) => page.locator("#view-stack").click()],
  ["next", (page) => page.locator("#view-next").click()],
  ["diff", (page) => page.locator("#view-diff").click()],
  ["terminal", (page) => page.locator("#view-terminal").click()],
  ["shortcuts", (page) => page.evaluate(() => document.dispatchEvent(new KeyboardEvent("keydown", { key: "?", bubbles: true })))],
];
for (const [name, go] of VIEWS) {
  check(`every word of the views module is said: ${name}`, async ({ page, open }) => {
    await pseudo(page, open, "#v=1&celery=worker-beat&flower=true&websockets=true&server=daphne");
    await page.locator("[data-open]").first().waitFor();
    await go(page);
    await page.locator("html[data-views-state=ready]").waitFor();
    if (name === "shortcuts") {
      await page.locator("#dialog[open]").waitFor();
    }
    await said(page, name);
  }, { ...german, open: false });
}

check("every word of the project module is said", async ({ page, open }) => {
  await pseudo(page, open, "#v=1&celery=worker");
  const tab = async (name) => {
    await page.locator(`#project-tab-${name}`).click();
    await page.locator(`#project-tab-${name}[aria-selected=true]`).waitFor();
  };
  await page.locator("[data-bring=Project]").click();
  await page.locator("#project-drop").waitFor();
  await page.locator(".project__paste summary").click();
  await said(page, "an empty dialog");
  for (const name of ["migrate", "compare", "update"]) {
    await tab(name);
    await said(page, `${name} without a project`);
  }
  await tab("project");
  await page.locator("#project-folder").setInputFiles(fixture("compose-v2-links"));
  await page.locator("#project-found").waitFor();
  await said(page, "a project");
  await page.locator(".project__head .button--primary").click();
  await tab("migrate");
  await page.locator("#project-tally").waitFor();
  await said(page, "a migration");
  await tab("update");
  await said(page, "no set");
  await tab("compare");
  await page.locator("#project-left").selectOption("reference");
  await page.locator("#project-right").selectOption("senex");
  await page.locator(".reasons").waitFor();
  await said(page, "a comparison");
  await scratch(async (directory) => {
    const set = join(directory, "shop");
    dunnage("render", "--preset", "minimal", "--set", "python=3.12", "--out", set);
    await tab("project");
    await page.locator("#project-folder").setInputFiles(set);
    await page.locator("#project-found", { hasText: "shop" }).waitFor();
    await tab("migrate");
    await said(page, "a set that is no project to migrate");
    await tab("update");
    await page.locator("#project-target").selectOption("wizard");
    await page.locator(".task--still").first().waitFor();
    await said(page, "an update");
  });
}, { ...german, open: false });

check("what somebody else named is not translated, even where it looks like a message", async ({ page }) => {
  assert.notEqual(words.production, "production", "there is a message of this name");
  await scratch(async (directory) => {
    const project = join(directory, "production");
    cpSync(fixture("split-settings"), project, { recursive: true });
    await page.locator("[data-bring=Project]").click();
    await page.locator("#project-folder").setInputFiles(project);
    await page.locator("#project-found", { hasText: "production" }).waitFor();
    await page.locator("#project-tab-compare").click();
    await page.locator("#project-left").selectOption("project");
    await page.locator(".reasons").waitFor();
    assert.match(await page.locator("#project-body h3").first().innerText(), /^production /);
    const heads = page.locator("#project-body table.facts").first();
    assert.equal(await heads.locator("thead th").nth(1).innerText(), "production");
    assert.equal(await heads.locator("tbody td").first().getAttribute("data-head"), "production");
    assert.equal(await page.locator("#project-body .reason dt").first().innerText(), "production");
  });
}, german);

// --- German takes more room -------------------------------------------------------------------------------------------

check("German has room, however wide the page is", async ({ page }) => {
  for (const width of [320, 390, 768, 1024, 1440]) {
    await widen(page, width);
    const [content, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(content <= room, `${content} > ${room}`);
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll(".bar button, .tabs button, .views button, .rail__all > button, .field__head, .tile, .fix, .preset")]
        .filter((element) => element.checkVisibility())
        .filter((element) => {
          const box = element.getBoundingClientRect();
          const isOut = !element.closest(".views, .rail, .presets__cards") && (box.left < 0 || box.right > innerWidth + 0.5);
          return isOut || element.scrollWidth > element.clientWidth + 1;
        })
        .map((element) => `${element.className}: ${element.textContent.slice(0, 40)}`)
    );
    assert.deepEqual(cut, [], `something is cut off at ${width} pixels`);
  }
}, { ...german, fragment: EVERYTHING });
