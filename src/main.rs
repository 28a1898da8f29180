//! The wizard's entry point in the browser.

fn main() {
    dunnage::ui::wizard::run();
}
