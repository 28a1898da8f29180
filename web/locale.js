// Another language than English, fetched before the wizard starts. It says the frame of the page in that language, and
// leaves a function with which the program says its messages; see src/messages/mod.rs.

// Whole names: the finished site has others, with a hash of what is in the file.
const { sayer } = await import(new URL("locale-say.js", document.baseURI).href);
/** @type {Record<string, string>} */
const CATALOGUES = { de: "locale/de.json" };
const language = document.documentElement.lang;
const words = await (await fetch(new URL(CATALOGUES[language] ?? "", document.baseURI))).json();
const say = sayer(words, language);

window.dunnageSay = say;

/** Says a text that may be broken into lines, as those of the page's source are. */
const inLine = (/** @type {string} */ text) => say(text.replace(/\s+/g, " "));

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
