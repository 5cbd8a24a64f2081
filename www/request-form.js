/** What the form says: `{ url, init, types }` for the constructor, or `{ problem }`. */
export function readRequest(form) {
  const fields = form.elements;
  const init = { method: fields.method.value };

  const headers = [];
  for (const [index, line] of fields.headers.value.split('\n').entries()) {
    if (line.trim() === '') continue;
    const [, name, value] = /^\s*([^\s:]+)\s*:(.*)$/.exec(line) ?? [];
    if (name === undefined) return { problem: { key: 'problem.header', values: { line: index + 1 }, field: fields.headers } };
    headers.push([name, value.trim()]);
  }
  if (headers.length > 0) {
    const isUnique = new Set(headers.map(([name]) => name.toLowerCase())).size === headers.length;
    init.headers = isUnique ? Object.fromEntries(headers) : headers;
  }

  if (init.method === 'POST' && fields.body.value !== '') init.body = jsonObject(fields.body.value) ?? fields.body.value;
  if (fields.withCredentials.checked) init.withCredentials = true;
  if (fields.lastEventId.value !== '') init.lastEventId = fields.lastEventId.value;
  if (fields.reconnect.value !== '') init.reconnect = fields.reconnect.value === 'true';

  const types = fields.types.value.split(',').map((type) => type.trim());
  const named = types.filter((type) => !['', 'message', 'open', 'error', 'close'].includes(type));
  return { url: fields.url.value.trim(), init, types: [...new Set(named)] };
}

function jsonObject(text) {
  try {
    const value = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
