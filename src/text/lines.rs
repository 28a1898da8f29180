//! Which lines of a text are new since an earlier one.

/// Cells of the table that is still computed; above it (500 changed lines against 500) every line in between is new.
const MOST: usize = 250_000;

/// For each line of `after`: whether it is new or changed. Empty lines never are.
pub fn changed_lines(before: &str, after: &str) -> Vec<bool> {
    let old: Vec<&str> = before.lines().collect();
    let new: Vec<&str> = after.lines().collect();
    let mut changed: Vec<bool> = new.iter().map(|line| !line.trim().is_empty()).collect();
    for (_, index) in kept(&old, &new) {
        changed[index] = false;
    }
    changed
}

/// The entries of `after` that were in `before`, as pairs of places in both, in order.
///
/// What both begin and end with is taken first, so that one edit costs little; between them the longest common
/// subsequence decides.
pub fn kept<T: PartialEq>(before: &[T], after: &[T]) -> Vec<(usize, usize)> {
    let same = |(a, b): &(&T, &T)| a == b;
    let head = before.iter().zip(after).take_while(same).count();
    let tail = (before[head..].iter().rev()).zip(after[head..].iter().rev()).take_while(same).count();
    let old = &before[head..before.len() - tail];
    let new = &after[head..after.len() - tail];
    let mut pairs: Vec<(usize, usize)> = (0..head).map(|place| (place, place)).collect();
    if (old.len() + 1) * (new.len() + 1) <= MOST {
        let between = common(old.len(), new.len(), |a, b| old[a] == new[b]);
        pairs.extend(between.into_iter().map(|(a, b)| (head + a, head + b)));
    }
    pairs.extend((0..tail).map(|place| (before.len() - tail + place, after.len() - tail + place)));
    pairs
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
