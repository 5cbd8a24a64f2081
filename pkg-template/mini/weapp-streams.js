// A fetch or a stream that the caller brings. For tests, and for hosts that come to have streams.
import { adoptedInit } from '../adopted-init.js'
import { useTransports } from '../source-init.js'
import { fetchInJs } from './fetch-in-js.js'

useTransports({ fetch: fetchInJs, adopt_: adoptedInit })
