//! The entry point of the wizard's third module in the browser.

fn main() {
    dunnage::ui::views::run();
}
