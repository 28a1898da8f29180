//! Templates to Rust: each becomes a function that writes its text, so that the program carries no template engine.
//!
//! The template engine's own parser reads them, and with it come its rules for white space and precedence. What the
//! templates may use is little on purpose: plan fields, `if`, `for`, `include`, `set` and `macro` at the top, `~`, `+`,
//! `==`, `!=`, `in`, `and`, `or`, `not`, the inline `if`, `join`, and the filters of `src/text/quote.rs`. Anything else stops the
//! build, and so does a name that the plan does not have, because the compiler reads the result. `compiled::*` in `tests/it` shows
//! that what comes out is what the engine itself would have written.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::options::Options;
use minijinja::machinery::ast::{BinOpKind, CallArg, Expr, Filter, Macro, Stmt, UnaryOpKind};
use minijinja::machinery::parse;
use minijinja::syntax::SyntaxConfig;

type Written = Result<(), String>;

/// The filters that quote a text; their functions bear the same names.
const QUOTING: [&str; 8] = ["yaml", "compose", "sh", "py", "nginx", "docker", "env", "md"];

/// What became of a template.
pub(crate) struct Compiled {
    /// The body of a function that writes the template's text: `|plan: &Plan, out: &mut String| { … }`.
    pub(crate) code: String,
    /// The fields of the plan that it reads.
    pub(crate) reads: BTreeSet<String>,
}

/// Compiles a template. What it compares an option with has to be a value of that option.
///
/// Of a template with marks, the code marks the items of loops as well.
pub(crate) fn compile(
    name: &str,
    source: &str,
    parts: &Parts,
    options: &Options,
    marks: bool,
) -> Result<Compiled, String> {
    // The lines of a part are numbered after those of the template, and of the parts before it.
    let mut first = source.lines().count();
    let mut included = BTreeMap::new();
    for part in included_by(source) {
        let text = parts.get(part).ok_or_else(|| format!("{part}: no part"))?;
        included.insert(part, if marks { marked(text, first) } else { text.clone() });
        first += text.lines().count();
    }
    let source = if marks { marked(source, 0) } else { source.to_owned() };
    let template = parsed(name, &source)?;
    let included: BTreeMap<&str, Stmt<'_>> =
        included.iter().map(|(part, text)| Ok((*part, parsed(part, text)?))).collect::<Result<_, String>>()?;
    let mut writer = Writer { marks, included: Some(&included), options: Some(options), ..Writer::default() };
    writer.body(children(&template)?, true)?;
    writer.flush();
    Ok(Compiled { code: writer.code, reads: writer.reads.into_inner() })
}

/// The texts of parts that templates include, by name.
pub(crate) type Parts = BTreeMap<String, String>;

/// Names of the parts that a template includes, in order, each once.
fn included_by(source: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for name in source.split("{% include \"").skip(1).filter_map(|rest| rest.split('"').next()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn parsed<'a>(name: &'a str, source: &'a str) -> Result<Stmt<'a>, String> {
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()
        .map_err(|error| error.to_string())?;
    parse(source, name, syntax).map_err(|error| error.to_string())
}

/// The statements of a template.
fn children<'s, 'a>(template: &'s Stmt<'a>) -> Result<&'s [Stmt<'a>], String> {
    let Stmt::Template(template) = template else { return Err("no template".to_owned()) };
    Ok(&template.children)
}

/// The first of the characters that mark lines, and how many there are: a plane of Unicode that is for private use.
pub(crate) const FIRST_MARK: u32 = 0xF0000;
/// How many lines can be marked.
pub(crate) const MARK_COUNT: u32 = 0xFFFE;

/// A template with a mark at the beginning of each line of text, so that a line of the output tells where it came from.
///
/// A line that begins with a tag gets none, as the tag may take away the white space before it, and neither does one
/// that begins inside a tag.
///
/// Marks begin with that of the line `first`, counted from 0.
fn marked(source: &str, first: usize) -> String {
    let mut marked = String::with_capacity(source.len() * 2);
    let mut inside = false;
    for (number, line) in (0..MARK_COUNT).skip(first).zip(source.split_inclusive('\n')) {
        let tag = ["{%", "{#", "{{-"].iter().any(|tag| line.trim_start().starts_with(tag));
        if !inside && !tag {
            marked.extend(char::from_u32(FIRST_MARK + number));
        }
        marked.push_str(line);
        let last = |tags: [&str; 3]| tags.iter().filter_map(|tag| line.rfind(tag)).max();
        match (last(["{%", "{{", "{#"]), last(["%}", "}}", "#}"])) {
            (Some(open), Some(close)) => inside = open > close,
            (Some(_), None) => inside = true,
            (None, Some(_)) => inside = false,
            (None, None) => {}
        }
    }
    marked
}

#[derive(Default)]
struct Writer<'a> {
    code: String,
    /// Text that is not written yet: neighbouring pieces become one.
    text: String,
    /// Items of loops are marked.
    marks: bool,
    /// The parts that may be included.
    included: Option<&'a BTreeMap<&'a str, Stmt<'a>>>,
    /// Names that stand for something else than a field of the plan.
    locals: Vec<&'a str>,
    /// What the options may be.
    options: Option<&'a Options>,
    /// Macros, each written out where it is called.
    macros: Vec<&'a Macro<'a>>,
    /// Fields of the plan that were read.
    reads: RefCell<BTreeSet<String>>,
}

impl<'a> Writer<'a> {
    fn push(&mut self, code: &str) {
        self.flush();
        self.code.push_str(code);
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            // Writing into a String does not fail.
            let _ = writeln!(self.code, "put(out, {:?});", self.text);
            self.text.clear();
        }
    }

    fn body(&mut self, statements: &'a [Stmt<'a>], top: bool) -> Written {
        for statement in statements {
            match statement {
                Stmt::EmitRaw(raw) => self.text.push_str(raw.raw),
                Stmt::EmitExpr(emit) => self.write(&emit.expr)?,
                Stmt::IfCond(choice) => {
                    let condition = self.condition(&choice.expr)?;
                    self.push(&format!("if {condition} {{\n"));
                    self.body(&choice.true_body, false)?;
                    if !choice.false_body.is_empty() {
                        self.push("} else {\n");
                        self.body(&choice.false_body, false)?;
                    }
                    self.push("}\n");
                }
                Stmt::ForLoop(each) => {
                    let Expr::Var(item) = &each.target else { return Err("for: one name".to_owned()) };
                    if each.filter_expr.is_some() || each.recursive || !each.else_body.is_empty() {
                        return Err("for: nothing but a list".to_owned());
                    }
                    let list = self.place(&each.iter)?;
                    self.push(&format!(
                        "for (index, {}) in {list}.iter().enumerate() {{\nlet last = index + 1 == {list}.len();\n",
                        item.id
                    ));
                    if self.marks {
                        self.push(&format!("enter(out, {}.key());\n", item.id));
                    }
                    self.locals.push(item.id);
                    self.body(&each.body, false)?;
                    self.locals.pop();
                    self.push(if self.marks { "leave(out);\n}\n" } else { "}\n" });
                }
                Stmt::Set(set) if top => {
                    let Expr::Var(name) = &set.target else { return Err("set: one name".to_owned()) };
                    if is_condition(&set.expr) {
                        let condition = self.condition(&set.expr)?;
                        self.push(&format!("let {} = {condition};\n", name.id));
                    } else {
                        let text = self.text_of(&set.expr)?;
                        self.push(&format!("let {} = {text};\n", name.id));
                    }
                    self.locals.push(name.id);
                }
                Stmt::Include(include) => {
                    let Expr::Const(name) = &include.name else { return Err("include: a name".to_owned()) };
                    let part = name.value.as_str().and_then(|name| self.included?.get(name));
                    self.body(children(part.ok_or("include: no such part")?)?, false)?;
                }
                Stmt::Macro(definition) if top => self.macros.push(definition),
                _ => return Err("a statement that templates here do without".to_owned()),
            }
        }
        Ok(())
    }

    /// Writes an expression's text to `out`.
    fn write(&mut self, expr: &Expr<'a>) -> Written {
        match expr {
            Expr::Const(constant) => {
                let _ = write!(self.text, "{}", constant.value);
            }
            Expr::BinOp(op) if matches!(op.op, BinOpKind::Concat) => {
                self.write(&op.left)?;
                self.write(&op.right)?;
            }
            Expr::BinOp(op) if matches!(op.op, BinOpKind::Add) => {
                let Expr::Const(number) = &op.right else { return Err("+: a name and a number".to_owned()) };
                let number = number.value.as_usize().ok_or("+: a name and a number")?;
                let place = self.place(&op.left)?;
                self.push(&format!("({place} + {number}).write(out);\n"));
            }
            Expr::IfExpr(choice) => {
                let Some(other) = &choice.false_expr else { return Err("if without else".to_owned()) };
                let condition = self.condition(&choice.test_expr)?;
                self.push(&format!("if {condition} {{\n"));
                self.write(&choice.true_expr)?;
                self.push("} else {\n");
                self.write(other)?;
                self.push("}\n");
            }
            Expr::Filter(filter) if filter.name == "join" => {
                let list = self.place(filtered(filter)?)?;
                let [CallArg::Pos(Expr::Const(separator))] = filter.args.as_slice() else {
                    return Err("join: one separator".to_owned());
                };
                let separator = separator.value.as_str().ok_or("join: a text")?;
                self.push(&format!("join(out, &{list}, {separator:?});\n"));
            }
            Expr::Filter(filter) if QUOTING.contains(&filter.name) && filter.args.is_empty() => {
                self.push("{\nlet start = out.len();\n");
                self.write(filtered(filter)?)?;
                self.push(&format!("quoted(out, start, quote::{});\n}}\n", filter.name));
            }
            Expr::Var(_) | Expr::GetAttr(_) => {
                let place = self.place(expr)?;
                self.push(&format!("{place}.write(out);\n"));
            }
            Expr::Call(call) => {
                let Expr::Var(name) = &call.expr else { return Err("a call of something without a name".to_owned()) };
                let known = self.macros.iter().find(|known| known.name == name.id);
                let known = *known.ok_or_else(|| format!("{}: no macro", name.id))?;
                if known.args.len() != call.args.len() || !known.defaults.is_empty() {
                    return Err(format!("{}: as many arguments as it has names", name.id));
                }
                self.push("{\n");
                let outside = self.locals.len();
                for (argument, value) in known.args.iter().zip(&call.args) {
                    let (Expr::Var(argument), CallArg::Pos(value)) = (argument, value) else {
                        return Err(format!("{}: arguments in their order", name.id));
                    };
                    let place = self.place(value)?;
                    self.push(&format!("let {} = &{place};\n", argument.id));
                    self.locals.push(argument.id);
                }
                self.body(&known.body, false)?;
                self.push("}\n");
                self.locals.truncate(outside);
            }
            _ => return Err(format!("{}: not for output", expr.description())),
        }
        Ok(())
    }

    /// An expression of type `String`.
    fn text_of(&self, expr: &Expr<'a>) -> Result<String, String> {
        let mut inner = Writer {
            locals: self.locals.clone(),
            options: self.options,
            macros: self.macros.clone(),
            ..Writer::default()
        };
        inner.write(expr)?;
        inner.flush();
        self.reads.borrow_mut().append(&mut inner.reads.borrow_mut());
        Ok(format!("{{\nlet mut text = String::new();\n{{\nlet out = &mut text;\n{}}}\ntext\n}}", inner.code))
    }

    /// An expression of type `bool`.
    fn condition(&self, expr: &Expr<'a>) -> Result<String, String> {
        match expr {
            Expr::UnaryOp(op) if matches!(op.op, UnaryOpKind::Not) => Ok(format!("!{}", self.condition(&op.expr)?)),
            Expr::BinOp(op) => match op.op {
                BinOpKind::ScAnd => Ok(format!("({} && {})", self.condition(&op.left)?, self.condition(&op.right)?)),
                BinOpKind::ScOr => Ok(format!("({} || {})", self.condition(&op.left)?, self.condition(&op.right)?)),
                BinOpKind::Eq => {
                    Ok(format!("({} == {})", self.asked(&op.left, &[&op.right])?, self.compared(&op.right)?))
                }
                BinOpKind::Ne => {
                    Ok(format!("({} != {})", self.asked(&op.left, &[&op.right])?, self.compared(&op.right)?))
                }
                BinOpKind::In => {
                    let Expr::List(list) = &op.right else { return Err("in: a list of texts".to_owned()) };
                    let items: Vec<String> = list.items.iter().map(literal).collect::<Result<_, _>>()?;
                    let place = self.asked(&op.left, &list.items.iter().collect::<Vec<_>>())?;
                    Ok(format!("matches!(&*{place}, {})", items.join(" | ")))
                }
                _ => Err("an operator that templates here do without".to_owned()),
            },
            Expr::Var(_) | Expr::GetAttr(_) => Ok(format!("{}.holds()", self.place(expr)?)),
            Expr::Filter(_) => Ok(format!("{}.holds()", self.text_of(expr)?)),
            _ => Err(format!("{}: no condition", expr.description())),
        }
    }

    /// What is compared with literals: a value, or the id of an option, which has to have all those values.
    fn asked(&self, expr: &Expr<'a>, literals: &[&Expr<'a>]) -> Result<String, String> {
        let place = self.place(expr)?;
        let (Expr::Var(var), Some(options)) = (expr, self.options) else { return Ok(place) };
        if self.locals.contains(&var.id) || !options.has(var.id) {
            return Ok(place);
        }
        for literal in literals {
            if let Expr::Const(constant) = literal {
                options.check(var.id, constant.value.as_str().unwrap_or_default())?;
            }
        }
        Ok(format!("{place}.id()"))
    }

    /// What a value is compared with: a text, or another value.
    fn compared(&self, expr: &Expr<'a>) -> Result<String, String> {
        if matches!(expr, Expr::Const(_)) { literal(expr) } else { self.place(expr) }
    }

    /// Where a value is: a field of the plan, or of what a loop is at.
    fn place(&self, expr: &Expr<'a>) -> Result<String, String> {
        match expr {
            Expr::Var(var) if self.locals.contains(&var.id) => Ok(var.id.to_owned()),
            Expr::Var(var) => {
                self.reads.borrow_mut().insert(var.id.to_owned());
                Ok(format!("plan.{}", var.id))
            }
            Expr::GetAttr(attribute) => match &attribute.expr {
                Expr::Var(var) if var.id == "loop" && attribute.name == "last" => Ok("last".to_owned()),
                of => Ok(format!("{}.{}", self.place(of)?, attribute.name)),
            },
            _ => Err(format!("{}: not a name", expr.description())),
        }
    }
}

fn filtered<'e, 'a>(filter: &'e Filter<'a>) -> Result<&'e Expr<'a>, String> {
    filter.expr.as_ref().ok_or_else(|| "a filter of nothing".to_owned())
}

/// Whether an expression's value is a yes or no.
fn is_condition(expr: &Expr<'_>) -> bool {
    match expr {
        Expr::UnaryOp(op) => matches!(op.op, UnaryOpKind::Not),
        Expr::BinOp(op) => !matches!(op.op, BinOpKind::Concat),
        _ => false,
    }
}

fn literal(expr: &Expr<'_>) -> Result<String, String> {
    let Expr::Const(constant) = expr else { return Err(format!("{}: no text to compare with", expr.description())) };
    constant.value.as_str().map(|text| format!("{text:?}")).ok_or_else(|| "only texts are compared".to_owned())
}
