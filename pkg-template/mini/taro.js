'use strict'

// Taro's runners put the platform's name in, and leave the other branch out. An ES module would bring both.
module.exports =
  process.env.TARO_ENV === 'h5' || process.env.TARO_ENV === 'harmony-hybrid'
    ? require('../cjs/index.js')
    : require('../miniprogram_dist/weapp.js')

// For `import { … }` in Node, which reads the names off the text.
0 && (exports.ErrorEvent = exports.EventSource = exports.FatalError = exports.init = 0)
