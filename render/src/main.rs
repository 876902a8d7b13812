//! The command behind `cargo xtask render`: reads a scenario, runs it, writes a picture or a text of it.

use std::process::ExitCode;
use rollscope::picture::{self, Options};
use rollscope_engine::{Scenario, simulate};
use std::rc::Rc;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let text = std::fs::read_to_string(&args[0]).expect("file");
    let reading = Scenario::read(&text);
    let history = Rc::new(simulate(&reading.scenario));
    let step = match args[1].as_str() { "t" => rollscope::scene::telling::position(&history), n => n.parse().expect("n") };
    let theme = match args.get(3).map(String::as_str) { Some("dark") => picture::Theme::Dark, Some("light") => picture::Theme::Light, _ => picture::Theme::Auto };
    let options = Options { title: reading.title.clone(), theme, ..Options::default() };
    let is_film = args[2].contains("anim");
    let svg = if is_film { picture::animated(&history, step, &options) } else { picture::svg(&history, step, &options) };
    println!("{} steps {} bytes {}", args[0], history.len(), svg.len());
    std::fs::write(&args[2], svg).expect("w");
    ExitCode::SUCCESS
}
