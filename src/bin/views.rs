//! The entry point of the views module in the browser.

fn main() {
    dunnage::ui::views::run();
}
