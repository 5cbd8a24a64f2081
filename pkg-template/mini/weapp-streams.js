// A fetch or a stream that the caller brings. For tests, and for hosts that come to have streams.
import { adoptedInit } from '../adopted-init.js'
import { fetchTransport } from '../fetch-request.js'
import { useTransports } from '../source-init.js'
import { connect } from './streams.js'

useTransports({
  fetch(options, common) {
    const { fetchInit, ...transport } = fetchTransport(options, common)
    return { ...transport, start: connect(fetchInit) }
  },
  adopt: adoptedInit,
})
