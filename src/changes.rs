//! Which lines of a text are new since an earlier one.

/// Cells of the table that is still computed; above it (500 changed lines against 500) every line in between is new.
const MOST: usize = 250_000;

/// For each line of `after`: whether it is new or changed. Empty lines never are.
///
/// What both texts begin and end with is left out first, so that one edit costs little; between them the longest
/// common subsequence decides.
pub fn changed_lines(before: &str, after: &str) -> Vec<bool> {
    let old: Vec<&str> = before.lines().collect();
    let new: Vec<&str> = after.lines().collect();
    let same = |(a, b): &(&&str, &&str)| a == b;
    let head = old.iter().zip(&new).take_while(same).count();
    let tail = (old[head..].iter().rev()).zip(new[head..].iter().rev()).take_while(same).count();
    let mut changed = vec![false; new.len()];
    let (old, middle) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    for (place, line) in changed[head..].iter_mut().zip(middle) {
        *place = !line.trim().is_empty();
    }
    if (old.len() + 1) * (middle.len() + 1) <= MOST {
        for (_, index) in common(old.len(), middle.len(), |a, b| old[a] == middle[b]) {
            changed[head + index] = false;
        }
    }
    changed
}

/// The longest common subsequence of two lists of the given lengths, as pairs of places in both; `same` compares.
///
/// Time and memory grow with the product of the lengths.
pub fn common(old: usize, new: usize, same: impl Fn(usize, usize) -> bool) -> Vec<(usize, usize)> {
    // Cell (row, column): length of the longest common subsequence of what follows there in both.
    let width = new + 1;
    let mut table = vec![0_u16; (old + 1) * width];
    for row in (0..old).rev() {
        for column in (0..new).rev() {
            table[row * width + column] = if same(row, column) {
                table[(row + 1) * width + column + 1] + 1
            } else {
                table[(row + 1) * width + column].max(table[row * width + column + 1])
            };
        }
    }
    let mut pairs = Vec::new();
    let (mut row, mut column) = (0, 0);
    while row < old && column < new {
        if same(row, column) {
            pairs.push((row, column));
            row += 1;
            column += 1;
        } else if table[(row + 1) * width + column] >= table[row * width + column + 1] {
            row += 1;
        } else {
            column += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &str, after: &str, marked: &[usize]) {
        let found: Vec<usize> = changed_lines(before, after)
            .iter()
            .enumerate()
            .filter_map(|(index, &changed)| changed.then_some(index + 1))
            .collect();
        assert_eq!(found, marked, "{before:?} -> {after:?}");
    }

    #[test]
    fn new_lines_are_found() {
        check("a\nb\nc\n", "a\nb\nc\n", &[]);
        check("a\nb\nc\n", "a\nx\nc\n", &[2]);
        check("a\nc\n", "a\nb\nc\n", &[2]);
        check("a\nb\nc\n", "a\nc\n", &[]);
        check("", "a\nb\n", &[1, 2]);
        check("a\nb\nc\nd\n", "x\nb\ny\nd\n", &[1, 3]);
        check("a\nb\n", "a\nb\na\nb\n", &[3, 4]);
        check("a\nb\nc\nrestart\nd\n", "restart\na\nb\nc\nd\n", &[1]);
    }

    #[test]
    fn an_empty_line_is_never_marked() {
        check("a\n", "a\n\nb\n", &[3]);
    }
}
