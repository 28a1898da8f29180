// How a message is found in a catalog. locale.js brings the catalog and says the page with it; this part needs
// no page, so that it can be tested alone.

/**
 * For a catalog and its language: a function from an English message to that language, which answers undefined for what
 * the catalog does not have. A message with values is looked up with its places, as `{0}`; the values that are given
 * come to stand there, the other places stay.
 *
 * @param {Record<string, string>} words English text to the text in the language
 * @param {string} language
 */
export function sayer(words, language) {
  const number = new Intl.NumberFormat(language, { useGrouping: "min2" });
  const day = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" });

  /** A number in digits or a day, as the language writes it; anything else stays as it is. */
  function value(/** @type {string} */ text) {
    if (/^\d+$/.test(text)) {
      return number.format(Number(text));
    }
    if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))) {
      return day.format(new Date(text));
    }
    return text;
  }

  /** @returns {string | undefined} */
  function say(/** @type {string} */ english, /** @type {(string | number)[]} */ ...values) {
    const key = english.trim();
    // An empty text is one that is still to be translated.
    const found = (Object.hasOwn(words, key) && words[key]) || undefined;
    // A text is somebody's own, whatever it looks like.
    const said = found?.replace(/\{(\d)\}/g, (place, digit) => {
      const given = values[Number(digit)] ?? place;
      return typeof given === "number" ? number.format(given) : given;
    });
    // The spaces around it stay: they stand between words and elements.
    return said && english.replace(key, () => said);
  }

  say.value = value;
  return say;
}
