/**
 * Starts the built server with what V8 made of it before, functions that have run among it. Node's own compile cache
 * keeps a file as it is before it runs, so that a start compiles every function that it calls: a quarter of its work.
 * `--keep-compiled`: leaves, when the process ends, what later starts begin with.
 *
 * Room for young objects does not grow meanwhile: most of what a start makes stays, and V8 would keep 13 MB for more that
 * never come. Under load it grows as ever.
 */
const { readFileSync, writeFileSync } = require('node:fs');
const { enableCompileCache } = require('node:module');
const path = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { constants, Script } = require('node:vm');

/** By how much V8 lets that room grow at once, as a flag. */
const growth = (factor) => `--semi-space-growth-factor=${factor}`;
let flag = growth(1);
setFlagsFromString(flag);

/** What has been loaded, by the name of its file, and under which flag: V8 refuses what it made under another. */
const loaded = new Map();

const compiledOf = (file) => `${file}.compiled`;

function compiledBefore(file) {
  try {
    return readFileSync(compiledOf(file));
  } catch {
    // The start is only slower.
    return undefined;
  }
}

// Node warns at the first `import()` that its loader for scripts is new: no line for those who run the server.
const { emitWarning } = process;
process.emitWarning = (warning, ...more) => {
  if (!String(warning).startsWith('vm.USE_MAIN_CONTEXT_DEFAULT_LOADER')) emitWarning(warning, ...more);
};

/** What another V8, or other flags, had made is refused by V8 itself, and compiled anew. */
function load(file) {
  const known = loaded.get(file);
  if (known !== undefined) return known.module.exports;
  // A function of what a module is given, as the build has written it.
  const script = new Script(readFileSync(file, 'utf8'), {
    filename: file,
    cachedData: compiledBefore(file),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const module = { exports: {} };
  loaded.set(file, { module, script, flag });
  script.runInThisContext()(requireFrom, module, module.exports, file, __dirname);
  return module.exports;
}

const requireFrom = (name) => (name.startsWith('./') ? load(path.join(__dirname, name)) : require(name));

if (process.argv.includes('--keep-compiled'))
  process.on('exit', () => {
    for (const [file, { script, flag }] of loaded) {
      setFlagsFromString(flag);
      writeFileSync(compiledOf(file), script.createCachedData());
    }
  });

// For packages that stand beside the bundle. Ours alone: whoever can write there decides what runs.
enableCompileCache(path.join(__dirname, '../node_modules/.cache/compiled'));
const { serving } = load(path.join(__dirname, 'main.js'));
serving.then(() => {
  flag = growth(2);
  setFlagsFromString(flag);
});
