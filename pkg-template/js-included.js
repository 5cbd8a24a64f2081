// In the place of js-loader.js, in the one file that has everything: nothing is loaded.
import { instantiate } from './js-instance.js'

export const asScript = async () => instantiate()
export const asScriptNow = () => instantiate()
