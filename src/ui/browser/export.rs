//! What leaves the page: the clipboard and downloads.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use super::{after, document, window};

/// Puts a text on the clipboard and says whether that worked.
pub fn copy(text: &str, then: impl Fn(bool) + 'static) {
    let clipboard = window().map(|window| window.navigator().clipboard());
    // Pages that are not served securely have no clipboard, whatever its type says.
    let Some(clipboard) = clipboard.filter(|clipboard| clipboard.is_object()) else {
        return then(false);
    };
    // The browser says nothing about what it wrote, and an error about what it did not.
    let done = Closure::<dyn FnMut(JsValue)>::new(move |answer: JsValue| then(answer.is_undefined()));
    let _ = clipboard.write_text(text).then2(&done, &done);
    done.forget();
}

/// Hands a file to the user.
pub fn download(name: &str, kind: &str, bytes: &[u8]) {
    let save = || -> Result<(), JsValue> {
        let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
        let properties = BlobPropertyBag::new();
        properties.set_type(kind);
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &properties)?;
        let url = Url::create_object_url_with_blob(&blob)?;
        if let Some(anchor) = document().and_then(|document| document.create_element("a").ok()) {
            let anchor: HtmlAnchorElement = anchor.unchecked_into();
            anchor.set_href(&url);
            anchor.set_download(name);
            anchor.click();
        }
        // Long enough for the browser to have taken it.
        after(10_000, move || {
            let _ = Url::revoke_object_url(&url);
        });
        Ok(())
    };
    let _ = save();
}
