//! What an option costs, and where to read on, below the reason in its field.

use crate::catalog::costs::ground_of;
use crate::messages::msg;
use crate::ui::kit::dom::el;
use crate::ui::views::bridge;

/// Fills the place that the field of an option holds ready.
pub(super) fn show(option: &str) {
    let (Some(ground), Some(place)) = (ground_of(option), bridge::place_of_ground(option)) else { return };
    let link = el("a")
        .attr("href", ground.url)
        .attr("rel", "noreferrer")
        .attr("target", "_blank")
        .attr("lang", "en")
        .raw(ground.source);
    let view = el("span")
        .child(el("strong").text(msg!("Cost:")))
        .raw(" ")
        .child(el("span").text(ground.cost))
        .raw(" ")
        .child(el("span").text(msg!("Read more:")))
        .raw(" ")
        .child(link);
    leptos::mount::mount_to(place, || view.done()).forget();
}
