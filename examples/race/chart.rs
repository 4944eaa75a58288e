//! The chart: what is stored in a second, and what is lost, by threads.

use std::io;

use indicatif::HumanCount;
use plotters::coord::Shift;
use plotters::drawing::DrawingAreaErrorKind;
use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::cell::Cell;
use crate::common::failure::{Context, Result};
use crate::report::Setting;
use crate::ways::Way;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = std::result::Result<(), DrawingAreaErrorKind<io::Error>>;

const SIZE: (u32, u32) = (960, 430);
const FONT: &str = "sans-serif";

/// The chart as SVG.
pub(crate) fn svg(setting: &Setting, cells: &[Cell]) -> Result<String> {
    let mut svg = String::new();
    draw(&mut svg, setting, cells).context("cannot draw the chart")?;
    Ok(svg)
}

fn draw(svg: &mut String, setting: &Setting, cells: &[Cell]) -> Drawn {
    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let (head, panels) = root.split_vertically(84);
    let title = (FONT, 20).into_font().style(FontStyle::Bold).color(&BLACK);
    let title = title.pos(Pos::new(HPos::Left, VPos::Center));
    head.draw_text(
        &format!("{}: three ways to count", setting.version),
        &title,
        (20, 22),
    )?;
    head.draw_text(&setting.conditions(), &text(14), (20, 44))?;
    legend(&head, setting)?;

    let (left, right) = panels.split_horizontally(SIZE.0 / 2);
    panel(
        &left,
        cells,
        &Panel {
            y: "increments stored per second",
            value: Cell::per_second,
            label: |y| HumanCount(y.round() as u64).to_string(),
            least: 10.0,
        },
    )?;
    panel(
        &right,
        cells,
        &Panel {
            y: "increments lost, % of the acknowledged",
            value: Cell::percent_lost,
            label: |y| format!("{y:.0}"),
            least: 100.0,
        },
    )?;
    root.present()?;
    Ok(())
}

struct Panel {
    y: &'static str,
    value: fn(&Cell) -> f64,
    label: fn(f64) -> String,
    /// The axis reaches at least so far.
    least: f64,
}

fn panel(area: &Area<'_>, cells: &[Cell], panel: &Panel) -> Drawn {
    // The numbers of threads double, and each is a step to the right, of four units.
    let mut threads: Vec<_> = cells.iter().map(|cell| cell.threads).collect();
    threads.dedup();
    let steps: Vec<_> = (0..).step_by(4).take(threads.len()).collect();
    let x = (-1..4 * threads.len() as i32 - 3).with_key_points(steps.clone());
    // A little below zero, for the marks that lie on it.
    let top = cells.iter().map(panel.value).fold(panel.least, f64::max) * 1.08;
    let y = -top * 0.04..top;
    let mut chart = ChartBuilder::on(area)
        .margin(14)
        .margin_right(24)
        .x_label_area_size(44)
        .y_label_area_size(82)
        .build_cartesian_2d(x, y)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(BLACK.mix(0.15))
        .x_desc("threads, with a connection each")
        .y_desc(panel.y)
        .x_label_formatter(&|step| {
            threads
                .get(*step as usize / 4)
                .map_or_else(String::new, usize::to_string)
        })
        .y_label_formatter(&|y| (panel.label)(*y))
        .label_style((FONT, 14))
        .axis_desc_style((FONT, 14))
        .draw()?;
    for way in Way::ALL {
        let values = cells.iter().filter(|cell| cell.way == way).map(panel.value);
        let points: Vec<_> = steps.iter().copied().zip(values).collect();
        let (dash, gap) = dashes(way);
        chart.draw_series(DashedLineSeries::new(
            points.clone(),
            dash,
            gap,
            color(way).stroke_width(2),
        ))?;
        chart.draw_series(points.into_iter().map(|point| mark(way, point)))?;
    }
    Ok(())
}

fn legend(area: &Area<'_>, setting: &Setting) -> Drawn {
    for (way, x) in Way::ALL.into_iter().zip([20, 220, 420]) {
        let (dash, gap) = dashes(way);
        let line = [(x, 70), (x + 48, 70)];
        area.draw(&DashedPathElement::new(
            line,
            dash,
            gap,
            color(way).stroke_width(2),
        ))?;
        area.draw(&mark(way, (x + 24, 70)))?;
        area.draw_text(setting.name(way), &text(14), (x + 56, 70))?;
    }
    Ok(())
}

fn text(size: i32) -> TextStyle<'static> {
    let anchor = Pos::new(HPos::Left, VPos::Center);
    (FONT, size).into_font().color(&BLACK).pos(anchor)
}

/// Colours that the colour-blind can tell apart (Okabe and Ito's); dashes and marks say the same
/// without them.
fn color(way: Way) -> RGBColor {
    match way {
        Way::ReadThenWrite => RGBColor(213, 94, 0),
        Way::RowLock => RGBColor(0, 158, 115),
        Way::Upsert => RGBColor(0, 114, 178),
    }
}

/// Pixels drawn, and left out.
fn dashes(way: Way) -> (u32, u32) {
    match way {
        Way::ReadThenWrite => (2, 6),
        Way::RowLock => (12, 8),
        Way::Upsert => (1000, 0),
    }
}

/// A cross, a ring and a disc, which can be told apart even on top of each other.
fn mark<'a, Coord: Clone + 'static>(
    way: Way,
    at: Coord,
) -> DynElement<'static, SVGBackend<'a>, Coord> {
    let color = color(way);
    match way {
        Way::ReadThenWrite => Cross::new(at, 7, color.stroke_width(2)).into_dyn(),
        Way::RowLock => Circle::new(at, 7, color.stroke_width(2)).into_dyn(),
        Way::Upsert => Circle::new(at, 4, color.filled()).into_dyn(),
    }
}
