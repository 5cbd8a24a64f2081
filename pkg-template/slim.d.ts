export * from './event-source.js'

/**
 * Loads the engine; a source does so by itself when it is first needed. To be called where `eventsource_wasm_bg.wasm` does not
 * lie beside the package's files, or has been compiled already.
 * @param wasm Where it is (a URL), its bytes, or the module. Default: beside the package's files.
 * @throws What the host says when it can't be fetched or compiled.
 */
export declare function init(wasm?: string | URL | BufferSource | WebAssembly.Module | Promise<string | URL | BufferSource | WebAssembly.Module>): Promise<void>
