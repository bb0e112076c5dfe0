// Tables of 80,000 cells through the finder, as WebAssembly and as the JavaScript that wasm2js makes of it, and through npm's
// libphonenumber-js with its smallest metadata. node numbers.mjs FINDER.wasm FINDER.js NODE_MODULES → one line of JSON.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [wasmPath, scriptPath, modules] = process.argv.slice(2);
const require = createRequire(modules + '/');
const { findPhoneNumbersInText } = require('libphonenumber-js/min');

// The same table on every run.
function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function table(language, count) {
  const next = random(20261120);
  const below = (n) => Math.floor(next() * n);
  const digits = (n) => Array.from({ length: n }, () => below(10)).join('');
  const kinds = {
    zh: [
      () => ['张伟', '王芳', '李娜', '刘强'][below(4)],
      () => `138${digits(8)}`,
      () => `电话：0571-8${digits(7)}转${1 + below(99)}`,
      () => `2026-11-${10 + below(20)} ${10 + below(14)}:${10 + below(50)}`,
      () => `DD20261120${digits(6)}`,
      () => `¥${digits(4)}.${digits(2)}`,
      () => `浙江省杭州市西湖区文三路${below(900)}号华星时代广场`,
      () => '已联系，客户要求下周回访，对报价没有异议',
    ],
    en: [
      () => ['John Smith', 'Jane Roe', 'Ana Diaz', 'Bob Hill'][below(4)],
      () => `(415) 6${digits(2)}-${digits(4)}`,
      () => `Tel: 212-6${digits(2)}-${digits(4)} ext. ${1 + below(99)}`,
      () => `11/${10 + below(20)}/2026 ${10 + below(14)}:${10 + below(50)}`,
      () => `SO-2026-${digits(8)}`,
      () => `$${digits(4)}.${digits(2)}`,
      () => `${below(9000)} Amphitheatre Parkway, Mountain View, CA 94043`,
      () => 'Left a message, will call back next week about the quote',
    ],
  }[language];
  return Array.from({ length: count }, () => kinds[below(kinds.length)]());
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

// Processor time: what else the machine does in the meantime does not count.
function now() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function time(runs, act) {
  const times = [];
  for (let run = 0; run < runs; run++) {
    const start = now();
    act();
    times.push(now() - start);
  }
  return times;
}

// Copies the cells in and looks: all that a content script does but for walking the page.
function finder(exports, memory) {
  return (region, cells) => {
    if (finder.region !== region || finder.exports !== exports) {
      exports.start((region.charCodeAt(0) << 8) | region.charCodeAt(1));
      [finder.region, finder.exports] = [region, exports];
    }
    let total = 0;
    for (const cell of cells) total += cell.length;
    const at = exports.units(total) >>> 1;
    const ends = exports.ends(cells.length) >>> 2;
    const units = new Uint16Array(memory().buffer);
    const words = new Uint32Array(memory().buffer);
    let place = at;
    for (let index = 0; index < cells.length; index++) {
      const cell = cells[index];
      for (let unit = 0; unit < cell.length; unit++) units[place++] = cell.charCodeAt(unit);
      words[ends + index] = place - at;
    }
    return exports.find();
  };
}

const begin = now();
const { instance } = await WebAssembly.instantiate(readFileSync(wasmPath), {});
const wasm = finder(instance.exports, () => instance.exports.memory);
wasm('CN', ['1']);
const between = now();
const script = await import(pathToFileURL(scriptPath));
const asm = finder(script, () => script.memory);
asm('CN', ['1']);
const loaded = { wasm: between - begin, wasm2js: now() - between };

const result = { cells: 80000, loaded, languages: {}, growth: [] };
for (const [language, region] of [['zh', 'CN'], ['en', 'US']]) {
  const cells = table(language, result.cells);
  const theirs = () => cells.reduce((sum, cell) => sum + findPhoneNumbersInText(cell, region).length, 0);
  const row = { found: { wasm: 0, theirs: 0 }, cold: {}, warm: {} };
  for (const [name, act] of [['wasm2js', () => asm(region, cells)], ['theirs', () => (row.found.theirs = theirs())], ['wasm', () => (row.found.wasm = wasm(region, cells))]]) {
    const times = time(name === 'theirs' ? 4 : 13, act);
    row.cold[name] = times[0];
    row.warm[name] = median(times.slice(1));
  }
  result.languages[language] = row;
}
for (const count of [1000, 10000, 80000, 300000]) {
  const cells = table('zh', count);
  result.growth.push({ cells: count, wasm: median(time(5, () => wasm('CN', cells))), wasm2js: median(time(5, () => asm('CN', cells))) });
}
console.log(JSON.stringify(result));
