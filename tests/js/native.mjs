// The host's class: to be imported before the polyfill is.
export const NativeEventSource = globalThis.EventSource;
