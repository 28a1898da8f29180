// The page around it: readable without the program, at every width, in both themes, and after the worst.

import assert from "node:assert/strict";

import { check, control, eventually, hold, options, ready, widen } from "./harness.mjs";

const by = (id) => options.find((option) => option.id === id);

check("the page is readable without JavaScript", async ({ page, url }) => {
  await page.goto(url);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await eventually(() => page.title(), /Dunnage/);
  const instead = page.locator("noscript");
  await eventually(() => instead.innerText(), /needs JavaScript[\s\S]*dunnage render/);
  await eventually(() => instead.locator("p").isVisible(), true);
  await eventually(() => page.locator("#boot-status").isVisible(), false, "nothing is loading");
}, { open: false, context: { javaScriptEnabled: false } });

check("a program that does not arrive is said on the page", async ({ page, url }) => {
  await page.route("**/*.wasm", (route) => route.abort());
  await page.goto(url);
  await page.getByText("The wizard could not be started").waitFor();
  await page.getByRole("heading", { level: 1 }).waitFor();
}, { open: false, noise: /./ });

check("nothing is filled in before its style is there, and one that does not arrive is said on the page", async ({ page, url }) => {
  const arrive = await hold(page, "**/assets/main-*.css");
  const program = page.waitForResponse("**/*.wasm");
  await page.goto(url, { waitUntil: "commit" });
  await (await program).finished();
  await page.getByText("Loading the wizard").waitFor();
  assert.equal(await page.locator("#files > *, #form .presets").count(), 0);
  await eventually(() => page.locator(".verified").isVisible(), false, "below an empty form");
  arrive();
  await ready(page);
  await eventually(() => page.locator(".preview").evaluate((element) => getComputedStyle(element).display), "flex");
  await eventually(() => page.locator(".verified").isVisible(), true);

  await page.unroute("**/assets/main-*.css");
  await page.route("**/assets/main-*.css", (route) => route.abort());
  await page.reload();
  await page.getByText("The wizard could not be started").waitFor();
  await eventually(() => page.locator(".verified").isVisible(), true);
}, { open: false, noise: /./ });

check("a program that cannot be compiled is said on the page", async ({ page, url }) => {
  await page.route("**/*.wasm", (route) => route.fulfill({ contentType: "application/wasm", body: "no program" }));
  await page.goto(url);
  await page.getByText("This browser cannot run the wizard").waitFor();
}, { open: false, noise: /./ });

check("nothing moves when the program arrives", async ({ page, url }) => {
  const arrive = await hold(page, "**/*.wasm");
  await page.goto(url, { waitUntil: "commit" });
  const places = () =>
    page.evaluate(() =>
      ["h1", ".intro", ".rail", ".bar", ".brand", "#theme", ".options", ".files"].map((name) => {
        const { x, y, width, height } = document.querySelector(name).getBoundingClientRect();
        return [name, x, y, width, height].join(" ");
      })
    );
  await page.waitForFunction(() => document.documentElement.dataset.boot === "loading");
  const before = await places();
  arrive();
  await ready(page);
  assert.deepEqual(await places(), before);
}, { open: false });

check("nothing scrolls sideways, however wide the page is", async ({ page }) => {
  for (const width of [360, 390, 768, 1024, 1440, 2560]) {
    await widen(page, width);
    const [content, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(content <= room, `${content} > ${room}`);
    const outside = await page.evaluate(() =>
      [...document.querySelectorAll(".options__scroll .field, .options__scroll .step, .bar button, .tabs button")]
        .map((element) => [element.textContent.slice(0, 40), element.getBoundingClientRect()])
        .filter(([, box]) => box.width > 0 && (box.left < 0 || box.right > innerWidth + 0.5))
        .map(([text]) => text)
    );
    assert.deepEqual(outside, [], `at ${width} pixels`);
  }
}, { fragment: "#v=1&websockets=true&flower=true&celery=worker-beat&user-management=dynamic&python=3.10&django=6.0" });

check("a phone has two tabs", async ({ page }) => {
  const options = page.getByRole("tab", { name: "Options" });
  const files = page.getByRole("tab", { name: "Files" });
  const tree = page.getByRole("tree", { name: "Generated files" });
  await eventually(() => options.getAttribute("aria-selected"), "true");
  await eventually(() => control(page, by("project-name").label).isVisible(), true);
  await eventually(() => tree.isVisible(), false);
  await files.click();
  await eventually(() => tree.isVisible(), true);
  await eventually(() => control(page, by("project-name").label).isVisible(), false);
  await eventually(() => page.getByRole("button", { name: "Download zip", exact: true }).isVisible(), true);
  // A problem leads back to the options.
  await page.getByRole("button", { name: "1 error", exact: true }).click();
  await page.waitForFunction(() => document.activeElement?.id === "flower");
}, { context: { viewport: { width: 390, height: 844 }, hasTouch: true }, fragment: "#v=1&flower=true" });

check("the steps are walked forth and back", async ({ page }) => {
  const steps = page.getByRole("navigation", { name: "Steps" });
  const current = (name) =>
    page.waitForFunction((name) => document.querySelector(".stop[aria-current]")?.textContent.startsWith(name), name);
  const back = steps.getByRole("button", { name: "Back", exact: true });
  const next = steps.getByRole("button", { name: "Next", exact: true });
  await eventually(() => back.isDisabled(), true);
  await next.click();
  await current("Runtime");
  await next.click();
  await current("Server");
  await back.click();
  await current("Runtime");
  await steps.getByRole("button", { name: "Delivery" }).click();
  await current("Delivery");
  await next.click();
  await current("Your project");
  await eventually(() => next.isDisabled(), true);
  await eventually(() => control(page, by("project-dir").label).isVisible(), true);
});

check("light and dark follow the system until one is chosen", async ({ page }) => {
  const paint = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const button = page.getByRole("button", { name: "Dark theme" });
  const light = await paint();
  await page.emulateMedia({ colorScheme: "dark" });
  await eventually(async () => (await paint()) === light, false);
  await page.locator("#theme[aria-pressed=true]").waitFor();
  await button.click();
  await eventually(() => paint(), light);
  await page.reload();
  await ready(page);
  await eventually(() => paint(), light, "the choice is remembered");
  await eventually(() => button.getAttribute("aria-pressed"), "false");
}, { context: { colorScheme: "light" } });

for (const scheme of ["light", "dark"]) {
  check(`text can be read in ${scheme}`, async ({ page }) => {
    // The ratio that WCAG asks of text, for every piece of text against what is painted behind it.
    const poor = await page.evaluate(() => {
      const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
      const rgba = (colour) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
      };
      const light = ([r, g, b]) => {
        const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * x + 0.7152 * y + 0.0722 * z;
      };
      const behind = (element) => {
        for (let at = element; at; at = at.parentElement) {
          const colour = rgba(getComputedStyle(at).backgroundColor);
          if (colour[3] > 200) {
            return colour;
          }
        }
        return [255, 255, 255, 255];
      };
      const found = new Map();
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const element = texts.currentNode.parentElement;
        const style = getComputedStyle(element);
        const box = element.getBoundingClientRect();
        if (!texts.currentNode.textContent.trim() || box.width < 2 || element.closest(":disabled, .sr, script, noscript, option")) {
          continue;
        }
        const [a, b] = [light(rgba(style.color)), light(behind(element))].sort((x, y) => y - x);
        const ratio = (a + 0.05) / (b + 0.05);
        if (ratio < 4.5) {
          found.set(`${element.tagName}.${element.className}`, `${ratio.toFixed(2)} ${texts.currentNode.textContent.slice(0, 30)}`);
        }
      }
      return [...found].map((pair) => pair.join(": "));
    });
    assert.deepEqual(poor, []);
  }, {
    context: { colorScheme: scheme },
    fragment: "#v=1&websockets=true&flower=true&celery=worker-beat&user-management=dynamic&python=3.10&django=6.0&port=80&engine=podman",
  });
}

check("every control has a name, and only one", async ({ page }) => {
  const nameless = await page.evaluate(() =>
    [...document.querySelectorAll("button, input, select, [role=tree], [role=region], summary")]
      .filter((element) => element.checkVisibility())
      .filter((element) => {
        const label = element.labels?.[0]?.textContent ?? "";
        const named = (element.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "");
        return !(element.getAttribute("aria-label") || label || named.join("") || element.textContent.trim());
      })
      .map((element) => element.outerHTML.slice(0, 80))
  );
  assert.deepEqual(nameless, []);
  const twice = await page.evaluate(() => {
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    return ids.filter((id, index) => ids.indexOf(id) !== index);
  });
  assert.deepEqual(twice, []);
});

check("a panic shows the choices and ways to go on", async ({ page, seen }) => {
  await control(page, by("project-name").label).fill("harbour");
  // What the views stand on is taken away, so that the next change cannot be drawn.
  await page.evaluate(() => {
    const fail = () => {
      throw new Error("taken away by the test");
    };
    for (const name of ["createElement", "createTextNode", "createElementNS", "createComment"]) {
      Document.prototype[name] = fail;
    }
    Node.prototype.cloneNode = fail;
  });
  await control(page, by("flower").label).check();
  const page_ = page.getByRole("alertdialog", { name: "Dunnage has crashed" });
  await page_.waitFor();
  await eventually(() => page_.locator("#crash-choices").textContent(), /project-name: harbour[\s\S]*flower: true/);
  assert.ok(seen.console.some((line) => line.includes("panicked")));
  await page_.getByRole("link", { name: "Reload with these choices" }).click();
  await ready(page);
  await eventually(() => control(page, by("project-name").label).inputValue(), "harbour");
  await page.evaluate(() => document.documentElement.setAttribute("data-crashed", ""));
  await page.evaluate(() => document.getElementById("crash").removeAttribute("hidden"));
  await page.getByRole("link", { name: "Start over" }).click();
  await ready(page);
  await eventually(() => control(page, by("project-name").label).inputValue(), "my-project");
}, { noise: /./ });
