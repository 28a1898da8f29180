//! The entry point of the wizard's second module in the browser.

fn main() {
    dunnage::ui::project::run();
}
