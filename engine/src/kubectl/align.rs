//! Columns: the two ways in which kubectl aligns text, the tables of `get` and the pairs of `describe` (spec: CTL-03).

/// The rows of a table of `get`: at least six letters and three spaces to the next column; the last is not padded.
/// `widths` are those of the rows before; they are remembered.
pub(super) fn table(rows: &[Vec<String>], widths: &mut Vec<usize>) -> Vec<String> {
    for row in rows {
        for (index, cell) in row.iter().enumerate().take(row.len().saturating_sub(1)) {
            if widths.len() <= index {
                widths.push(6);
            }
            widths[index] = widths[index].max(letters(cell) + 3);
        }
    }
    rows.iter()
        .map(|row| line(row.iter().map(String::as_str), widths))
        .collect()
}

/// The lines of a text in which tabs end cells: neighbouring lines that have a cell in a column share its width, two
/// spaces more than the longest. Upstream: Go's `text/tabwriter` with a padding of 2.
pub(super) fn tabs(text: &str) -> Vec<String> {
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split('\t').collect()).collect();
    let mut widths: Vec<Vec<usize>> = lines.iter().map(|cells| vec![0; cells.len() - 1]).collect();
    let columns = widths.iter().map(Vec::len).max().unwrap_or(0);
    for column in 0..columns {
        let mut first = 0;
        while first < lines.len() {
            let run = widths[first..].iter().take_while(|cells| cells.len() > column).count();
            let block = first..first + run;
            let width = lines[block.clone()]
                .iter()
                .map(|cells| letters(cells[column]) + 2)
                .max();
            widths[block]
                .iter_mut()
                .for_each(|cells| cells[column] = width.unwrap_or(0));
            first += run.max(1);
        }
    }
    let each = lines.iter().zip(&widths);
    each.map(|(cells, widths)| line(cells.iter().copied(), widths))
        .collect()
}

fn line<'a>(cells: impl ExactSizeIterator<Item = &'a str>, widths: &[usize]) -> String {
    let mut text = String::new();
    let last = cells.len().saturating_sub(1);
    for (index, cell) in cells.enumerate() {
        text += cell;
        let width = widths.get(index).copied().unwrap_or(0);
        if index < last {
            (letters(cell)..width).for_each(|_| text.push(' '));
        }
    }
    text
}

fn letters(cell: &str) -> usize {
    cell.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_pad_all_but_the_last_column() {
        let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let mut widths = Vec::new();
        let rows = [row(&["NAME", "READY", "AGE"]), row(&["web", "10/10", "5s"])];
        assert_eq!(table(&rows, &mut widths), ["NAME   READY   AGE", "web    10/10   5s"]);
        // A watch remembers the widths.
        assert_eq!(table(&[row(&["a", "b", "c"])], &mut widths), ["a      b       c"]);
    }

    #[test]
    fn pairs_are_aligned_block_by_block() {
        let text = "Name:\tweb\nLabels:\ta=b\n\tc=d\nPod Template:\n  Labels:\ta=b\nNone:\n";
        let expect = [
            "Name:    web",
            "Labels:  a=b",
            "         c=d",
            "Pod Template:",
            "  Labels:  a=b",
            "None:",
        ];
        assert_eq!(tabs(text), expect);
        assert_eq!(tabs("a\tbbbb\tc\nd\te\tf\n"), ["a  bbbb  c", "d  e     f"]);
        assert!(tabs("").is_empty());
    }
}
