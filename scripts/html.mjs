// HTML as text whose elements have known places: it is read with parse5, and what is not changed stays as it was written.

import { parse } from "parse5";

/**
 * @typedef {object} Tag an element as it is written
 * @property {string} tag its name
 * @property {Map<string, string>} attributes
 * @property {string} text what is in it, of an element whose content is text
 * @property {[from: number, to: number]} place where its start tag is
 * @property {[from: number, to: number]} whole where all of it is
 * @property {Map<string, [from: number, to: number]>} places where each attribute is, name and value
 */

/** @typedef {[from: number, to: number, fresh: string]} Edit what a place of a text becomes */

/**
 * Every element that is written in the page, in order. What a browser adds of its own is not among them.
 *
 * @param {string} html
 * @returns {Tag[]}
 */
export function tags(html) {
  const found = [];
  const visit = (node) => {
    const location = node.sourceCodeLocation;
    if (node.tagName && location) {
      const start = location.startTag ?? location;
      const attributes = Object.entries(start.attrs ?? {});
      found.push({
        tag: node.tagName,
        attributes: new Map(node.attrs.map(({ name, value }) => [name, value])),
        text: node.childNodes.map((child) => child.value ?? "").join(""),
        place: [start.startOffset, start.endOffset],
        whole: [location.startOffset, location.endOffset],
        places: new Map(attributes.map(([name, at]) => [name, [at.startOffset, at.endOffset]])),
      });
    }
    for (const child of [...(node.content ? [node.content] : []), ...(node.childNodes ?? [])]) {
      visit(child);
    }
  };
  // Scripts may be off: then what stands in noscript is part of the page.
  visit(parse(html, { sourceCodeLocationInfo: true, scriptingEnabled: false }));
  return found;
}

/**
 * The text with each place replaced by another text; places of the same beginning stay in the order given.
 *
 * @param {string} text
 * @param {Edit[]} edits
 */
export function edited(text, edits) {
  const parts = [];
  let at = 0;
  for (const [from, to, fresh] of edits.map((edit, order) => /** @type {const} */ ([...edit, order])).sort((a, b) => a[0] - b[0] || a[3] - b[3])) {
    if (from < at) {
      throw new Error(`two changes of the same place: ${text.slice(from, to)}`);
    }
    parts.push(text.slice(at, from), fresh);
    at = to;
  }
  return parts.join("") + text.slice(at);
}

/**
 * The edit that gives an attribute another value, written as the old one was: with the quotes it had.
 *
 * @param {string} html
 * @param {Tag} tag
 * @param {string} name
 * @param {(value: string) => string} change gets the value as it is written
 * @returns {Edit}
 */
export function withValue(html, { places }, name, change) {
  const [from, to] = places.get(name);
  const written = html.slice(from, to);
  const start = written.indexOf("=") + 1;
  const quote = /^\s*(["']?)/.exec(written.slice(start));
  const [before, end] = [start + quote[0].length, written.length - quote[1].length];
  return [from + before, from + end, change(written.slice(before, end))];
}

/**
 * The only element that is as described.
 *
 * @param {string} html
 * @param {string} what what is looked for, as an error names it
 * @param {(tag: Tag) => boolean} is
 */
export function only(html, what, is) {
  const found = tags(html).filter(is);
  if (found.length !== 1) {
    throw new Error(`${what} is there ${found.length} times, not once`);
  }
  return found[0];
}
