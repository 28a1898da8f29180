//! The entry point of the project module in the browser.

fn main() {
    dunnage::ui::project::run();
}
