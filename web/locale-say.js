// How a message is found in a catalogue. locale.js brings the catalogue and says the page with it; this part needs
// no page, so that it can be tested alone.

const PLACE = /\{(\d)\}/;
const escaped = (/** @type {string} */ text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/**
 * For a catalogue and its language: a function from an English message to that language, which answers undefined for what
 * is no message, as a path or a name.
 *
 * @param {Record<string, string>} words English text to the text in the language
 * @param {string} language
 */
export function sayer(words, language) {
  const number = new Intl.NumberFormat(language);
  const day = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" });

  // A message with values in it is found by what stands around them. The one with the most words of its own comes first;
  // of the joins, which have none, “: ” comes before “, ”, so that a sentence with commas after a name stays whole.
  const patterns = Object.keys(words)
    .filter((english) => PLACE.test(english))
    .map((english) => {
      const own = english.split(/\{\d\}/);
      return {
        english,
        pattern: new RegExp(`^${own.map(escaped).join("([^]*?)")}$`),
        size: own.join("").length,
        // What stands in quotes is somebody's own text, even where it looks like a message.
        quoted: own.map((text) => text.endsWith("“")),
        said: words[english] ?? english,
      };
    })
    .sort((a, b) => b.size - a.size || (a.english < b.english ? 1 : -1));

  /** A value in the language: a number, a day, a message; anything else stays as it is. */
  function value(/** @type {string} */ text) {
    if (/^\d{1,3}(,\d{3})+$/.test(text)) {
      return number.format(Number(text.replaceAll(",", "")));
    }
    if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))) {
      return day.format(new Date(text));
    }
    return say(text) ?? text;
  }

  /** @returns {string | undefined} */
  function find(/** @type {string} */ english) {
    if (Object.hasOwn(words, english)) {
      return words[english];
    }
    for (const { pattern, quoted, said } of patterns) {
      const values = pattern.exec(english)?.slice(1);
      if (values) {
        return said.replace(/\{(\d)\}/g, (_, digit) => {
          const place = Number(digit);
          const text = values[place] ?? "";
          return quoted[place] ? text : value(text);
        });
      }
    }
    return undefined;
  }

  /** @returns {string | undefined} */
  function say(/** @type {string} */ english) {
    const core = english.trim();
    const said = find(core);
    if (said === undefined || core === english) {
      return said;
    }
    // The spaces around it stay: they stand between words and elements.
    const at = english.indexOf(core);
    return english.slice(0, at) + said + english.slice(at + core.length);
  }

  say.value = value;
  return say;
}
