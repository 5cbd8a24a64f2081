export * from './event-source.js'

/**
 * Loads the engine; a source does so by itself when it is first needed.
 * @throws What the host says when it can't be compiled.
 */
export declare function init(): Promise<void>
