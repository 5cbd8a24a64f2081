export * from './weapp.js'
