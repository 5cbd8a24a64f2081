// In a page of a frame: a package of its own.
import { EventSource } from '/pkg/esm/index.js';

globalThis.done({ EventSource });
