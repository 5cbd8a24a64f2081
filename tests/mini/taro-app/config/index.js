// One configuration for both runners; tests/mini/taro-build.mjs says by environment which one, and whether the package's plugin is in.
const { TARO_RUNNER, TARO_PLUGINS = '[]' } = process.env;

module.exports = {
  projectName: 'eventsource-wasm-taro-app',
  designWidth: 750,
  deviceRatio: { 640: 1.17, 750: 1, 828: 0.905 },
  sourceRoot: 'src',
  outputRoot: 'dist',
  framework: 'react',
  compiler: TARO_RUNNER,
  plugins: JSON.parse(TARO_PLUGINS),
  mini: {},
  // Relative, so that the folder can be served under any path.
  h5: { publicPath: './', staticDirectory: 'static' },
};
