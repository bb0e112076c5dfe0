// Parses (and prints) the same frames with our message layer as WebAssembly, with JsSIP and with SIP.js, in turns, in one V8.
// Usage: node parse.mjs MODULE.wasm NODE_MODULES; prints one line of JSON.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [, , wasm, modules] = process.argv;
const ROUNDS = 21;
const WARM_UP = 6;
// Passes over all frames in one sample, so that samples of each take about as long.
const PASSES = { ours: 400, jssip: 20, sipjs: 2 };

const frames = readFileSync(new URL('frames.txt', import.meta.url), 'utf8')
  .split(/^=+\n/m)
  .filter((frame) => frame.trim() !== '')
  .map((frame) => frame.replaceAll('\n', '\r\n'));

// Ours. Strings go in and out of the module's memory as they do in the extension: encoded and decoded each time.
const { instance } = await WebAssembly.instantiate(readFileSync(wasm));
const { memory, buffer, parse, parse_and_print } = instance.exports;
const place = new Uint8Array(memory.buffer, buffer(), 128 * 1024);
const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];
let view = place;
const fresh = () => (view.byteLength === 0 ? (view = new Uint8Array(memory.buffer, buffer(), 128 * 1024)) : view);
const ours = {
  parse: (frame) => parse(encoder.encodeInto(frame, fresh()).written) !== 0,
  print: (frame) => decoder.decode(fresh().subarray(0, parse_and_print(encoder.encodeInto(frame, fresh()).written))),
};

/** Prints a message of either library: both keep headers as lists of `{ raw }` under their names. */
function print(message, first) {
  let text = `${first}\r\n`;
  for (const name of Object.keys(message.headers)) {
    for (const header of message.headers[name]) {
      text += `${name}: ${header.raw}\r\n`;
    }
  }
  return `${text}\r\n${message.body ?? ''}`;
}

// What the libraries write about odd frames on the console is not what is measured here.
const require = createRequire(pathToFileURL(`${modules}/`));
const jssipParser = require('jssip/lib/Parser.js');
const jssip = {
  parse: (frame) => jssipParser.parseMessage(frame, null),
  print: (frame) => {
    const message = jssipParser.parseMessage(frame, null);
    return print(message, message.method ? `${message.method} ${message.ruri} SIP/2.0` : `SIP/2.0 ${message.status_code} ${message.reason_phrase}`);
  },
};

const { Parser } = await import(pathToFileURL(`${modules}/sip.js/lib/core/messages/parser.js`));
const quiet = { warn() {}, error() {}, log() {}, debug() {} };
const sipjs = {
  parse: (frame) => Parser.parseMessage(frame, quiet),
  print: (frame) => {
    const message = Parser.parseMessage(frame, quiet);
    return print(message, message.method ? `${message.method} ${message.ruri} SIP/2.0` : `SIP/2.0 ${message.statusCode} ${message.reasonPhrase}`);
  },
};

const all = { ours, jssip, sipjs };
const refused = [];
for (const [name, { parse, print }] of Object.entries(all)) {
  frames.forEach((frame, at) => {
    let fine = false;
    try {
      fine = Boolean(parse(frame)) && print(frame).includes('\r\n\r\n');
    } catch {
      // Counts as refused.
    }
    if (!fine) refused.push(`${name} ${at + 1}`);
  });
}
// A library that refuses a frame does less work: then all are measured on the frames that all of them take.
const common = frames.filter((_, at) => !refused.some((entry) => entry.endsWith(` ${at + 1}`)));

let sink = 0;
function time(work, passes) {
  const start = process.hrtime.bigint();
  for (let pass = 0; pass < passes; pass++) {
    for (const frame of common) {
      const result = work(frame);
      sink += result === false || result === undefined ? 1 : 0;
    }
  }
  return Number(process.hrtime.bigint() - start) / (passes * common.length) / 1000;
}
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

const times = {};
for (const kind of ['parse', 'print']) {
  const samples = Object.fromEntries(Object.keys(all).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS + WARM_UP; round++) {
    for (const name of Object.keys(all)) {
      const sample = time(all[name][kind], PASSES[name]);
      // The first rounds let V8 compile.
      if (round >= WARM_UP) samples[name].push(sample);
    }
  }
  times[kind] = Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, median(values)]));
}
if (sink !== 0) throw new Error(`${sink} results were nothing`);
console.log(JSON.stringify({ frames: frames.length, bytes: frames.reduce((sum, frame) => sum + frame.length, 0), refused, measured: common.length, times }));
