//! What a Python module does, asked of Ruff's parser: what it imports, calls and sets. A word in a comment or in a text
//! is no answer.

use std::collections::BTreeSet;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_python_parser::{Mode, ParseOptions, Parsed, parse_unchecked};

use crate::catalog::yaml::nested_too_deeply;

/// Largest module that is read, in bytes.
pub(super) const MAX_MODULE: usize = 1 << 20;

/// Most operators of a kind in a line that is read; Python itself stops at 100 levels of indentation and 200 brackets.
const MAX_DEPTH: usize = 200;

/// Why a module is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It has this many bytes.
    TooLong(usize),
    /// This line of it, counted from 1, is nested too deeply.
    TooDeep(usize),
}

/// The text of a literal.
pub(super) fn text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::StringLiteral(literal) => Some(literal.value.to_str()),
        _ => None,
    }
}

/// A module as far as it can be parsed; the parser goes on after a syntax error.
pub(super) fn parsed(text: &str) -> Result<Parsed<ast::Mod>, Refusal> {
    if text.len() > MAX_MODULE {
        return Err(Refusal::TooLong(text.len()));
    }
    match too_deep(text) {
        Some(line) => Err(Refusal::TooDeep(line)),
        None => Ok(parse_unchecked(text, ParseOptions::from(Mode::Module))),
    }
}

/// The statements of a module.
pub(super) fn statements(parsed: &Parsed<ast::Mod>) -> &[Stmt] {
    match parsed.syntax() {
        ast::Mod::Module(module) => &module.body,
        ast::Mod::Expression(_) => &[],
    }
}

/// The first line that is nested more deeply than in any sensible module, counted generously: brackets that are open,
/// indentation, and the same operator again and again.
fn too_deep(text: &str) -> Option<usize> {
    const OPERATORS: [&str; 13] =
        ["not ", "lambda", "--", "~~", "- -", "**", "await ", "if ", "-~", "+-", "f\"", "f'", "++"];
    let steep = |line: &str| {
        let indent = line.len() - line.trim_start().len();
        let repeated = |word: &&str| line.matches(*word).count() > MAX_DEPTH;
        indent > 8 * 100 || line.len() > 2 * MAX_DEPTH && OPERATORS.iter().any(repeated)
    };
    let steep = text.lines().position(steep).map(|index| index + 1);
    steep.into_iter().chain(nested_too_deeply(text)).min()
}

/// Whether a module of a package imports from a submodule of it, or the submodule itself, wherever in the module that
/// is: `from .celery import app`, `from . import celery`, `from shop.celery import app`, `import shop.celery`.
pub(super) fn imports(text: &str, package: &str, submodule: &str) -> bool {
    let absolute = [package, ".", submodule].concat();
    let is_it = |stmt: &Stmt| match stmt {
        Stmt::ImportFrom(import) => {
            let module = import.module.as_ref().map_or("", |module| module.as_str());
            let names = || import.names.iter().any(|alias| alias.name.as_str() == submodule);
            match (import.level, module) {
                (0, module) => module == absolute || module == package && names(),
                (1, "") => names(),
                (1, module) => module == submodule,
                _ => false,
            }
        }
        Stmt::Import(import) => import.names.iter().any(|alias| alias.name.as_str() == absolute),
        _ => false,
    };
    parsed(text).is_ok_and(|parsed| top_level(statements(&parsed)).into_iter().any(is_it))
}

/// The modules that a module imports wherever in it that is, by their first name, and the first names of the dotted
/// texts in it: applications, middleware and backends are named in texts.
pub(super) fn imported(text: &str) -> BTreeSet<String> {
    struct Imports(BTreeSet<String>);
    impl Imports {
        fn add(&mut self, module: &str) {
            let first = module.split('.').next().unwrap_or_default();
            let is_name =
                !first.is_empty() && module.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
            if is_name {
                self.0.insert(first.to_owned());
            }
        }
    }
    impl<'a> Visitor<'a> for Imports {
        fn visit_stmt(&mut self, stmt: &'a Stmt) {
            match stmt {
                Stmt::Import(import) => import.names.iter().for_each(|alias| self.add(alias.name.as_str())),
                Stmt::ImportFrom(import) if import.level == 0 => {
                    self.add(import.module.as_ref().map_or("", |module| module.as_str()));
                }
                _ => {}
            }
            walk_stmt(self, stmt);
        }

        fn visit_expr(&mut self, expr: &'a Expr) {
            if let Expr::StringLiteral(literal) = expr {
                self.add(literal.value.to_str());
            }
            walk_expr(self, expr);
        }
    }
    let mut imports = Imports(BTreeSet::new());
    if let Ok(parsed) = parsed(text) {
        imports.visit_body(statements(&parsed));
    }
    imports.0
}

/// The texts in a module that end with one of these.
pub(super) fn texts_ending(text: &str, ends: &[&str]) -> BTreeSet<String> {
    struct Texts<'a> {
        ends: &'a [&'a str],
        found: BTreeSet<String>,
    }
    impl<'a> Visitor<'a> for Texts<'_> {
        fn visit_expr(&mut self, expr: &'a Expr) {
            if let Some(text) = self::text(expr).filter(|text| self.ends.iter().any(|end| text.ends_with(end))) {
                self.found.insert(text.to_owned());
            }
            walk_expr(self, expr);
        }
    }
    let mut texts = Texts { ends, found: BTreeSet::new() };
    // Most modules have no such text, and parsing takes longer than looking.
    if ends.iter().any(|end| text.contains(end))
        && let Ok(parsed) = parsed(text)
    {
        texts.visit_body(statements(&parsed));
    }
    texts.found
}

/// Whether a function or class of this name is called anywhere in a module.
pub(super) fn calls(text: &str, name: &str) -> bool {
    struct Calls<'a> {
        name: &'a str,
        found: bool,
    }
    impl<'a> Visitor<'a> for Calls<'_> {
        fn visit_expr(&mut self, expr: &'a Expr) {
            if let Expr::Call(call) = expr {
                self.found |= match &*call.func {
                    Expr::Name(name) => name.id.as_str() == self.name,
                    Expr::Attribute(attribute) => attribute.attr.as_str() == self.name,
                    _ => false,
                };
            }
            walk_expr(self, expr);
        }
    }
    let mut calls = Calls { name, found: false };
    if let Ok(parsed) = parsed(text) {
        calls.visit_body(statements(&parsed));
    }
    calls.found
}

/// Whether a module uses a name at its top level before anything there sets it; a name may also come from a module of
/// which everything is imported, but for those in `besides`.
pub(super) fn uses_unset(text: &str, name: &str, besides: &str) -> bool {
    struct Uses<'a> {
        name: &'a str,
        found: bool,
    }
    impl<'a> Visitor<'a> for Uses<'_> {
        fn visit_expr(&mut self, expr: &'a Expr) {
            match expr {
                Expr::Name(found) => self.found |= found.id.as_str() == self.name && found.ctx.is_load(),
                // Its body runs later.
                Expr::Lambda(_) => {}
                _ => walk_expr(self, expr),
            }
        }
    }
    let Ok(parsed) = parsed(text) else { return false };
    for stmt in top_level(statements(&parsed)) {
        let mut uses = Uses { name, found: false };
        match stmt {
            Stmt::Assign(assign) => uses.visit_expr(&assign.value),
            Stmt::AnnAssign(assign) => assign.value.iter().for_each(|value| uses.visit_expr(value)),
            Stmt::AugAssign(assign) => {
                uses.found = matches!(&*assign.target, Expr::Name(target) if target.id.as_str() == name);
                uses.visit_expr(&assign.value);
            }
            Stmt::Expr(expr) => uses.visit_expr(&expr.value),
            _ => {}
        }
        if uses.found {
            return true;
        }
        if sets(stmt, name, besides) {
            return false;
        }
    }
    false
}

/// What a module has to say as settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Substance {
    /// It sets nothing at all.
    Nothing,
    /// It sets something.
    Part,
    /// Django could start with it: it has applications or URLs, or takes everything from another module.
    Whole,
}

/// What a module has to say as settings. One that cannot be read may have everything.
pub(super) fn substance(text: &str) -> Substance {
    const MARKS: [&str; 2] = ["INSTALLED_APPS", "ROOT_URLCONF"];
    let Ok(parsed) = parsed(text) else { return Substance::Whole };
    let mut found = Substance::Nothing;
    for stmt in top_level(statements(&parsed)) {
        let whole = match stmt {
            Stmt::ImportFrom(import) => import.names.iter().any(|alias| alias.name.as_str() == "*"),
            // split-settings: include("base.py")
            Stmt::Expr(expr) => matches!(&*expr.value, Expr::Call(call)
                if matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "include")),
            Stmt::ClassDef(_) => class_settings(stmt),
            _ => MARKS.iter().any(|name| sets(stmt, name, "")),
        };
        if whole {
            return Substance::Whole;
        }
        let is_name =
            |name: &str| name.starts_with(|c: char| c.is_ascii_uppercase()) && name == name.to_ascii_uppercase();
        let part = match stmt {
            Stmt::Assign(assign) => {
                assign.targets.iter().any(|target| matches!(target, Expr::Name(name) if is_name(name.id.as_str())))
            }
            Stmt::AnnAssign(assign) => matches!(&*assign.target, Expr::Name(name) if is_name(name.id.as_str())),
            Stmt::ImportFrom(import) => import.names.iter().any(|alias| is_name(alias.name.as_str())),
            Stmt::Expr(expr) => matches!(&*expr.value, Expr::Call(_)),
            _ => false,
        };
        if part {
            found = Substance::Part;
        }
    }
    found
}

/// The modules from which a module takes everything, each by the last part of its name.
pub(super) fn star_imports(text: &str) -> Vec<String> {
    let Ok(parsed) = parsed(text) else { return Vec::new() };
    let mut names = Vec::new();
    for stmt in top_level(statements(&parsed)) {
        if let Stmt::ImportFrom(import) = stmt
            && import.names.iter().any(|alias| alias.name.as_str() == "*")
            && let Some(module) = &import.module
        {
            names.extend(module.as_str().rsplit('.').next().map(str::to_owned));
        }
    }
    names
}

/// Whether the settings of a module are classes, as those of django-configurations.
pub(super) fn has_class_settings(text: &str) -> bool {
    parsed(text).is_ok_and(|parsed| statements(&parsed).iter().any(class_settings))
}

fn class_settings(stmt: &Stmt) -> bool {
    let Stmt::ClassDef(class) = stmt else { return false };
    let is_configuration = |base: &Expr| match base {
        Expr::Name(name) => name.id.as_str() == "Configuration",
        Expr::Attribute(attribute) => attribute.attr.as_str() == "Configuration",
        _ => false,
    };
    let bases = class.arguments.as_ref().map(|arguments| &arguments.args[..]).unwrap_or_default();
    bases.iter().any(is_configuration) || class.body.iter().any(|stmt| sets(stmt, "INSTALLED_APPS", ""))
}

/// Whether a statement sets a name.
fn sets(stmt: &Stmt, name: &str, besides: &str) -> bool {
    fn is_in(target: &Expr, name: &str) -> bool {
        match target {
            Expr::Name(target) => target.id.as_str() == name,
            Expr::Tuple(tuple) => tuple.elts.iter().any(|target| is_in(target, name)),
            Expr::List(list) => list.elts.iter().any(|target| is_in(target, name)),
            Expr::Starred(starred) => is_in(&starred.value, name),
            _ => false,
        }
    }
    match stmt {
        Stmt::Assign(assign) => assign.targets.iter().any(|target| is_in(target, name)),
        Stmt::AnnAssign(assign) => assign.value.is_some() && is_in(&assign.target, name),
        Stmt::For(each) => is_in(&each.target, name),
        Stmt::With(with) => {
            with.items.iter().any(|item| item.optional_vars.as_ref().is_some_and(|target| is_in(target, name)))
        }
        Stmt::FunctionDef(function) => function.name.as_str() == name,
        Stmt::ClassDef(class) => class.name.as_str() == name,
        Stmt::Import(import) => import.names.iter().any(|alias| match &alias.asname {
            Some(other) => other.as_str() == name,
            None => alias.name.as_str().split('.').next() == Some(name),
        }),
        Stmt::ImportFrom(import) => import.names.iter().any(|alias| match (alias.name.as_str(), &alias.asname) {
            ("*", _) => {
                let module = import.module.as_ref().map_or("", |module| module.as_str());
                module.rsplit('.').next() != Some(besides)
            }
            (_, Some(other)) => other.as_str() == name,
            (own, None) => own == name,
        }),
        _ => false,
    }
}

/// The statements that run when a module is loaded, in order: those within conditions, loops and the like as well, but
/// not the bodies of functions and classes.
pub(super) fn top_level(body: &[Stmt]) -> Vec<&Stmt> {
    let mut found = Vec::new();
    let mut open: Vec<&Stmt> = body.iter().rev().collect();
    while let Some(stmt) = open.pop() {
        found.push(stmt);
        let mut inside: Vec<&[Stmt]> = Vec::new();
        match stmt {
            Stmt::If(condition) => {
                inside.push(&condition.body);
                inside.extend(condition.elif_else_clauses.iter().map(|clause| &clause.body[..]));
            }
            Stmt::Try(attempt) => {
                inside.push(&attempt.body);
                let handlers = attempt.handlers.iter().map(|ast::ExceptHandler::ExceptHandler(handler)| &handler.body);
                inside.extend(handlers.map(|body| &body[..]));
                inside.extend([&attempt.orelse[..], &attempt.finalbody]);
            }
            Stmt::For(each) => inside.extend([&each.body[..], &each.orelse]),
            Stmt::While(each) => inside.extend([&each.body[..], &each.orelse]),
            Stmt::With(with) => inside.push(&with.body),
            Stmt::Match(choice) => inside.extend(choice.cases.iter().map(|case| &case.body[..])),
            _ => {}
        }
        open.extend(inside.into_iter().flatten().rev());
    }
    found
}
