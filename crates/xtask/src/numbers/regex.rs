//! The regular expressions of libphonenumber's metadata, over digits: classes, groups, alternatives, `?`, `*`, `{n}`, `{n,m}`, `$`.

/// Symbols: the digits, and the end of the input.
pub(super) const END: u8 = 10;

/// One step of a program.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// Takes one of these digits (bit set) and goes on with the next step.
    Take(u16),
    /// Goes on at both, the first preferred.
    Split(usize, usize),
    Jump(usize),
    /// Marks where a capture starts (even) or ends (odd).
    Mark(usize),
    /// Only at the end of the input.
    AtEnd,
    Match,
}

/// A compiled expression: steps, starting with the first.
pub(super) type Program = Vec<Step>;

#[derive(Clone, Debug)]
enum Node {
    Empty,
    Class(u16),
    Concat(Vec<Node>),
    Either(Vec<Node>),
    Group(Option<usize>, Box<Node>),
    Repeat(Box<Node>, usize, Option<usize>),
    End,
}

/// Compiles a pattern. The `^(?:…)$` around every pattern of the metadata is taken off first: whether all or only the start of a text
/// has to match is the caller's business.
pub(super) fn compile(pattern: &str) -> Result<Program, String> {
    let inner = pattern.strip_prefix("^(?:").and_then(|rest| rest.strip_suffix(")$")).unwrap_or(pattern);
    let mut parser = Parser { text: inner.as_bytes(), at: 0, captures: 0 };
    let node = parser.alternatives()?;
    if parser.at != inner.len() {
        return Err(format!("{pattern}: stopped at {}", parser.at));
    }
    let mut program = Vec::new();
    emit(&node, &mut program);
    program.push(Step::Match);
    Ok(program)
}

fn emit(node: &Node, program: &mut Program) {
    match node {
        Node::Empty => {}
        Node::Class(mask) => program.push(Step::Take(*mask)),
        Node::End => program.push(Step::AtEnd),
        Node::Concat(nodes) => nodes.iter().for_each(|node| emit(node, program)),
        Node::Group(None, node) => emit(node, program),
        Node::Group(Some(index), node) => {
            program.push(Step::Mark(index * 2));
            emit(node, program);
            program.push(Step::Mark(index * 2 + 1));
        }
        Node::Either(nodes) => {
            let mut jumps = Vec::new();
            for (index, node) in nodes.iter().enumerate() {
                if index + 1 == nodes.len() {
                    emit(node, program);
                } else {
                    let split = program.len();
                    program.push(Step::Match);
                    emit(node, program);
                    jumps.push(program.len());
                    program.push(Step::Match);
                    program[split] = Step::Split(split + 1, program.len());
                }
            }
            for jump in jumps {
                program[jump] = Step::Jump(program.len());
            }
        }
        Node::Repeat(node, least, most) => {
            for _ in 0..*least {
                emit(node, program);
            }
            match most {
                Some(most) => {
                    let mut splits = Vec::new();
                    for _ in *least..*most {
                        splits.push(program.len());
                        program.push(Step::Match);
                        emit(node, program);
                    }
                    for split in splits {
                        program[split] = Step::Split(split + 1, program.len());
                    }
                }
                None => {
                    let split = program.len();
                    program.push(Step::Match);
                    emit(node, program);
                    program.push(Step::Jump(split));
                    program[split] = Step::Split(split + 1, program.len());
                }
            }
        }
    }
}

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
    captures: usize,
}

impl Parser<'_> {
    fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }

    fn alternatives(&mut self) -> Result<Node, String> {
        let mut nodes = vec![self.concat()?];
        while self.peek() == b'|' {
            self.at += 1;
            nodes.push(self.concat()?);
        }
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Node::Either(nodes) })
    }

    fn concat(&mut self) -> Result<Node, String> {
        let mut nodes = Vec::new();
        while !matches!(self.peek(), 0 | b'|' | b')') {
            let atom = self.atom()?;
            nodes.push(self.repeated(atom)?);
        }
        Ok(if nodes.is_empty() { Node::Empty } else { Node::Concat(nodes) })
    }

    fn atom(&mut self) -> Result<Node, String> {
        let byte = self.peek();
        self.at += 1;
        match byte {
            b'0'..=b'9' => Ok(Node::Class(1 << (byte - b'0'))),
            b'\\' if self.peek() == b'd' => {
                self.at += 1;
                Ok(Node::Class(0x3FF))
            }
            b'$' => Ok(Node::End),
            b'[' => self.class(),
            b'(' => {
                let capture = if self.text.get(self.at..self.at + 2) == Some(b"?:") {
                    self.at += 2;
                    None
                } else {
                    self.captures += 1;
                    Some(self.captures - 1)
                };
                let node = self.alternatives()?;
                if self.peek() != b')' {
                    return Err("an open group".into());
                }
                self.at += 1;
                Ok(Node::Group(capture, Box::new(node)))
            }
            other => Err(format!("`{}` is not expected", char::from(other))),
        }
    }

    fn class(&mut self) -> Result<Node, String> {
        let mut mask = 0_u16;
        loop {
            let from = self.peek();
            self.at += 1;
            match from {
                b']' => return Ok(Node::Class(mask)),
                b'0'..=b'9' => {
                    let mut to = from;
                    if self.peek() == b'-' {
                        to = self.text.get(self.at + 1).copied().unwrap_or(0);
                        self.at += 2;
                    }
                    (from..=to).for_each(|digit| mask |= 1 << (digit - b'0'));
                }
                b'\\' if self.peek() == b'd' => {
                    self.at += 1;
                    mask = 0x3FF;
                }
                other => return Err(format!("`{}` in a class", char::from(other))),
            }
        }
    }

    fn repeated(&mut self, atom: Node) -> Result<Node, String> {
        let (least, most) = match self.peek() {
            b'?' => (0, Some(1)),
            b'*' => (0, None),
            b'+' => (1, None),
            b'{' => {
                let close = self.text[self.at..].iter().position(|&byte| byte == b'}').ok_or("an open repetition")?;
                let inner = core::str::from_utf8(&self.text[self.at + 1..self.at + close]).map_err(|error| error.to_string())?;
                self.at += close;
                let number = |text: &str| text.parse::<usize>().map_err(|error| error.to_string());
                match inner.split_once(',') {
                    None => (number(inner)?, Some(number(inner)?)),
                    Some((least, "")) => (number(least)?, None),
                    Some((least, most)) => (number(least)?, Some(number(most)?)),
                }
            }
            _ => return Ok(atom),
        };
        self.at += 1;
        Ok(Node::Repeat(Box::new(atom), least, most))
    }
}

/// A thread of a running program: where it is, and its marks.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Thread {
    pub step: usize,
    pub marks: Vec<Option<u8>>,
}

/// How a text has to match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// From its start to its end.
    Whole,
    /// At its start; the preferred match wins, so that nothing behind a match in the order of preference is followed.
    Start,
}

/// Adds a thread and all it leads to without taking a digit, most preferred first. True: nothing less preferred can win any more.
/// A thread at `AtEnd` waits for [`END`].
fn follow(program: &Program, mode: Mode, thread: Thread, depth: u8, threads: &mut Vec<Thread>) -> bool {
    if threads.iter().any(|other| other.step == thread.step) {
        return false;
    }
    match program[thread.step] {
        Step::Take(_) | Step::AtEnd => threads.push(thread),
        Step::Jump(step) => return follow(program, mode, Thread { step, ..thread }, depth, threads),
        Step::Split(first, second) => {
            return follow(program, mode, Thread { step: first, marks: thread.marks.clone() }, depth, threads)
                || follow(program, mode, Thread { step: second, ..thread }, depth, threads);
        }
        Step::Mark(index) => {
            let mut marks = thread.marks;
            if marks.len() <= index {
                marks.resize(index + 1, None);
            }
            marks[index] = Some(depth);
            return follow(program, mode, Thread { step: thread.step + 1, marks }, depth, threads);
        }
        Step::Match => {
            threads.push(thread);
            return mode == Mode::Start;
        }
    }
    false
}

/// The threads after a symbol.
pub(super) fn advance(program: &Program, mode: Mode, threads: &[Thread], symbol: u8, depth: u8) -> Vec<Thread> {
    let mut next = Vec::new();
    for thread in threads {
        let goes_on = match program[thread.step] {
            Step::Take(mask) => symbol < END && mask & (1 << symbol) != 0,
            Step::AtEnd => symbol == END,
            _ => false,
        };
        let depth = if symbol == END { depth } else { depth + 1 };
        if goes_on && follow(program, mode, Thread { step: thread.step + 1, marks: thread.marks.clone() }, depth, &mut next) {
            break;
        }
    }
    next
}

/// The threads at the start.
pub(super) fn start(program: &Program, mode: Mode) -> Vec<Thread> {
    let mut threads = Vec::new();
    follow(program, mode, Thread { step: 0, marks: Vec::new() }, 0, &mut threads);
    threads
}

/// The marks of the match here, if there is one.
pub(super) fn matched<'a>(program: &Program, threads: &'a [Thread]) -> Option<&'a Thread> {
    threads.iter().find(|thread| matches!(program[thread.step], Step::Match))
}
