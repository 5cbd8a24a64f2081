// Where WebAssembly is refused: the engine as JavaScript, in a file that is loaded then and never else.

/** An instance; `cause` is why WebAssembly is none, and is thrown if this can't be had either. */
export const asScript = async (cause) => {
  let script
  try {
    script = await import('./js-engine.js')
  } catch {
    throw cause
  }
  return script.instantiate()
}
