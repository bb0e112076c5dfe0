// Copies a page's text, a slice at a time, into flat arrays that Rust reads in one go: a call per node would cost more than the search itself.
// It only reads: nothing on the page is changed.

// Elements that don't interrupt a line of text, so that `<b>139</b> 1234 5678` is one run.
const INLINE = new Set(
  "a abbr b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr output q s samp small span strike strong sub sup time tt u var wbr".split(" "),
);
// Elements whose text nobody reads, or that the user is editing.
const SKIPPED = new Set("script style noscript template textarea select datalist iframe object embed audio video canvas head title".split(" "));
const EDITORS = ".CodeMirror,.cm-editor,.monaco-editor,.ace_editor,[role=textbox],textarea";

const SLICE = 8192; // code units after which a slice ends at the next end of a run
const PIECE = 8192; // longer text nodes are cut
const LONGEST_RUN = 4 * SLICE; // a run that goes on for ever is cut as well
const NODES = 4096;
const LABELS = 4096;

// One slice is read before the next is made, so all walks share their buffers.
const text = new Uint16Array(LONGEST_RUN + PIECE);
const table = new Uint32Array(NODES * 4);

const ids = new WeakMap(); // Text → the id that Rust gave it
const labels = new Map(); // a label's text → its number, from 1
let newLabels = [];

const isDigit = (unit) => (unit >= 48 && unit <= 57) || (unit >= 0xff10 && unit <= 0xff19);
const isInline = (node) => node.nodeType !== 1 || INLINE.has(node.localName);

// Two texts without anything between them: neighbours on one line, or laid out apart (cells made of spans in a flex row)?
function apart(before, after) {
  if (before.parentNode === after.parentNode) return false;
  for (const [node, other] of [[before, after], [after, before]]) {
    for (let element = node.parentElement; element && !element.contains(other); element = element.parentElement) {
      const { display } = getComputedStyle(element);
      if (display !== "inline" && display !== "contents") return true;
    }
  }
  return false;
}

function numberOfLabel(text) {
  text = text.trim().slice(0, 64);
  if (text === "") return 0;
  let number = labels.get(text);
  if (number === undefined) {
    if (labels.size >= LABELS) return 0;
    labels.set(text, (number = labels.size + 1));
    newLabels.push(text);
  }
  return number;
}

// What a cell holds, by its row's or column's header; a definition's term.
function labelOf(cell, columns) {
  const before = cell.previousElementSibling;
  if (cell.localName === "dd") {
    let term = before;
    while (term && term.localName === "dd") term = term.previousElementSibling;
    return term ? numberOfLabel(term.textContent) : 0;
  }
  if (before && before.localName === "th") return numberOfLabel(before.textContent);
  const row = cell.parentNode;
  const section = row && row.parentNode;
  if (!section) return 0;
  let numbers = columns.get(section);
  if (numbers === undefined) {
    const table = section.localName === "table" ? section : section.parentNode;
    const header = table && table.localName === "table" ? (table.tHead && table.tHead.rows[0]) || table.rows[0] : null;
    numbers = [];
    if (header && header !== row) {
      for (const head of header.cells) {
        const number = head.localName === "th" || header.parentNode === table.tHead ? numberOfLabel(head.textContent) : 0;
        for (let span = Math.min(head.colSpan, 64); span > 0; span--) numbers.push(number);
      }
    }
    columns.set(section, numbers);
  }
  return numbers.length > 0 ? numbers[cell.cellIndex] | 0 : 0;
}

const isCell = (name) => name === "td" || name === "dd";

/** Walks from `first` to its sibling `last`, both with all they hold. */
export class Walk {
  constructor(first, last) {
    this.node = first;
    this.last = last;
    this.top = first.parentNode;
    this.offset = 0; // how far into a long text
    this.ahead = []; // where to go on, nearest first, should the page take `node` away between two slices
    this.columns = new Map();
    const within = first.nodeType === 1 ? first : first.parentElement;
    const cell = within && within.closest("td,dd");
    this.label = cell ? labelOf(cell, this.columns) : 0;
  }

  /** Fills a slice; false when nothing is left. `deadline` is a time of `performance.now()`. */
  next(deadline) {
    this.nodes = []; // Text nodes …
    this.length = 0; // … whose text is in `text`
    this.roots = []; // open shadow roots met
    this.hopefuls = []; // custom elements that may get one
    const { nodes } = this;
    let fresh = true; // the next text begins a run
    let steps = 0;
    let node = this.resume();
    while (node !== null) {
      const type = node.nodeType;
      let descend = false;
      if (type === 3) {
        const data = node.data;
        const from = this.offset;
        let to = data.length;
        if (to - from > PIECE) {
          to = from + PIECE;
          while (to > from + PIECE - 64 && data.charCodeAt(to) > 32) to--;
        }
        if (to > from) {
          const length = this.length;
          if (!fresh && isDigit(text[length - 1]) && isDigit(data.charCodeAt(from)) && apart(nodes[nodes.length - 1], node)) fresh = true;
          let at = length;
          for (let index = from; index < to; index++) text[at++] = data.charCodeAt(index);
          const entry = nodes.length * 4;
          table[entry] = length;
          table[entry + 1] = from;
          table[entry + 2] = (this.label << 1) | (fresh ? 1 : 0);
          table[entry + 3] = ids.get(node) | 0;
          nodes.push(node);
          this.length = at;
          fresh = false;
        }
        if (to < data.length) {
          this.offset = to;
          fresh = true;
          if (this.isFull(deadline)) return this.pause(node);
          continue;
        }
        this.offset = 0;
      } else if (type === 1) {
        const name = node.localName;
        if (!INLINE.has(name)) {
          fresh = true;
          if (isCell(name)) this.label = labelOf(node, this.columns);
        }
        descend = !SKIPPED.has(name);
        const root = node.shadowRoot;
        if (root !== null) this.roots.push(root);
        else if (name.includes("-")) this.hopefuls.push(node);
      }
      const child = descend ? node.firstChild : null;
      if (child !== null) {
        node = child;
      } else {
        // The next one, leaving what is done.
        for (;;) {
          if (node === this.last) {
            node = null;
            break;
          }
          const sibling = node.nextSibling;
          if (sibling !== null) {
            if (node.nodeType === 1 && !INLINE.has(node.localName)) this.leave(node), (fresh = true);
            node = sibling;
            break;
          }
          if (node.nodeType === 1 && !INLINE.has(node.localName)) this.leave(node), (fresh = true);
          node = node.parentNode;
          if (node === this.top || node === null) {
            node = null;
            break;
          }
        }
      }
      const full = this.length > LONGEST_RUN - PIECE || nodes.length >= NODES - 1;
      if (node !== null && (full || (fresh && (this.length >= SLICE || ((++steps & 31) === 0 && performance.now() > deadline))))) return this.pause(node);
    }
    this.node = null;
    return false;
  }

  get text() {
    return text;
  }

  get table() {
    return table;
  }

  isFull(deadline) {
    return this.length >= SLICE || performance.now() > deadline;
  }

  leave(element) {
    if (isCell(element.localName)) this.label = 0;
  }

  pause(node) {
    this.node = node;
    this.ahead.length = 0;
    for (let at = node; at !== null && at !== this.top && at !== this.last; at = at.parentNode) {
      if (at.nextSibling !== null) this.ahead.push(at.nextSibling);
    }
    return true;
  }

  resume() {
    if (this.node === null || this.node.isConnected) return this.node;
    // What the page put elsewhere or added, its mutation records tell.
    this.offset = 0;
    this.label = 0;
    return this.ahead.find((node) => node.isConnected && (this.top === null || this.top.contains(node))) ?? null;
  }
}

/** The texts of labels that have got their numbers since the last call. */
export function takeLabels() {
  const taken = newLabels;
  newLabels = [];
  return taken;
}

/** The first and the last sibling of the run of text around a node; a block is one by itself. */
export function extent(node) {
  if (!isInline(node)) return [node, node];
  let parent = node.parentNode;
  while (parent !== null && parent.nodeType === 1 && INLINE.has(parent.localName)) {
    node = parent;
    parent = node.parentNode;
  }
  let first = node;
  let last = node;
  // No line that a number is on has more pieces than this.
  for (let left = 16; left > 0 && first.previousSibling !== null && isInline(first.previousSibling); left--) first = first.previousSibling;
  for (let left = 16; left > 0 && last.nextSibling !== null && isInline(last.nextSibling); left--) last = last.nextSibling;
  return [first, last];
}

/** True for a text that the user may edit, or that an editor draws. */
export function isEdited(node) {
  const element = node.parentElement ?? node.getRootNode().host;
  return element ? element.isContentEditable || element.closest(EDITORS) !== null : false;
}

export function remember(node, id) {
  ids.set(node, id);
}

export function forget(node) {
  ids.delete(node);
}

export function idOf(node) {
  return ids.get(node) | 0;
}

/** Adds a static range to a highlight and returns it. */
export function mark(highlight, start, from, end, to) {
  const range = new StaticRange({ startContainer: start, startOffset: from, endContainer: end, endOffset: to });
  highlight.add(range);
  return range;
}
