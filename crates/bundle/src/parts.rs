use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::compile::Compiled;
use crate::features::declare_plain;
use crate::workspace::{Workspace, read, run, write};

/// One compiled crate in the form that its context can load.
pub(crate) struct Part {
    /// Finished files, to be put into the root of the extension.
    pub(crate) files: Vec<PathBuf>,
}

/// What a context can load.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Form {
    /// One classic script with the wasm inside, ready in its first tick: a service worker can neither wait at its top level nor import later.
    Worker,
    /// One classic script without wasm: page policies forbid it to content scripts.
    Plain,
    /// A module script that loads the wasm beside it.
    Page,
}

/// Raise it when the recipe changes in a way that the hashed inputs do not show.
const RECIPE: u32 = 3;

/// What Chrome has had for years; rustc's own baseline.
const FEATURES: [&str; 8] = [
    "--mvp-features",
    "--enable-mutable-globals",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-reference-types",
    "--enable-multivalue",
];
const PLAIN_FEATURES: [&str; 2] = ["--mvp-features", "--enable-mutable-globals"];

/// Makes the four parts side by side. One whose wasm has not changed is taken from the last time.
pub(crate) fn make(workspace: &Workspace, compiled: &Compiled, quick: bool) -> Result<Vec<Part>> {
    let jobs = [
        ("background", Form::Worker, &compiled.modern),
        ("content", Form::Plain, &compiled.plain),
        ("offscreen", Form::Page, &compiled.modern),
        ("pages", Form::Page, &compiled.modern),
    ];
    std::thread::scope(|scope| {
        let threads: Vec<_> = jobs
            .into_iter()
            .map(|(name, form, folder)| {
                let wasm = folder.join(format!("patchcord_{name}.wasm"));
                (name, scope.spawn(move || make_one(workspace, name, form, &wasm, quick)))
            })
            .collect();
        threads.into_iter().map(|(name, thread)| thread.join().map_err(|_| anyhow!("panicked"))?.with_context(|| name)).collect()
    })
}

fn make_one(workspace: &Workspace, name: &str, form: Form, wasm: &Path, quick: bool) -> Result<Part> {
    let module = read(wasm)?;
    let mut hasher = DefaultHasher::new();
    (RECIPE, form, quick, &module, workspace.tools_lock()?, include_str!("parts.rs")).hash(&mut hasher);
    let key = format!("{:016x}", hasher.finish());

    let folder = workspace.target.join("bundle").join(name);
    let files = match form {
        Form::Worker | Form::Plain => vec![folder.join(format!("{name}.js"))],
        Form::Page => vec![folder.join(format!("{name}.js")), folder.join(format!("{name}.wasm"))],
    };
    let stamp = folder.join("stamp");
    if std::fs::read_to_string(&stamp).is_ok_and(|old| old == key) {
        return Ok(Part { files });
    }
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    let work = folder.join("work");
    std::fs::create_dir_all(&work).with_context(|| format!("cannot make {}", work.display()))?;

    let module = if form == Form::Plain { declare_plain(&module)? } else { module };
    Bindgen::new()
        .input_bytes("glue", module)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(&work)
        .context("wasm-bindgen")?;

    let effort = if quick { "-O0" } else { "-Oz" };
    match form {
        Form::Worker => worker(workspace, &work, &files, effort)?,
        Form::Plain => plain(workspace, &work, &files, effort)?,
        Form::Page => page(workspace, &work, &files, name, effort)?,
    }
    write(&stamp, key.as_bytes())?;
    Ok(Part { files })
}

fn worker(workspace: &Workspace, work: &Path, files: &[PathBuf], effort: &str) -> Result<()> {
    let small = work.join("small.wasm");
    optimise(workspace, work, &small, effort)?;
    write(&work.join("module.js"), format!("export default {};\n", text_of(&read(&small)?)).as_bytes())?;
    let entry = "import { initSync } from './glue.js';\nimport text from './module.js';\nconst module = new Uint8Array(text.length);\n\
                 for (let at = 0; at < text.length; at++) module[at] = text.charCodeAt(at);\ninitSync({ module });\n";
    bundle(workspace, work, entry, &["--format=iife"], first(files)?)
}

/// Bytes as a string literal with a character for each: packed, that is a quarter smaller than base64, whose letters lie across the bytes.
fn text_of(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3 / 2);
    text.push('"');
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' | b'\\' => text.extend(['\\', char::from(*byte)]),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            // `\0` before a digit would be an octal escape.
            0 if bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => text.push_str("\\x00"),
            0 => text.push_str("\\0"),
            _ => text.push(char::from(*byte)),
        }
    }
    text.push('"');
    text
}

fn page(workspace: &Workspace, work: &Path, files: &[PathBuf], name: &str, effort: &str) -> Result<()> {
    optimise(workspace, work, files.get(1).context("no file to make")?, effort)?;
    let entry = format!("import init from './glue.js';\nawait init({{ module_or_path: new URL('{name}.wasm', import.meta.url) }});\n");
    bundle(workspace, work, &entry, &["--format=esm"], first(files)?)
}

/// wasm → wasm without newer instructions → JavaScript, which then stands where the glue looks for `WebAssembly`.
fn plain(workspace: &Workspace, work: &Path, files: &[PathBuf], effort: &str) -> Result<()> {
    let (lowered, small, script) = (work.join("lowered.wasm"), work.join("small.wasm"), work.join("wasm2js.js"));
    run(workspace
        .tool("wasm-opt")
        .arg(work.join("glue_bg.wasm"))
        .args(FEATURES)
        .args(["--signext-lowering", "--llvm-nontrapping-fptoint-lowering", "--llvm-memory-copy-fill-lowering", "-o"])
        .arg(&lowered))?;
    run(workspace.tool("wasm-opt").arg(&lowered).args(PLAIN_FEATURES).args([effort, "-o"]).arg(&small))?;
    run(workspace.tool("wasm2js").arg(&small).args(PLAIN_FEATURES).args(["-Oz", "-o"]).arg(&script))?;

    let script = String::from_utf8(read(&script)?).context("wasm2js")?;
    write(&work.join("assembly.js"), assembly(&script)?.as_bytes())?;
    // Injected a second time into the same world, it does nothing.
    let entry = "import { initSync } from './glue.js';\nif (!globalThis.__patchcord) {\n  globalThis.__patchcord = true;\n  \
                 initSync({ module: new WebAssembly.Module() });\n}\n";
    bundle(workspace, work, entry, &["--format=iife", "--inject:assembly.js"], first(files)?)
}

/// A module that exports a `WebAssembly` of our own, which knows this one program.
fn assembly(script: &str) -> Result<String> {
    let end = script.find("var retasmFunc = asmFunc(").context("wasm2js: no retasmFunc")?;
    let program = script.get(..end).context("wasm2js")?;
    let program: String = program.split_inclusive('\n').filter(|line| !line.starts_with("import ")).collect();
    let program = detaching(&program)?;
    Ok(format!(
        "{program}\nclass Module {{}}\nclass Instance {{ constructor(_, imports) {{ this.exports = asmFunc(imports); }} }}\n\
         const Assembly = {{ Module, Instance }};\nexport {{ Assembly as WebAssembly }};\n"
    ))
}

/// The memory of real wasm detaches its old buffer when it grows, and by that the glue sees that its views are stale. wasm2js copies and leaves the old
/// buffer as it is: the glue would go on reading and writing there. `ArrayBuffer.prototype.transfer` detaches.
fn detaching(program: &str) -> Result<String> {
    let (copying, copy) = ("var newBuffer = new ArrayBuffer(newPages << 16);", "newHEAP8.set(HEAP8);");
    if !program.contains("function __wasm_memory_grow") {
        // It never grows.
        return Ok(program.to_owned());
    }
    if !(program.contains(copying) && program.contains(copy)) {
        bail!("wasm2js grows its memory in another way than it did");
    }
    Ok(program.replace(copying, "var newBuffer = buffer.transfer(newPages << 16);").replace(copy, ""))
}

fn optimise(workspace: &Workspace, work: &Path, out: &Path, effort: &str) -> Result<()> {
    run(workspace.tool("wasm-opt").arg(work.join("glue_bg.wasm")).args(FEATURES).args([effort, "-o"]).arg(out))
}

/// Joins and minifies glue and entry; what the entry does not reach (the glue's other ways to load) falls out.
fn bundle(workspace: &Workspace, work: &Path, entry: &str, options: &[&str], out: &Path) -> Result<()> {
    write(&work.join("entry.js"), entry.as_bytes())?;
    run(workspace
        .tool("esbuild")
        .current_dir(work)
        .args(["entry.js", "--bundle", "--minify", "--target=chrome144", "--charset=utf8", "--legal-comments=none", "--log-level=warning"])
        .args(options)
        .arg(format!("--outfile={}", out.display())))
}

fn first(files: &[PathBuf]) -> Result<&PathBuf> {
    files.first().context("no file to make")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assembly_keeps_the_program_and_drops_the_wiring() {
        let script = "import * as x from './x.js';\n\nfunction asmFunc(imports) { return {}; }\n\nvar retasmFunc = asmFunc({\n  'x': x,\n});\nexport var memory = retasmFunc.memory;\n";
        let made = assembly(script).unwrap();
        assert!(made.contains("function asmFunc(imports)"));
        assert!(!made.contains("import *") && !made.contains("retasmFunc") && !made.contains("export var"));
        assert!(made.contains("export { Assembly as WebAssembly }"));
    }

    #[test]
    fn memory_that_grows_detaches_its_old_buffer() {
        let grow = "function __wasm_memory_grow(p) { var newBuffer = new ArrayBuffer(newPages << 16);\n var newHEAP8 = new Int8Array(newBuffer);\n newHEAP8.set(HEAP8); }";
        let made = detaching(grow).unwrap();
        assert!(made.contains("buffer.transfer(newPages << 16)") && !made.contains(".set(HEAP8)"));
        assert_eq!(detaching("x").unwrap(), "x");
        assert!(detaching("function __wasm_memory_grow(p) { other }").is_err());
    }

    #[test]
    fn bytes_become_a_literal_with_a_character_for_each() {
        assert_eq!(text_of(b"a\"\\\n\r\0b\x007\xff"), "\"a\\\"\\\\\\n\\r\\0b\\x007\u{ff}\"");
    }

    #[test]
    fn assembly_refuses_what_wasm2js_never_made() {
        assert!(assembly("import * as x from './x.js';\nvar a = 1;").is_err());
    }
}
