// Firefox and WebKit: the smaller set of what a browser must be able to do. Chromium does all of it in the other files.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { serve } from "../../scripts/serve.mjs";
import { firefox, webkit } from "./drivers.mjs";
import { DIST, dunnage, eventually, filesOf, filesOfZip, notBuilt, scratch } from "./shared.mjs";

const BASE = "/some/sub/path/";
const fixture = (name) => fileURLToPath(new URL(`../fixtures/projects/${name}`, import.meta.url));

/** Runs in the page: keeps every error that nobody catches, and every file that the page hands out. */
function watch() {
  window.seen = [];
  addEventListener("error", (event) => window.seen.push(event.message));
  addEventListener("unhandledrejection", (event) => window.seen.push(String(event.reason)));
  addEventListener("securitypolicyviolation", (event) => window.seen.push(`${event.violatedDirective} ${event.blockedURI}`));
  const create = URL.createObjectURL;
  URL.createObjectURL = (blob) => {
    window.handedOut = blob;
    return create.call(URL, blob);
  };
}

/** Runs in the page: the last file that it handed out, in base64. */
async function handedOut() {
  if (!window.handedOut) {
    return null;
  }
  const bytes = new Uint8Array(await window.handedOut.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

const isReady = () => {
  const { boot, form } = document.documentElement.dataset;
  return boot === "ready" && form === "whole" && document.querySelector("[data-open]:not([hidden])") !== null;
};
const preview = () => document.querySelector("#code code")?.textContent;

for (const driver of [firefox(), webkit()]) {
  const missing = notBuilt ?? driver.missing;
  // On CI nothing is skipped: there a missing tool is an error.
  if (missing && process.env.CI) {
    throw new Error(missing);
  }

  describe(driver.name, () => {
    let site;
    before(async () => {
      if (missing) {
        return;
      }
      site = await serve({ root: DIST, base: BASE });
      await driver.start();
    });
    after(async () => {
      await driver.stop();
      await site?.close();
    });

    /** A test in a fresh profile, with the page open. */
    const check = (name, body, place = () => site) =>
      test(`${driver.name}: ${name}`, { skip: missing ?? false }, async () => {
        const { url } = place();
        const visit = await driver.visit();
        const open = async (fragment = "") => {
          await visit.go("about:blank");
          await visit.go(url + fragment);
          await eventually(() => visit.run(isReady), true, "the wizard runs");
          await visit.run(watch);
        };
        const shows = (text, message) => eventually(() => visit.run(preview), text, message);
        try {
          await open();
          await body({ ...visit, open, shows, url });
          assert.deepEqual(await visit.run(() => window.seen), [], "nothing went wrong unseen");
          assert.equal(await visit.run(() => document.getElementById("crash").hidden), true);
        } finally {
          await visit.close();
        }
      });

    /** Downloads the zip and compares it with what the command line writes. */
    const compare = async ({ click, run }, root, ...choices) => {
      await run(() => (window.handedOut = undefined) ?? null);
      await click("button", "Download zip");
      await eventually(async () => (await run(handedOut)) !== null, true, "a zip is handed out");
      const bytes = Buffer.from(await run(handedOut), "base64");
      await scratch((directory) => {
        const [zip, out] = [join(directory, "set.zip"), join(directory, "out")];
        writeFileSync(zip, bytes);
        dunnage("render", ...choices, "--out", out);
        assert.deepEqual(filesOfZip(zip, root), filesOf(out));
      });
    };

    check("the page starts and shows what the command line writes", async ({ shows }) => {
      await shows(dunnage("render", "--stdout", "docker-compose.yml"));
    });

    check("a choice changes the preview, is undone by button and key, and is done again", async ({ click, fill, press, run, shows }) => {
      const before = dunnage("render", "--stdout", "docker-compose.yml");
      const media = dunnage("render", "--set", "media=true", "--stdout", "docker-compose.yml");
      assert.notEqual(before, media);
      await click("#media");
      await shows(media);
      await eventually(() => run(() => location.hash), "#v=1&media=true");
      // The bar follows one frame after the preview, and a disabled button hears no click.
      await eventually(() => run(() => document.querySelector("button[title^=Undo]")?.disabled), false);
      await click("button", "Undo");
      await shows(before, "undone");
      await press("Control+Shift+Z");
      await shows(media, "done again");
      await fill("#project-name", "harbour");
      await shows(dunnage("render", "--set", "media=true", "--set", "project-name=harbour", "--stdout", "docker-compose.yml"));
      await click("#code");
      await press("Control+z");
      await shows(media, "undone by key");
    });

    check("a link restores its choices, and so does a reload", async ({ open, reload, run, shows }) => {
      const expected = dunnage("render", "--set", "project-name=harbour", "--set", "backups=true", "--stdout", "docker-compose.yml");
      await open("#v=1&project-name=harbour&backups=true");
      await shows(expected);
      await reload();
      await eventually(() => run(isReady), true);
      await run(watch);
      await shows(expected);
      assert.equal(await run(() => document.getElementById("project-name").value), "harbour");
    });

    check("a file and the link are copied", async ({ click, press, run, shows, url }) => {
      const text = dunnage("render", "--stdout", "docker/entrypoint.sh");
      const pasted = async () => {
        await run(() => {
          const field = document.createElement("textarea");
          field.id = "pasted";
          document.querySelector("#options-pane").prepend(field);
          field.focus();
          return null;
        });
        await press("Control+v");
        const found = await run(() => document.getElementById("pasted").value);
        await run(() => document.getElementById("pasted").remove() ?? null);
        return found;
      };
      const said = (message) => eventually(() => run(() => document.querySelector(".toast p").textContent), message);
      await click("[data-path='docker/entrypoint.sh']");
      await shows(text);
      await click("button", "Copy file");
      await said(/^docker\/entrypoint\.sh was copied to the clipboard\./);
      await eventually(pasted, text);
      await click("button", "Copy link");
      await said(/^The link was copied to the clipboard\./);
      await eventually(pasted, `${url}#v=1`);
    });

    check("the zip is what the command line writes", async ({ click, fill, run, shows }) => {
      await compare({ click, run }, "my-project");
      await fill("#project-name", "harbour");
      await shows(dunnage("render", "--set", "project-name=harbour", "--stdout", "docker-compose.yml"));
      await compare({ click, run }, "harbour", "--set", "project-name=harbour");
    });

    check("every view opens, and the search", async ({ click, press, run, shows }) => {
      const views = {
        Diagram: ".stack__picture svg",
        "Next steps": ".cmd__line",
        Differences: "#stage h2, #stage h3",
        Terminal: ".shell__sum",
      };
      for (const [name, sign] of Object.entries(views)) {
        await click("[role=tab]", name);
        await eventually(() => run((sign) => document.querySelector("#stage")?.querySelector(sign.replaceAll("#stage ", "")) !== null, sign), true, name);
      }
      await click("[role=tab]", "Files");
      await shows(dunnage("render", "--stdout", "docker-compose.yml"));
      await click("#code .l");
      await eventually(() => run(() => document.getElementById("explain").hidden), false, "the line is explained");
      await press("Control+k");
      await eventually(() => run(() => document.querySelector("dialog.palette")?.open ?? false), true, "the search is open");
      await press("Escape");
      await eventually(() => run(() => document.querySelector("dialog.palette[open]") === null), true, "the search is closed");
    });

    check("a project is read from a zip", async ({ click, run, upload }) => {
      await scratch(async (directory) => {
        const zip = join(directory, "channels.zip");
        const program = "import shutil, sys; shutil.make_archive(sys.argv[1][:-4], 'zip', sys.argv[2], sys.argv[3])";
        execFileSync("python3", ["-c", program, zip, fixture(""), "channels"]);
        assert.ok(readFileSync(zip).includes("PK"));
        await click("button", "Open your project");
        await eventually(() => run(() => document.querySelector("#project[data-ready] #project-files") !== null), true);
        await upload("#project-files", zip);
        const told = () => run(() => Array.from(document.querySelectorAll("tr[data-option]"), (row) => row.dataset.option));
        const { inferred } = JSON.parse(dunnage("inspect", fixture("channels"), "--json"));
        await eventually(told, inferred.map(({ option }) => option));
        await click("button", "Use these choices");
        await eventually(() => run(() => location.hash.length > "#v=1".length), true, "the wizard has the choices");
      });
    });

    check("the theme is changed and kept", async ({ click, reload, run }) => {
      const ground = () => run(() => getComputedStyle(document.body).backgroundColor);
      const light = await ground();
      await click("#theme");
      await eventually(() => run(() => document.documentElement.dataset.theme), "dark");
      const dark = await ground();
      assert.notEqual(light, dark);
      await reload();
      await eventually(() => run(isReady), true);
      await run(watch);
      assert.equal(await ground(), dark);
    });

    check("the language is changed and kept, and the files stay as they are", async ({ click, run, shows }) => {
      await click("#language");
      await eventually(() => run(() => document.documentElement.lang), "de");
      await eventually(() => run(isReady), true);
      await run(watch);
      await eventually(() => run(() => document.title), /Django-Projekt/);
      await eventually(() => run(() => document.querySelector(".bar [title^=Rückgängig]") !== null), true, "the wizard speaks German");
      await shows(dunnage("render", "--stdout", "docker-compose.yml"));
    });

    describe("without a network", () => {
      let host;
      before(async () => {
        host = await serve({ root: DIST, base: BASE });
      });
      after(() => host.close());

      check("everything works that was there before", async ({ click, fill, reload, run, shows }) => {
        assert.equal(await run(() => "serviceWorker" in navigator), true, "this browser has service workers");
        const { first, later } = JSON.parse(/^self\.SITE = (.*);$/m.exec(readFileSync(join(DIST, "sw.js"), "utf8"))[1]);
        const kept = async () => {
          const [name] = await caches.keys();
          return name === undefined ? 0 : (await (await caches.open(name)).keys()).length;
        };
        await eventually(() => run(kept), Object.keys({ ...first, ...later }).length, "the site is kept whole");
        await eventually(() => run(() => navigator.serviceWorker.controller !== null), true);
        await host.close();
        await reload();
        await eventually(() => run(isReady), true, "the wizard runs without a network");
        await run(watch);
        await fill("#project-name", "harbour");
        await shows(dunnage("render", "--set", "project-name=harbour", "--stdout", "docker-compose.yml"));
        await click("[role=tab]", "Diagram");
        await eventually(() => run(() => document.querySelector("#stage svg") !== null), true);
        await click("[role=tab]", "Files");
        await compare({ click, run }, "harbour", "--set", "project-name=harbour");
      }, () => host);
    });
  });
}
