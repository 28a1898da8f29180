// What a printed page shows: the link, the choices as a table, what the rules have to say, and then what is shown
// beside them, whole. The sheet is made when somebody prints, from what stands in the form, and taken away again.

const style = document.createElement("link");
style.rel = "stylesheet";
style.media = "print";
style.href = new URL("print.css", document.baseURI).href;
document.head.append(style);

const say = (text) => window.dunnageSay?.(text) ?? text;

function element(name, text, parts = []) {
  const made = document.createElement(name);
  made.append(text, ...parts);
  return made;
}

/** What a field holds, as people read it. */
function value(field) {
  const box = field.querySelector(".switch");
  const list = field.querySelector("select");
  const tile = field.querySelector(".tile:has(:checked) .tile__label");
  const text = field.querySelector(".input");
  if (box) {
    return say(box.checked ? "on" : "off");
  }
  return list?.selectedOptions[0]?.text ?? tile?.textContent ?? (text?.value || text?.placeholder) ?? "";
}

function table() {
  const made = element("table", "");
  for (const step of document.querySelectorAll("#form .step")) {
    const head = element("th", step.querySelector("h2").textContent);
    head.colSpan = 2;
    head.scope = "rowgroup";
    const body = element("tbody", element("tr", head));
    for (const field of step.querySelectorAll(".field")) {
      const name = element("th", field.querySelector(".field__name").textContent);
      name.scope = "row";
      const cell = element("td", value(field));
      const held = field.querySelector(".held:not([hidden])");
      if (held) {
        cell.append(` (${held.textContent})`);
      }
      const row = element("tr", name, [cell]);
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
    const about = finding.closest(".field")?.querySelector(".field__name")?.textContent ?? "";
    return element("li", element("b", `${about}. `), [finding.querySelector("p").textContent]);
  });
}

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
    ...(found.length > 0 ? [element("h2", say("What to look at")), element("ul", "", found)] : []),
  );
  document.body.prepend(sheet);
});

addEventListener("afterprint", () => sheet?.remove());
