/**
 * Imported for its effect: `import 'eventsource-wasm/js-engine'`. The engine as JavaScript is then there without `import()`, which service workers
 * forbid, for all entries of this version of the package. It runs only where WebAssembly is refused; `EventSource.engine` says which one does.
 */
export {}
