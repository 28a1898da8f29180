//! Guide.
use crate::plan::{ChecklistSection, ComparisonRow, Plan};
/// Comparison.
pub fn comparison(_plan: &Plan) -> Vec<ComparisonRow> {
    Vec::new()
}
/// Checklist.
pub fn checklist(_plan: &Plan) -> Vec<ChecklistSection> {
    Vec::new()
}
