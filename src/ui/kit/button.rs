//! Buttons with a picture, and pictures.

use crate::messages::Message;
use crate::ui::kit::dom::{El, el_class};

/// A picture from the sprite in `index.html`.
pub fn icon(name: &'static str) -> El {
    el_class("span", "icon").html(move || ["<svg aria-hidden=true><use href=\"#i-", name, "\"></use></svg>"].concat())
}

/// A button with a picture and a name.
pub fn action(name: impl Into<Message>, picture: &'static str, class: &str, act: impl Fn() + 'static) -> El {
    el_class("button", &["button ", class].concat())
        .attr("type", "button")
        .on("click", move |_| act())
        .child(icon(picture))
        .child(el_class("span", "button__name").text(name))
}
