/**
 * Whether the host makes strings of bytes, looked at once: what it says decides how the engine leaves texts in its memory, and how they are read
 * there. In mini programs it is `false` when the package is built, and what only such hosts need is left out.
 */
export const HOST_DECODES = !!globalThis.TextDecoder
