// Makes the pictures in public/ that are shown outside the page: the icons of an installed Dunnage and the card that a
// link to it brings up. Their source is here and in favicon.svg; a real Chromium draws them.
//
//     node scripts/brand.mjs [--out public]
//
// It uses the browser tests' Playwright, so it wants `npm ci` in tests/e2e and a Chromium.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { chromium } = createRequire(new URL("../tests/e2e/package.json", import.meta.url))("playwright-core");

const PUBLIC = new URL("../public/", import.meta.url).pathname;
const { values } = parseArgs({ options: { out: { type: "string", default: PUBLIC } } });

const LOGO = readFileSync(join(PUBLIC, "favicon.svg"), "utf8");
const STEEL = "#12343b";

const rounded = `<body>${LOGO}</body>`;
/** The logo without its round corners, small enough that no mask cuts into it: `share` of the whole. */
const fullBleed = (share) =>
  `<body>${LOGO.replace(/<rect width="32" height="32"[^>]*>/, `<rect x="-40" y="-40" width="120" height="120" fill="${STEEL}"/>`).replace(
    'viewBox="0 0 32 32"',
    `viewBox="${[16 - 16 / share, 16 - 16 / share, 32 / share, 32 / share].join(" ")}"`
  )}</body>`;

const TREE = [
  ["", "docker/"],
  ["  ", "Dockerfile", true],
  ["  ", "Dockerfile.dev"],
  ["  ", "entrypoint.sh"],
  ["  ", "nginx/"],
  ["", "requirements/"],
  ["", "docker-compose.yml"],
  ["", "docker-compose.prod.yml"],
  ["", ".dockerignore"],
  ["", ".env.example"],
  ["", "CONTAINERS.md"],
];
const CODE = [
  ["k", "FROM", " python:3.13-slim ", "k", "AS", " builder"],
  [""],
  ["k", "COPY", " requirements/ /requirements/"],
  ["k", "RUN", " python -m venv /opt/venv \\"],
  ["", "  && pip install -r prod.txt"],
  [""],
  ["k", "FROM", " python:3.13-slim"],
  ["+k", "COPY", " --from=builder /opt/venv /opt/venv"],
  ["k", "USER", " app"],
  ["k", "HEALTHCHECK", " ", "k", "CMD", " [", "s", '"python"', ", ", "s", '"-m"', " …]"],
  ["k", "CMD", " [", "s", '"gunicorn"', ", ", "s", '"shop.wsgi"', "]"],
];
const esc = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const codeLine = (parts) => {
  let line = "";
  const changed = parts[0].startsWith("+");
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i].replace(/^\+/, "");
    if ((part === "k" || part === "s") && i + 1 < parts.length) {
      line += `<b class=${part}>${esc(parts[++i])}</b>`;
    } else {
      line += esc(part);
    }
  }
  return `<div${changed ? " class=changed" : ""}>${line || " "}</div>`;
};

const card = `
<style>
  body { position: relative; display: flex; background: ${STEEL}; color: #eef4f2; overflow: hidden;
    font-family: "Inter", "Noto Sans", "DejaVu Sans", sans-serif; }
  .say { width: 560px; padding: 76px 0 0 72px; }
  .brand { display: flex; align-items: center; gap: 20px; font-size: 40px; font-weight: 700; letter-spacing: -0.02em; }
  .brand svg { width: 76px; height: 76px; }
  h1 { margin: 72px 0 0; font-size: 60px; line-height: 1.12; letter-spacing: -0.035em; font-weight: 700; }
  p { margin: 32px 0 0; font-size: 25px; line-height: 1.45; color: #a9c3c4; letter-spacing: -0.01em; }
  .chock { position: absolute; width: 0; height: 0; border: 46px solid transparent; }
  .nw { top: 0; left: 0; border-top-color: #f0a13a; border-left-color: #f0a13a; }
  .sw { bottom: 0; left: 0; border-bottom-color: #f0a13a; border-left-color: #f0a13a; }
  .ne { top: 0; right: 0; border-top-color: #f0a13a; border-right-color: #f0a13a; }
  .se { bottom: 0; right: 0; border-bottom-color: #f0a13a; border-right-color: #f0a13a; }
  .crate { position: absolute; left: 606px; top: 84px; width: 538px; height: 462px; display: flex; border-radius: 12px;
    border: 1px solid #c9a568; border-top: 8px solid #c9a568; background: #fffdf9; color: #1d2423; overflow: hidden;
    box-shadow: 0 30px 70px rgb(0 0 0 / .45); font: 15.5px/1 "DejaVu Sans Mono", monospace; letter-spacing: -0.04em; }
  .tree { flex: none; width: 202px; padding: 18px 0; background: #f8f5ee; border-right: 1px solid #ddd5c7; font-size: 12.5px; }
  .tree div { padding: 0 8px 0 16px; line-height: 37px; white-space: pre; color: #5a605c; }
  .tree .here { background: #e2eeed; color: #0f5563; font-weight: 700; box-shadow: inset 4px 0 #0f5563; }
  .code { flex: 1; padding: 18px 0; font-size: 13.5px; }
  .code div { padding-left: 16px; line-height: 37px; white-space: pre; border-left: 4px solid transparent; }
  .code .changed { background: #fbead2; border-left-color: #f0a13a; }
  .k { color: #9c4308; } .s { color: #446313; font-weight: 400; }
</style>
<body>
  <i class="chock nw"></i><i class="chock ne"></i><i class="chock sw"></i><i class="chock se"></i>
  <div class=say>
    <div class=brand>${LOGO.replace(/<rect width="32" height="32"[^>]*>/, "").replace('viewBox="0 0 32 32"', 'viewBox="4 4 24 24"')}Dunnage</div>
    <h1>What your<br>Django project<br>ships in</h1>
    <p>Every container file, as you choose.<br>In your browser, nothing uploaded.</p>
  </div>
  <div class=crate>
    <div class=tree>${TREE.map(([indent, name, here]) => `<div${here ? " class=here" : ""}>${indent}${name}</div>`).join("")}</div>
    <div class=code>${CODE.map(codeLine).join("")}</div>
  </div>
</body>`;

/** @type {[name: string, width: number, height: number, html: string][]} */
const PICTURES = [
  ["icon-192.png", 192, 192, rounded],
  ["icon-512.png", 512, 512, rounded],
  // Only a circle of four fifths is sure to be seen; the corners of the logo have to be in it.
  ["icon-maskable.png", 512, 512, fullBleed(0.75)],
  ["apple-touch-icon.png", 180, 180, fullBleed(0.94)],
  ["social-card.png", 1200, 630, card],
];

const browser = await chromium.launch({
  executablePath: process.env.DUNNAGE_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
for (const [name, width, height, html] of PICTURES) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: "light" });
  await page.setContent(
    `<!doctype html><style>body{margin:0;width:${width}px;height:${height}px}body>svg{display:block;width:100%;height:100%}</style>${html}`
  );
  const path = join(values.out, name);
  await page.screenshot({ path, omitBackground: html !== card });
  console.log(path);
  await page.close();
}
await browser.close();
