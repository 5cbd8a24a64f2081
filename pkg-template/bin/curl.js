// Options that only curl has. Who copies a command from a browser, from an API's documentation or from an answer on the web types them here.

/** What they ask for is so anyhow, or makes no difference to a stream: they are taken, and do nothing. */
export const NEEDLESS = `-L --location -N --no-buffer -S --show-error --compressed --compressed-ssh -f --fail --fail-with-body -g --globoff -q --disable
 -# --progress-bar --no-progress-meter --basic --http1.1 --http2 --http3 --tcp-nodelay -1 --tlsv1 --tlsv1.0 --tlsv1.1 --tlsv1.2`.split(/\s+/)

const REDIRECT = 'fetch follows up to 20 redirects; for another way give the URL that -v says it redirects to'
const PROXY = 'Node 24 takes a proxy from the environment: NODE_USE_ENV_PROXY=1 HTTPS_PROXY=http://HOST:PORT (HTTP_PROXY for http:); else none is used'
const AGAIN = 'a GET connects again by itself, and --reconnect does so for other methods; --max-attempts N limits it'

/** What to do instead of those that are refused. */
const ANSWERS = [
  ['-k --insecure', 'NODE_EXTRA_CA_CERTS=FILE in the environment trusts a certificate of yours; for tests, NODE_TLS_REJECT_UNAUTHORIZED=0 trusts any'],
  ['--cacert --capath', 'NODE_EXTRA_CA_CERTS=FILE in the environment trusts that certificate'],
  ['-E --cert --cert-type --key --key-type --pass', 'fetch shows no certificate of its own; curl -N does'],
  ['--ciphers --tls13-ciphers --tls-max --tlsv1.3', "Node's options say how it speaks TLS, such as NODE_OPTIONS=--tls-min-v1.3"],
  ['--url', 'the URL is a word of its own, without it'],
  ['-G --get --url-query', "write the data into the URL's query: 'URL?name=value'"],
  ['--data-urlencode', "give it encoded: -d 'name=a%20b' -H 'Content-Type: application/x-www-form-urlencoded'"],
  ['-F --form --form-string', "-d @FILE sends a body as it is, with -H 'Content-Type: …'; the class EventSource sends a FormData"],
  ['-T --upload-file', '-X PUT -d @FILE sends it'],
  ['-I --head', 'there are no events without a body; -i shows the headers of a stream'],
  ['-D --dump-header -w --write-out', '-i and -v show status and headers, and the exit code says how it ended'],
  ['--trace --trace-ascii --stderr', '-v tells all, to standard error: 2> FILE writes it to a file'],
  ['-o --output -O --remote-name -J --remote-header-name --output-dir --create-dirs', '> FILE behind the command writes the output to a file'],
  ['-c --cookie-jar -j --junk-session-cookies', "no cookies are kept; -b 'NAME=VALUE' sends one"],
  ['-n --netrc --netrc-file --netrc-optional', '-u USER:PASSWORD gives them'],
  ['--oauth2-bearer', "-H 'Authorization: Bearer TOKEN' sends it"],
  ['--digest --ntlm --negotiate --anyauth --aws-sigv4', "there is basic authentication, -u; -H 'Authorization: …' sends another that you have made"],
  ['-K --config', 'give its options as words'],
  ['-x --proxy -U --proxy-user -p --proxytunnel --noproxy --proxy-header --proxy-insecure --preproxy --socks4 --socks4a --socks5 --socks5-hostname', PROXY],
  ['-4 --ipv4', "give the host's IPv4 address, or NODE_OPTIONS=--dns-result-order=ipv4first"],
  ['-6 --ipv6', "give the host's IPv6 address, or NODE_OPTIONS=--dns-result-order=ipv6first"],
  ['--resolve --connect-to', 'the URL says where to connect to; a line in /etc/hosts gives a name another address'],
  ['--unix-socket', 'fetch connects to hosts and ports only; curl -N does so'],
  ['-0 --http1.0 --http2-prior-knowledge --http3-only', 'fetch chooses the version of HTTP; leave it out'],
  ['--connect-timeout', '--open-timeout TIME is the longest wait for a response'],
  ['--keepalive-time --no-keepalive', '--idle-timeout TIME notices a connection that is dead; leave it out'],
  ['--retry --retry-delay --retry-max-time --retry-all-errors --retry-connrefused', AGAIN],
  ['--location-trusted --max-redirs --post301 --post302 --post303', REDIRECT],
  ['-C --continue-at -r --range', '--last-event-id ID goes on behind the event that has this ID'],
  ['--path-as-is --request-target', "fetch resolves . and .. in a URL's path"],
  ['--proto', 'http:// or https:// in the URL says it'],
]

/** By the name of the option. */
export const INSTEAD = new Map(ANSWERS.flatMap(([names, answer]) => names.split(' ').map((name) => [name, answer])))
