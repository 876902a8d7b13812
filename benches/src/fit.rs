//! By which power of the size something grows.

/// The slope of the line through the logarithms, by least squares. `None` for fewer than two sizes.
pub fn exponent(points: &[(f64, f64)]) -> Option<f64> {
    if points.len() < 2 {
        return None;
    }
    let logs: Vec<(f64, f64)> = points.iter().map(|(size, cost)| (size.ln(), cost.ln())).collect();
    let mean = |of: &dyn Fn(&(f64, f64)) -> f64| logs.iter().map(of).sum::<f64>() / logs.len() as f64;
    let (x, y) = (mean(&|log| log.0), mean(&|log| log.1));
    let rise: f64 = logs.iter().map(|log| (log.0 - x) * (log.1 - y)).sum();
    let run: f64 = logs.iter().map(|log| (log.0 - x).powi(2)).sum();
    Some(rise / run)
}

#[cfg(test)]
mod tests {
    use super::exponent;

    #[test]
    fn finds_the_power() {
        let points = |power: f64| [10.0, 100.0, 1000.0_f64].map(|size| (size, 3.0 * size.powf(power)));
        for power in [1.0, 1.15, 2.0] {
            let found = exponent(&points(power)).expect("three sizes");
            assert!((found - power).abs() < 1e-9, "{found} for {power}");
        }
        assert_eq!(exponent(&[(1.0, 1.0)]), None);
    }
}
