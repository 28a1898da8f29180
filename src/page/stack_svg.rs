//! The stack as a picture: where everything stands, and the SVG of it.
//!
//! Services stand in rows below whoever waits for them, each inside the networks that it is in: those of the first
//! network only on top, those of both in the middle, those of the last one only below, so that every network is one
//! rectangle. Arrows to one service share a line: a track between the rows collects them, and waypoints lead it past
//! the rows between. The same stack gives the same picture.
//!
//! The page's first load does without this module.

use std::fmt::Write as _;

use crate::messages::{Message, msg, plural};
use crate::plan::stack::{Condition, Service, Stack};

/// How a picture is written.
#[derive(Clone)]
#[allow(missing_debug_implementations, reason = "it holds a function")]
pub struct Look<'a> {
    /// A file of its own, which brings its style along and follows the reader's light or dark scheme. Otherwise the
    /// page's style sheet has [`STYLE`], and services can be reached by keyboard.
    pub standalone: bool,
    /// Names of services to mark as changed.
    pub changed: &'a [&'static str],
    /// What the stack is called.
    pub title: &'a str,
    /// Says a word of the picture in the reader's language. Names of services, networks and profiles stay as they are.
    pub say: &'a dyn Fn(Message) -> String,
}

/// Where everything stands, in pixels from the upper left corner.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// Width of the picture.
    pub width: f64,
    /// Height of the picture.
    pub height: f64,
    /// The services' boxes, in the order of the stack.
    pub boxes: Vec<Box>,
    /// The networks' rectangles, in the order of the stack.
    pub networks: Vec<Area>,
    /// One for each service that another one waits for.
    pub arrows: Vec<Arrow>,
}

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// A service's box.
#[derive(Debug, Clone, PartialEq)]
pub struct Box {
    /// Name of the service.
    pub service: &'static str,
    /// Where it stands.
    pub area: Area,
    /// The lines below its name.
    pub rows: Vec<BoxLine>,
}

/// A line of a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxLine {
    /// What the line is about.
    pub kind: BoxLineKind,
    /// Its text, short enough for the box.
    pub text: Message,
}

/// What a line of a box is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BoxLineKind {
    /// The image.
    Image,
    /// A published port.
    Port,
    /// A volume.
    Volume,
    /// How many secrets there are.
    Secrets,
}

/// An arrow from whoever waits to what is waited for.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrow {
    /// Who waits.
    pub from: &'static str,
    /// What is waited for.
    pub to: &'static str,
    /// Until what.
    pub condition: Condition,
    /// Number of the line that it shares with the other arrows to the same place.
    pub line: usize,
    /// Corners of the line, from the lower edge of one box to the upper edge of the other.
    pub points: Vec<(f64, f64)>,
}

// Measures in pixels. Text is set in these widths per character whatever the font, so that none overflows.
const BOX: f64 = 212.0;
const PADDING: f64 = 14.0;
const ICON: f64 = 17.0;
const TITLE: f64 = 30.0;
const ROW: f64 = 18.0;
const CHARACTER: f64 = 6.6;
/// Between boxes of a row.
const GAP: f64 = 30.0;
const WAYPOINT: f64 = 20.0;
/// Above the first and below the last track between two rows; below, there is room for what the arrow says.
const ABOVE: f64 = 24.0;
const BELOW: f64 = 38.0;
const TRACK: f64 = 13.0;
/// Around the boxes of a network, and the room for its name.
const INSET: f64 = 24.0;
const NAME: f64 = 34.0;
const CORNER: f64 = 6.0;

/// Colours that the style sheet has for lines.
const LINES: usize = 5;

/// Characters that fit into a line of a box.
const FITS: usize = 25;

/// Something that takes a place in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    /// The service of that index.
    Box(usize),
    /// The waypoint of the edge of that index.
    Waypoint(usize),
}

/// All arrows to one service that say the same.
#[derive(Debug)]
struct Hyperedge {
    to: usize,
    condition: Condition,
    from: Vec<usize>,
}

/// Lays a stack out.
pub fn layout(stack: &Stack) -> Layout {
    let levels = levels(stack);
    let edges = edges(stack);
    let mut grid: Vec<Vec<Item>> = vec![Vec::new(); levels.iter().max().map_or(0, |last| last + 1)];
    for (service, level) in levels.iter().enumerate() {
        grid[*level].push(Item::Box(service));
    }
    for (index, edge) in edges.iter().enumerate() {
        let top = edge.from.iter().map(|from| levels[*from]).min().unwrap_or(0);
        for row in &mut grid[top + 1..levels[edge.to].max(top + 1)] {
            row.push(Item::Waypoint(index));
        }
    }
    arrange(&mut grid, &edges, &levels);
    place(stack, &grid, &edges, &levels)
}

/// The row of each service: below all that wait for it, and by the networks that it is in.
fn levels(stack: &Stack) -> Vec<usize> {
    let zone = |service: &Service| {
        let first = stack.networks.first().is_some_and(|network| service.networks.contains(&network.name));
        let last = stack.networks.last().is_some_and(|network| service.networks.contains(&network.name));
        if stack.networks.len() < 2 { 0 } else { usize::from(last) + usize::from(!first) }
    };
    let index = |name: &str| stack.services.iter().position(|service| service.name == name);
    let count = stack.services.len();
    let mut levels = vec![0; count];
    let mut start = 0;
    for zone_number in 0..3 {
        let members: Vec<usize> = (0..count).filter(|one| zone(&stack.services[*one]) == zone_number).collect();
        for member in &members {
            levels[*member] = start;
        }
        // Nobody waits for himself, so that as many rounds as there are services are enough.
        for _ in 0..count {
            for member in &members {
                for need in &stack.services[*member].needs {
                    if let Some(needed) = index(need.service)
                        && members.contains(&needed)
                    {
                        levels[needed] = levels[needed].max(levels[*member] + 1);
                    }
                }
            }
        }
        start = members.iter().map(|member| levels[*member] + 1).max().unwrap_or(start);
    }
    levels
}

fn edges(stack: &Stack) -> Vec<Hyperedge> {
    let mut edges: Vec<Hyperedge> = Vec::new();
    for (from, service) in stack.services.iter().enumerate() {
        for need in &service.needs {
            let Some(to) = stack.services.iter().position(|other| other.name == need.service) else { continue };
            match edges.iter_mut().find(|edge| edge.to == to && edge.condition == need.condition) {
                Some(edge) => edge.from.push(from),
                None => edges.push(Hyperedge { to, condition: need.condition, from: vec![from] }),
            }
        }
    }
    edges
}

/// The items of the rows that an edge joins between a row and the next: those above, and the one below.
fn joints(edge_index: usize, edge: &Hyperedge, levels: &[usize], row: usize) -> (Vec<Item>, Option<Item>) {
    let top = edge.from.iter().map(|from| levels[*from]).min().unwrap_or(0);
    if row < top || row >= levels[edge.to] {
        return (Vec::new(), None);
    }
    let mut above: Vec<Item> =
        edge.from.iter().filter(|from| levels[**from] == row).map(|from| Item::Box(*from)).collect();
    if row > top {
        above.push(Item::Waypoint(edge_index));
    }
    let below = if row + 1 == levels[edge.to] { Item::Box(edge.to) } else { Item::Waypoint(edge_index) };
    (above, Some(below))
}

fn width(item: Item) -> f64 {
    match item {
        Item::Box(_) => BOX,
        Item::Waypoint(_) => WAYPOINT,
    }
}

/// Middles of a row's items, with the middle of the row at 0.
fn middles(row: &[Item]) -> Vec<f64> {
    let whole: f64 = row.iter().map(|item| width(*item) + GAP).sum::<f64>() - GAP;
    let mut x = -whole / 2.0;
    row.iter()
        .map(|item| {
            let middle = x + width(*item) / 2.0;
            x += width(*item) + GAP;
            middle
        })
        .collect()
}

/// Orders the items of each row so that lines are short and seldom cross.
fn arrange(grid: &mut [Vec<Item>], edges: &[Hyperedge], levels: &[usize]) {
    for _ in 0..4 {
        for row in 0..grid.len() {
            // Few enough to try every order; rows that are longer are left as they are.
            if grid[row].len() > 7 {
                continue;
            }
            let mut best = (cost(grid, edges, levels, row), grid[row].clone());
            for order in orders(&grid[row]) {
                grid[row] = order;
                let found = cost(grid, edges, levels, row);
                if found < best.0 - 1e-6 {
                    best = (found, grid[row].clone());
                }
            }
            grid[row] = best.1;
        }
    }
}

fn orders(items: &[Item]) -> Vec<Vec<Item>> {
    let Some((first, rest)) = items.split_first() else { return vec![Vec::new()] };
    let mut all = Vec::new();
    for order in orders(rest) {
        for place in 0..=order.len() {
            let mut longer = order.clone();
            longer.insert(place, *first);
            all.push(longer);
        }
    }
    all
}

/// How long the lines next to a row are, and how often they cross.
fn cost(grid: &[Vec<Item>], edges: &[Hyperedge], levels: &[usize], row: usize) -> f64 {
    let mut cost = 0.0;
    for upper in row.saturating_sub(1)..(row + 1).min(grid.len().saturating_sub(1)) {
        let (above, below) = (middles(&grid[upper]), middles(&grid[upper + 1]));
        let at = |row: &[Item], middles: &[f64], item: Item| {
            row.iter().position(|other| *other == item).map_or(0.0, |index| middles[index])
        };
        let mut lines: Vec<(usize, f64, f64)> = Vec::new();
        for (index, edge) in edges.iter().enumerate() {
            let (from, Some(to)) = joints(index, edge, levels, upper) else { continue };
            let to = at(&grid[upper + 1], &below, to);
            lines.extend(from.into_iter().map(|from| (index, at(&grid[upper], &above, from), to)));
        }
        for (place, (edge, from, to)) in lines.iter().enumerate() {
            cost += (from - to).abs();
            for (other_edge, other_from, other_to) in &lines[..place] {
                if edge != other_edge && (from - other_from) * (to - other_to) < 0.0 {
                    cost += 60.0;
                }
            }
        }
    }
    cost
}

/// A line between two rows that collects what goes to one place.
struct Track {
    edge: usize,
    /// Where lines come from above: who, or `None` for a waypoint; and at which x.
    above: Vec<(Option<usize>, f64)>,
    below: f64,
    y: f64,
}

fn place(stack: &Stack, grid: &[Vec<Item>], edges: &[Hyperedge], levels: &[usize]) -> Layout {
    let rows: Vec<Vec<BoxLine>> = stack.services.iter().map(box_lines).collect();
    #[allow(clippy::cast_precision_loss, reason = "a handful")]
    let height = |service: usize| TITLE + rows[service].len() as f64 * ROW + 10.0;
    let row_middles: Vec<Vec<f64>> = grid.iter().map(|row| middles(row)).collect();
    let half = grid.iter().map(|row| row.iter().map(|item| width(*item) + GAP).sum::<f64>() - GAP).fold(0.0, f64::max)
        / 2.0
        + INSET * 2.0;
    let x_of = |row: usize, item: Item| {
        let place = grid[row].iter().position(|other| *other == item);
        place.map_or(0.0, |place| half + row_middles[row][place])
    };

    let mut boxes: Vec<Option<Box>> = vec![None; stack.services.len()];
    let mut tracks: Vec<Vec<Track>> = Vec::new();
    let mut y = INSET + NAME;
    for (row, items) in grid.iter().enumerate() {
        let mut tallest = 0.0_f64;
        for item in items {
            if let Item::Box(service) = *item {
                let area = Area { x: x_of(row, *item) - BOX / 2.0, y, width: BOX, height: height(service) };
                tallest = tallest.max(area.height);
                boxes[service] = Some(Box { service: stack.services[service].name, area, rows: rows[service].clone() });
            }
        }
        let bottom = y + tallest;
        // Boxes of a row end on one line, so that no line has to find its way between them.
        for item in items {
            if let Item::Box(service) = *item
                && let Some(found) = &mut boxes[service]
            {
                found.area.height = tallest;
            }
        }
        let mut here = channel(row, edges, levels, &x_of);
        #[allow(clippy::cast_precision_loss, reason = "a handful")]
        for (number, track) in here.iter_mut().enumerate() {
            track.y = bottom + ABOVE + number as f64 * TRACK;
        }
        let last = here.last().map_or(bottom + ABOVE, |track| track.y);
        tracks.push(here);
        y = last + BELOW;
    }
    let boxes: Vec<Box> = boxes.into_iter().flatten().collect();
    let bottom_of = |row: usize| {
        let in_row = boxes.iter().zip(levels).filter(|(_, level)| **level == row);
        in_row.map(|(found, _)| found.area.y + found.area.height).fold(0.0, f64::max)
    };

    // A rectangle per network, around the rows of its members.
    let networks: Vec<Area> = (0..)
        .zip(&stack.networks)
        .map(|(index, network)| {
            let members =
                (stack.services.iter().zip(levels)).filter(|(service, _)| service.networks.contains(&network.name));
            let (first, last) =
                members.fold((usize::MAX, 0), |(first, last), (_, level)| (first.min(*level), last.max(*level)));
            let top =
                boxes.iter().zip(levels).find(|(_, level)| **level == first).map_or(0.0, |(found, _)| found.area.y);
            let bottom = bottom_of(last);
            // The name of the first stands above its boxes, that of another one below; the edges keep apart.
            let (above, below) = match (index, first) {
                (0, _) => (NAME, INSET / 2.0),
                (_, 0) => (NAME + INSET / 2.0, NAME),
                _ => (INSET + 6.0, NAME),
            };
            let inset = if index == 0 { INSET } else { INSET / 2.0 };
            Area { x: inset, y: top - above, width: 2.0 * (half - inset), height: bottom + below - (top - above) }
        })
        .collect();

    let arrows = arrows(stack, edges, levels, &tracks, &boxes);
    let height = networks.iter().map(|area| area.y + area.height).fold(0.0, f64::max) + INSET;
    Layout { width: 2.0 * half, height, boxes, networks, arrows }
}

/// The tracks between a row and the next, from the upper one to the lower one.
fn channel(row: usize, edges: &[Hyperedge], levels: &[usize], x_of: &impl Fn(usize, Item) -> f64) -> Vec<Track> {
    let mut tracks: Vec<Track> = Vec::new();
    for (index, edge) in edges.iter().enumerate() {
        let (above, Some(below)) = joints(index, edge, levels, row) else { continue };
        let above = above.iter().map(|item| match item {
            Item::Box(service) => (Some(*service), x_of(row, *item)),
            Item::Waypoint(_) => (None, x_of(row, *item)),
        });
        tracks.push(Track { edge: index, above: above.collect(), below: x_of(row + 1, below), y: 0.0 });
    }
    // Several lines that leave one box, or reach one, leave and reach it beside each other.
    let targets: Vec<f64> = tracks.iter().map(|track| track.below).collect();
    for (service, level) in levels.iter().enumerate() {
        let mut leaving: Vec<usize> = (0..tracks.len())
            .filter(|track| tracks[*track].above.iter().any(|(from, _)| *from == Some(service)))
            .collect();
        leaving.sort_by(|a, b| targets[*a].total_cmp(&targets[*b]));
        spread(&leaving, |track, offset| {
            for (from, x) in &mut tracks[track].above {
                if *from == Some(service) {
                    *x += offset;
                }
            }
        });
        let mut arriving: Vec<usize> =
            (0..tracks.len()).filter(|track| edges[tracks[*track].edge].to == service && *level == row + 1).collect();
        arriving.sort_by(|a, b| tracks[*a].above[0].1.total_cmp(&tracks[*b].above[0].1));
        spread(&arriving, |track, offset| tracks[track].below += offset);
    }
    // A single line that reaches a box almost straight comes down straight.
    for track in &mut tracks {
        let straight = edges[track.edge].to;
        if let [(_, x)] = track.above[..]
            && levels[straight] == row + 1
            && (x - track.below).abs() < 40.0
        {
            track.below = x;
        }
    }
    // A line that comes down where another one goes on would lie on it: it is moved aside.
    for track in 0..tracks.len() {
        let taken: Vec<f64> =
            tracks.iter().filter(|other| other.edge != tracks[track].edge).map(|other| other.below).collect();
        for (from, x) in &mut tracks[track].above {
            while from.is_some() && taken.iter().any(|taken| (*taken - *x).abs() < 5.0) {
                *x += 7.0;
            }
        }
    }
    // The order in which the fewest lines cross: every pair is asked, and the best place taken one after the other.
    let mut order: Vec<Track> = Vec::new();
    for track in tracks {
        let crossings = |place: usize| -> usize {
            let (upper, lower) = order.split_at(place);
            upper.iter().map(|other| crossing(other, &track)).sum::<usize>()
                + lower.iter().map(|other| crossing(&track, other)).sum::<usize>()
        };
        let best = (0..=order.len()).min_by_key(|place| crossings(*place)).unwrap_or(0);
        order.insert(best, track);
    }
    order
}

/// How often two tracks cross while the first lies above the second.
fn crossing(upper: &Track, lower: &Track) -> usize {
    let span = |track: &Track| {
        track
            .above
            .iter()
            .map(|(_, x)| *x)
            .chain([track.below])
            .fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(x), high.max(x)))
    };
    let within = |(low, high): (f64, f64), x: f64| low < x && x < high;
    // What comes down to the lower one crosses the upper track, and what leaves the upper one crosses the lower track.
    lower.above.iter().filter(|(_, x)| within(span(upper), *x)).count() + usize::from(within(span(lower), upper.below))
}

/// Calls for each item with how far it is from the middle, so that all stand beside each other.
fn spread(items: &[usize], mut shift: impl FnMut(usize, f64)) {
    #[allow(clippy::cast_precision_loss, reason = "a handful")]
    for (place, item) in items.iter().enumerate() {
        shift(*item, (place as f64 - (items.len() as f64 - 1.0) / 2.0) * 22.0);
    }
}

fn arrows(stack: &Stack, edges: &[Hyperedge], levels: &[usize], tracks: &[Vec<Track>], boxes: &[Box]) -> Vec<Arrow> {
    let mut arrows = Vec::new();
    for (index, edge) in edges.iter().enumerate() {
        for from in &edge.from {
            let area = boxes[*from].area;
            let mut points = Vec::new();
            let mut arrives = 0.0;
            for (row, tracks) in tracks.iter().enumerate().take(levels[edge.to]).skip(levels[*from]) {
                let Some(track) = tracks.iter().find(|track| track.edge == index) else { continue };
                let who = (row == levels[*from]).then_some(*from);
                let x = track.above.iter().find(|(item, _)| *item == who).map_or(track.below, |(_, x)| *x);
                if row == levels[*from] {
                    points.push((x, area.y + area.height));
                }
                points.extend([(x, track.y), (track.below, track.y)]);
                arrives = track.below;
            }
            points.push((arrives, boxes[edge.to].area.y));
            points.dedup_by(|a, b| (a.0 - b.0).abs() < 0.1 && (a.1 - b.1).abs() < 0.1);
            arrows.push(Arrow {
                from: stack.services[*from].name,
                to: stack.services[edge.to].name,
                condition: edge.condition,
                line: index,
                points,
            });
        }
    }
    arrows
}

/// The lines of a service's box, each short enough for it.
fn box_lines(service: &Service) -> Vec<BoxLine> {
    let mut rows: Vec<BoxLine> = Vec::new();
    let mut push = |kind: BoxLineKind, text: Message| rows.push(BoxLine { kind, text });
    for text in wrapped(&service.image.reference) {
        push(BoxLineKind::Image, Message::raw(text));
    }
    for port in &service.ports {
        let address = port.address.map(|address| format!("{address}:")).unwrap_or_default();
        push(BoxLineKind::Port, Message::raw(format!("{address}{} → {}", port.host, port.container)));
    }
    for mount in service.mounts.iter().filter(|mount| !mount.file) {
        push(BoxLineKind::Volume, Message::raw(mount.source));
    }
    if let Some(secrets) = plural(service.secrets.len(), "1 secret", "{0} secrets") {
        push(BoxLineKind::Secrets, secrets);
    }
    rows
}

/// A text in lines that fit into a box, broken after a slash, a hyphen or a colon where there is one.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest: Vec<char> = text.chars().collect();
    while rest.len() > FITS {
        let breaks = |mark: char| (1..FITS).rev().find(|end| rest[end - 1] == mark);
        let end = breaks('/').or_else(|| breaks(':')).or_else(|| breaks('-')).unwrap_or(FITS);
        lines.push(rest.drain(..end).collect());
    }
    lines.push(rest.into_iter().collect());
    lines
}

/// The picture's style, for a page that shows it. Colours follow the text colour and the scheme of the page.
pub const STYLE: &str = include_str!("../../styles/picture.css");

/// Writes the picture.
pub fn svg(stack: &Stack, look: &Look<'_>) -> String {
    let layout = layout(stack);
    let mut out = String::new();
    let (width, height) = (layout.width.ceil(), layout.height.ceil());
    let role = if look.standalone { "img" } else { "group" };
    // Writing into a String does not fail.
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"stack\" role=\"{role}\" aria-labelledby=\"stack-title stack-desc\" \
         viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n\
         <title id=\"stack-title\">{}</title>\n<desc id=\"stack-desc\">{}</desc>\n",
        escaped(look.title),
        escaped(&description(stack, look.say))
    );
    if look.standalone {
        let _ = writeln!(
            out,
            "<style>\n{STANDALONE}{STYLE}</style>\n<rect class=\"stack-ground\" width=\"100%\" height=\"100%\"/>"
        );
    }
    out.push_str(
        "<defs><marker id=\"stack-head\" viewBox=\"0 0 10 10\" refX=\"9.5\" refY=\"5\" markerWidth=\"9\" markerHeight=\"9\" \
         markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path class=\"stack-head\" d=\"M0 0.8 10 5 0 9.2Z\"/></marker></defs>\n",
    );
    for (index, (network, area)) in stack.networks.iter().zip(&layout.networks).enumerate() {
        let internal =
            if network.internal { [" · ", &escaped(&(look.say)(msg!("internal")))].concat() } else { String::new() };
        let word = escaped(&(look.say)(msg!("network")));
        let name = format!("{word} <tspan>{}</tspan>{internal}", network.name);
        let y = if index == 0 { area.y + 21.0 } else { area.y + area.height - 12.0 };
        let _ = writeln!(
            out,
            "<g class=\"stack-network stack-network-{}\"><rect {} rx=\"14\"/><text x=\"{}\" y=\"{}\">{name}</text></g>",
            network.name,
            rect(area),
            number(area.x + 16.0),
            number(y)
        );
    }
    for arrow in &layout.arrows {
        let _ = writeln!(
            out,
            "<path class=\"stack-arrow stack-line-{}\" data-from=\"{}\" data-to=\"{}\" d=\"{}\" marker-end=\"url(#stack-head)\"/>",
            arrow.line % LINES,
            arrow.from,
            arrow.to,
            rounded(&arrow.points)
        );
    }
    // One label per arrowhead, however many arrows share it.
    let mut said: Vec<(f64, f64)> = Vec::new();
    for arrow in &layout.arrows {
        let Some(&(x, y)) = arrow.points.last() else { continue };
        if !said.contains(&(x, y)) {
            said.push((x, y));
            let _ = writeln!(
                out,
                "<text class=\"stack-condition stack-line-{}\" x=\"{}\" y=\"{}\">{}</text>",
                arrow.line % LINES,
                number(x + 7.0),
                number(y - 9.0),
                escaped(&(look.say)(arrow.condition.label()))
            );
        }
    }
    for (service, found) in stack.services.iter().zip(&layout.boxes) {
        write_box(&mut out, service, found, look);
    }
    out.push_str("</svg>\n");
    out
}

/// What a picture of its own has besides: the colours of the page that it is not in.
const STANDALONE: &str = ":root { color-scheme: light dark; color: #1b1f24; color: CanvasText; }\n\
.stack { font-family: system-ui, sans-serif; }\n\
.stack-ground { fill: #fff; fill: Canvas; }\n";

fn write_box(out: &mut String, service: &Service, found: &Box, look: &Look<'_>) {
    let area = &found.area;
    let changed = look.changed.contains(&service.name);
    let profile = if service.activation.group().is_some() { " stack-profile" } else { "" };
    let _ = write!(
        out,
        "<g class=\"stack-service{profile}{}\" data-service=\"{}\"",
        if changed { " stack-changed" } else { "" },
        service.name
    );
    if !look.standalone {
        // Its name is what is written in it; the whole of it in words is the list's.
        out.push_str(" role=\"button\" tabindex=\"0\"");
    }
    let _ = write!(out, ">\n<rect {} rx=\"9\"/>\n", rect(area));
    if look.standalone {
        let _ = writeln!(out, "<title>{}</title>", escaped(&sentence(service, look.say)));
    }
    let (left, right) = (area.x + PADDING, area.x + area.width - PADDING);
    let _ = write!(
        out,
        "<text class=\"stack-name\" x=\"{}\" y=\"{}\">{}</text>",
        number(left),
        number(area.y + 22.0),
        service.name
    );
    if let Some(profile) = service.activation.group() {
        let _ = write!(
            out,
            "<text class=\"stack-tag\" x=\"{}\" y=\"{}\">{profile}</text>",
            number(right),
            number(area.y + 21.5)
        );
    }
    out.push('\n');
    let mut y = area.y + TITLE + 12.0;
    for row in &found.rows {
        let (class, icon) = match row.kind {
            BoxLineKind::Image => ("stack-image", None),
            BoxLineKind::Port => ("stack-port", Some("M4 2.5H1.5v6h6V6M5.8 1.3h3v3M8.6 1.5 4.5 5.6")),
            BoxLineKind::Volume => {
                ("stack-volume", Some("M1.5 2.5a3.5 1.6 0 0 1 7 0v5a3.5 1.6 0 0 1-7 0zM1.5 2.5a3.5 1.6 0 0 0 7 0"))
            }
            BoxLineKind::Secrets => ("stack-secrets", Some("M2 4.5h6v4.5h-6zM3.5 4.5v-1.5a1.5 1.5 0 0 1 3 0v1.5")),
        };
        let mut x = left;
        if let Some(icon) = icon {
            let _ = write!(
                out,
                "<path class=\"stack-icon {class}\" transform=\"translate({} {})\" d=\"{icon}\"/>",
                number(x),
                number(y - 9.0)
            );
            x += ICON;
        }
        let text = (look.say)(row.text.clone());
        #[allow(clippy::cast_precision_loss, reason = "a short text")]
        let length = text.chars().count() as f64 * CHARACTER;
        let _ = writeln!(
            out,
            "<text class=\"{class}\" x=\"{}\" y=\"{}\" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\">{}</text>",
            number(x),
            number(y),
            number(length),
            escaped(&text)
        );
        y += ROW;
    }
    out.push_str("</g>\n");
}

/// A piece of what is said of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// In the reader's language, or a sign.
    Text(String),
    /// As the files have it: a name, an image, a port.
    Name(String),
}

/// A service in words, for those who do not see the picture, without its name. `say` is that of [`Look`].
pub fn words(service: &Service, say: &dyn Fn(Message) -> String) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut add = |what: &Message, items: Vec<Vec<Piece>>| {
        for (number, item) in items.into_iter().enumerate() {
            pieces.push(Piece::Text(match number {
                0 if pieces.is_empty() => [&say(what.clone()), " "].concat(),
                0 => ["; ", &say(what.clone()), " "].concat(),
                _ => ", ".to_owned(),
            }));
            pieces.extend(item);
        }
    };
    let said = |text: &str, word: Message, end: &str| Piece::Text([text, &say(word), end].concat());
    let names = |names: &[&str]| names.iter().map(|name| vec![Piece::Name((*name).to_owned())]).collect();
    add(&msg!("image"), names(&[&service.image.reference]));
    add(&msg!("built from"), names(service.dockerfile.as_slice()));
    add(&msg!("profile"), names(service.activation.group().as_slice()));
    add(&msg!("in network"), names(&service.networks));
    let ports = service.ports.iter().map(|port| {
        let address = port.address.map(|address| [address, ":"].concat()).unwrap_or_default();
        let outside = Piece::Name(format!("{address}{}", port.host));
        let mut pieces = vec![Piece::Name(port.container.to_string()), said(" ", msg!("as"), " "), outside];
        pieces.extend(port.address.is_none().then(|| said(" ", msg!("on all addresses"), "")));
        pieces
    });
    add(&msg!("publishes"), ports.collect());
    let volumes: Vec<&str> = service.mounts.iter().filter(|mount| !mount.file).map(|mount| mount.source).collect();
    add(&msg!("keeps"), names(&volumes));
    add(&msg!("secrets"), names(&service.secrets));
    let needs = service.needs.iter();
    let needs = needs.map(|need| vec![Piece::Name(need.service.to_owned()), said(" (", need.condition.label(), ")")]);
    add(&msg!("waits for"), needs.collect());
    pieces
}

/// A service with its name, as one text.
fn sentence(service: &Service, say: &dyn Fn(Message) -> String) -> String {
    let pieces = words(service, say).into_iter().map(|piece| match piece {
        Piece::Text(text) | Piece::Name(text) => text,
    });
    format!("{}: {}.", service.name, pieces.collect::<String>())
}

fn description(stack: &Stack, say: &dyn Fn(Message) -> String) -> String {
    stack.services.iter().map(|service| sentence(service, say)).collect::<Vec<_>>().join(" ")
}

fn rect(area: &Area) -> String {
    format!(
        "x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"",
        number(area.x),
        number(area.y),
        number(area.width),
        number(area.height)
    )
}

/// A number with at most one decimal place.
fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// A line through points that turns in small curves.
fn rounded(points: &[(f64, f64)]) -> String {
    let mut path = String::new();
    for (index, &(x, y)) in points.iter().enumerate() {
        if index == 0 {
            let _ = write!(path, "M{} {}", number(x), number(y));
            continue;
        }
        let Some(&next) = points.get(index + 1) else {
            let _ = write!(path, "L{} {}", number(x), number(y));
            continue;
        };
        let before = points[index - 1];
        let toward = |(other_x, other_y): (f64, f64)| {
            let length = (other_x - x).hypot(other_y - y);
            let share = (CORNER / length.max(0.1)).min(0.5);
            (x + (other_x - x) * share, y + (other_y - y) * share)
        };
        let (start, end) = (toward(before), toward(next));
        let _ = write!(
            path,
            "L{} {}Q{} {} {} {}",
            number(start.0),
            number(start.1),
            number(x),
            number(y),
            number(end.0),
            number(end.1)
        );
    }
    path
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}
