// Parses the Mermaid diagrams of Markdown files with Mermaid itself: node mermaid.mjs FOLDER FILE…
// FOLDER is where npm has put mermaid and jsdom, which stands in for the browser. Prints JSON: how many diagrams there
// are, and what is wrong with which file.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, ...files] = process.argv.slice(2);
const load = createRequire(join(folder, "node_modules/"));
const { JSDOM } = load("jsdom");
globalThis.window = new JSDOM("<!doctype html>").window;
globalThis.document = window.document;
const { default: mermaid } = await import(pathToFileURL(join(folder, "node_modules/mermaid/dist/mermaid.core.mjs")).href);
mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });

let diagrams = 0;
const findings = [];
for (const file of files) {
  for (const block of readFileSync(file, "utf8").matchAll(/^```mermaid\n(.*?)^```$/gms)) {
    diagrams += 1;
    try {
      await mermaid.parse(block[1]);
    } catch (error) {
      findings.push({ file, message: String(error.message ?? error) });
    }
  }
}
console.log(JSON.stringify({ diagrams, findings }));
