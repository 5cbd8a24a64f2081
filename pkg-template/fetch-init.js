// The fetch transport of an engine that has the road of src/web.
import { adoptedInit } from './adopted-init.js'
import { FetchAttempt } from './fetch-attempt.js'
import { fetchTransport } from './fetch-request.js'
import { withMaxBufferSize } from './options.js'
import { useTransports } from './source-init.js'

useTransports({
  fetch: (options, common) => ({ ...fetchTransport(options, common), Inbox_: FetchAttempt }),
  adopt_: adoptedInit,
  limited: withMaxBufferSize,
})
