// A fetch as a transport of sink.js: what src/wasm/fetch.rs does, for the engine that leaves it out.

export const connect = ({ fetch }) => (connection, generation, attempt, lastEventId) => {
  const controller = typeof AbortController === 'function' ? new AbortController() : undefined
  fetch(connection, generation, attempt, lastEventId, controller?.signal)
  const { sink } = connection
  const { onAbort } = sink
  sink.onAbort = () => {
    onAbort?.()
    controller?.abort()
  }
}
