'use strict'

// Loaded by Taro's command line: puts the engine into the output of a mini program, where the entry `eventsource-wasm/taro`
// asks for it. Without this plugin that entry runs the engine's JavaScript form.
const fs = require('fs')
const path = require('path')

const FILE = 'eventsource_wasm.wasm'
const NAME = 'eventsource-wasm/taro-plugin'
const SHAPE = `in Taro's config/index, write plugins: ['${NAME}'] or plugins: [['${NAME}', { brotli: true }]]`

const FOLDER = path.join(__dirname, '..', 'miniprogram_dist')

module.exports = function eventSourceWasm(ctx, options) {
  const file = FILE + (isBrotli(options) ? '.br' : '')
  if (!ctx || typeof ctx.modifyRunnerOpts !== 'function') {
    throw new TypeError(`${NAME} is a plugin for Taro 3.6 or newer: ${SHAPE}`)
  }
  if (!fs.existsSync(path.join(FOLDER, file))) {
    throw new Error(`${NAME}: ${path.join(FOLDER, file)} is missing: install eventsource-wasm again`)
  }
  ctx.modifyRunnerOpts(({ opts }) => {
    if (!opts || !isMiniProgram(ctx)) return
    // Relative to the app and with slashes: the Vite runner takes it for a glob pattern, which a folder named `app (1)` would break.
    const source = path.relative(ctx.paths.appPath, path.join(FOLDER, file)).replace(/\\/g, '/')
    // The Vite runner wants `to` to begin with outputRoot as it is written.
    const outputRoot = (opts.outputRoot || 'dist').replace(/[\\/]+$/, '')
    const copy = opts.copy || {}
    opts.copy = { ...copy, patterns: [...(copy.patterns || []), { from: source, to: `${outputRoot}/${file}` }] }
    // Read by mini/taro.js.
    opts.defineConstants = { ...opts.defineConstants, EVENTSOURCE_WASM_PATH: JSON.stringify(`/${file}`) }
  })
}

function isBrotli(options) {
  if (options === undefined || options === null) return false
  if (typeof options !== 'object' || Array.isArray(options)) {
    throw new TypeError(`${NAME}: the options must be an object: ${SHAPE}`)
  }
  const unknown = Object.keys(options).filter((name) => name !== 'brotli')
  if (unknown.length > 0) {
    throw new TypeError(`${NAME}: there is no option ${unknown.join(', ')}, only brotli: ${SHAPE}`)
  }
  if (options.brotli !== undefined && typeof options.brotli !== 'boolean') {
    throw new TypeError(`${NAME}: brotli must be true or false, not ${JSON.stringify(options.brotli)}: ${SHAPE}`)
  }
  return options.brotli === true
}

/** H5, React Native and Harmony have an engine of their own, or none that reads this file. */
function isMiniProgram(ctx) {
  const name = (ctx.runOpts && ctx.runOpts.options && ctx.runOpts.options.platform) || process.env.TARO_ENV
  const platform = ctx.platforms && ctx.platforms.get(name)
  return platform ? platform.useConfigName === 'mini' : !['h5', 'harmony-hybrid', 'harmony', 'rn'].includes(name)
}
