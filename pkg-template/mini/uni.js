'use strict'

// uni-app's compiler puts the platform's name in, and leaves the other branch out.
module.exports = process.env.UNI_PLATFORM === 'h5' ? require('../cjs/index.js') : require('../miniprogram_dist/weapp.js')

// For `import { … }` in Node, which reads the names off the text.
0 && (exports.ErrorEvent = exports.EventSource = exports.FatalError = exports.init = 0)
