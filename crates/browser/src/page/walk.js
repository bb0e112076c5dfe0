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
const FEWEST_DIGITS = 3; // no number that anybody calls has less

const ids = new WeakMap(); // Text → the id that Rust gave it
const batches = new WeakMap(); // Text → the batch that it was last sent in

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

const labelText = (element) => element.textContent.trim().slice(0, 64);

// What a cell holds, by its row's or column's header; a definition's term.
function labelOf(cell, columns) {
  const before = cell.previousElementSibling;
  if (cell.localName === "dd") {
    let term = before;
    while (term && term.localName === "dd") term = term.previousElementSibling;
    return term ? labelText(term) : "";
  }
  if (before && before.localName === "th") return labelText(before);
  const row = cell.parentNode;
  const section = row && row.parentNode;
  if (!section) return "";
  let texts = columns.get(section);
  if (texts === undefined) {
    const table = section.localName === "table" ? section : section.parentNode;
    const header = table && table.localName === "table" ? (table.tHead && table.tHead.rows[0]) || table.rows[0] : null;
    texts = [];
    if (header && header !== row) {
      for (const head of header.cells) {
        const text = head.localName === "th" || header.parentNode === table.tHead ? labelText(head) : "";
        for (let span = Math.min(head.colSpan, 64); span > 0; span--) texts.push(text);
      }
    }
    columns.set(section, texts);
  }
  return (texts.length > 0 && texts[cell.cellIndex]) || "";
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
    this.label = cell ? labelOf(cell, this.columns) : "";
  }

  /** Reads a slice; false when nothing is left. `deadline` is a time of `performance.now()`, `batch` names what is read. */
  next(deadline, batch) {
    this.batch = batch;
    this.nodes = []; // Text nodes of runs that may hold a number …
    this.table = []; // … and for each, where it begins in the text, and where its piece begins in the node
    this.texts = [];
    this.ends = [];
    this.label_of = [];
    this.labels = new Map();
    this.stale = []; // ids of texts that were read again
    this.roots = []; // open shadow roots met
    this.hopefuls = []; // custom elements that may get one
    this.length = 0;
    this.read = 0; // units looked at, sent or not
    this.begin();
    let steps = 0;
    let node = this.resume();
    let fresh = true;
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
          const { run } = this;
          if (!fresh && isDigit(this.unit) && isDigit(data.charCodeAt(from)) && apart(run[run.length - 3], node)) fresh = true;
          if (fresh) this.end();
          this.take(node, from, from === 0 && to === data.length ? data : data.slice(from, to));
          fresh = false;
        }
        if (to < data.length) {
          this.offset = to;
          fresh = true;
          if (this.read >= SLICE || performance.now() > deadline) return this.pause(node);
          continue;
        }
        this.offset = 0;
      } else if (type === 1) {
        const name = node.localName;
        if (!INLINE.has(name)) {
          fresh = true;
          this.end();
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
          if (node.nodeType === 1 && !INLINE.has(node.localName)) {
            fresh = true;
            this.end();
            if (isCell(node.localName)) this.label = "";
          }
          const sibling = node.nextSibling;
          if (sibling !== null) {
            node = sibling;
            break;
          }
          node = node.parentNode;
          if (node === this.top || node === null) {
            node = null;
            break;
          }
        }
      }
      if (node === null) break;
      if (this.runLength > LONGEST_RUN) fresh = true;
      if (fresh && (this.length >= SLICE || ((++steps & 31) === 0 && performance.now() > deadline))) return this.pause(node);
    }
    this.end();
    this.node = null;
    return false;
  }

  begin() {
    this.run = []; // node, from, text; …
    this.runLength = 0;
    this.digits = 0;
    this.unit = 0; // the last code unit
  }

  take(node, from, text) {
    this.run.push(node, from, text);
    this.runLength += text.length;
    this.read += text.length;
    let { digits } = this;
    for (let index = 0; index < text.length; index++) if (isDigit(text.charCodeAt(index))) digits++;
    this.digits = digits;
    this.unit = text.charCodeAt(text.length - 1);
  }

  /** A run is over: kept if it may hold a number. */
  end() {
    const { run } = this;
    if (run.length === 0) return;
    const keep = this.digits >= FEWEST_DIGITS && !isEdited(run[0]);
    for (let index = 0; index < run.length; index += 3) {
      const node = run[index];
      const from = run[index + 1];
      if (from === 0) {
        const id = ids.get(node) | 0;
        if (id !== 0) this.stale.push(id);
      }
      if (keep) {
        this.nodes.push(node);
        this.table.push(this.length, from);
        this.texts.push(run[index + 2]);
        this.length += run[index + 2].length;
        batches.set(node, this.batch);
      } else if (from === 0) {
        batches.delete(node);
      }
    }
    if (keep) {
      this.ends.push(this.length);
      let number = 0;
      if (this.label !== "") {
        number = this.labels.get(this.label) ?? this.labels.size + 1;
        this.labels.set(this.label, number);
      }
      this.label_of.push(number);
    }
    this.begin();
  }

  /** What to ask the phone's finder; undefined where there is nothing to ask. */
  get message() {
    if (this.length === 0) return undefined;
    return { find: { batch: this.batch, text: this.texts.join(""), ends: this.ends, label: this.label_of, labels: [...this.labels.keys()] } };
  }

  pause(node) {
    this.end();
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
    this.label = "";
    return this.ahead.find((node) => node.isConnected && (this.top === null || this.top.contains(node))) ?? null;
  }
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
function isEdited(node) {
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

/** The batch that a text was last sent in: an answer to an earlier one is of a text that is no more. */
export function batchOf(node) {
  return batches.get(node) | 0;
}

/** Adds a static range to a highlight and returns it. */
export function mark(highlight, start, from, end, to) {
  const range = new StaticRange({ startContainer: start, startOffset: from, endContainer: end, endOffset: to });
  highlight.add(range);
  return range;
}

/** Places an element of ours, in CSS pixels. */
export function put(element, x, y, width, height) {
  const { style } = element;
  style.left = `${x}px`;
  style.top = `${y}px`;
  if (width >= 0) {
    style.width = `${width}px`;
    style.height = `${height}px`;
  }
}
