//! What this module asks of the browser beyond [`browser`]: the script that reads files, the address, ticks in the
//! storage.

use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

use crate::catalog::options::option;
use crate::page::command::Command;
use crate::page::{self, evidence::ProjectValue};
use crate::project::inspect::{Evidence, Inferred, Inspection};
use crate::project::update::Tree;
use crate::project::writes::Write;
use crate::ui::browser;

/// Id of the element that the script holds ready.
pub(super) const HOST: &str = "project-body";

/// Id of the element that says that this module has broken down.
const CRASH: &str = "project-crash";

/// Offers the script something to call, under a name, with up to three values.
pub(super) fn offer(name: &str, act: impl Fn([JsValue; 3]) -> JsValue + 'static) {
    let act: Box<dyn Fn(JsValue, JsValue, JsValue) -> JsValue> = Box::new(move |a, b, c| act([a, b, c]));
    let act = Closure::wrap(act);
    if let Some(host) = browser::place(HOST) {
        let _ = Reflect::set(&host, &name.into(), act.as_ref());
    }
    act.forget();
}

/// Files as the script hands them over: pairs of a path and bytes.
pub(super) fn files(value: &JsValue) -> Tree {
    let pairs = Array::from(value).to_vec().into_iter().map(|pair| Array::from(&pair));
    pairs.filter_map(|pair| Some((pair.get(0).as_string()?, Uint8Array::new(&pair.get(1)).to_vec()))).collect()
}

/// Texts as the script hands them over.
pub(super) fn texts(value: &JsValue) -> Vec<String> {
    Array::from(value).to_vec().iter().filter_map(JsValue::as_string).collect()
}

/// Three things that the script hands over as one.
pub(super) fn three(value: &JsValue) -> [JsValue; 3] {
    let parts = Array::from(value);
    [parts.get(0), parts.get(1), parts.get(2)]
}

/// Texts for the script.
pub(super) fn list(texts: impl IntoIterator<Item = String>) -> JsValue {
    texts.into_iter().map(JsValue::from).collect::<Array>().into()
}

/// Writes for the script: path, path before or nothing, bytes or nothing, and pairs of each path that is touched and
/// the bytes that the plan found there, or nothing.
pub(super) fn writes(writes: &[Write]) -> JsValue {
    let bytes = |bytes: Option<&[u8]>| bytes.map_or(JsValue::UNDEFINED, |bytes| Uint8Array::from(bytes).into());
    let row = |write: &Write| -> JsValue {
        let found = write.found.iter().map(|(path, found)| Array::of2(&path.into(), &bytes(found.as_deref())));
        let from = write.file.from.as_ref().map_or(JsValue::UNDEFINED, JsValue::from);
        let text = bytes(write.file.written().map(str::as_bytes));
        Array::of4(&(&write.file.path).into(), &from, &text, &found.collect::<Array>().into()).into()
    };
    writes.iter().map(row).collect::<Array>().into()
}

/// Whether this browser lets a page write into a folder that its user chooses.
pub(super) fn can_write() -> bool {
    web_sys::window().is_some_and(|window| Reflect::has(&window, &"showDirectoryPicker".into()).unwrap_or(false))
}

/// A property of the element that an event came from.
pub(super) fn property(event: &web_sys::Event, name: &str) -> JsValue {
    event.target().and_then(|target| Reflect::get(&target, &name.into()).ok()).unwrap_or(JsValue::UNDEFINED)
}

/// The text in a field.
pub(super) fn typed(id: &str) -> String {
    let field = browser::place(id).and_then(|field| Reflect::get(&field, &"value".into()).ok());
    field.and_then(|value| value.as_string()).unwrap_or_default()
}

/// Puts choices into the address and lets the wizard know.
pub(super) fn choose(link: &str) {
    browser::set_fragment(link);
    if let (Some(window), Ok(event)) = (web_sys::window(), web_sys::Event::new("hashchange")) {
        let _ = window.dispatch_event(&event);
    }
}

/// Has the wizard's fields show what a project says about them, once the dialog shows it. What this module breaks down
/// over is none of the wizard's business.
pub(super) fn show_evidence(found: &Inspection) {
    let place = |place: &Evidence| [place.file.as_str(), ":", &place.line.to_string()].concat();
    let row = |row: &Inferred| {
        let entries = row.items.iter().map(|(name, one)| (name.clone(), place(one)));
        let whole = row.evidence.iter().filter(|_| row.items.is_empty()).map(|one| (String::new(), place(one)));
        ProjectValue {
            option: row.option,
            value: option(row.option).map(|spec| spec.get(&found.choices)).unwrap_or_default(),
            confidence: row.confidence.id(),
            places: entries.chain(whole).collect(),
        }
    };
    let rows = page::evidence::Evidence::new(found.inferred.iter().map(row).collect());
    let command = Command::ShowEvidence(rows.to_text()).to_string();
    browser::after_paint(move || {
        if browser::place(CRASH).is_some_and(|place| place.hidden()) {
            browser::send("wizard-do", &command);
        }
    });
}

/// What is ticked of a list.
pub(super) fn ticks(list: &str) -> Vec<String> {
    browser::stored(&name_of(list)).lines().map(str::to_owned).collect()
}

/// Keeps what is ticked of a list; where the browser forbids that, the ticks last as long as the page.
pub(super) fn keep_ticks(list: &str, ticked: &[String]) {
    browser::store(&name_of(list), &ticked.join("\n"));
}

fn name_of(list: &str) -> String {
    ["ticks.", list].concat()
}

/// Says that this module has broken down. The wizard below it is another program and has not.
pub(super) fn crash(message: &str) {
    for (id, text) in [("project-crash-message", Some(message)), (HOST, None)] {
        if let Some(place) = browser::place(id) {
            match text {
                Some(text) => place.set_text_content(Some(text)),
                None => place.set_hidden(true),
            }
        }
    }
    if let Some(place) = browser::place(CRASH) {
        place.set_hidden(false);
        let _ = place.focus();
    }
    web_sys::console::error_1(&message.into());
}
