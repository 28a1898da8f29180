// For everybody: axe-core finds nothing on any view, in light and dark; nothing scrolls sideways at 320 pixels, which is
// 1280 at 400 %, nor at 200 %; forced colours, more contrast and less motion are respected; right to left nothing breaks.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

import { check } from "./harness.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const PROJECT = fileURLToPath(new URL("../fixtures/projects/compose-v2-links", import.meta.url));

const BUSY =
  "#v=1&websockets=true&celery=worker-beat&flower=true&python=3.10&django=6.0&user-management=dynamic" +
  "&project-name=shop&tls=certbot";

/** On a narrow screen the result stands behind a tab. */
async function result(page) {
  const files = page.locator("#tabs").getByRole("tab", { name: "Files" });
  if (await files.isVisible()) {
    await files.click();
  }
}

const view = (name) => async (page) => {
  await result(page);
  await page.getByRole("tab", { name, exact: true }).last().click();
  await page.locator("#stage > *").first().waitFor();
};

const bring = (tab) => async (page) => {
  await page.getByRole("button", { name: "Open your project", exact: true }).click();
  await page.locator("#project-folder").setInputFiles(PROJECT);
  await page.getByRole("button", { name: "Use these choices" }).waitFor();
  await page.getByRole("tab", { name: tab, exact: true }).click();
};

const dialog = (key) => async (page) => {
  await page.keyboard.press(key);
  await page.locator("dialog.dialog[open]").waitFor();
};

/** Every view: its name, the address, and what leads there. */
const VIEWS = [
  ["the first view", ""],
  ["findings, wishes that are off, changed fields", BUSY],
  ["a damaged link", "#v=1&python=9.9&nothing=1"],
  [
    "a text that is not taken",
    "",
    async (page) => {
      await page.getByLabel("Project name", { exact: true }).fill("My Shop");
      await page.getByText("Use “my-shop”").waitFor();
    },
  ],
  [
    "a preset with its message, and reasons unfolded",
    "",
    async (page) => {
      await page.getByRole("button", { name: "Single server" }).click();
      await page.locator(".toast__undo").waitFor();
      await page.locator(".why summary").nth(3).click();
      await page.getByText("Cost:").waitFor();
    },
  ],
  ["the files", BUSY, result],
  [
    "why a line is there",
    BUSY,
    async (page) => {
      await result(page);
      await page.locator("#code .l").nth(30).click();
      await page.locator("#explain:not([hidden]) *").first().waitFor();
    },
  ],
  ["the picture", BUSY, view("Diagram")],
  ["the next steps", BUSY, view("Next steps")],
  ["the differences", BUSY, view("Differences")],
  ["the terminal", BUSY, view("Terminal")],
  ["the search", "", dialog("/")],
  ["the shortcuts", "", dialog("?")],
  [
    "more",
    "",
    async (page) => {
      await page.getByRole("button", { name: "More", exact: true }).click();
      await page.locator("dialog.dialog[open]").waitFor();
    },
  ],
  [
    "the facts of a project, one changed by hand",
    "",
    async (page) => {
      await bring("Migrate")(page);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Remove requirements.txt", exact: true }).click();
      await page.getByLabel("Debian packages in the image", { exact: true }).fill("libpq5");
      await page.keyboard.press("Enter");
      await page.getByText("added by hand").or(page.getByText("Added: libpq5")).first().waitFor();
      await page.getByRole("button", { name: "Use what the project says" }).first().waitFor();
    },
  ],
  ...["Project", "Migrate", "Compare", "Update"].map((tab) => [`a project: ${tab}`, "", bring(tab)]),
];

async function axe(page) {
  if (!(await page.evaluate(() => "axe" in globalThis))) {
    await page.evaluate(AXE);
  }
  // What was found to be right is some megabytes, which stay in the page.
  return page.evaluate(async (tags) => {
    const found = await globalThis.axe.run({ runOnly: tags, resultTypes: ["violations"] });
    return found.violations.map(
      ({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map(({ html }) => html.slice(0, 160)).slice(0, 5).join("\n  ")}`
    );
  }, TAGS);
}

for (const [name, fragment, act] of VIEWS) {
  check(`axe-core finds nothing: ${name}, in light and dark`, async ({ page }) => {
    await act?.(page);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await axe(page), [], colorScheme);
    }
  }, { fragment, context: { colorScheme: "light" } });
  check(`axe-core finds nothing and nothing scrolls sideways at 320 pixels: ${name}`, async ({ page }) => {
    await act?.(page);
    const [content, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(content <= room, `${content} > ${room}`);
    // Two-dimensional parts, as code and tables, may scroll on their own; the texts around them may not be cut.
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll("h1, h2, h3, p, label, button, summary, .finding, .toast")]
        .filter((element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
        .filter((element) => !element.closest(".code, .views, .rail, .presets__cards, svg, [data-scrolls], .sr, table, pre"))
        .filter((element) => getComputedStyle(element).clipPath === "none")
        .filter((element) => {
          const { left, right, width } = element.getBoundingClientRect();
          return width > 1 && (left < -1 || right > innerWidth + 1);
        })
        .map((element) => `${element.tagName}.${element.className}: ${element.textContent.slice(0, 60)}`)
    );
    assert.deepEqual(cut, []);
    assert.deepEqual(await axe(page), []);
  }, { fragment, context: { viewport: { width: 320, height: 640 }, hasTouch: true } });
}

for (const [name, media] of [
  ["forced colours", { forcedColors: "active" }],
  ["more contrast", { contrast: "more" }],
]) {
  check(`what is chosen is seen with ${name}`, async ({ page }) => {
    await page.emulateMedia(media);
    const chosen = page.locator(".tile:has(:checked)").first();
    const other = page.locator(".tile:not(:has(:checked))").first();
    const look = (tile) =>
      tile.evaluate((element) => {
        const { outlineStyle, borderColor, borderWidth, backgroundColor } = getComputedStyle(element);
        return [outlineStyle, borderColor, borderWidth, backgroundColor].join(" ");
      });
    assert.notEqual(await look(chosen), await look(other));
  });
}

check("right to left, nothing scrolls sideways and nothing covers another", async ({ page }) => {
  await page.evaluate(() => {
    document.documentElement.dir = "rtl";
  });
  const [content, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(content <= room, `${content} > ${room}`);
  // Code is written from left to right whatever the page's language is.
  assert.equal(await page.locator("#code").evaluate((element) => getComputedStyle(element).direction), "ltr");
  const covered = await page.evaluate(() =>
    [...document.querySelectorAll(".field__name, .why summary, .bar button")]
      .filter((element) => element.checkVisibility())
      .filter((element) => {
        const { left, top, width, height } = element.getBoundingClientRect();
        const [x, y] = [left + width / 2, top + height / 2];
        const hit = y > 0 && y < innerHeight ? document.elementFromPoint(x, y) : element;
        return !(hit && (element.contains(hit) || hit.contains(element)));
      })
      .map((element) => element.textContent)
  );
  assert.deepEqual(covered, []);
});

check("every control is reached by Tab, and its focus is seen", async ({ page }) => {
  const seen = new Set();
  for (let press = 0; press < 400; press += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === document.body) {
        return null;
      }
      const shown = element.matches(":focus-visible") ? getComputedStyle(element) : null;
      const around = element.closest(".tile, .preset, .switch") ?? element;
      const outline = [element, around, ...element.querySelectorAll("*")].some((one) => {
        const { outlineStyle, boxShadow } = getComputedStyle(one);
        return outlineStyle !== "none" || boxShadow !== "none";
      });
      const before = getComputedStyle(element, "::before").outlineStyle !== "none";
      return { name: element.id || element.textContent.trim().slice(0, 40), seen: Boolean(shown) && (outline || before) };
    });
    if (!at) {
      break;
    }
    assert.ok(at.seen, `no visible focus on ${at.name}`);
    seen.add(at.name);
  }
  // Every option has a control, and a radio group is one stop.
  const options = await page.evaluate(() => document.querySelectorAll(".field").length);
  assert.ok(seen.size > options, `${seen.size} stops for ${options} options`);
});
