// Another language than English, fetched before the wizard starts. It says the frame of the page in that language, and
// leaves a function with which the program says its messages; see src/words.rs.
const CATALOGUES = { de: "locale/de.json" };
const words = await (await fetch(new URL(CATALOGUES[document.documentElement.lang], document.baseURI))).json();

const PLACE = /\{\d\}/;
const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
// A message with values in it is found by what stands around them; the one with the most words of its own comes first.
const patterns = Object.keys(words)
  .filter((english) => PLACE.test(english))
  .map((english) => ({ english, own: english.split(PLACE) }))
  .sort((a, b) => b.own.join("").length - a.own.join("").length)
  .map(({ english, own }) => ({ pattern: new RegExp(`^${own.map(escaped).join("([^]*?)")}$`), said: words[english] }));

/** A message in this language, or undefined for what is no message, as a path or a name. */
function say(english) {
  if (Object.hasOwn(words, english)) {
    return words[english];
  }
  for (const { pattern, said } of patterns) {
    const values = pattern.exec(english)?.slice(1);
    if (values) {
      return said.replace(/\{(\d)\}/g, (_, number) => say(values[number]) ?? values[number]);
    }
  }
  return undefined;
}

window.dunnageSay = say;

const plain = (text) => text.replace(/\s+/g, " ").trim();
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
for (let node = walker.currentNode; node; node = walker.nextNode()) {
  if (node.nodeType === Node.TEXT_NODE) {
    const said = say(plain(node.data));
    if (said) {
      // The spaces around it stay: they stand between words and elements.
      node.data = node.data.replace(/^(\s*)[^]*?(\s*)$/, (_, before, after) => before + said + after);
    }
  } else {
    for (const name of ["title", "aria-label"]) {
      const said = say(node.getAttribute(name) ?? "");
      if (said) {
        node.setAttribute(name, said);
      }
    }
  }
}
