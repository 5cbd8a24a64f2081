// The parsers of others, bundled by run.mjs for the hosts that resolve no packages; all hosts load the same bundle.
export { createParser } from 'eventsource-parser';
export { EventSourceParserStream } from 'eventsource-parser/stream';
export { EventSource } from 'eventsource';
export { getBytes, getLines, getMessages } from '@microsoft/fetch-event-source/lib/esm/parse.js';
export { EventSourcePolyfill } from 'event-source-polyfill';
export { events } from 'fetch-event-stream';
export { _iterSSEMessages as openai } from 'openai/core/streaming';
export { _iterSSEMessages as anthropic } from '@anthropic-ai/sdk/core/streaming';
