// Part of the extension of tests/js/extension.mjs: one event of a POST, as the server has seen it, and the engine that has brought it.
export const told = ({ EventSource, EventStreamParser }, url) => new Promise((resolve) => {
  const source = new EventSource(url, { headers: { 'x-from': location.protocol }, body: { say: '你好😀' } });
  source.onmessage = ({ data }) => {
    source.close();
    const { method, headers, body } = JSON.parse(data);
    let parsed = '';
    new EventStreamParser({ onEvent: (event) => (parsed += event.data) }).feed('data: 好\n\n');
    resolve({ method, from: headers['x-from'], body: JSON.parse(body), engine: EventSource.engine, parsed });
  };
  source.onerror = ({ message, cause }) => {
    source.close();
    resolve({ error: message, cause: cause?.cause?.message });
  };
});
