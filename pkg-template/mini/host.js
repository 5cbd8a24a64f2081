// What the mini program's host has in the place of a page's: requests, and what it says of foreground and network.
import { offline, tell } from '../foreground.js'
import { INPUT_HIDDEN, INPUT_ONLINE, INPUT_WAKE, STATUS_FUTILE } from '../generated/boundary.js'
import { requestTask } from '../request-task.js'
import { useTransports } from '../source-init.js'
import { eventSourceTask } from './event-source-task.js'

/** The globals of the hosts. Some have `wx` beside their own. */
const hosts = [
  typeof tt !== 'undefined' && tt,
  typeof my !== 'undefined' && my,
  typeof swan !== 'undefined' && swan,
  typeof qq !== 'undefined' && qq,
  typeof ks !== 'undefined' && ks,
  typeof jd !== 'undefined' && jd,
  typeof xhs !== 'undefined' && xhs,
  typeof wx !== 'undefined' && wx,
  typeof uni !== 'undefined' && uni,
]

const at = hosts.findIndex((host) => host && typeof host.request === 'function')
const api = hosts[at]
const ALIPAY = 1
const BAIDU = 2
const WECHAT = 7

let hasSaid = false
/** Said once: the host has nothing that streams. */
const say = () => {
  if (!hasSaid) console.warn('eventsource-wasm: this host can not stream: answers arrive as a whole, at their end.')
  hasSaid = true
}

const request = (options, sink) => {
  if (!api) return sink.broke_('There is no request function here: pass one as the option `request`.', undefined, STATUS_FUTILE)
  if (typeof api.createEventSource === 'function') return eventSourceTask((...given) => api.createEventSource(...given))(options, sink)
  let task
  const send = (given) => {
    // Alipay reads `headers`, and would parse JSON; Baidu streams text only.
    task = api.request({ ...given, headers: given.header, ...(at === BAIDU && { responseType: 'text' }), ...(at === ALIPAY && { dataType: 'text' }) })
    if (at !== WECHAT && !(task && task.onChunkReceived)) say()
    return task
  }
  requestTask(send, at === WECHAT && 'wx.request can not stream here: base library 2.20.2 or newer is needed.')(options, sink)
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']

useTransports({
  task: request,
  checkMethod_(method) {
    if (METHODS.indexOf(method) < 0) throw new TypeError(`EventSource: option \`method\` can not be ${method} in a mini program: ${METHODS.join(', ')} can be sent`)
  },
})

if (api) {
  if (api.onAppShow) api.onAppShow(() => tell(INPUT_WAKE))
  if (api.onAppHide) api.onAppHide(() => tell(INPUT_HIDDEN))
  if (api.onNetworkStatusChange) api.onNetworkStatusChange((status) => (status.isConnected ? tell(INPUT_ONLINE) : offline()))
}
