export * from './event-source.js'

export interface MiniProgramInit {
  /** Forces one: `'wasm'` is an error where it can't be had, `'js'` is the same engine as JavaScript. Default: WebAssembly where it can be had. */
  engine?: 'wasm' | 'js'
  /**
   * Where the engine's file is in the mini program's package, as `WXWebAssembly.instantiate` takes it (`.wasm` or `.wasm.br`). Default:
   * `/miniprogram_npm/eventsource-wasm/eventsource_wasm.wasm`; with the Taro plugin, where that has put it.
   */
  path?: string
}

/**
 * Loads the engine; a source does so by itself when it is first needed. To be called where the file is in another place (a subpackage, another
 * root), or to have it ready.
 * @throws `TypeError`: an option is wrong. With `engine: 'wasm'`: what the host says when it can't be loaded.
 */
export declare function init(options?: MiniProgramInit): Promise<void>
