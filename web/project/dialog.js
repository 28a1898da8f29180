// The dialog of the project module: the module fills its body, and offers the functions of `Host` on it.

/**
 * What one file of a plan becomes: its path, the path that it had before, its bytes unless it is deleted, and what the
 * plan found at each path that is touched.
 *
 * @typedef {[path: string, from: string | undefined, bytes: Uint8Array<ArrayBuffer> | undefined, before: Found[]]} Write
 * @typedef {[path: string, bytes: Uint8Array | undefined]} Found
 */

/**
 * What the module offers to the script (src/ui/project/state.rs). Messages are handed to it in the page's language.
 *
 * @typedef {object} Offers
 * @property {(view: string) => string[]} opened shows a view, and answers what else is to be read for it
 * @property {(path: string) => boolean} isEntered whether a folder may hold something of interest
 * @property {(path: string) => boolean} isRead whether a file is of interest by its path alone
 * @property {(path: string) => boolean} isListed whether a file is of interest by being there; its bytes are not read
 * @property {(name: string, files: [string, Uint8Array][], notes: string[]) => string[]} take takes a project, and
 *   answers what else is to be read
 * @property {(files: [string, Uint8Array][]) => string[]} more takes further files, and answers the same
 * @property {(text: string) => void} progress says how far the reading is
 * @property {(text: string) => void} say says that something did not happen
 * @property {(text: string) => void} fail says what went wrong
 * @property {() => void} forget drops the account of what was written
 * @property {(view: string, folder: string) => boolean} plan asks whether what a view plans is to be written
 * @property {() => Write[]} writes what is to be written, in order
 * @property {(isRead: boolean, account: [written: string[], changed: string[], failed: string[]]) => void} written
 *   takes the account of a writing
 *
 * @typedef {HTMLElement & Offers} Host
 */

/** A message in the page's language, with values in its places. */
export function say(/** @type {string} */ english, /** @type {(string | number)[]} */ ...values) {
  const plain = () => english.replace(/\{(\d)\}/g, (place, digit) => values[Number(digit)]?.toLocaleString("en") ?? place);
  return window.dunnageSay?.(english, ...values) ?? plain();
}

export const dialog = document.createElement("dialog");
dialog.className = "project";
dialog.id = "project";
dialog.setAttribute("aria-labelledby", "project-heading");
dialog.innerHTML =
  `<header class="project__bar"><h2 id="project-heading">${say("Your project")}</h2>` +
  `<button type="button" class="button button--icon" id="project-close" title="${say("Close")}">` +
  `<svg class="icon" aria-hidden="true"><use href="#i-close"></use></svg><span class="button__name">${say("Close")}</span>` +
  "</button></header>" +
  `<p class="project__boot" id="project-boot" role="status">${say("Loading …")}</p>` +
  '<section class="project__crash" id="project-crash" role="alert" tabindex="-1" hidden>' +
  `<h3>${say("This part has crashed")}</h3><p>${say(
    "This is a bug in Dunnage. Your choices in the wizard are unchanged, and so is your " +
      "project. Reload the page to retry. What happened, for a bug report:"
  )}</p>` +
  '<pre id="project-crash-message"></pre></section>' +
  '<div class="project__body" id="project-body"></div>';
document.body.append(dialog);

/** An element of the dialog that the module makes, if it is there. */
export const find = (/** @type {string} */ id) => /** @type {HTMLElement | null} */ (dialog.querySelector(`#${id}`));
/** An element of the dialog that is always there. */
export const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (find(id));
export const host = /** @type {Host} */ (byId("project-body"));

byId("project-close").addEventListener("click", () => dialog.close());

/** Gives the page a chance to answer. */
export const breath = () => new Promise((done) => setTimeout(done, 0));

/** The text of what was thrown. */
export const reason = (/** @type {unknown} */ error) => (error instanceof Error ? error.message : String(error));
