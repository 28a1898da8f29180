// Firefox and WebKit as Debian has them, behind one small interface: what browsers.test.mjs does, both can do.
//
// Firefox is driven by Playwright over WebDriver BiDi, so that it needs no build of Playwright's own. playwright-core is
// 1.64 for that: later ones ask for a command (emulation.setMediaFeaturesOverride) that Firefox 153 does not know.
// WebKitGTK is driven over the classic WebDriver protocol, https://www.w3.org/TR/webdriver2/, by WebKitWebDriver on a
// screen of its own (Xvfb), as it has no mode without windows.
//
// DUNNAGE_FIREFOX is Firefox; DUNNAGE_WEBKIT_DRIVER, DUNNAGE_MINIBROWSER and DUNNAGE_XVFB are what WebKit needs.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { PATIENCE } from "./shared.mjs";

/**
 * @typedef {object} Visit a page in a fresh profile
 * @property {(url: string) => Promise<void>} go
 * @property {(act: Function, ...values: unknown[]) => Promise<any>} run runs a function in the page, which may be async
 * @property {(selector: string, name?: string) => Promise<void>} click the first such element that can be seen, of this name
 * @property {(selector: string, text: string) => Promise<void>} fill types a text in place of another one
 * @property {(keys: string) => Promise<void>} press such as Control+z
 * @property {(selector: string, path: string) => Promise<void>} upload gives a file to a field
 * @property {() => Promise<void>} reload
 * @property {() => Promise<void>} close
 *
 * @typedef {object} Driver
 * @property {string} name
 * @property {string | undefined} missing what is not there
 * @property {() => Promise<void>} start
 * @property {() => Promise<Visit>} visit
 * @property {() => Promise<void>} stop
 */

/** Runs in the page: the first such element that can be seen, by what it is called. */
function find(selector, name = null) {
  const called = (element) => {
    const copy = element.cloneNode(true);
    copy.querySelectorAll("[aria-hidden=true]").forEach((hidden) => hidden.remove());
    return element.getAttribute("aria-label") ?? copy.textContent.trim();
  };
  const found = [...document.querySelectorAll(selector)];
  return found.find((element) => element.checkVisibility() && (name === null || called(element) === name)) ?? null;
}

/** Finds it, as soon as it is there. */
async function eventuallyFound(ask, selector, name = null) {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    const found = await ask(selector, name);
    if (found) {
      return found;
    }
    if (performance.now() > deadline) {
      throw new Error(`there is no ${selector}${name === null ? "" : ` called ${name}`}`);
    }
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** @returns {Driver} */
export function firefox() {
  const program = process.env.DUNNAGE_FIREFOX || ["/usr/bin/firefox-esr", "/usr/bin/firefox"].find(existsSync);
  let browser;
  return {
    name: "Firefox",
    missing: existsSync(program ?? "") ? undefined : "Firefox is not installed: apt-get install firefox-esr (or set DUNNAGE_FIREFOX)",
    async start() {
      const { firefox } = await import("playwright-core");
      browser = await firefox.launch({
        executablePath: program,
        channel: "moz-firefox",
        firefoxUserPrefs: { "ui.prefersReducedMotion": 1 },
      });
    },
    async visit() {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      context.setDefaultTimeout(PATIENCE);
      const page = await context.newPage();
      const ask = async (...what) => (await page.evaluateHandle(`(${find})(...${JSON.stringify(what)})`)).asElement();
      const element = (selector, name) => eventuallyFound(ask, selector, name);
      return {
        go: async (url) => {
          try {
            await page.goto(url);
          } catch (error) {
            // Now and then a navigation is lost on a busy machine; one that fails for a reason fails again.
            if (error.name !== "TimeoutError") {
              throw error;
            }
            console.log(`# Firefox did not load ${url} within ${PATIENCE / 1000} s and is asked again`);
            await page.goto(url);
          }
        },
        run: (act, ...values) => page.evaluate(`(${act})(...${JSON.stringify(values)})`),
        click: async (selector, name) => (await element(selector, name)).click(),
        fill: async (selector, text) => (await element(selector)).fill(text),
        press: (keys) => page.keyboard.press(keys),
        upload: (selector, path) => page.setInputFiles(selector, path),
        reload: async () => void (await page.reload()),
        close: () => context.close(),
      };
    },
    stop: async () => void (await browser?.close()),
  };
}

// --- WebKit -------------------------------------------------------------------------------------------------------------

const MINI_BROWSERS = ["4.1", "6.0", "4.0"].flatMap((api) =>
  ["x86_64", "aarch64"].map((machine) => `/usr/lib/${machine}-linux-gnu/webkit2gtk-${api}/MiniBrowser`)
);
/** The key of an element in an answer of WebDriver. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
const KEYS = { Control: "\uE009", Shift: "\uE008", Enter: "\uE007", Escape: "\uE00C" };

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

/** @returns {Driver} */
export function webkit() {
  const program = process.env.DUNNAGE_WEBKIT_DRIVER || "/usr/bin/WebKitWebDriver";
  const browser = process.env.DUNNAGE_MINIBROWSER || MINI_BROWSERS.find(existsSync);
  const screen = process.env.DUNNAGE_XVFB || "/usr/bin/Xvfb";
  const running = [];
  let address;
  let home;

  async function send(method, path, body, signal) {
    const response = await fetch(address + path, { method, body: body && JSON.stringify(body), signal });
    const { value } = await response.json();
    if (!response.ok) {
      throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    }
    return value;
  }

  /** Starts a browser. Occasionally a browser hangs and its driver stops answering; both are then restarted. */
  async function session(driver) {
    const wishes = { browserName: "MiniBrowser", "webkitgtk:browserOptions": { binary: browser, args: ["--automation"] } };
    for (let left = 2; ; left -= 1) {
      try {
        return await send("POST", "/session", { capabilities: { alwaysMatch: wishes } }, AbortSignal.timeout(PATIENCE));
      } catch (error) {
        if (error.name !== "TimeoutError" || left === 0) {
          throw error;
        }
        console.log(`# WebKit did not start within ${PATIENCE / 1000} s and is started again`);
        await driver.stop();
        await driver.start();
      }
    }
  }

  return {
    name: "WebKit",
    missing: [
      [program, "WebKitWebDriver is not installed: apt-get install webkit2gtk-driver (or set DUNNAGE_WEBKIT_DRIVER)"],
      [browser, "WebKit's MiniBrowser is not installed: apt-get install webkit2gtk-driver (or set DUNNAGE_MINIBROWSER)"],
      [screen, "Xvfb is not installed: apt-get install xvfb (or set DUNNAGE_XVFB)"],
    ].find(([path]) => !existsSync(path ?? ""))?.[1],
    async start() {
      const xvfb = spawn(screen, ["-displayfd", "1", "-screen", "0", "1480x1000x24", "-nolisten", "tcp"], { stdio: ["ignore", "pipe", "ignore"] });
      running.push(xvfb);
      const [display] = await once(createInterface(xvfb.stdout), "line");
      const port = await freePort();
      // What scrolls smoothly is not yet where the driver clicks: this is how GTK is told that motion is unwelcome.
      home = mkdtempSync(join(tmpdir(), "dunnage-webkit-"));
      mkdirSync(join(home, "gtk-3.0"));
      writeFileSync(join(home, "gtk-3.0/settings.ini"), "[Settings]\ngtk-enable-animations=0\n");
      const environment = { ...process.env, XDG_CONFIG_HOME: home, DISPLAY: `:${display}`, GDK_BACKEND: "x11", LANG: "en_US.UTF-8", LANGUAGE: "en" };
      running.push(spawn(program, [`--port=${port}`, "--host=127.0.0.1"], { env: environment, stdio: "ignore" }));
      address = `http://127.0.0.1:${port}`;
      await eventuallyFound(() => send("GET", "/status").catch(() => null), "WebKitWebDriver");
    },
    async visit() {
      const { sessionId } = await session(this);
      const call = (method, path, body) => send(method, `/session/${sessionId}${path}`, body);
      await call("POST", "/timeouts", { script: PATIENCE, pageLoad: PATIENCE });
      await call("POST", "/window/rect", { width: 1440, height: 950 });
      const ask = (selector, name) =>
        call("POST", "/execute/sync", { script: `return (${find})(...arguments)`, args: [selector, name] });
      const element = async (selector, name) => (await eventuallyFound(ask, selector, name))[ELEMENT];
      const type = async (id, text) => call("POST", `/element/${id}/value`, { text });
      return {
        go: (url) => call("POST", "/url", { url }),
        run: async (act, ...values) => {
          const script = `const done = arguments[arguments.length - 1];
            Promise.resolve((${act})(...[...arguments].slice(0, -1))).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
          const { value, error } = await call("POST", "/execute/async", { script, args: values });
          if (error) {
            throw new Error(error);
          }
          return value;
        },
        click: async (selector, name) => call("POST", `/element/${await element(selector, name)}/click`, {}),
        fill: async (selector, text) => {
          const id = await element(selector);
          await call("POST", `/element/${id}/clear`, {});
          await type(id, text);
        },
        press: async (keys) => {
          const all = keys.split("+").map((key) => KEYS[key] ?? key);
          const down = all.map((value) => ({ type: "keyDown", value }));
          const up = all.toReversed().map((value) => ({ type: "keyUp", value }));
          await call("POST", "/actions", { actions: [{ type: "key", id: "keyboard", actions: [...down, ...up] }] });
        },
        upload: async (selector, path) => {
          const found = await call("POST", "/element", { using: "css selector", value: selector });
          await type(found[ELEMENT], path);
        },
        reload: () => call("POST", "/refresh", {}),
        close: () => call("DELETE", ""),
      };
    },
    async stop() {
      for (const child of running.splice(0).reverse()) {
        const ended = once(child, "exit");
        child.kill();
        await ended;
      }
      if (home) {
        rmSync(home, { recursive: true, force: true });
      }
    },
  };
}
