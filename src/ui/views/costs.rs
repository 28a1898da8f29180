//! What an option costs, and where to read on, below the reason in its field.

use crate::catalog::costs::cost_of;
use crate::messages::msg;
use crate::ui::kit::dom::el;
use crate::ui::views::bridge;

/// Fills the place that the field of an option holds ready.
pub(super) fn show(option: &str) {
    let (Some(cost), Some(place)) = (cost_of(option), bridge::place_of_cost(option)) else { return };
    let link = el("a")
        .attr("href", cost.url)
        .attr("rel", "noreferrer")
        .attr("target", "_blank")
        .attr("lang", "en")
        .raw(cost.source);
    let view = el("span")
        .child(el("strong").text(msg!("Cost:")))
        .raw(" ")
        .child(el("span").text(cost.text))
        .raw(" ")
        .child(el("span").text(msg!("Read more:")))
        .raw(" ")
        .child(link);
    leptos::mount::mount_to(place, || view.done()).forget();
}
