// What a printed page shows: the link, the choices as a table, what the rules have to say, and then what is shown
// beside them, whole. The sheet is made when somebody prints, from what stands in the form, and taken away again.

const style = document.createElement("link");
style.rel = "stylesheet";
style.media = "print";
style.href = new URL("print.css", document.baseURI).href;
document.head.append(style);

const say = (/** @type {string} */ text) => window.dunnageSay?.(text) ?? text;

function element(/** @type {string} */ name, /** @type {(string | Node)[]} */ ...parts) {
  const made = document.createElement(name);
  made.append(...parts);
  return made;
}

/** The text of the first element of a kind, or nothing. */
const textOf = (/** @type {Element} */ place, /** @type {string} */ kind) => place.querySelector(kind)?.textContent ?? "";

/** What a field holds, as people read it. */
function value(/** @type {Element} */ field) {
  const box = /** @type {HTMLInputElement | null} */ (field.querySelector(".switch"));
  const list = field.querySelector("select");
  const tile = field.querySelector(".tile:has(:checked) .tile__label");
  const text = /** @type {HTMLInputElement | HTMLTextAreaElement | null} */ (field.querySelector(".input"));
  if (box) {
    return say(box.checked ? "on" : "off");
  }
  return list?.selectedOptions[0]?.text ?? tile?.textContent ?? (text?.value || text?.placeholder) ?? "";
}

const cellOf = (/** @type {"th" | "td"} */ name, /** @type {string} */ text) =>
  /** @type {HTMLTableCellElement} */ (element(name, text));

function table() {
  const made = element("table");
  for (const step of document.querySelectorAll("#form .step")) {
    const head = cellOf("th", textOf(step, "h2"));
    head.colSpan = 2;
    head.scope = "rowgroup";
    const body = element("tbody", element("tr", head));
    for (const field of step.querySelectorAll(".field")) {
      const name = cellOf("th", textOf(field, ".field__name"));
      name.scope = "row";
      const cell = cellOf("td", value(field));
      const blocked = field.querySelector(".blocked:not([hidden])");
      if (blocked) {
        cell.append(` (${blocked.textContent})`);
      }
      const row = element("tr", name, cell);
      if (field.hasAttribute("data-changed")) {
        row.className = "changed";
        cell.append(" ", element("em", say("changed")));
      }
      body.append(row);
    }
    made.append(body);
  }
  return made;
}

function findings() {
  return [...document.querySelectorAll("#form .finding")].map((finding) => {
    const field = finding.closest(".field");
    return element("li", element("b", `${field ? textOf(field, ".field__name") : ""}. `), textOf(finding, "p"));
  });
}

/** @type {HTMLElement | undefined} */
let sheet;

addEventListener("beforeprint", () => {
  sheet?.remove();
  sheet = document.createElement("section");
  sheet.id = "print";
  // Nothing of it is seen on the screen.
  sheet.className = "sr";
  sheet.ariaHidden = "true";
  const found = findings();
  const link = `${location.href.split("#")[0]}#${document.documentElement.dataset.link}`;
  sheet.append(
    element("h1", "Dunnage"),
    element("p", link),
    element("h2", say("Choices")),
    table(),
    ...(found.length > 0 ? [element("h2", say("Findings")), element("ul", ...found)] : []),
  );
  document.body.prepend(sheet);
});

addEventListener("afterprint", () => sheet?.remove());
