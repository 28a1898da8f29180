// Next steps: the commands in order, what was ticked, and an .env with secrets that are nowhere else.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { check, dunnage, eventually, filesOfZip, ready, scratch } from "./harness.mjs";

const stage = (page) => page.locator("#stage");

/** The views answer once their script has arrived, which is soon after the wizard runs; it shows these buttons. */
const listening = (page) => page.waitForFunction(() => document.querySelector("[data-open]:not([hidden])"));

/** Opens the view. */
async function next(page) {
  await listening(page);
  await page.getByRole("tab", { name: "Next steps" }).click();
  await stage(page).getByRole("heading", { name: /^Next steps/ }).waitFor();
}

/** The commands that are shown, a line each. */
const commands = (page) => stage(page).locator(".cmd__line").allTextContents();

/** Reads an .env as strictly as its readers agree on: plain, or in single quotes. */
function read(text) {
  const values = {};
  for (const line of text.split("\n").filter((line) => line && !line.startsWith("#"))) {
    const found = /^([A-Z][A-Z0-9_]*)=(?:([^'"`\\$#\s]*)|'([^'\\]*)')$/.exec(line);
    assert.ok(found, `${line} can be read`);
    assert.ok(!(found[1] in values), `${found[1]} stands once`);
    values[found[1]] = found[2] ?? found[3];
  }
  return values;
}

/** What a click hands to the user: name, path and text. */
async function download(page, name) {
  const [file] = await Promise.all([page.waitForEvent("download"), stage(page).getByRole("button", { name }).click()]);
  return { name: file.suggestedFilename(), path: await file.path() };
}

check("the steps are those of CONTAINERS.md, with commands that can be copied", async ({ page }) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await next(page);
  const document = dunnage("render", "--preset", "single-server", "--stdout", "CONTAINERS.md");
  const lines = (await commands(page)).map((line) => line.trimEnd());
  assert.ok(lines.length > 12, `${lines.length} commands`);
  for (const line of lines.filter((line) => !/^(unzip|cd) /.test(line))) {
    assert.ok(document.includes(line), `${line} stands in CONTAINERS.md`);
  }
  const up = lines.indexOf("docker compose up --build --detach --wait --wait-timeout 300");
  assert.ok(up > lines.indexOf("cp .env.example .env") && up < lines.indexOf("docker compose logs --follow web"));
  const item = stage(page).locator("li", { hasText: "Unpack the set" });
  await item.getByRole("button", { name: "Copy" }).click();
  await page.getByText("The command was copied to the clipboard.").waitFor();
  await eventually(() => page.evaluate(() => navigator.clipboard.readText()), "unzip my-project.zip\ncd my-project");
}, { fragment: "#v=1&reverse-proxy=bundled-nginx&tls=certbot&static-files=nginx&backups=true" });

check("the steps follow the choices", async ({ page, open }) => {
  await next(page);
  assert.ok((await commands(page)).some((line) => line.startsWith("docker compose up")));
  await page.getByLabel("Container engine").getByRole("radio", { name: "Podman" }).check();
  await stage(page).getByRole("heading", { name: "Next steps with Podman" }).waitFor();
  const podman = await commands(page);
  assert.ok(podman.some((line) => line.startsWith("systemctl --user")));
  assert.ok(!podman.some((line) => line.startsWith("docker ")));
  await open(page, "#v=1&migrations=entrypoint&celery=worker-beat&flower=true&dev-workflow=watch&secrets=files");
  await next(page);
  const lines = (await commands(page)).join("");
  for (const part of ["entrypoint migrate", "inspect ping", "--profile monitoring", "up --watch", ">secrets/"]) {
    assert.ok(lines.includes(part), part);
  }
  await stage(page).getByRole("button", { name: "Open secrets/README.md" }).click();
  await page.waitForFunction(() => document.documentElement.dataset.file === "secrets/README.md");
  await eventually(() => page.locator("#files").isVisible(), true);
});

check("undo in a field of the panel takes back what was typed there, not a choice", async ({ page }) => {
  await page.getByLabel("Flower", { exact: true }).check();
  await next(page);
  const field = stage(page).getByLabel("DJANGO_SECRET_KEY", { exact: true });
  await field.focus();
  await page.keyboard.press("Control+z");
  // Whatever it does has been drawn by then.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  assert.equal(await page.getByLabel("Flower", { exact: true }).isChecked(), true);
}, { fragment: "#v=1&celery=worker" });

check("ticks are kept per project", async ({ page, open }) => {
  await next(page);
  const box = stage(page).getByRole("checkbox", { name: "Create .env" });
  await box.check();
  await stage(page).getByText(/^1 of \d+ done$/).waitFor();
  await page.reload();
  await ready(page);
  await next(page);
  await eventually(() => box.isChecked(), true);
  await open(page, "#v=1&project-name=quay");
  await next(page);
  await eventually(() => box.isChecked(), false);
});

check("the downloaded .env has new secrets, and is otherwise the example", async ({ page }) => {
  await next(page);
  const file = await download(page, "Download .env");
  assert.match(file.name, /^[._]?env$/);
  const values = read(readFileSync(file.path, "utf8"));
  const example = read(dunnage("render", "--set", "celery=worker", "--set", "flower=true", "--stdout", ".env.example"));
  const secrets = { DJANGO_SECRET_KEY: /^[A-Za-z0-9]{64}$/, POSTGRES_PASSWORD: /^[A-Za-z0-9]{64}$/, FLOWER_BASIC_AUTH: /^admin:[A-Za-z0-9]{64}$/ };
  for (const [name, value] of Object.entries(values)) {
    if (name in secrets) {
      assert.match(value, secrets[name], name);
      assert.ok(new Set(value).size > 15, "it is not one letter");
    } else {
      assert.equal(value, example[name], name);
    }
  }
  assert.deepEqual(Object.keys(values), Object.keys(example));
  await stage(page).getByRole("button", { name: "Regenerate DJANGO_SECRET_KEY" }).click();
  const again = read(readFileSync((await download(page, "Download .env")).path, "utf8"));
  assert.notEqual(again.DJANGO_SECRET_KEY, values.DJANGO_SECRET_KEY);
  assert.equal(again.POSTGRES_PASSWORD, values.POSTGRES_PASSWORD);
  const field = stage(page).getByLabel("DJANGO_SECRET_KEY", { exact: true });
  await eventually(() => field.getAttribute("type"), "password");
  await stage(page).getByRole("button", { name: "Show DJANGO_SECRET_KEY" }).click();
  await eventually(() => field.getAttribute("type"), "text");
  await eventually(() => field.inputValue(), again.DJANGO_SECRET_KEY);
}, { fragment: "#v=1&celery=worker&flower=true" });

check("what is typed is quoted for compose, or refused with a reason", async ({ page }) => {
  await next(page);
  const mail = stage(page).getByLabel("CERTBOT_EMAIL", { exact: true });
  await mail.fill("it's me@shop.example");
  await stage(page).getByText("Programs read quotes and backslashes differently").waitFor();
  await eventually(() => mail.getAttribute("aria-invalid"), "true");
  await stage(page).getByRole("button", { name: "Download .env" }).click();
  await page.waitForFunction(() => document.activeElement?.id === "env-CERTBOT_EMAIL");
  await mail.fill("ops@shop.example");
  const password = stage(page).getByLabel("POSTGRES_PASSWORD", { exact: true });
  await password.fill("");
  await stage(page).getByText("The value is empty: the containers would not start.").waitFor();
  await password.fill("with $HOME and #");
  const file = await download(page, "Download .env");
  const text = readFileSync(file.path, "utf8");
  assert.ok(text.includes("\nPOSTGRES_PASSWORD='with $HOME and #'\n"));
  assert.ok(text.includes("\nCERTBOT_EMAIL=ops@shop.example\n"));
  // It survives a look at another view, in memory.
  await page.getByRole("tab", { name: "Differences" }).click();
  await next(page);
  await eventually(() => mail.inputValue(), "ops@shop.example");
}, { fragment: "#v=1&reverse-proxy=bundled-nginx&tls=certbot" });

check("the archive with .env is the set, with the secrets only for their owner", async ({ page }) => {
  await next(page);
  const file = await download(page, "Download zip with .env");
  assert.equal(file.name, "my-project.zip");
  await scratch(async (directory) => {
    dunnage("render", "--set", "secrets=files", "--set", "celery=worker", "--set", "flower=true", "--out", directory);
    const files = filesOfZip(file.path, "my-project");
    assert.equal(files[".env"].mode, 0o600);
    assert.equal(files["secrets/"].mode, 0o700);
    const names = ["django_secret_key", "flower_basic_auth", "postgres_password"];
    for (const name of names) {
      const entry = files[`secrets/${name}.txt`];
      assert.equal(entry.mode, 0o444, name);
      assert.match(Buffer.from(entry.bytes, "base64").toString(), /^(admin:)?[A-Za-z0-9]{64}\n$/, name);
    }
    assert.deepEqual(
      Buffer.from(files[".env"].bytes, "base64").toString(),
      readFileSync(join(directory, ".env.example"), "utf8"),
      "no secret stands in .env where they are files"
    );
    const unpacked = execFileSync("python3", ["-c", "import sys, zipfile; print(len(zipfile.ZipFile(sys.argv[1]).namelist()))", file.path]);
    assert.ok(Number(unpacked) > names.length + 2);
  });
}, { fragment: "#v=1&secrets=files&celery=worker&flower=true" });

check("secrets are in no link, storage, title, log or part of the wizard", async ({ page }) => {
  const said = [];
  page.on("console", (message) => said.push(message.text()));
  await next(page);
  const values = read(readFileSync((await download(page, "Download .env")).path, "utf8"));
  const secrets = [values.DJANGO_SECRET_KEY, values.POSTGRES_PASSWORD];
  const field = stage(page).getByLabel("POSTGRES_PASSWORD", { exact: true });
  await field.fill("typed-by-hand-4711");
  secrets.push("typed-by-hand-4711");
  await eventually(() => field.inputValue(), "typed-by-hand-4711");
  await stage(page).getByRole("button", { name: "Show POSTGRES_PASSWORD" }).click();
  await stage(page).getByRole("checkbox", { name: "Create .env" }).check();
  // A change of the choices, Undo, and another view: nothing of it carries a secret along.
  await page.getByLabel("Container engine").getByRole("radio", { name: "Podman" }).check();
  await page.getByRole("tab", { name: "Differences" }).click();
  const look = () =>
    page.evaluate(() => {
      const stage = document.getElementById("stage");
      const fields = [...document.querySelectorAll("input, select, textarea")].filter((field) => !stage.contains(field));
      return JSON.stringify([
        location.href,
        document.title,
        history.state,
        { ...localStorage },
        { ...sessionStorage },
        document.cookie,
        document.documentElement.outerHTML,
        fields.map((field) => field.value),
        performance.getEntries().map((entry) => entry.name),
      ]);
    });
  const seen = await look();
  await page.reload();
  await ready(page);
  const later = await look();
  for (const secret of secrets) {
    assert.ok(secret.length > 10);
    assert.ok(!seen.includes(secret) && !later.includes(secret), "a secret was left somewhere");
    assert.ok(!said.some((line) => line.includes(secret)), "a secret was logged");
  }
  assert.ok(seen.includes("dunnage.next."), "the ticks are stored, so storage was read");
  await next(page);
  assert.notEqual(await field.inputValue(), "typed-by-hand-4711", "a reload forgets them");
});

check("on a phone everything is reached by touch", async ({ page }) => {
  await listening(page);
  await page.locator("#tabs").getByRole("tab", { name: "Files" }).tap();
  await page.getByRole("tab", { name: "Next steps" }).tap();
  await stage(page).getByRole("heading", { name: /^Next steps/ }).waitFor();
  await stage(page).getByRole("checkbox", { name: "Create .env" }).tap();
  await stage(page).getByText(/^1 of \d+ done$/).waitFor();
  const wide = await page.evaluate(() => {
    const stage = document.getElementById("stage");
    return [stage.scrollWidth - stage.clientWidth, document.documentElement.scrollWidth - innerWidth];
  });
  assert.deepEqual(wide, [0, 0], "nothing is wider than the screen");
  await stage(page).getByRole("button", { name: "Show POSTGRES_PASSWORD" }).tap();
  await eventually(() => stage(page).getByLabel("POSTGRES_PASSWORD", { exact: true }).getAttribute("type"), "text");
  const [file] = await Promise.all([page.waitForEvent("download"), stage(page).getByRole("button", { name: "Download .env" }).tap()]);
  read(readFileSync(await file.path(), "utf8"));
}, { context: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } });
