// URL and btoa: as much of the URL standard as a source needs. The bundler puts these in the place of the globals: devices have none,
// and the one that Taro brings neither throws nor normalises.

const HTTP = /^(https?:)[/\\]*(?:([^/\\?#]*)@)?(\[[\da-f:.]+\]|[^\0-\x20#%/:<>?@[\\\]^|\x7f]+)(?::(\d*))?(?:[/\\]([^?#]*))?([?#].*)?$/i
const OTHER = /^(?!https?:)[a-z][a-z\d+.-]*:/i
const DEFAULT_PORTS = { 'http:': 80, 'https:': 443 }

/** Percent-encodes what is no URL character; what is encoded already stays. */
const encode = (text) => encodeURI(text).replace(/%(?:25|5B|5D|7B|7C|7D)/g, unescape)

const withoutDots = (path) => {
  const kept = []
  const segments = path.split(/[/\\]/)
  segments.forEach((segment, at) => {
    const dots = segment.replace(/%2e/gi, '.')
    if (dots === '..') kept.pop()
    else if (dots !== '.') return kept.push(segment)
    if (at === segments.length - 1) kept.push('')
  })
  return kept.join('/')
}

class OwnUrl {
  constructor(text) {
    const given = text.trim()
    const [, protocol = '', credentials = '', host, port = '', path = '', rest = ''] = HTTP.exec(given) || []
    if (port > 65535 || !(host || OTHER.test(given))) throw new TypeError('Invalid URL')
    const [username, ...password] = encode(credentials).split(':')
    this.username = username
    this.password = password.join(':')
    const scheme = protocol.toLowerCase()
    this.start = host ? `${scheme}//` : given
    this.rest = host ? host.toLowerCase() + (port && port != DEFAULT_PORTS[scheme] ? `:${+port}` : '') + encode(`/${withoutDots(path)}${rest}`) : ''
  }

  get href() {
    const { username, password } = this
    return this.start + (username || password ? `${username}${password && `:${password}`}@` : '') + this.rest
  }
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

const ownBtoa = (text) => {
  let base64 = ''
  for (let at = 0; at < text.length; at += 3) {
    const bits = (text.charCodeAt(at) << 16) | (text.charCodeAt(at + 1) << 8) | text.charCodeAt(at + 2)
    for (let digit = 0; digit < 4; digit++) base64 += at + digit > text.length ? '=' : DIGITS[(bits >> (18 - 6 * digit)) & 63]
  }
  return base64
}

export { OwnUrl as URL, ownBtoa as btoa }
