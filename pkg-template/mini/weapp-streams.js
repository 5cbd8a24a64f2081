// A fetch or a stream that the caller brings. For tests, and for hosts that come to have streams.
import { adoptedInit } from '../adopted-init.js'
import { fetchRequest } from '../fetch-request.js'
import { useTransports } from '../options.js'
import { connect } from './streams.js'

useTransports({
  fetch(given, options) {
    const { request, isOnce } = fetchRequest(given, options)
    return { isOnce, connect: connect(options.fetch, given.url, request) }
  },
  adopt: adoptedInit,
})
