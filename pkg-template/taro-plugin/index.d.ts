export interface TaroPluginOptions {
  /** Ship the engine as `eventsource_wasm.wasm.br`, for WeChat (base library 2.14) and Douyin (2.92). Default: false. */
  brotli?: boolean
}

/**
 * The plugin for Taro: puts the engine's `.wasm` into the root of a mini program's output, for the webpack5 and the Vite runner.
 * In `config/index`: `plugins: ['eventsource-wasm/taro-plugin']`.
 */
declare function eventSourceWasm(ctx: unknown, options?: TaroPluginOptions): void
export = eventSourceWasm
