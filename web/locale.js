// Another language than English, fetched before the wizard starts. It says the frame of the page in that language, and
// leaves a function with which the program says its messages; see src/messages/mod.rs.

// A whole name: the finished site replaces it by one with a hash of the content, here as in the page.
const { sayer } = await import(new URL("locale-say.js", document.baseURI).href);
const language = document.documentElement.lang;
const catalog = document.getElementById("language")?.dataset[language] ?? "";
const words = await (await fetch(new URL(catalog, document.baseURI))).json();
const say = sayer(words, language);

window.dunnageSay = say;

/** Says a text that may be broken into lines, as those of the page's source are. The numbers in it are its values. */
function inLine(/** @type {string} */ text) {
  /** @type {number[]} */
  const numbers = [];
  const line = text.replace(/\s+/g, " ");
  const key = line.replace(/\d+(,\d{3})*/g, (number) => `{${numbers.push(Number(number.replaceAll(",", ""))) - 1}}`);
  return say(line) ?? say(key, ...numbers);
}

document.title = inLine(document.title) ?? document.title;
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
for (let node = /** @type {Node | null} */ (walker.currentNode); node; node = walker.nextNode()) {
  if (node instanceof Text) {
    const day = node.parentNode instanceof HTMLTimeElement && node.parentNode.dateTime;
    node.data = (day ? say.value(day) : inLine(node.data)) ?? node.data;
  } else if (node instanceof Element) {
    for (const name of ["title", "aria-label"]) {
      const said = inLine(node.getAttribute(name) ?? "");
      if (said) {
        node.setAttribute(name, said);
      }
    }
  }
}
