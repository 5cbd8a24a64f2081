// The engine, and what all entries need beside it, for entries that are bundled by themselves: some of it has a state of which there must be one.
export * from './batch.js'
export * from './bytes.js'
export { inlineLoader } from './inline.js'
export * from './instance.js'
export * from './option-names.js'
export * from './options.js'
