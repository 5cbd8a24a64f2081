// Each panel is a client of its own, so that breaking one leaves the other alone.
// crypto.randomUUID would need a secure context, and the page may be opened from another machine.
export function newClient() {
  return [...crypto.getRandomValues(new Uint8Array(6))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** `url` with the client's name if it is one of this server's demo streams, else `url` as it is. */
export function asClient(url, client) {
  const parsed = demoStream(url);
  if (!parsed) return url;
  if (!parsed.searchParams.has('client')) parsed.searchParams.set('client', client);
  return parsed.href;
}

/** The URL, parsed, if it is one of this server's demo streams. */
export function demoStream(url) {
  try {
    const parsed = new URL(url, location.href);
    return parsed.origin === location.origin && parsed.pathname.startsWith('/demo/') ? parsed : null;
  } catch {
    return null;
  }
}

/** Asks the server to drop what it is streaming to `client`. */
export async function breakConnection(client) {
  const response = await fetch(`/demo/break?client=${encodeURIComponent(client)}`, { method: 'POST' });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
}
