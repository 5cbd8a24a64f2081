// What a mini program's logic layer has: wx, App, Page, Component, timers and modules, over a bridge that carries texts and bytes. The same
// file runs in a vm context, in JavaScriptCore's shell and in QuickJS. The value of this script is a function.
(function (bridge, settings) {
  'use strict';
  const { quirks = {} } = settings;
  const post = (message) => bridge.post(JSON.stringify(message));
  const isFunction = (value) => typeof value === 'function';
  const tag = (value) => Object.prototype.toString.call(value).slice(8, -1);

  // ---- errors that nothing has caught

  const listeners = {};
  const on = (name) => (callback) => {
    if (!isFunction(callback)) return;
    listeners[name] = listeners[name] || [];
    if (!listeners[name].includes(callback)) listeners[name].push(callback);
  };
  const off = (name) => (callback) => {
    listeners[name] = callback === undefined ? [] : (listeners[name] || []).filter((known) => known !== callback);
  };
  const tell = (name, value) => {
    for (const callback of [...(listeners[name] || [])]) guarded(callback, value);
  };
  const describe = (error) => String((error && error.stack && `${error.name}: ${error.message}\n${error.stack}`) || error);
  const uncaught = (error) => {
    if ((listeners.Error || []).length === 0) post({ type: 'log', level: 'error', text: `uncaught: ${describe(error)}` });
    for (const callback of [...(listeners.Error || [])]) callback(describe(error));
  };
  const guarded = (callback, ...values) => {
    try {
      return callback(...values);
    } catch (error) {
      uncaught(error);
    }
  };

  // ---- timers

  let serial = 0;
  const timers = new Map();
  const startTimer = (isRepeated) => (callback, ms = 0, ...values) => {
    const id = ++serial;
    const delay = Number(ms) || 0;
    timers.set(id, () => {
      if (isRepeated) post({ type: 'timer', id, ms: delay });
      else timers.delete(id);
      guarded(callback, ...values);
    });
    post({ type: 'timer', id, ms: delay });
    return id;
  };
  const stopTimer = (id) => {
    if (timers.delete(id)) post({ type: 'clear', id });
  };

  // ---- wx.request

  const METHODS = ['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE', 'CONNECT'];
  const tasks = new Map();

  /** The text or the bytes that are sent, as the platform makes them of `data`. */
  const contentOf = (data, headers) => {
    if (data === undefined || data === null) return undefined;
    if (typeof data === 'string') return data;
    if (tag(data) === 'ArrayBuffer') return Array.from(new Uint8Array(data));
    const type = Object.keys(headers).find((name) => name.toLowerCase() === 'content-type');
    if (/x-www-form-urlencoded/i.test(headers[type])) return queryOf(data);
    return JSON.stringify(data);
  };
  const queryOf = (data) => Object.keys(data).map((name) => `${encodeURIComponent(name)}=${encodeURIComponent(data[name])}`).join('&');

  const textOf = (bytes) => decodeURIComponent(Array.from(new Uint8Array(bytes), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''));
  const payloadOf = (bytes) => {
    if (quirks.payload === 'text') return textOf(bytes);
    if (quirks.payload === 'view') return new Uint8Array(bytes);
    // The simulator's: a Uint8Array whose prototype is of elsewhere.
    if (quirks.payload === 'devtools') return Object.setPrototypeOf(new Uint8Array(bytes), Object.create(Uint8Array.prototype));
    if (quirks.payload === 'bare') return Object.setPrototypeOf(new Uint8Array(bytes), {});
    return bytes;
  };
  const joined = (parts) => {
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(new Uint8Array(part), at);
      at += part.byteLength;
    }
    return whole.buffer;
  };

  class Task {
    constructor(id, options) {
      this.id = id;
      this.options = options;
      this.isChunked = Boolean(options.enableChunked);
      this.heard = { head: [], chunk: [] };
      this.parts = [];
      this.isHeadTold = false;
      this.isAborted = false;
    }

    emit(kind, value) {
      for (const callback of [...this.heard[kind]]) guarded(callback, value);
    }

    finish(kind, result) {
      for (const name of [kind, 'complete']) if (isFunction(this.options[name])) guarded(this.options[name], result);
    }

    tellHead() {
      if (this.isHeadTold) return;
      this.isHeadTold = true;
      const { header, statusCode, cookies } = this.response;
      if (quirks.noHeaders) return;
      this.emit('head', quirks.noStatus ? { header } : { header, statusCode, cookies });
    }

    head({ status, headers, cookies }) {
      const header = {};
      for (const [name, value] of headers) {
        const shown = quirks.headerCase === 'canonical' ? name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()) : name;
        header[shown] = shown in header ? `${header[shown]},${value}` : value;
      }
      this.response = { statusCode: status, header, cookies };
      if (!quirks.headersLate) this.tellHead();
    }

    chunk(bytes) {
      if (this.isAborted && quirks.abort !== 'none' && !(quirks.abort === 'late' && this.lateChunks++ === 0)) return;
      if (!this.isChunked || quirks.wholeAtEnd) {
        this.parts.push(bytes);
        return;
      }
      if (quirks.joined) {
        // Two writes in one chunk.
        this.parts.push(bytes);
        if (this.parts.length < 2) return;
        bytes = joined(this.parts.splice(0));
      }
      this.deliver(bytes);
    }

    deliver(bytes) {
      if (quirks.onlyLast && this !== Task.last) return;
      this.emit('chunk', { data: payloadOf(bytes) });
      if (quirks.headersLate) this.tellHead();
    }

    end() {
      tasks.delete(this.id);
      if (this.isAborted && quirks.abort !== 'none') return;
      if (quirks.joined && this.isChunked && this.parts.length > 0) this.deliver(joined(this.parts.splice(0)));
      this.tellHead();
      this.finish('success', { ...this.response, data: this.dataOf(), errMsg: 'request:ok' });
      if (quirks.failAfterSuccess) this.finish('fail', { errMsg: 'request:fail', errno: 5 });
    }

    dataOf() {
      if (this.isChunked && !quirks.wholeAtEnd) return '';
      const bytes = joined(this.parts);
      if (this.options.responseType === 'arraybuffer' && quirks.wholeAtEnd !== 'text') return bytes;
      const text = textOf(bytes);
      if (quirks.wholeAtEnd || (this.options.dataType !== undefined && this.options.dataType !== 'json')) return text;
      try {
        return JSON.parse(text);
      } catch (error) {
        return text;
      }
    }

    fail({ errMsg, errno }) {
      tasks.delete(this.id);
      if (this.isAborted && quirks.abort !== 'none') return;
      this.finish('fail', { errMsg, errno });
    }

    abort() {
      if (this.isAborted || !tasks.has(this.id)) return;
      this.isAborted = true;
      this.lateChunks = 0;
      if (quirks.abort === 'none') return;
      if (quirks.abort === 'late') {
        // What was on its way still comes.
        startTimer(false)(() => {
          this.emit('chunk', { data: payloadOf(joined([Uint8Array.from('data: late\n\n', (character) => character.charCodeAt(0)).buffer])) });
        }, 0);
      }
      post({ type: 'abort', id: this.id });
      tasks.delete(this.id);
      if (quirks.abort === 'silent') return;
      startTimer(false)(() => this.finish('fail', { errMsg: 'request:fail abort', errno: 600004 }), 0);
    }

    /** What wx.request gives back. */
    surface() {
      const listening = (kind) => (callback) => {
        if (isFunction(callback)) this.heard[kind].push(callback);
      };
      const leaving = (kind) => (callback) => {
        this.heard[kind] = callback === undefined ? [] : this.heard[kind].filter((known) => known !== callback);
      };
      const task = { abort: () => this.abort(), onHeadersReceived: listening('head'), offHeadersReceived: leaving('head') };
      if (!quirks.noChunks) Object.assign(task, { onChunkReceived: listening('chunk'), offChunkReceived: leaving('chunk') });
      return task;
    }
  }

  const request = (options) => {
    const { url, header = {}, timeout, responseType = 'text', redirect } = options;
    const method = String(options.method || 'GET').toUpperCase();
    const task = new Task(++serial, options);
    Task.last = task;
    tasks.set(task.id, task);
    const refuse = (why) => startTimer(false)(() => task.fail({ errMsg: `request:fail ${why}`, errno: 600000 }), 0);
    if (typeof url !== 'string' || !/^https?:\/\//.test(url)) refuse('invalid url');
    else if (!METHODS.includes(method)) refuse('method is invalid');
    else {
      const headers = {};
      for (const name of Object.keys(header)) if (name.toLowerCase() !== 'referer') headers[name] = String(header[name]);
      if (!Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')) headers['content-type'] = 'application/json';
      let body = contentOf(options.data, headers);
      let address = url;
      if (method === 'GET' && body !== undefined) {
        if (tag(options.data) === 'Object' && body !== '{}') address += `${url.includes('?') ? '&' : '?'}${queryOf(options.data)}`;
        body = undefined;
      }
      post({ type: 'request', id: task.id, url: address, method, headers, body, timeout, responseType, redirect });
    }
    return quirks.noTask ? undefined : task.surface();
  };

  // ---- wx

  const wx = {
    request,
    env: { USER_DATA_PATH: 'http://usr' },
    canIUse: () => true,
    nextTick: (callback) => void startTimer(false)(callback, 0),
    getSystemInfoSync: () => ({ platform: 'android', SDKVersion: '3.8.0', windowWidth: 375, windowHeight: 667, pixelRatio: 2, language: 'zh_CN', model: 'test' }),
    getWindowInfo: () => ({ windowWidth: 375, windowHeight: 667, pixelRatio: 2 }),
    getDeviceInfo: () => ({ platform: 'android', model: 'test' }),
    getAppBaseInfo: () => ({ SDKVersion: '3.8.0', language: 'zh_CN' }),
    getAccountInfoSync: () => ({ miniProgram: { appId: 'wx0000000000000000' } }),
    getLaunchOptionsSync: () => launch,
    getEnterOptionsSync: () => launch,
    getStorageSync: () => '',
    setStorageSync() {},
    getNetworkType({ success, complete } = {}) {
      for (const callback of [success, complete]) if (isFunction(callback)) startTimer(false)(callback, 0, { networkType: 'wifi', errMsg: 'getNetworkType:ok' });
    },
    createSelectorQuery: () => ({ select: () => ({}), exec() {} }),
    reportEvent: (id, data) => post({ type: 'report', id, data }),
  };
  for (const name of ['AppShow', 'AppHide', 'NetworkStatusChange', 'Error', 'UnhandledRejection', 'PageNotFound', 'ThemeChange', 'MemoryWarning']) {
    wx[`on${name}`] = on(name);
    wx[`off${name}`] = off(name);
  }
  if (bridge.detach) Object.defineProperty(wx, '__detach', { value: bridge.detach });

  const shown = (value) => {
    if (typeof value === 'string') return value;
    if (tag(value) === 'Error') return describe(value);
    try {
      const text = JSON.stringify(value);
      return text === undefined ? String(value) : text;
    } catch (error) {
      return String(value);
    }
  };
  const console = {};
  for (const level of ['log', 'info', 'warn', 'error', 'debug', 'group', 'groupEnd', 'time', 'timeEnd']) {
    console[level] = (...values) => post({ type: 'log', level, text: values.map(shown).join(' ') });
  }

  // ---- modules

  const factories = new Map();
  const modules = new Map();
  const folderOf = (path) => path.slice(0, path.lastIndexOf('/') + 1);
  const normal = (path) => {
    const parts = [];
    for (const part of path.split('/')) {
      if (part === '..') parts.pop();
      else if (part !== '' && part !== '.') parts.push(part);
    }
    return parts.join('/');
  };
  const resolve = (name, from) => {
    const bases = [];
    if (/^\.\.?(\/|$)/.test(name)) bases.push(normal(folderOf(from) + name));
    else if (name.startsWith('/')) bases.push(normal(name));
    else {
      // As the builder lays them out: miniprogram_npm beside the file or in a folder above.
      bases.push(normal(folderOf(from) + name));
      for (let folder = folderOf(from); ; folder = folderOf(folder.slice(0, -1))) {
        bases.push(normal(`${folder}miniprogram_npm/${name}`));
        if (folder === '') break;
      }
    }
    for (const base of bases) for (const path of [base, `${base}.js`, `${base}/index.js`]) if (factories.has(path)) return path;
    throw new Error(`module '${name}' is not defined, require args is '${name}' (from ${from})`);
  };
  const load = (path) => {
    if (modules.has(path)) return modules.get(path).exports;
    const module = { exports: {} };
    modules.set(path, module);
    factories.get(path)((name) => load(resolve(name, path)), module, module.exports);
    return module.exports;
  };

  // ---- App, Page, Component

  let app;
  let launch = { path: '', query: {}, scene: 1001 };
  let registered;
  const pages = [];
  const setAt = (target, path, value) => {
    const keys = path.replace(/\[(\d+)\]/g, '.$1').split('.').filter((key) => key !== '');
    const last = keys.pop();
    let at = target;
    for (const [index, key] of keys.entries()) {
      if (typeof at[key] !== 'object' || at[key] === null) at[key] = /^\d+$/.test(keys[index + 1] === undefined ? last : keys[index + 1]) ? [] : {};
      at = at[key];
    }
    at[last] = value;
  };
  const instanceOf = (options, route) => {
    const { methods = {}, lifetimes = {}, pageLifetimes = {}, ...rest } = options;
    const page = { ...rest, ...methods, route, data: JSON.parse(JSON.stringify(options.data || {})), options: {} };
    page.setData = (data, callback) => {
      const copy = JSON.parse(JSON.stringify(data));
      for (const path of Object.keys(copy)) setAt(page.data, path, copy[path]);
      if (settings.postsData) post({ type: 'data', route, data: copy });
      if (isFunction(callback)) startTimer(false)(() => callback.call(page), 0);
    };
    page.selectComponent = () => null;
    page.triggerEvent = () => {};
    page.getTabBar = () => null;
    return page;
  };
  const call = (target, name, ...values) => isFunction(target[name]) && guarded(() => target[name](...values));

  const globals = {
    // Taro's runtime asks for it.
    global: globalThis,
    wx,
    console,
    App: (options) => {
      app = options;
    },
    Page: (options) => {
      registered = options;
    },
    Component: (options) => {
      registered = options;
    },
    Behavior: (options) => options,
    getApp: () => app,
    getCurrentPages: () => [...pages],
    setTimeout: startTimer(false),
    clearTimeout: stopTimer,
    setInterval: startTimer(true),
    clearInterval: stopTimer,
  };
  if (bridge.instantiate) {
    globals.WXWebAssembly = {
      instantiate: (path, imports) => bridge.instantiate(path, imports),
    };
  }
  for (const name of Object.keys(globals)) Object.defineProperty(globalThis, name, { value: globals[name], writable: true, configurable: true });

  const receivers = {
    timer: ({ id }) => timers.has(id) && timers.get(id)(),
    head: (message) => tasks.has(message.id) && tasks.get(message.id).head(message),
    chunk: ({ id }, bytes) => tasks.has(id) && tasks.get(id).chunk(bytes),
    end: ({ id }) => tasks.has(id) && tasks.get(id).end(),
    fail: (message) => tasks.has(message.id) && tasks.get(message.id).fail(message),
    app({ event }) {
      if (app) call(app, event === 'show' ? 'onShow' : 'onHide', launch);
      for (const page of pages) call(page, event === 'show' ? 'onShow' : 'onHide');
      tell(event === 'show' ? 'AppShow' : 'AppHide', launch);
    },
    network: ({ isConnected, networkType }) => tell('NetworkStatusChange', { isConnected, networkType }),
    error: ({ text }) => uncaught(text),
    tap: ({ name, detail }) => call(pages[pages.length - 1], name, { type: 'tap', detail: detail || {}, currentTarget: { dataset: {} }, target: { dataset: {} } }),
  };

  return {
    define: (path, factory) => void factories.set(path, factory),
    receive(text, bytes) {
      const message = JSON.parse(text);
      guarded(() => receivers[message.type](message, bytes));
    },
    /** Loads app.js, then the components of the page, then the page, and opens it; then a file that is not the app's. */
    open(path, query, components, extra) {
      launch = { path, query, scene: 1001 };
      load('app.js');
      if (app) {
        call(app, 'onLaunch', launch);
        call(app, 'onShow', launch);
      }
      for (const component of components) if (factories.has(`${component}.js`)) load(`${component}.js`);
      load(`${path}.js`);
      if (!registered) throw new Error(`${path} has registered no page`);
      const page = instanceOf(registered, path);
      pages.push(page);
      page.options = query;
      call(page, 'onLoad', query);
      call(page, 'onShow');
      call(page, 'onReady');
      if (extra) load(extra);
      return page;
    },
  };
})
