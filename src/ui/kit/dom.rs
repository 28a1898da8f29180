//! Elements by name, all of one type.
//!
//! The views are written with these few methods rather than with `view!`, for one reason: size.
//! The macro gives every element, attribute and closure a type of its own, and the code that builds, updates and drops
//! it is compiled once per type; with one type for all of them the wizard's first load is 25 kB smaller, a tenth of it
//! (ARCHITECTURE.md has the figures). It is still Leptos that builds and updates: each [`El`] becomes an [`AnyView`].

use std::sync::{Arc, Mutex};

use leptos::ev::Custom;
use leptos::prelude::*;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::html::attribute::custom::custom_attribute;
use leptos::tachys::html::element::custom;
use leptos::tachys::html::event::on;
use leptos::tachys::html::property::prop;
use web_sys::Event;

use crate::messages::Message;
use crate::ui::kit::language::t;

/// An element that is being put together.
#[must_use]
pub struct El {
    tag: &'static str,
    attributes: Vec<AnyAttribute>,
    children: Vec<AnyView>,
}

/// An element of a tag.
pub const fn el(tag: &'static str) -> El {
    El { tag, attributes: Vec::new(), children: Vec::new() }
}

/// An element of a tag and a class.
pub fn el_class(tag: &'static str, class: &str) -> El {
    el(tag).attr("class", class)
}

/// A part of the page that is made anew whenever what it reads changes.
pub fn live(view: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let view: Arc<Mutex<dyn FnMut() -> AnyView + Send>> = Arc::new(Mutex::new(view));
    view.into_any()
}

/// `true` or `false`, as attributes of ARIA have it.
pub const fn truth(truth: bool) -> &'static str {
    if truth { "true" } else { "false" }
}

/// Nothing.
pub fn nothing() -> AnyView {
    String::new().into_any()
}

/// Does something now and again whenever what it reads changes.
pub fn watch(act: impl Fn() + 'static) {
    let act: Box<dyn Fn()> = Box::new(act);
    Effect::new(move |_| act());
}

impl El {
    fn with(mut self, attribute: AnyAttribute) -> Self {
        self.attributes.push(attribute);
        self
    }

    /// An attribute that stays as it is.
    pub fn attr(self, name: &'static str, value: &str) -> Self {
        self.with(custom_attribute(name, value.to_owned()).into_any_attr())
    }

    /// An attribute that people read, as `title` or `aria-label`, in the page's language.
    pub fn said(self, name: &'static str, message: impl Into<Message>) -> Self {
        self.attr(name, &t(message))
    }

    /// An attribute that follows what it reads; it is absent while there is no value.
    pub fn attr_live(
        self,
        name: &'static str,
        value: impl Fn() -> Option<&'static str> + Send + Sync + 'static,
    ) -> Self {
        let value: Arc<dyn Fn() -> Option<&'static str> + Send + Sync> = Arc::new(value);
        self.with(custom_attribute(name, value).into_any_attr())
    }

    /// An attribute that is there or not.
    pub fn flag(self, name: &'static str, there: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        self.attr_live(name, move || there().then_some(""))
    }

    /// An attribute that is `true` or `false`, as those of ARIA are.
    pub fn truth(self, name: &'static str, value: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        self.attr_live(name, move || Some(truth(value())))
    }

    /// A property that follows what it reads.
    pub fn prop(self, name: &'static str, value: impl Fn() -> String + Send + Sync + 'static) -> Self {
        let value: Arc<dyn Fn() -> String + Send + Sync> = Arc::new(value);
        self.with(prop(name, value).into_any_attr())
    }

    /// A property that is true or false; the browser makes that of a text that is empty or not.
    pub fn prop_flag(self, name: &'static str, value: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        self.prop(name, move || if value() { name.to_owned() } else { String::new() })
    }

    /// Markup of this program's own, in place of everything inside.
    pub fn html(self, markup: impl Fn() -> String + Send + Sync + 'static) -> Self {
        self.prop("innerHTML", markup)
    }

    /// A message inside that follows what it reads, in the page's language.
    pub fn text_live(self, text: impl Fn() -> Message + Send + 'static) -> Self {
        self.raw_live(move || t(text()))
    }

    /// A text inside that follows what it reads and is no message. The page is touched only where the text is another
    /// one.
    pub fn raw_live(self, text: impl Fn() -> String + Send + 'static) -> Self {
        let text: Arc<Mutex<dyn FnMut() -> String + Send>> = Arc::new(Mutex::new(text));
        self.view(text.into_any())
    }

    /// What happens on an event.
    pub fn on(self, name: &'static str, act: impl Fn(Event) + 'static) -> Self {
        let act: Box<dyn FnMut(Event)> = Box::new(act);
        self.with(on(Custom::<Event>::new(name), act).into_any_attr())
    }

    /// A message inside, in the page's language.
    pub fn text(self, message: impl Into<Message>) -> Self {
        self.raw(&t(message))
    }

    /// A text inside that is no message: a path, a name, code.
    pub fn raw(self, text: &str) -> Self {
        self.view(text.to_owned().into_any())
    }

    /// An element inside.
    pub fn child(self, child: Self) -> Self {
        self.view(child.done())
    }

    /// A view inside.
    pub fn view(mut self, view: AnyView) -> Self {
        self.children.push(view);
        self
    }

    /// Views inside, one after another.
    pub fn views(mut self, views: impl Iterator<Item = AnyView>) -> Self {
        self.children.extend(views);
        self
    }

    /// The finished view.
    pub fn done(self) -> AnyView {
        custom(self.tag).child(self.children).add_any_attr(self.attributes).into_any()
    }
}
